// Processes that end the hard way under ten calls with sound: what goes on, for how long nothing is heard,
// and that hold, BYE, new calls and records work afterwards. The hundred calls, and both processes or one
// that hangs, are in recovery.long.test.ts.
import test from 'node:test'
import type { Way } from './phones.ts'
import { SCENARIOS } from './scenarios.ts'

const WAYS: readonly Way[] = ['udp', 'udp', 'udp', 'udp', 'udp', 'tcp', 'tcp', 'tls', 'tls', 'browser']

const [callControl, media] = SCENARIOS
for (const { title, run } of [callControl, media]) test(title, (t) => run(t, WAYS, 'shared'))
