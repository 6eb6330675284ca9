import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EVIDENCE_KINDS, figuresOf, isEnough, isOpen, step, VERDICTS } from '../src/index.ts'
import {
  ANSWER_WITHIN_MS,
  CASES_MAX,
  DECIDE_WITHIN_MS,
  EVIDENCE_MAX,
  HASHES_OF_INTAKE_MAX,
  INTAKES_MAX,
  OUTSIDE_OPEN_MAX,
  TIMELINE_MAX,
  WORDS_CHARS_MAX,
} from '../src/limits.ts'
import { ADVISORY, ANNA, BERND, CARLA, CARLAS, HOUR, House, hash, OUTSIDE, POLICY, SCANNER } from './house.ts'

test('CAS-1 a person, software, somebody outside and an advisory open a case and get their receipt', () => {
  const house = new House()
  for (const [index, origin] of [
    CARLAS,
    SCANNER,
    OUTSIDE,
    ADVISORY,
    { kind: 'outside' } as const,
  ].entries()) {
    const number = index + 1
    assert.deepEqual(house.reports(origin, [hash(number)]), [`opened c${number} r${number}`])
    assert.deepEqual(house.one(`c${number}`).intakes[0]?.origin, origin)
  }
  assert.deepEqual(house.reports(OUTSIDE, []), ['opened c6 r6'], 'words are enough')
  house.at = 5
  assert.deepEqual(house.act(ANNA, { type: 'answer', words: 'We look.' }, 'c3'), [
    'answer r3',
    'audit answered anna',
  ])
  assert.deepEqual(house.act(ANNA, { type: 'answer', words: 'We look.' }, 'c5'), [
    'answer ',
    'audit answered anna',
  ])
})

test('CAS-2 one checksum is one case with all origins, another checksum is another, the twin', () => {
  const house = new House()
  house.reports(CARLAS, [hash(1)])
  assert.deepEqual(house.reports(SCANNER, [hash(1).toUpperCase()]), ['joined c1 r2'])
  assert.deepEqual(house.reports(ADVISORY, [hash(1), hash(2)]), ['joined c1 r3'])
  assert.deepEqual(house.reports(OUTSIDE, [hash(2)]), ['joined c1 r4'], 'the advisory has named it')
  assert.deepEqual(
    house.one().intakes.map(({ origin }) => origin),
    [CARLAS, SCANNER, ADVISORY, OUTSIDE],
  )
  assert.deepEqual(house.reports(SCANNER, [hash(3)]), ['opened c5 r5'])
  assert.deepEqual(house.reports(SCANNER, [hash(3), hash(1), hash(4)]), ['joined c5 r6', 'joined c1 r6'])
  assert.equal(house.state.byHash.get(hash(4)), 'c5')
})

test('CAS-3 the first report about a release of ours pauses updates, one about another file does not', () => {
  const house = new House()
  const own = { ownReleases: [hash(1)] }
  assert.deepEqual(house.reports(SCANNER, [hash(1)], own), ['opened c1 r1', 'pause 1 webhook'])
  assert.deepEqual(house.reports(OUTSIDE, [hash(1)], own), ['joined c1 r2'])
  assert.deepEqual(house.reports(OUTSIDE, [hash(2)], own), ['opened c3 r3'], 'the twin')
  house.evidence(ANNA, 'reproduced-build')
  house.proposes(ANNA)
  assert.deepEqual(house.confirms(BERND), ['closed false-positive 1', 'audit closed bernd'])
  assert.deepEqual(house.reports(OUTSIDE, [hash(1)], own), ['reopened c1 r5', 'pause 1 outside'])
})

test('CAS-4 a deadline that passes is told once and counted; one that is met is not, the twin', () => {
  const house = new House()
  house.reports(CARLAS, [hash(1)])
  house.reports(CARLAS, [hash(2)])
  house.at = ANSWER_WITHIN_MS
  assert.deepEqual(house.act(ANNA, { type: 'answer', words: 'We look.' }, 'c2'), [
    'answer r2',
    'audit answered anna',
  ])
  const tick = (at: number) => house.says({ type: 'tick', at }).map((out) => JSON.stringify(out))
  assert.deepEqual(tick(ANSWER_WITHIN_MS), [], 'the last moment is in time')
  const late = { type: 'overdue', case: 'c1', deadline: 'answer', due: ANSWER_WITHIN_MS }
  assert.deepEqual(tick(ANSWER_WITHIN_MS + 1), [JSON.stringify(late)])
  assert.deepEqual(tick(ANSWER_WITHIN_MS + 2), [])
  assert.equal(tick(DECIDE_WITHIN_MS + 1).length, 2)
  assert.deepEqual(figuresOf(house.state), { open: 2, closed: 0, lateAnswers: 1, lateDecisions: 2 })
  house.reports(CARLAS, [hash(3)], { at: HOUR })
  house.at = HOUR + ANSWER_WITHIN_MS + 1
  const answered = house.act(ANNA, { type: 'answer', words: 'Late.' }, 'c3')
  assert.deepEqual(answered, ['overdue c3 answer', 'answer r3', 'audit answered anna'], 'also without a tick')
})

test('CAS-5 each verdict needs evidence of its own kind, and the word of a scanner is none', () => {
  const enough = VERDICTS.map((verdict) => {
    const kinds = EVIDENCE_KINDS.filter((kind) => {
      const house = new House()
      house.reports(CARLAS, [hash(1)])
      assert.deepEqual(house.proposes(ANNA, verdict), ['refused no-evidence'])
      house.evidence(ANNA, kind)
      const [first] = house.proposes(ANNA, verdict)
      if (first === 'refused no-evidence') {
        assert.deepEqual(house.confirms(BERND), ['refused not-proposed'])
        return false
      }
      assert.deepEqual(house.confirms(BERND), [`closed ${verdict} 0`, 'audit closed bernd'])
      return true
    })
    return [verdict, ...kinds]
  })
  assert.deepEqual(enough, [
    ['false-positive', 'reproduced-build', 'source-review', 'file-analysis'],
    ['removed', 'removal-verified'],
    ['not-affected', 'inventory-look'],
  ])
})

test('CAS-6 who proposed, who reported and a policy do not close; another person does, the twin', () => {
  const house = new House()
  house.reports(CARLAS, [hash(1)])
  assert.deepEqual(house.evidence(POLICY, 'file-analysis'), ['refused no-person'])
  house.evidence(CARLA, 'file-analysis')
  for (const by of [CARLA, POLICY]) assert.match(house.proposes(by)[0] ?? '', /refused (reporter|no-person)/)
  assert.deepEqual(house.proposes(ANNA), ['waits false-positive anna', 'audit proposed anna'])
  assert.deepEqual(house.confirms(ANNA), ['refused same-person'])
  assert.deepEqual(house.confirms(CARLA), ['refused reporter'])
  assert.deepEqual(house.confirms(POLICY), ['refused no-person'])
  assert.ok(isOpen(house.one()))
  // A proposal that is made again by the second one waits for the first one.
  house.proposes(BERND)
  assert.deepEqual(house.confirms(BERND), ['refused same-person'])
  assert.deepEqual(house.act(ANNA, { type: 'reject', why: 'look again' }), ['audit rejected anna'])
  assert.deepEqual(house.confirms(ANNA), ['refused not-proposed'])
  house.proposes(BERND)
  assert.deepEqual(house.confirms(ANNA), ['closed false-positive 0', 'audit closed anna'])
  assert.deepEqual(house.proposes(ANNA), ['refused closed'])
})

test('CAS-7 another report opens it again and takes back a proposal; older evidence is not enough', () => {
  const house = new House()
  house.reports(CARLAS, [hash(1)])
  house.evidence(ANNA, 'file-analysis')
  house.proposes(ANNA)
  house.reports(OUTSIDE, [hash(1)])
  assert.deepEqual(house.confirms(BERND), ['refused not-proposed'])
  house.proposes(ANNA)
  house.confirms(BERND)
  house.at = HOUR
  assert.deepEqual(house.reports(SCANNER, [hash(1)]), ['reopened c1 r4'])
  assert.deepEqual([house.one().clock.since, house.one().status.name], [HOUR, 'open'])
  assert.deepEqual(house.proposes(ANNA), ['refused no-evidence'])
  house.evidence(ANNA, 'source-review')
  assert.equal(house.proposes(ANNA)[0], 'waits false-positive anna')
})

test('CAS-8 the timeline says what happened, in order', () => {
  const house = new House()
  house.reports(CARLAS, [hash(1)])
  house.act(ANNA, { type: 'assign', owner: 'bernd' })
  house.act(ANNA, { type: 'rate', level: 3, why: 'many have it' })
  house.act(POLICY, { type: 'note', words: 'rule 7' })
  house.evidence(ANNA, 'file-analysis')
  house.proposes(ANNA)
  house.reports(OUTSIDE, [hash(1)])
  house.proposes(ANNA)
  house.confirms(BERND)
  house.reports({ kind: 'outside' }, [hash(1)])
  const said = house.one().timeline.map(({ act, words, by }) => [act, by?.id ?? '', words].join('|'))
  assert.deepEqual(said, [
    ...[
      'opened||person carla',
      'assigned|anna|bernd',
      'rated|anna|3 many have it',
      'noted|anna-rules|rule 7',
    ],
    ...['evidence|anna|file-analysis e2', 'proposed|anna|false-positive: looked at it'],
    ...['rejected||another report: outside', 'reported||outside'],
    ...['proposed|anna|false-positive: looked at it', 'closed|bernd|false-positive'],
    'reopened||outside, without a contact',
  ])
  assert.deepEqual([house.one().owner, house.one().level], ['bernd', 3])
})

test('CAS-9 beyond the limits reports are counted, reporters remembered, and the case can be closed', () => {
  const house = new House()
  for (let number = 0; number < INTAKES_MAX; number += 1) house.reports(OUTSIDE, [hash(1)])
  const [how] = house.reports({ kind: 'person', person: 'bernd' }, [hash(1)])
  assert.match(how ?? '', /^joined c1 r\d+ counted$/)
  assert.deepEqual([house.one().intakes.length, house.one().moreIntakes], [INTAKES_MAX, 1])
  for (let number = 0; number < EVIDENCE_MAX; number += 1) house.evidence(ANNA, 'file-analysis')
  assert.deepEqual(house.evidence(ANNA, 'file-analysis'), ['refused full'])
  for (let number = 0; number < TIMELINE_MAX; number += 1) house.act(ANNA, { type: 'note', words: 'x' })
  assert.deepEqual(house.act(ANNA, { type: 'note', words: 'x' }), ['refused full'])
  house.proposes(ANNA)
  assert.deepEqual(house.confirms(BERND), ['refused reporter'], 'his report was counted only')
  assert.equal(house.confirms(CARLA)[0], 'closed false-positive 0')
  assert.ok(house.one().timeline.length < TIMELINE_MAX)
  const crowd = new House()
  for (let number = 0; number < OUTSIDE_OPEN_MAX; number += 1) crowd.reports(OUTSIDE, [])
  assert.deepEqual(crowd.reports(OUTSIDE, []), ['refused full'])
  assert.equal(crowd.reports(CARLAS, []).length, 1, 'there is room for the company')
  assert.match(crowd.reports(CARLAS, []).join(), /opened/)
  const one = crowd.one()
  const cases = new Map(Array.from({ length: CASES_MAX }, (_, number) => [`x${number}`, one] as const))
  crowd.state = { ...crowd.state, cases }
  assert.deepEqual(crowd.reports(CARLAS, []), ['refused full'])
})

test('CAS-10 what is malformed is refused and changes nothing', () => {
  const house = new House()
  house.reports(CARLAS, [hash(1)])
  const before = house.state
  const many = Array.from({ length: HASHES_OF_INTAKE_MAX + 1 }, (_, number) => hash(number))
  const long = 'x'.repeat(WORDS_CHARS_MAX + 1)
  for (const hashes of [['abc'], many, [hash(2), hash(2)], [`${hash(2).slice(1)}g`], ['__proto__']])
    assert.deepEqual(house.reports(SCANNER, hashes), ['refused malformed'])
  for (const more of [
    { at: -1 },
    { at: Number.NaN },
    { id: '' },
    { receipt: 'x'.repeat(600) },
    { report: { hashes: [], words: '' } },
    { report: { hashes: [], words: long } },
    { report: { hashes: [], words: '', fileName: '' } },
    { origin: { kind: 'person', person: '' } as const },
  ])
    assert.deepEqual(house.reports(SCANNER, [hash(2)], more), ['refused malformed'], JSON.stringify(more))
  assert.deepEqual(house.reports(SCANNER, [hash(2)], { id: 'c1' }), ['refused id-taken'])
  assert.deepEqual(house.evidence(ANNA, 'a friend says so'), ['refused malformed'])
  assert.deepEqual(house.act(ANNA, { type: 'note', words: long }), ['refused malformed'])
  assert.deepEqual(house.proposes(ANNA, 'constructor'), ['refused malformed'])
  assert.deepEqual(house.confirms(ANNA, 'c9'), ['refused unknown-case'])
  assert.deepEqual(house.state, before)
})

const actor = fc.constantFrom(ANNA, BERND, CARLA, POLICY)
const origin = fc.constantFrom(CARLAS, SCANNER, OUTSIDE, ADVISORY, {
  kind: 'person',
  person: 'bernd',
} as const)
const hashes = fc.uniqueArray(fc.integer({ min: 0, max: 2 }).map(hash), { maxLength: 2 })
const doing = fc.oneof(
  fc.tuple(fc.constant('report' as const), origin, hashes),
  fc.tuple(fc.constant('evidence' as const), actor, fc.constantFrom(...EVIDENCE_KINDS)),
  fc.tuple(fc.constant('propose' as const), actor, fc.constantFrom(...VERDICTS)),
  fc.tuple(fc.constant('confirm' as const), actor, fc.constant('')),
)

test('CAS-11 closed only with evidence and two people, a checksum in one case, a growing timeline', () => {
  let closings = 0
  const acts = fc.array(fc.tuple(doing, fc.integer({ min: 0, max: 1 })), { minLength: 30, maxLength: 80 })
  fc.assert(
    fc.property(acts, (list) => {
      const house = new House()
      for (const [[what, who, more], pick] of list) {
        house.at += HOUR
        const before = house.state
        const of = [...before.cases.keys()][pick] ?? 'c1'
        if (what === 'report') house.reports(who, more)
        else if (what === 'evidence') house.evidence(who, more, of)
        else if (what === 'propose') house.proposes(who, more, of)
        else house.confirms(who, of)
        for (const [id, one] of house.state.cases) {
          const old = before.cases.get(id)?.timeline ?? []
          assert.deepEqual(one.timeline.slice(0, old.length), old)
          if (one.status.name !== 'closed') continue
          closings += 1
          const { proposedBy, confirmedBy, verdict } = one.status
          assert.notEqual(proposedBy, confirmedBy)
          for (const person of [proposedBy, confirmedBy]) {
            assert.ok(['anna', 'bernd', 'carla'].includes(person))
            const theirs = one.intakes.some(({ origin: by }) => by.kind === 'person' && by.person === person)
            assert.ok(!theirs, 'a reporter decided')
          }
          assert.ok(isEnough(verdict, one.evidence.slice(one.oldEvidence)))
        }
        const all = [...house.state.cases.values()].flatMap((one) => one.hashes)
        assert.equal(new Set(all).size, all.length, 'a checksum in two cases')
        assert.equal(house.state.byHash.size, all.length)
      }
    }),
    { numRuns: 300, seed: 5 },
  )
  assert.ok(closings > 10, `${closings} closed cases seen`)
  assert.deepEqual(step(new House().state, { type: 'tick', at: 1 }).out, [])
})
