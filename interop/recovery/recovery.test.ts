// Processes that end the hard way under ten calls with sound: what goes on, for how long nothing is heard,
// and that hold, BYE, new calls and records work afterwards. The hundred calls are in
// recovery.long.test.ts.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Crowd } from './crowd.ts'
import type { Way } from './enduring-phone.ts'
import { assertCallsWork, assertSoundBack, killInReInvite, killWhileRinging, measureKill } from './steps.ts'

const WAYS: readonly Way[] = ['udp', 'udp', 'udp', 'udp', 'udp', 'udp', 'tcp', 'tcp', 'tls', 'tls']

test('kill -9 of call control, once and twice, while it rings and inside a re-INVITE', async (t) => {
  const crowd = await Crowd.open(t, WAYS)
  await crowd.callAll()
  await measureKill(t, crowd, 1, 'shared')
  await measureKill(t, crowd, 2, 'shared')
  await killInReInvite(crowd)
  await assertCallsWork(crowd, WAYS.length)
  await killWhileRinging(t, crowd, 'shared')
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
  test(`${what}: sound is back, and calls work`, async (t) => {
    const crowd = await Crowd.open(t, WAYS)
    await crowd.callAll()
    await assertSoundBack(t, crowd, signals, 'shared')
    await assertCallsWork(crowd, WAYS.length)
  })
