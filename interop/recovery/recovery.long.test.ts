// As recovery.test.ts, with a hundred calls: 60 over UDP, 20 over TCP, 18 over TLS, 2 with a browser; the limits
// are strict.
import type { Way } from './phones.ts'
import { testRecovery } from './suite.ts'

const many = (way: Way, count: number): Way[] => Array.from({ length: count }, () => way)

testRecovery([...many('udp', 60), ...many('tcp', 20), ...many('tls', 18), ...many('browser', 2)], 'strict')
