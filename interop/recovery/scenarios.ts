// What is tested for few calls and for a hundred: the same kills in the same order.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
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

interface Scenario {
  readonly title: string
  /** One call per way, all at once. */
  readonly run: (t: TestContext, ways: readonly Way[], pace: Pace) => Promise<void>
}

/** The first one is played for ten calls, too. */
export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [
  {
    title: 'kill -9 of call control, once and twice, in a re-INVITE, at an answer and while it rings',
    run: killCallControl,
  },
  outage('media killed', [['media', 'SIGKILL']]),
  outage('both killed', [
    ['media', 'SIGKILL'],
    ['server', 'SIGKILL'],
  ]),
  outage('media hung', [['media', 'SIGSTOP']]),
]

async function killCallControl(t: TestContext, ways: readonly Way[], pace: Pace): Promise<void> {
  const crowd = await Crowd.open(t, ways)
  await crowd.callAll()
  await measureKill(t, crowd, 1, pace)
  await measureKill(t, crowd, 2, pace)
  await killInReInvite(t, crowd, pace)
  await assertCallsWork(t, crowd)
  await killAtAnswer(t, crowd, pace)
  await killWhileRinging(t, crowd, pace)
  assert.doesNotMatch(crowd.server.log, /failed/)
}

function outage(what: string, signals: readonly (readonly [Part, 'SIGKILL' | 'SIGSTOP'])[]): Scenario {
  return {
    title: `${what}: sound is back, and calls work`,
    run: async (t, ways, pace) => {
      const crowd = await Crowd.open(t, ways)
      await crowd.callAll()
      await assertSoundBack(t, crowd, signals, pace)
      await assertCallsWork(t, crowd)
    },
  }
}
