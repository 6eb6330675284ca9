// The state as text, for a store. What is read back is checked: a case that is believed wrongly is closed by
// nobody, or by one person without evidence.
import { THREAT_LEVELS } from '@rufwerk/advisories'
import { fail, ok, type Result } from '@rufwerk/core'
import { type Evidence, isEnough, isEvidenceKind, isVerdict } from './evidence.ts'
import { isOrigin, isReport, isSha256 } from './intake.ts'
import {
  CASES_MAX,
  EVIDENCE_MAX,
  HASHES_MAX,
  HASHES_OF_INTAKE_MAX,
  ID_CHARS_MAX,
  INTAKES_MAX,
  REPORTERS_MAX,
  STATE_CHARS_MAX,
  TIMELINE_MAX,
  WORDS_CHARS_MAX,
} from './limits.ts'
import type { Actor, Case, Cases, Clock, Entry, Intake, Origin, Report, Status } from './state.ts'

const FORMAT = 1
const ACTS: readonly Entry['act'][] = [
  ...(['opened', 'reported', 'reopened', 'answered', 'assigned', 'rated', 'noted'] as const),
  ...(['evidence', 'proposed', 'rejected', 'closed'] as const),
]

export function writeCases({ cases, late }: Cases): string {
  return JSON.stringify({ format: FORMAT, cases: [...cases.values()], late })
}

/** Where it is malformed. */
export function readCases(source: string): Result<Cases, string> {
  if (source.length > STATE_CHARS_MAX) return fail('')
  try {
    const whole = object(JSON.parse(source), '')
    if (whole.format !== FORMAT) return fail('format')
    const { answer, decision } = object(whole.late, 'late')
    const read = list(whole.cases, 'cases', CASES_MAX).map(readCase)
    const cases = new Map(read.map((one) => [one.id, one]))
    const hashes = read.flatMap((one) => one.hashes.map((hash) => [hash, one.id] as const))
    const byHash = new Map(hashes)
    if (cases.size !== read.length || byHash.size !== hashes.length) return fail('twice')
    return ok({ cases, byHash, late: { answer: number(answer, 'late'), decision: number(decision, 'late') } })
  } catch (error) {
    if (error instanceof Malformed) return fail(error.place)
    if (error instanceof SyntaxError) return fail('')
    throw error
  }
}

/** Thrown and caught in this file only. */
class Malformed extends Error {
  readonly place: string

  constructor(place: string) {
    super(place)
    this.place = place
  }
}

type Fields = Readonly<Record<string, unknown>>

function object(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed(place)
  return value as Fields
}

function list(value: unknown, place: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw new Malformed(place)
  return value
}

function text(value: unknown, place: string, most = ID_CHARS_MAX, least = 1): string {
  if (typeof value !== 'string' || value.length > most || value.length < least) throw new Malformed(place)
  return value
}

/** What people wrote; entries put a word of ours before it. */
const words = (value: unknown, place: string) => text(value, place, WORDS_CHARS_MAX + ID_CHARS_MAX, 0)

function number(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Malformed(place)
  return value
}

function hashesOf(value: unknown, place: string, most: number): readonly string[] {
  const hashes = list(value, place, most).map((hash) => text(hash, place))
  if (!hashes.every(isSha256) || new Set(hashes).size !== hashes.length) throw new Malformed(place)
  return hashes
}

function readOrigin(value: unknown, place: string): Origin {
  const fields = object(value, place)
  const origin = originOf(fields, place)
  if (!isOrigin(origin)) throw new Malformed(place)
  return origin
}

function originOf({ kind, person, source, contact, ...advisory }: Fields, place: string): Origin {
  switch (kind) {
    case 'person':
      return { kind, person: text(person, place) }
    case 'webhook':
      return { kind, source: text(source, place) }
    case 'outside':
      return { kind, ...(contact !== undefined && { contact: text(contact, place) }) }
    case 'advisory': {
      const [issuer, revision] = [text(advisory.issuer, place), text(advisory.revision, place)]
      return { kind, issuer, advisory: text(advisory.advisory, place), revision }
    }
    default:
      throw new Malformed(place)
  }
}

function readIntake(value: unknown, place: string): Intake {
  const { receipt, at, origin, report } = object(value, place)
  const fields = object(report, place)
  const { fileName, product, version } = fields
  const read: Report = {
    hashes: hashesOf(fields.hashes, place, HASHES_OF_INTAKE_MAX),
    ...(fileName !== undefined && { fileName: text(fileName, place) }),
    ...(product !== undefined && { product: text(product, place) }),
    ...(version !== undefined && { version: text(version, place) }),
    words: text(fields.words, place, WORDS_CHARS_MAX, 0),
  }
  if (!isReport(read)) throw new Malformed(place)
  return {
    ...{ receipt: text(receipt, place), at: number(at, place) },
    ...{ origin: readOrigin(origin, place), report: read },
  }
}

function readActor(value: unknown, place: string): Actor {
  const { kind, id } = object(value, place)
  if (kind !== 'person' && kind !== 'policy') throw new Malformed(place)
  return { kind, id: text(id, place) }
}

function readEntry(value: unknown, place: string): Entry {
  const { at, by, act, words: said } = object(value, place)
  const known = ACTS.find((one) => one === act)
  if (known === undefined) throw new Malformed(place)
  return {
    at: number(at, place),
    ...(by !== undefined && { by: readActor(by, place) }),
    ...{ act: known, words: words(said, place) },
  }
}

function readEvidence(value: unknown, place: string): Evidence {
  const { id, by, at, kind, what, sha256 } = object(value, place)
  if (!isEvidenceKind(kind) || !isSha256(text(sha256, place))) throw new Malformed(place)
  return {
    ...{ id: text(id, place), by: text(by, place), at: number(at, place), kind },
    ...{ what: text(what, place, WORDS_CHARS_MAX), sha256: text(sha256, place) },
  }
}

function readClock(value: unknown, place: string): Clock {
  const { since, answerDue, decisionDue, answeredAt, told } = object(value, place)
  const names = list(told, place, 2).map((one) => {
    if (one !== 'answer' && one !== 'decision') throw new Malformed(place)
    return one
  })
  if (new Set(names).size !== names.length) throw new Malformed(place)
  return {
    ...{ since: number(since, place), answerDue: number(answerDue, place) },
    decisionDue: number(decisionDue, place),
    ...(answeredAt !== undefined && { answeredAt: number(answeredAt, place) }),
    told: names,
  }
}

function readStatus(value: unknown, place: string): Status {
  const { name, by, proposedBy, confirmedBy, at, verdict, why } = object(value, place)
  if (name === 'open') return { name }
  if (!isVerdict(verdict)) throw new Malformed(place)
  const decided = { at: number(at, place), verdict, why: text(why, place, WORDS_CHARS_MAX) }
  if (name === 'proposed') return { name, by: text(by, place), ...decided }
  if (name !== 'closed') throw new Malformed(place)
  return {
    name,
    ...{ proposedBy: text(proposedBy, place), confirmedBy: text(confirmedBy, place), ...decided },
  }
}

function readCase(value: unknown, index: number): Case {
  const place = `cases/${index}`
  const fields = object(value, place)
  const level = THREAT_LEVELS.find((one) => one === fields.level)
  const intakes = list(fields.intakes, place, INTAKES_MAX).map((one) => readIntake(one, place))
  const hashes = hashesOf(fields.hashes, place, HASHES_MAX)
  const evidence = list(fields.evidence, place, EVIDENCE_MAX).map((one) => readEvidence(one, place))
  const reporters = list(fields.reporters, place, REPORTERS_MAX).map((one) => text(one, place))
  const timeline = list(fields.timeline, place, TIMELINE_MAX).map((one) => readEntry(one, place))
  if (level === undefined || intakes.length === 0 || timeline[0]?.act !== 'opened') throw new Malformed(place)
  const paused = hashesOf(fields.paused, place, HASHES_MAX)
  const one: Case = {
    ...{ id: text(fields.id, place), hashes, level, status: readStatus(fields.status, place) },
    ...(fields.owner !== undefined && { owner: text(fields.owner, place) }),
    ...{ clock: readClock(fields.clock, place), intakes, moreIntakes: number(fields.moreIntakes, place) },
    ...{ reporters, timeline, evidence, oldEvidence: number(fields.oldEvidence, place), paused },
  }
  if (!isBelievable(one)) throw new Malformed(place)
  return one
}

/** What `step` could have made: nobody closes alone, as a reporter or without evidence. */
function isBelievable({ status, evidence, oldEvidence, reporters, intakes, ...one }: Case): boolean {
  const isOnce = new Set(evidence.map(({ id }) => id)).size === evidence.length
  const people = intakes.flatMap(({ origin }) => (origin.kind === 'person' ? [origin.person] : []))
  const known = new Set(one.hashes)
  const isHeard = people.every((person) => reporters.includes(person))
  if (!isOnce || !isHeard || oldEvidence > evidence.length) return false
  if (!one.paused.every((hash) => known.has(hash))) return false
  if (status.name === 'open') return true
  const decided = status.name === 'proposed' ? [status.by] : [status.proposedBy, status.confirmedBy]
  return (
    new Set(decided).size === decided.length &&
    !decided.some((person) => reporters.includes(person)) &&
    isEnough(status.verdict, evidence.slice(oldEvidence))
  )
}
