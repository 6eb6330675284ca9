// As ten-calls.long.test.ts, with a hundred calls: 60 over UDP, 20 over TCP, 18 over TLS, 2 with a browser;
// the limits are strict.
import test from 'node:test'
import type { Way } from './phones.ts'
import { SCENARIOS } from './scenarios.ts'

const many = (way: Way, count: number): Way[] => Array.from({ length: count }, () => way)
const WAYS = [...many('udp', 60), ...many('tcp', 20), ...many('tls', 18), ...many('browser', 2)]

for (const { title, run } of SCENARIOS) test(`100 calls: ${title}`, (t) => run(t, WAYS, 'strict'))
