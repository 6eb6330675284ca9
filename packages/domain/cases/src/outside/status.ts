// What somebody from outside sees of a report: what happened after it, and nothing that was there before.
// Otherwise whoever reports a file would learn whether the company knows it already.

import type { Verdict } from '../evidence.ts'
import { ANSWER_WITHIN_MS, DECIDE_WITHIN_MS } from '../limits.ts'
import type { Case } from '../state.ts'

export interface OutsideStatus {
  readonly receipt: string
  readonly at: number
  readonly answerDue: number
  readonly decisionDue: number
  readonly answer?: { readonly at: number; readonly words: string }
  readonly closed?: { readonly at: number; readonly verdict: Verdict }
}

export function outsideStatus(receipt: string, at: number, one: Case | undefined): OutsideStatus {
  const answer = one?.timeline.findLast((entry) => entry.act === 'answered' && entry.at >= at)
  const status = one?.status
  return {
    ...{ receipt, at, answerDue: at + ANSWER_WITHIN_MS, decisionDue: at + DECIDE_WITHIN_MS },
    ...(answer && { answer: { at: answer.at, words: answer.words } }),
    ...(status?.name === 'closed' &&
      status.at >= at && { closed: { at: status.at, verdict: status.verdict } }),
  }
}
