// As recovery.test.ts, with a hundred calls: 62 over UDP, 20 over TCP, 18 over TLS; the limits are strict.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Crowd } from './crowd.ts'
import type { Way } from './enduring-phone.ts'
import { assertCallsWork, assertSoundBack, killInReInvite, killWhileRinging, measureKill } from './steps.ts'

const many = (way: Way, count: number): Way[] => Array.from({ length: count }, () => way)
const WAYS: readonly Way[] = [...many('udp', 62), ...many('tcp', 20), ...many('tls', 18)]

test('100 calls: call control killed once, twice, while it rings and inside a re-INVITE', async (t) => {
  const crowd = await Crowd.open(t, WAYS)
  await crowd.callAll()
  await measureKill(t, crowd, 1, 'strict')
  await measureKill(t, crowd, 2, 'strict')
  await killInReInvite(crowd)
  await assertCallsWork(crowd, WAYS.length)
  await killWhileRinging(t, crowd, 'strict')
  assert.doesNotMatch(crowd.server.log, /failed/)
})

for (const [what, signals] of [
  ['media killed', [['media', 'SIGKILL']]],
  [
    'both killed',
    [
      ['media', 'SIGKILL'],
      ['server', 'SIGKILL'],
    ],
  ],
  ['media hung', [['media', 'SIGSTOP']]],
] as const)
  test(`${what}: 100 calls are heard again within 3 s, and work`, async (t) => {
    const crowd = await Crowd.open(t, WAYS)
    await crowd.callAll()
    await assertSoundBack(t, crowd, signals, 'strict')
    await assertCallsWork(crowd, WAYS.length)
  })
