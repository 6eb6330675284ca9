// A company with cases, and what was said to it.
import assert from 'node:assert/strict'
import {
  type ActInput,
  type Actor,
  type Case,
  type Cases,
  type CasesInput,
  type CasesOutput,
  EMPTY_CASES,
  type IntakeInput,
  type Origin,
  step,
} from '../src/index.ts'

export const ANNA: Actor = { kind: 'person', id: 'anna' }
export const BERND: Actor = { kind: 'person', id: 'bernd' }
export const CARLA: Actor = { kind: 'person', id: 'carla' }
export const POLICY: Actor = { kind: 'policy', id: 'anna-rules' }
export const HOUR = 3_600_000

export const hash = (number: number): string => number.toString(16).padStart(64, '0')
export const CARLAS: Origin = { kind: 'person', person: 'carla' }
export const SCANNER: Origin = { kind: 'webhook', source: 'scanner' }
export const OUTSIDE: Origin = { kind: 'outside', contact: 'x@example.org' }
export const ADVISORY: Origin = {
  kind: 'advisory',
  issuer: 'https://a.example',
  advisory: 'A-1',
  revision: '1',
}

/** An act without who and when. */
type Plain<T> = T extends ActInput ? Omit<T, 'by' | 'at' | 'case'> : never

export class House {
  state: Cases = EMPTY_CASES
  at = 0
  #ids = 0

  says(input: CasesInput): readonly CasesOutput[] {
    const { state, out } = step(this.state, input)
    this.state = state
    return out
  }

  /** How it was received, or why not. */
  reports(origin: Origin, hashes: readonly string[], more: Partial<IntakeInput> = {}): string[] {
    this.#ids += 1
    const [id, receipt] = [`c${this.#ids}`, `r${this.#ids}`]
    const report = { hashes, words: 'flagged' }
    const input = { id, receipt, at: this.at, origin, report, ownReleases: [], level: 2 as const, ...more }
    return this.says({ type: 'intake', ...input }).map(told)
  }

  act(by: Actor, act: Plain<ActInput>, of = 'c1'): string[] {
    const input = { ...act, by, at: this.at, case: of } as ActInput
    return this.says(input).map(told)
  }

  evidence(by: Actor, kind: string, of = 'c1'): string[] {
    this.#ids += 1
    const item = { type: 'evidence', id: `e${this.#ids}`, kind, what: 'looked', sha256: hash(9) }
    return this.act(by, item as Plain<ActInput>, of)
  }

  proposes(by: Actor, verdict = 'false-positive', of = 'c1'): string[] {
    return this.act(by, { type: 'propose', verdict, why: 'looked at it' } as Plain<ActInput>, of)
  }

  confirms(by: Actor, of = 'c1'): string[] {
    return this.act(by, { type: 'confirm' }, of)
  }

  one(id = 'c1'): Case {
    return this.state.cases.get(id) ?? assert.fail(id)
  }
}

function told(out: CasesOutput): string {
  switch (out.type) {
    case 'refused':
      return `refused ${out.why}`
    case 'received':
      return `${out.how} ${out.case} ${out.receipt}${out.isKept ? '' : ' counted'}`
    case 'pause-updates':
      return `pause ${out.releases.map((release) => Number.parseInt(release, 16))} ${out.origin}`
    case 'answer':
      return `answer ${out.to.map(({ receipt }) => receipt)}`
    case 'overdue':
      return `overdue ${out.case} ${out.deadline}`
    case 'waits':
      return `waits ${out.verdict} ${out.by}`
    case 'closed':
      return `closed ${out.verdict} ${out.paused.length}`
    case 'audit':
      return `audit ${out.act} ${out.by}`
  }
}
