// Stored cases, changed at random: they are refused with a place, or read, written and read as the same, and
// nobody in them closed a case alone or without evidence. What was read hears a report that is made of it.
import assert from 'node:assert/strict'
import {
  type Case,
  type Cases,
  type CasesInput,
  EMPTY_CASES,
  isEnough,
  readCases,
  step,
  writeCases,
} from '@rufwerk/cases'
import { assertUntouched, type Target } from '../../target.ts'

const HASH = 'ab'.repeat(32)
const ANNA = { kind: 'person', id: 'anna' } as const
const BERND = { kind: 'person', id: 'bernd' } as const

function lived(isClosed: boolean): Cases {
  const report = { hashes: [HASH], fileName: 'a.exe', words: 'flagged' }
  const origin = { kind: 'person', person: 'carla' } as const
  const first = { id: 'c1', receipt: 'r1', at: 1, origin, report, ownReleases: [HASH], level: 2 } as const
  const item = { id: 'e1', kind: 'file-analysis', what: 'taken apart', sha256: HASH } as const
  const acts: CasesInput[] = [
    { type: 'intake', ...first },
    { type: 'evidence', case: 'c1', by: ANNA, at: 2, ...item },
    { type: 'propose', case: 'c1', by: ANNA, at: 3, verdict: 'false-positive', why: 'clean' },
  ]
  if (isClosed) acts.push({ type: 'confirm', case: 'c1', by: BERND, at: 4 })
  return acts.reduce((state, input) => step(state, input).state, EMPTY_CASES)
}

const WORDS = [
  ...['"name":"closed"', '"confirmedBy":"anna"', '"confirmedBy":"carla"', '"evidence":[]', '"oldEvidence":1'],
  ...[
    '"reporters":[]',
    '"kind":"scanner-verdict"',
    '"verdict":"removed"',
    '"hashes":[]',
    HASH,
    '"told":["answer"]',
  ],
  ...['[]', '{}', 'null', '-1', '1e99', '"__proto__":{}', '""'],
]

/** `read` may have a fault. */
export function casesTarget(read: typeof readCases = readCases): Target {
  return {
    name: 'cases',
    seeds: [EMPTY_CASES, lived(false), lived(true)].map((state) => Buffer.from(writeCases(state))),
    words: WORDS,
    bytesMax: 20_000,
    work: (input) => void read(Buffer.from(input).toString('utf8')),
    check(input) {
      const text = Buffer.from(input).toString('utf8')
      const found = read(text)
      assertUntouched()
      if (!found.ok) return found.error.replace(/\d+/g, 'n')
      const again = readCases(writeCases(found.value))
      assert.ok(again.ok, 'what was read cannot be written')
      assert.deepEqual(again.value, found.value)
      return `read ${[...found.value.cases.values()].map(checked)} ${heard(found.value, text)}`
    },
  }
}

function checked({ status, reporters, evidence, oldEvidence }: Case): string {
  if (status.name !== 'closed') return status.name
  const { proposedBy, confirmedBy, verdict } = status
  assert.notEqual(proposedBy, confirmedBy, 'closed alone')
  assert.ok(!reporters.includes(proposedBy) && !reporters.includes(confirmedBy), 'closed by a reporter')
  assert.ok(isEnough(verdict, evidence.slice(oldEvidence)), 'closed without evidence')
  return `closed ${verdict}`
}

/** A report with words of the text: taken or refused, and what is taken can be kept. */
function heard(state: Cases, text: string): string {
  const [at, words] = [text.length, text.slice(0, 5_000)]
  const report = { hashes: [HASH], fileName: text.slice(-50), words }
  const origin = { kind: 'outside', contact: text.slice(0, 600) } as const
  const input = { id: 'new', receipt: 'new', at, origin, report, ownReleases: [HASH], level: 1 } as const
  const done = step(state, { type: 'intake', ...input })
  const kept = readCases(writeCases(done.state))
  assert.ok(kept.ok, 'what was taken cannot be kept')
  assert.deepEqual(kept.value, done.state)
  return done.out.map(({ type }) => type).join()
}
