// The tests of both files: the same kills for few calls and for a hundred.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Part } from '../support/processes.ts'
import { Crowd } from './crowd.ts'
import type { Way } from './phones.ts'
import {
  assertCallsWork,
  assertSoundBack,
  killAtAnswer,
  killInReInvite,
  killWhileRinging,
  measureKill,
  type Pace,
} from './steps.ts'

type Signals = readonly (readonly [Part, 'SIGKILL' | 'SIGSTOP'])[]

const OUTAGES: readonly { readonly what: string; readonly signals: Signals }[] = [
  { what: 'media killed', signals: [['media', 'SIGKILL']] },
  {
    what: 'both killed',
    signals: [
      ['media', 'SIGKILL'],
      ['server', 'SIGKILL'],
    ],
  },
  { what: 'media hung', signals: [['media', 'SIGSTOP']] },
]

/** One call per way, all at once. */
export function testRecovery(ways: readonly Way[], pace: Pace): void {
  const calls = `${ways.length} calls`
  test(`${calls}: kill -9 of call control, twice too, in a re-INVITE, as one is answered or rings`, async (t) => {
    const crowd = await Crowd.open(t, ways)
    await crowd.callAll()
    await measureKill(t, crowd, 1, pace)
    await measureKill(t, crowd, 2, pace)
    await killInReInvite(t, crowd, pace)
    await assertCallsWork(t, crowd)
    await killAtAnswer(t, crowd, pace)
    await killWhileRinging(t, crowd, pace)
    assert.doesNotMatch(crowd.server.log, /failed/)
  })

  for (const { what, signals } of OUTAGES)
    test(`${calls}, ${what}: sound is back, and calls work`, async (t) => {
      const crowd = await Crowd.open(t, ways)
      await crowd.callAll()
      await assertSoundBack(t, crowd, signals, pace)
      await assertCallsWork(t, crowd)
    })
}
