// Who may look into a case from outside: one admin asks, another one agrees, one of them alone ends it. It
// ends by itself. Only a digest of the token is kept, and every view, also a refused one of a known token, is
// something to be noted.
import {
  AGREED_WITHIN_MS,
  INVESTIGATORS_MAX,
  INVESTIGATORS_PER_CASE_MAX,
  LASTS_MS_MAX,
  NAME_CHARS_MAX,
  WHY_CHARS_MAX,
} from './limits.ts'

export interface Investigator {
  readonly id: string
  readonly caseId: string
  /** As the admin has written it: a name and an authority. */
  readonly name: string
  readonly why: string
  readonly askedBy: string
  readonly askedAt: number
  readonly until: number
  readonly agreed?: {
    readonly by: string
    readonly at: number
    /** SHA-256 of the token, in hex. */
    readonly token: string
  }
  readonly ended?: { readonly by: string; readonly at: number }
}

/** By id, in the order in which they were asked for. */
export type Investigators = ReadonlyMap<string, Investigator>

export const NO_INVESTIGATORS: Investigators = new Map()

/** What there is to see of a case, and nothing else is. */
export const INVESTIGATOR_VIEWS = ['case', 'evidence', 'exposure', 'administration'] as const
export type InvestigatorView = (typeof INVESTIGATOR_VIEWS)[number]

export type InvestigatorProblem =
  | 'malformed'
  | 'too-long'
  | 'full'
  | 'unknown'
  | 'same-person'
  | 'agreed-already'
  | 'over'

export type InvestigatorsInput =
  | ({ readonly type: 'ask'; readonly by: string; readonly at: number } & Pick<
      Investigator,
      'id' | 'caseId' | 'name' | 'why' | 'until'
    >)
  /** `token`: SHA-256 of one that is from a source of chance, which is shown once. */
  | {
      readonly type: 'agree'
      readonly id: string
      readonly by: string
      readonly at: number
      readonly token: string
    }
  | { readonly type: 'end'; readonly id: string; readonly by: string; readonly at: number }

export type InvestigatorsStep =
  | { readonly ok: true; readonly state: Investigators; readonly value: Investigator }
  | { readonly ok: false; readonly state: Investigators; readonly error: InvestigatorProblem }

const SHA256 = /^[0-9a-f]{64}$/

export function investigatorsStep(state: Investigators, input: InvestigatorsInput): InvestigatorsStep {
  switch (input.type) {
    case 'ask':
      return ask(state, input)
    case 'agree':
      return agree(state, input)
    case 'end': {
      const found = state.get(input.id)
      if (found === undefined) return { ok: false, state, error: 'unknown' }
      if (isOver(found, input.at)) return { ok: false, state, error: 'over' }
      return kept(state, { ...found, ended: { by: input.by, at: input.at } })
    }
  }
}

/** Ended, run out, or never agreed to. */
export function isOver({ ended, until, agreed, askedAt }: Investigator, at: number): boolean {
  return ended !== undefined || at >= until || (agreed === undefined && at - askedAt >= AGREED_WITHIN_MS)
}

export interface Seen {
  readonly investigator: Investigator
  /** Absent: nothing may be seen, and why. Both are noted. */
  readonly refused?: 'over' | 'other-case' | 'writes' | 'no-such-view'
}

/** Undefined: nobody has this token, and there is nobody to be named in a log. */
export function investigatorSees(
  state: Investigators,
  {
    token,
    method,
    caseId,
    view,
    at,
  }: {
    /** SHA-256 of what was shown. */
    readonly token: string
    readonly method: string
    readonly caseId: string
    readonly view: string
    readonly at: number
  },
): Seen | undefined {
  const investigator = [...state.values()].find(({ agreed }) => agreed?.token === token)
  if (investigator === undefined) return undefined
  if (isOver(investigator, at)) return { investigator, refused: 'over' }
  if (method !== 'GET') return { investigator, refused: 'writes' }
  if (caseId !== investigator.caseId) return { investigator, refused: 'other-case' }
  const isView = INVESTIGATOR_VIEWS.some((one) => one === view)
  return isView ? { investigator } : { investigator, refused: 'no-such-view' }
}

function ask(
  state: Investigators,
  { id, caseId, name, why, until, by, at }: Extract<InvestigatorsInput, { type: 'ask' }>,
): InvestigatorsStep {
  const isText = (text: string, max: number) => text.trim().length >= 3 && text.length <= max
  if (!isText(name, NAME_CHARS_MAX) || !isText(why, WHY_CHARS_MAX) || state.has(id) || !(until > at))
    return { ok: false, state, error: 'malformed' }
  if (until - at > LASTS_MS_MAX) return { ok: false, state, error: 'too-long' }
  const open = [...state.values()].filter((one) => !isOver(one, at))
  const ofCase = open.filter((one) => one.caseId === caseId).length
  if (ofCase >= INVESTIGATORS_PER_CASE_MAX || open.length >= INVESTIGATORS_MAX)
    return { ok: false, state, error: 'full' }
  const room = new Map(state)
  for (const [old, one] of state) if (room.size >= INVESTIGATORS_MAX && isOver(one, at)) room.delete(old)
  return kept(room, { id, caseId, name, why, askedBy: by, askedAt: at, until })
}

function agree(
  state: Investigators,
  { id, by, at, token }: Extract<InvestigatorsInput, { type: 'agree' }>,
): InvestigatorsStep {
  const found = state.get(id)
  if (found === undefined) return { ok: false, state, error: 'unknown' }
  if (isOver(found, at)) return { ok: false, state, error: 'over' }
  if (found.agreed !== undefined) return { ok: false, state, error: 'agreed-already' }
  if (found.askedBy === by) return { ok: false, state, error: 'same-person' }
  const isTaken = [...state.values()].some(({ agreed }) => agreed?.token === token)
  if (!SHA256.test(token) || isTaken) return { ok: false, state, error: 'malformed' }
  return kept(state, { ...found, agreed: { by, at, token } })
}

function kept(state: Investigators, value: Investigator): InvestigatorsStep {
  return { ok: true, state: new Map(state).set(value.id, value), value }
}
