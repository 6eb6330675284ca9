// Somebody from outside sees one case, for some days, with the word of two admins, and changes nothing.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  AGREED_WITHIN_MS,
  INVESTIGATOR_VIEWS,
  INVESTIGATORS_MAX,
  INVESTIGATORS_PER_CASE_MAX,
  type Investigators,
  type InvestigatorsInput,
  investigatorSees,
  investigatorsStep,
  LASTS_MS_MAX,
  NO_INVESTIGATORS,
} from '@rufwerk/cases/investigators'

const TOKEN = 'a'.repeat(64)
const DAY = 24 * 3_600_000
const ASK: Extract<InvestigatorsInput, { readonly type: 'ask' }> = {
  ...{ type: 'ask', id: 'i1', caseId: 'c1', name: 'K. Meier, LKA', why: 'Az. 12/26', by: 'anna', at: 0 },
  until: 3 * DAY,
}
const AGREE = { type: 'agree', id: 'i1', by: 'bea', at: 1, token: TOKEN } as const
const LOOK = { token: TOKEN, method: 'GET', caseId: 'c1', view: 'evidence', at: 2 }

function after(...inputs: readonly InvestigatorsInput[]): Investigators {
  return inputs.reduce((state, input) => {
    const stepped = investigatorsStep(state, input)
    assert.ok(stepped.ok, JSON.stringify(stepped))
    return stepped.state
  }, NO_INVESTIGATORS)
}

function refusal(state: Investigators, input: InvestigatorsInput): string {
  const stepped = investigatorsStep(state, input)
  assert.ok(!stepped.ok && stepped.state === state)
  return stepped.error
}

test('CAS-N1: two admins, and the second is another one; before that the token opens nothing', () => {
  const asked = after(ASK)
  assert.equal(investigatorSees(asked, LOOK), undefined)
  assert.equal(refusal(asked, { ...AGREE, by: 'anna' }), 'same-person')
  const agreed = after(ASK, AGREE)
  assert.equal(investigatorSees(agreed, LOOK)?.refused, undefined)
  assert.equal(refusal(agreed, AGREE), 'agreed-already')
  assert.equal(refusal(asked, { ...AGREE, id: 'i2' }), 'unknown')
  assert.equal(refusal(asked, { ...AGREE, token: 'the token itself' }), 'malformed')
  assert.equal(refusal(asked, { ...AGREE, at: AGREED_WITHIN_MS }), 'over')
})

test('CAS-N2: it ends by itself, after 14 days at most, or at once by one admin', () => {
  assert.equal(refusal(NO_INVESTIGATORS, { ...ASK, until: LASTS_MS_MAX + 1 }), 'too-long')
  assert.equal(refusal(NO_INVESTIGATORS, { ...ASK, until: 0 }), 'malformed')
  assert.equal(refusal(NO_INVESTIGATORS, { ...ASK, until: Number.NaN }), 'malformed')
  const agreed = after(ASK, AGREE)
  assert.equal(investigatorSees(agreed, { ...LOOK, at: ASK.until - 1 })?.refused, undefined)
  assert.equal(investigatorSees(agreed, { ...LOOK, at: ASK.until })?.refused, 'over')
  for (const by of ['anna', 'bea', 'cleo']) {
    const ended = after(ASK, AGREE, { type: 'end', id: 'i1', by, at: 2 })
    assert.equal(investigatorSees(ended, LOOK)?.refused, 'over')
    assert.equal(refusal(ended, { type: 'end', id: 'i1', by, at: 3 }), 'over')
  }
})

test('CAS-N3: one case, four views, and only to read; a refused view names who wanted it', () => {
  const state = after(ASK, AGREE)
  for (const view of INVESTIGATOR_VIEWS)
    assert.equal(investigatorSees(state, { ...LOOK, view })?.refused, undefined, view)
  assert.equal(investigatorSees(state, { ...LOOK, caseId: 'c2' })?.refused, 'other-case')
  for (const view of ['people', '', '__proto__', 'evidence/..'])
    assert.equal(investigatorSees(state, { ...LOOK, view })?.refused, 'no-such-view', view)
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'get'])
    assert.equal(investigatorSees(state, { ...LOOK, method })?.refused, 'writes', method)
  assert.equal(investigatorSees(state, { ...LOOK, method: 'POST' })?.investigator.name, ASK.name)
})

test('CAS-N4: no token but the one that was shown opens anything, and one token opens one case', () => {
  const state = after(ASK, AGREE)
  for (const token of ['', 'b'.repeat(64), TOKEN.toUpperCase(), 'undefined'])
    assert.equal(investigatorSees(state, { ...LOOK, token }), undefined)
  const more = after(ASK, AGREE, { ...ASK, id: 'i2', caseId: 'c2' })
  assert.equal(refusal(more, { ...AGREE, id: 'i2' }), 'malformed')
})

test('CAS-N5: of a case and of all together there is a limit; those that are over make room', () => {
  let state: Investigators = NO_INVESTIGATORS
  for (let n = 0; n < INVESTIGATORS_PER_CASE_MAX; n++) state = next(state, { ...ASK, id: `a${n}` })
  assert.equal(refusal(state, ASK), 'full')
  for (let n = state.size; n < INVESTIGATORS_MAX; n++)
    state = next(state, { ...ASK, id: `b${n}`, caseId: `case ${n}` })
  assert.equal(refusal(state, { ...ASK, caseId: 'another' }), 'full')
  const later = { ...ASK, at: ASK.until, until: ASK.until + 1 }
  state = next(state, later)
  assert.equal(state.size, INVESTIGATORS_MAX)
  assert.ok(!state.has('a0') && state.has('a1') && state.has('i1'))
})

function next(state: Investigators, input: InvestigatorsInput): Investigators {
  const stepped = investigatorsStep(state, input)
  assert.ok(stepped.ok)
  return stepped.state
}
