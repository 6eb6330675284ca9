// A report comes in: it opens a case, joins the one about the same checksum, or opens that one again.
import { newClock } from './clock.ts'
import {
  CASES_MAX,
  HASHES_MAX,
  HASHES_OF_INTAKE_MAX,
  ID_CHARS_MAX,
  INTAKES_MAX,
  OUTSIDE_OPEN_MAX,
  REPORTERS_MAX,
  WORDS_CHARS_MAX,
} from './limits.ts'
import { type Case, type Cases, type Entry, type Intake, isOpen, type Origin, type Report } from './state.ts'
import type { CasesOutput, CasesRefusal, CasesStep, IntakeInput } from './step.ts'

const SHA256 = /^[0-9a-f]{64}$/

export const isSha256 = (text: string): boolean => SHA256.test(text)
export const isName = (text: string): boolean => text !== '' && text.length <= ID_CHARS_MAX
export const isWords = (text: string): boolean => text.length <= WORDS_CHARS_MAX

export function isReport({ hashes, fileName, product, version, words }: Report): boolean {
  const names = [fileName, product, version].filter((name) => name !== undefined)
  return (
    hashes.length <= HASHES_OF_INTAKE_MAX &&
    hashes.every(isSha256) &&
    new Set(hashes).size === hashes.length &&
    names.every(isName) &&
    isWords(words) &&
    // Something has to be said.
    (hashes.length > 0 || names.length > 0 || words !== '')
  )
}

export function isOrigin(origin: Origin): boolean {
  switch (origin.kind) {
    case 'person':
      return isName(origin.person)
    case 'webhook':
      return isName(origin.source)
    case 'outside':
      return origin.contact === undefined || isName(origin.contact)
    case 'advisory':
      return [origin.issuer, origin.advisory, origin.revision].every(isName)
  }
}

const refuse = (state: Cases, why: CasesRefusal): CasesStep => ({ state, out: [{ type: 'refused', why }] })

export function intake(state: Cases, input: IntakeInput): CasesStep {
  const report = { ...input.report, hashes: input.report.hashes.map((hash) => hash.toLowerCase()) }
  const isWhole = isName(input.id) && isName(input.receipt) && isOrigin(input.origin) && isReport(report)
  if (!isWhole) return refuse(state, 'malformed')
  const { receipt, at, origin, id } = input
  const received: Intake = { receipt, at, origin, report }
  const own = input.ownReleases.map((hash) => hash.toLowerCase())
  const ids = new Set(report.hashes.flatMap((hash) => state.byHash.get(hash) ?? []))
  if (ids.size === 0) return opened(state, input, received, own)
  const joined: CasesOutput[] = []
  let next = state
  // About several cases at once: it is heard in each, and what nobody knew yet goes to the first.
  for (const known of ids) {
    const one = next.cases.get(known)
    if (one === undefined) continue
    const news = joined.length === 0 ? report.hashes.filter((hash) => !state.byHash.has(hash)) : []
    const done = join(next, one, received, news, own)
    if (done === undefined) return refuse(state, 'full')
    next = done.state
    joined.push(...done.out)
  }
  return joined.length === 0 ? refuse(state, 'id-taken') : { state: next, out: joined }

  function opened(before: Cases, { level }: IntakeInput, first: Intake, ours: readonly string[]): CasesStep {
    if (before.cases.has(id)) return refuse(before, 'id-taken')
    if (before.cases.size >= CASES_MAX) return refuse(before, 'full')
    if (origin.kind === 'outside' && outsideOnly(before) >= OUTSIDE_OPEN_MAX) return refuse(before, 'full')
    const entry: Entry = { at, act: 'opened', words: saidBy(origin) }
    const paused = pausing(report, ours, [])
    const one: Case = {
      ...{ id, hashes: report.hashes, level, status: { name: 'open' }, clock: newClock(at) },
      ...{ intakes: [first], moreIntakes: 0, reporters: reportersOf(origin), timeline: [entry] },
      ...{ evidence: [], oldEvidence: 0, paused },
    }
    return put(
      before,
      one,
      [{ type: 'received', case: id, receipt, how: 'opened', isKept: true }],
      paused,
      origin,
    )
  }
}

/** Undefined: there is no room for what the report says. */
function join(
  state: Cases,
  known: Case,
  received: Intake,
  news: readonly string[],
  own: readonly string[],
): CasesStep | undefined {
  const { at, origin, report, receipt } = received
  const hashes = [...known.hashes, ...news]
  const reporters = [...new Set([...known.reporters, ...reportersOf(origin)])]
  if (hashes.length > HASHES_MAX || reporters.length > REPORTERS_MAX) return undefined
  const isAgain = !isOpen(known)
  const isKept = known.intakes.length < INTAKES_MAX
  const paused = pausing(report, own, isAgain ? [] : known.paused)
  const entries: Entry[] = []
  // Who proposed to close it did not know of this report.
  if (known.status.name === 'proposed')
    entries.push({ at, act: 'rejected', words: `another report: ${saidBy(origin)}` })
  if (isAgain) entries.push({ at, act: 'reopened', words: saidBy(origin) })
  else if (isKept) entries.push({ at, act: 'reported', words: saidBy(origin) })
  const one: Case = {
    ...{ ...known, hashes, reporters, status: { name: 'open' } },
    ...(isAgain && { clock: newClock(at), oldEvidence: known.evidence.length }),
    intakes: isKept ? [...known.intakes, received] : known.intakes,
    moreIntakes: known.moreIntakes + (isKept ? 0 : 1),
    timeline: [...known.timeline, ...entries],
    paused: [...(isAgain ? [] : known.paused), ...paused],
  }
  const how = isAgain ? 'reopened' : 'joined'
  return put(state, one, [{ type: 'received', case: known.id, receipt, how, isKept }], paused, origin)
}

function put(
  state: Cases,
  one: Case,
  out: readonly CasesOutput[],
  releases: readonly string[],
  { kind }: Origin,
): CasesStep {
  const byHash = new Map(state.byHash)
  for (const hash of one.hashes) byHash.set(hash, one.id)
  const pause: CasesOutput = { type: 'pause-updates', case: one.id, releases, origin: kind }
  return {
    state: { ...state, cases: new Map(state.cases).set(one.id, one), byHash },
    out: releases.length > 0 ? [...out, pause] : out,
  }
}

/** Releases of ours that were not held back yet. */
function pausing({ hashes }: Report, own: readonly string[], before: readonly string[]): readonly string[] {
  return hashes.filter((hash) => own.includes(hash) && !before.includes(hash))
}

const reportersOf = (origin: Origin): readonly string[] => (origin.kind === 'person' ? [origin.person] : [])

function outsideOnly({ cases }: Cases): number {
  const all = [...cases.values()].filter(isOpen)
  return all.filter(({ intakes }) => intakes.every(({ origin }) => origin.kind === 'outside')).length
}

/** For the timeline; what was said stands in the report. */
function saidBy(origin: Origin): string {
  switch (origin.kind) {
    case 'person':
      return `person ${origin.person}`
    case 'webhook':
      return `webhook ${origin.source}`
    case 'outside':
      return origin.contact === undefined ? 'outside, without a contact' : 'outside'
    case 'advisory':
      return `advisory ${origin.advisory} ${origin.revision}`
  }
}
