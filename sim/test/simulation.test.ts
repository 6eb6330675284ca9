import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TROUBLES } from '../actions/index.ts'
import { TRUNKS } from '../company.ts'
import { type Outcome, simulate } from '../simulate.ts'
import { breachOf, describeBreach, outcomeOf, SEEDS } from './seeds.ts'

for (const seed of SEEDS) {
  test(`seed ${seed}: all invariants hold`, async () => {
    assert.equal(describeBreach(await outcomeOf(seed)), undefined)
  })
}

test('the same seed gives the same trace, another one another', async () => {
  const [one, again, other] = [await outcomeOf(2), await simulate({ seed: 2 }), await outcomeOf(3)]
  assert.deepEqual(one.lines, again.lines)
  assert.equal(one.digest, again.digest)
  assert.notEqual(one.digest, other.digest)
})

test('without any trouble every request is answered', async () => {
  for (const seed of [1, 2, 3]) assert.equal(await breachOf({ seed, without: TROUBLES }), undefined)
})

test('a shorter run is the beginning of a longer one', async () => {
  const long = await outcomeOf(4)
  const short = await simulate({ seed: 4, steps: 20 })
  const end = short.lines.findIndex((line) => line.includes('the weather clears'))
  assert.ok(end > 50)
  assert.deepEqual(short.lines.slice(0, end), long.lines.slice(0, end))
})

test('runs have calls that are answered, restarts and loss', async () => {
  const outcomes = await Promise.all([5, 6, 7].map(outcomeOf))
  const sum = (figure: 'answered' | 'runs') => outcomes.reduce((all, { figures }) => all + figures[figure], 0)
  assert.ok(sum('answered') >= 15)
  assert.ok(sum('runs') > outcomes.length)
  assert.ok(outcomes.some(({ lines }) => lines.some((line) => line.endsWith('[lost]'))))
})

test('runs have transfers, parked calls, holds and calls taken over', async () => {
  const kinds = new Set<string>()
  for (const seed of SEEDS)
    for (const kind of Object.keys((await outcomeOf(seed)).figures.kinds)) kinds.add(kind)
  for (const kind of ['transferring', 'transferRefused', 'parked', 'held', 'replaced'])
    assert.ok(kinds.has(kind), kind)
})

test('runs have calls from outside and to the outside', async () => {
  const lines = (await Promise.all(SEEDS.map(outcomeOf))).flatMap((outcome) => outcome.lines)
  const [carrier] = TRUNKS
  assert.ok(lines.some((line) => line.includes(`server > ${carrier?.caller} INVITE `)))
  assert.ok(lines.some((line) => / server > \+49\S+ SIP\/2\.0 200 OK \(\S+ \d+ INVITE\)/.test(line)))
  assert.ok(lines.some((line) => line.includes('carrier fails')))
})

test('runs have recordings that begin, pause, go on after a break, and some that are refused', async () => {
  const outcomes = await Promise.all(SEEDS.map(outcomeOf))
  const begun = outcomes.reduce((sum, { figures }) => sum + figures.recordings.read, 0)
  assert.ok(begun >= 10, `${begun} recordings`)
  const kinds = new Set(outcomes.flatMap(({ figures }) => Object.keys(figures.kinds)))
  for (const kind of ['recordingAgreed', 'recordingRefused', 'recordingWentOn'])
    assert.ok(kinds.has(kind), kind)
  const lines = outcomes.flatMap((outcome) => outcome.lines)
  assert.ok(lines.some((line) => line.endsWith('media pauseRecording done')))
  assert.ok(lines.some((line) => line.includes('recording-paused')))
})

test('runs have messages that are spoken, kept and heard', async () => {
  const boxes = (await Promise.all(SEEDS.map(outcomeOf))).map(({ figures }) => figures.boxes)
  const sum = (what: 'kept' | 'heard') => boxes.reduce((all, one) => all + one[what], 0)
  assert.ok(sum('kept') >= 15, `${sum('kept')} messages`)
  assert.ok(sum('heard') >= 1, `${sum('heard')} heard`)
})

test('runs have callers of queues, and agents who answer them', async () => {
  const queues = (await Promise.all(SEEDS.map(outcomeOf))).map(({ figures }) => figures.queues)
  const sum = (what: 'entered' | 'answered') => queues.reduce((all, one) => all + one[what], 0)
  assert.ok(sum('answered') >= 5, `${sum('answered')} answered`)
  assert.ok(sum('entered') > sum('answered'), `${sum('entered')} entered`)
})

test('runs have people who meet in a room, and hear each other', async () => {
  const outcomes = await Promise.all(SEEDS.map(outcomeOf))
  const records = outcomes.flatMap(({ lines }) => lines.filter((line) => / CDR .* conference$/.test(line)))
  assert.ok(records.length >= 5, `${records.length} in rooms`)
  const hasCompany = ({ lines }: Outcome): boolean => {
    const hearers = new Map<string, Set<string>>()
    for (const line of lines) {
      const [, endpoint, mix] = / setSource (\S+) \{"type":"mix","mix":"([^"]+)"/.exec(line) ?? []
      if (endpoint !== undefined && mix !== undefined)
        hearers.set(mix, (hearers.get(mix) ?? new Set()).add(endpoint))
    }
    return [...hearers.values()].some(({ size }) => size >= 2)
  }
  assert.ok(outcomes.some(hasCompany))
})

test('runs have lamps that are told of calls, and a trunk that is registered and refused', async () => {
  const figures = (await Promise.all(SEEDS.map(outcomeOf))).map((outcome) => outcome.figures)
  assert.ok(figures.every(({ lamps }) => lamps > 10))
  assert.ok(figures.every(({ trunk }) => trunk.registered > 0))
  assert.ok(figures.some(({ trunk }) => trunk.refused > 0))
})
