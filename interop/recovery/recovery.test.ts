// Processes that end the hard way under ten calls with sound: what goes on, for how long nothing is heard,
// and that hold, BYE, new calls and records work afterwards. The hundred calls are in
// recovery.long.test.ts.
import { testRecovery } from './suite.ts'

testRecovery(['udp', 'udp', 'udp', 'udp', 'udp', 'tcp', 'tcp', 'tls', 'tls', 'browser'], 'shared')
