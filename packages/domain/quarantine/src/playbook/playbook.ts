// Recommendations of an advisory as work: each step with an owner, a deadline and evidence. A revision adds
// steps and marks those that are not recommended any more; what people have shown stays.
import type { Csaf } from '@rufwerk/advisories/read'

/** Steps of a playbook, evidence of a step, characters of a text. */
export const STEPS_MAX = 500
export const EVIDENCE_MAX = 100
export const TEXT_CHARS_MAX = 10_000

export interface Evidence {
  readonly by: string
  readonly at: number
  /** What was seen, in words, or the checksum of a file that is kept with the case. */
  readonly text: string
  readonly sha256?: string
}

export interface PlaybookStep {
  /** Category and words of the recommendation: the same in another revision is the same step. */
  readonly key: string
  readonly category: string
  readonly text: string
  readonly owner?: string
  readonly deadline?: number
  readonly evidence: readonly Evidence[]
  readonly doneBy?: string
  readonly doneAt?: number
  /** The newest revision does not recommend it any more. */
  readonly isWithdrawn: boolean
}

export interface Playbook {
  readonly steps: ReadonlyMap<string, PlaybookStep>
}

export const EMPTY_PLAYBOOK: Playbook = { steps: new Map() }

export type PlaybookInput =
  | { readonly type: 'advisory'; readonly csaf: Csaf }
  | { readonly type: 'assign'; readonly key: string; readonly owner: string; readonly deadline: number }
  | { readonly type: 'evidence'; readonly key: string; readonly evidence: Evidence }
  | { readonly type: 'done'; readonly key: string; readonly by: string; readonly at: number }
  | { readonly type: 'reopen'; readonly key: string }

export type PlaybookRefusal = 'unknown-step' | 'no-evidence' | 'no-owner' | 'full' | 'too-long'

export interface PlaybookResult {
  readonly state: Playbook
  /** Undefined: it was done. */
  readonly refused?: PlaybookRefusal
}

export function stepPlaybook(state: Playbook, input: PlaybookInput): PlaybookResult {
  if (input.type === 'advisory') return recommended(state, input.csaf)
  const known = state.steps.get(input.key)
  if (known === undefined) return { state, refused: 'unknown-step' }
  const put = (changed: PlaybookStep): PlaybookResult => ({
    state: { steps: new Map(state.steps).set(known.key, changed) },
  })
  switch (input.type) {
    case 'assign':
      return put({ ...known, owner: input.owner, deadline: input.deadline })
    case 'evidence': {
      if (known.evidence.length >= EVIDENCE_MAX) return { state, refused: 'full' }
      if (input.evidence.text.length > TEXT_CHARS_MAX) return { state, refused: 'too-long' }
      return put({ ...known, evidence: [...known.evidence, input.evidence] })
    }
    case 'done':
      if (known.evidence.length === 0) return { state, refused: 'no-evidence' }
      if (known.owner === undefined) return { state, refused: 'no-owner' }
      return put({ ...known, doneBy: input.by, doneAt: input.at })
    case 'reopen': {
      const { doneBy: _, doneAt: __, ...open } = known
      return put(open)
    }
  }
}

function recommended(state: Playbook, { vulnerabilities = [] }: Csaf): PlaybookResult {
  const wanted = vulnerabilities.flatMap(({ remediations = [] }) => remediations)
  const steps = new Map([...state.steps].map(([key, step]) => [key, { ...step, isWithdrawn: true }]))
  for (const { category, details } of wanted) {
    const text = details.slice(0, TEXT_CHARS_MAX)
    const key = JSON.stringify([category, text])
    const known = steps.get(key)
    if (known === undefined && steps.size >= STEPS_MAX) return { state, refused: 'full' }
    steps.set(
      key,
      known === undefined
        ? { key, category, text, evidence: [], isWithdrawn: false }
        : { ...known, isWithdrawn: false },
    )
  }
  return { state: { steps } }
}

export interface PlaybookFigures {
  readonly wanted: number
  readonly done: number
  /** Not done, and their time is over. */
  readonly overdue: number
}

/** Withdrawn steps count no more. */
export function playbookFigures({ steps }: Playbook, now: number): PlaybookFigures {
  const wanted = [...steps.values()].filter(({ isWithdrawn }) => !isWithdrawn)
  const open = wanted.filter(({ doneAt }) => doneAt === undefined)
  return {
    wanted: wanted.length,
    done: wanted.length - open.length,
    overdue: open.filter(({ deadline = Number.POSITIVE_INFINITY }) => deadline < now).length,
  }
}
