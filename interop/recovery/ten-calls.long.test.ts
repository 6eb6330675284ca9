// Call control ends the hard way under ten calls with sound: what goes on, for how long nothing is heard, and
// that hold, BYE, new calls and records work afterwards. The hundred calls are in recovery.long.test.ts; npm
// test ends both processes under one call (browser.test.ts).
import test from 'node:test'
import type { Way } from './phones.ts'
import { SCENARIOS } from './scenarios.ts'

const WAYS: readonly Way[] = ['udp', 'udp', 'udp', 'udp', 'udp', 'tcp', 'tcp', 'tls', 'tls', 'browser']

const [{ title, run }] = SCENARIOS
test(title, (t) => run(t, WAYS, 'shared'))
