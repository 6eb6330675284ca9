import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Csaf, readAdvisory } from '@rufwerk/advisories/read'
import { EMPTY_PLAYBOOK, type Evidence, playbookFigures, stepPlaybook } from '../src/playbook/index.ts'

const FIXTURES = new URL('../../advisories/test/fixtures/', import.meta.url)

function csafOf(name: string): Csaf {
  const read = readAdvisory(readFileSync(new URL(name, FIXTURES), 'utf8'))
  assert.ok(read.ok)
  return read.value.csaf
}

const CSAF = csafOf('revision-first.json')
const EVIDENCE: Evidence = { by: 'anna', at: 5, text: 'removed from all' }

test('QRT-B1 recommendations are steps; one is done with an owner and evidence, and not without', () => {
  const { state } = stepPlaybook(EMPTY_PLAYBOOK, { type: 'advisory', csaf: CSAF })
  const wanted = CSAF.vulnerabilities?.flatMap(({ remediations = [] }) => remediations) ?? []
  assert.ok(wanted.length >= 2)
  assert.deepEqual(
    [...state.steps.values()].map(({ text }) => text),
    wanted.map(({ details }) => details),
  )
  const [key] = state.steps.keys()
  assert.ok(key)
  const done = { type: 'done', key, by: 'anna', at: 9 } as const
  assert.equal(stepPlaybook(state, done).refused, 'no-evidence')
  const shown = stepPlaybook(state, { type: 'evidence', key, evidence: EVIDENCE }).state
  assert.equal(stepPlaybook(shown, done).refused, 'no-owner')
  const owned = stepPlaybook(shown, { type: 'assign', key, owner: 'anna', deadline: 7 }).state
  assert.deepEqual(playbookFigures(owned, 8), { wanted: wanted.length, done: 0, overdue: 1 })
  const ended = stepPlaybook(owned, done)
  assert.equal(ended.refused, undefined)
  assert.deepEqual(playbookFigures(ended.state, 8), { wanted: wanted.length, done: 1, overdue: 0 })
  assert.equal(playbookFigures(stepPlaybook(ended.state, { type: 'reopen', key }).state, 8).done, 0)
  assert.equal(stepPlaybook(state, { ...done, key: 'x' }).refused, 'unknown-step')
})

test('QRT-B2 a revision adds steps and marks those that are gone; evidence stays', () => {
  const begun = stepPlaybook(EMPTY_PLAYBOOK, { type: 'advisory', csaf: CSAF }).state
  const [key] = begun.steps.keys()
  assert.ok(key)
  const shown = stepPlaybook(begun, { type: 'evidence', key, evidence: EVIDENCE }).state
  const [first, ...others] = CSAF.vulnerabilities ?? []
  assert.ok(first)
  const [, ...rest] = first.remediations ?? []
  const more = { category: 'mitigation', details: 'Block the domains.' }
  const revised: Csaf = { ...CSAF, vulnerabilities: [{ ...first, remediations: [...rest, more] }, ...others] }
  const { state } = stepPlaybook(shown, { type: 'advisory', csaf: revised })
  assert.equal(state.steps.get(key)?.isWithdrawn, true)
  assert.deepEqual(state.steps.get(key)?.evidence, [EVIDENCE])
  assert.equal([...state.steps.values()].filter(({ text }) => text === more.details).length, 1)
  const again = stepPlaybook(state, { type: 'advisory', csaf: CSAF }).state
  assert.equal(again.steps.get(key)?.isWithdrawn, false, 'recommended again, the twin')
})
