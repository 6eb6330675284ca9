// The clock of a case: when the first answer and the decision are due, and what is told once it is late.
import { ANSWER_WITHIN_MS, DECIDE_WITHIN_MS } from './limits.ts'
import type { Case, Cases, Clock, Deadline } from './state.ts'
import type { CasesOutput, CasesStep } from './step.ts'

export function newClock(at: number): Clock {
  return { since: at, answerDue: at + ANSWER_WITHIN_MS, decisionDue: at + DECIDE_WITHIN_MS, told: [] }
}

function lateNow({ clock, status }: Case, at: number): readonly Deadline[] {
  if (status.name === 'closed') return []
  const late: Deadline[] = []
  if (clock.answeredAt === undefined && at > clock.answerDue) late.push('answer')
  if (at > clock.decisionDue) late.push('decision')
  return late.filter((deadline) => !clock.told.includes(deadline))
}

/** Tells and counts each deadline of these cases that has passed, once. */
export function tellLate(state: Cases, ids: Iterable<string>, at: number): CasesStep {
  const cases = new Map(state.cases)
  const out: CasesOutput[] = []
  const late = { ...state.late }
  for (const id of ids) {
    const known = cases.get(id)
    const deadlines = known === undefined ? [] : lateNow(known, at)
    if (known === undefined || deadlines.length === 0) continue
    const { clock, owner } = known
    cases.set(id, { ...known, clock: { ...clock, told: [...clock.told, ...deadlines] } })
    for (const deadline of deadlines) {
      late[deadline] += 1
      const due = deadline === 'answer' ? clock.answerDue : clock.decisionDue
      out.push({ type: 'overdue', case: id, deadline, due, ...(owner !== undefined && { owner }) })
    }
  }
  return out.length === 0 ? { state, out } : { state: { ...state, cases, late }, out }
}
