// What people do with a case. Closing takes evidence and two people, neither of whom reported it.
import { THREAT_LEVELS, type ThreatLevel } from '@rufwerk/advisories'
import { type EvidenceKind, isEnough, isEvidenceKind, isVerdict, type Verdict } from './evidence.ts'
import { isName, isSha256, isWords } from './intake.ts'
import { EVIDENCE_MAX, INTAKES_MAX, TIMELINE_MAX } from './limits.ts'
import { type Actor, type Case, type Cases, type Entry, isOpen } from './state.ts'
import type { CasesOutput, CasesRefusal, CasesStep } from './step.ts'

interface Act {
  readonly case: string
  readonly by: Actor
  readonly at: number
}

export type ActInput =
  /** Stops the clock of the first answer. */
  | (Act & { readonly type: 'answer' | 'note'; readonly words: string })
  | (Act & { readonly type: 'assign'; readonly owner: string })
  | (Act & { readonly type: 'rate'; readonly level: ThreatLevel; readonly why: string })
  | (Act & {
      readonly type: 'evidence'
      readonly id: string
      readonly kind: EvidenceKind
      readonly what: string
      readonly sha256: string
    })
  | (Act & { readonly type: 'propose'; readonly verdict: Verdict; readonly why: string })
  | (Act & { readonly type: 'confirm' })
  | (Act & { readonly type: 'reject'; readonly why: string })

/** Entries up to which people work, and up to which they close: what reports add always has room. */
const WORK_MAX = TIMELINE_MAX / 2
const CLOSING_MAX = TIMELINE_MAX - INTAKES_MAX - 100

interface Done {
  readonly one: Case
  readonly entry: Omit<Entry, 'at' | 'by'>
  readonly out?: readonly CasesOutput[]
}

export function act(state: Cases, input: ActInput): CasesStep {
  const refuse = (why: CasesRefusal): CasesStep => ({ state, out: [{ type: 'refused', why }] })
  const known = state.cases.get(input.case)
  if (known === undefined) return refuse('unknown-case')
  if (!isName(input.by.id)) return refuse('malformed')
  if (input.by.kind !== 'person' && input.type !== 'note') return refuse('no-person')
  if (!isOpen(known) && input.type !== 'note') return refuse('closed')
  const isClosing = input.type === 'propose' || input.type === 'confirm' || input.type === 'reject'
  const room = isClosing ? CLOSING_MAX : WORK_MAX
  if (known.timeline.length >= room) return refuse('full')
  const done = doneBy(known, input)
  if (typeof done === 'string') return refuse(done)
  const { at, by } = input
  const timeline = [...known.timeline, { at, by, ...done.entry }]
  const one = { ...done.one, timeline }
  const audit: CasesOutput = { type: 'audit', act: done.entry.act, by: by.id, at, case: known.id }
  return {
    state: { ...state, cases: new Map(state.cases).set(known.id, one) },
    out: [...(done.out ?? []), audit],
  }
}

function doneBy(known: Case, input: ActInput): Done | CasesRefusal {
  switch (input.type) {
    case 'answer':
      return answer(known, input)
    case 'note':
      if (!isWords(input.words) || input.words === '') return 'malformed'
      return { one: known, entry: { act: 'noted', words: input.words } }
    case 'assign':
      if (!isName(input.owner)) return 'malformed'
      return { one: { ...known, owner: input.owner }, entry: { act: 'assigned', words: input.owner } }
    case 'rate': {
      const { level, why } = input
      if (!THREAT_LEVELS.includes(level) || !isWords(why)) return 'malformed'
      return { one: { ...known, level }, entry: { act: 'rated', words: `${level} ${why}`.trim() } }
    }
    case 'evidence':
      return evidence(known, input)
    case 'propose':
      return propose(known, input)
    case 'confirm':
      return confirm(known, input)
    case 'reject':
      return reject(known, input)
  }
}

type Of<T extends ActInput['type']> = Extract<ActInput, { readonly type: T }>

function answer(known: Case, { words, at }: Of<'answer' | 'note'>): Done | CasesRefusal {
  if (!isWords(words) || words === '') return 'malformed'
  if (known.clock.answeredAt !== undefined) return 'answered'
  const to = known.intakes.map(({ receipt, origin }) => ({ receipt, origin }))
  return {
    one: { ...known, clock: { ...known.clock, answeredAt: at } },
    entry: { act: 'answered', words },
    out: [{ type: 'answer', case: known.id, to: to.filter(({ origin }) => isReachable(origin)), words }],
  }
}

function isReachable(origin: Case['intakes'][number]['origin']): boolean {
  return origin.kind === 'person' || (origin.kind === 'outside' && origin.contact !== undefined)
}

function evidence(known: Case, input: Of<'evidence'>): Done | CasesRefusal {
  const { id, kind, what, by, at } = input
  const sha256 = input.sha256.toLowerCase()
  if (!isName(id) || !isEvidenceKind(kind) || !isWords(what) || what === '' || !isSha256(sha256))
    return 'malformed'
  if (known.evidence.some((item) => item.id === id)) return 'id-taken'
  if (known.evidence.length >= EVIDENCE_MAX) return 'full'
  const item = { id, by: by.id, at, kind, what, sha256 }
  return {
    one: { ...known, evidence: [...known.evidence, item] },
    entry: { act: 'evidence', words: `${kind} ${id}` },
  }
}

/** What was found since the case was opened, or opened again: older evidence did not know of the report. */
const newEvidence = ({ evidence: items, oldEvidence }: Case) => items.slice(oldEvidence)

function propose(known: Case, { by, at, verdict, why }: Of<'propose'>): Done | CasesRefusal {
  if (!isVerdict(verdict) || !isWords(why) || why === '') return 'malformed'
  if (known.reporters.includes(by.id)) return 'reporter'
  if (!isEnough(verdict, newEvidence(known))) return 'no-evidence'
  return {
    one: { ...known, status: { name: 'proposed', by: by.id, at, verdict, why } },
    entry: { act: 'proposed', words: `${verdict}: ${why}` },
    out: [{ type: 'waits', case: known.id, verdict, by: by.id }],
  }
}

function confirm(known: Case, { by, at }: Of<'confirm'>): Done | CasesRefusal {
  const { status } = known
  if (status.name !== 'proposed') return 'not-proposed'
  if (status.by === by.id) return 'same-person'
  if (known.reporters.includes(by.id)) return 'reporter'
  const { verdict, why, by: proposedBy } = status
  return {
    one: { ...known, status: { name: 'closed', proposedBy, confirmedBy: by.id, at, verdict, why } },
    entry: { act: 'closed', words: verdict },
    out: [{ type: 'closed', case: known.id, verdict, paused: known.paused }],
  }
}

function reject(known: Case, { why }: Of<'reject'>): Done | CasesRefusal {
  if (known.status.name !== 'proposed') return 'not-proposed'
  if (!isWords(why)) return 'malformed'
  return { one: { ...known, status: { name: 'open' } }, entry: { act: 'rejected', words: why } }
}
