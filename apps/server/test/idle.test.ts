// Who was idle longest: since the end of the last talk, whatever rang in between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallView } from '@rufwerk/calls'
import { type CallId, type PersonId, type TenantId, wallTime } from '@rufwerk/core'
import { Idle } from '../src/idle.ts'

const [anna, ben, cleo] = ['anna', 'ben', 'cleo'] as [PersonId, PersonId, PersonId]

function view(call: string, state: CallView['state'], more: Partial<CallView> = {}): CallView {
  return {
    call: call as CallId,
    tenant: 't' as TenantId,
    state,
    from: { kind: 'inside', person: anna, extension: '100', name: 'Anna' },
    dialled: '101',
    to: ben,
    why: { rule: 'extension', values: {} },
    ...more,
  }
}

test('since the end of the last talk; who talks is not idle; who only rang has not talked', () => {
  let now = 1_000
  const idle = new Idle(() => wallTime(now))
  assert.equal(idle.since(ben), undefined)
  const talks = { answeredBy: ben, answeredAt: wallTime(1_000) }
  idle.show(view('a', 'ringing', { rings: [ben, cleo] }))
  assert.equal(idle.since(ben), undefined)
  idle.show(view('a', 'talking', talks))
  assert.ok((idle.since(ben) ?? 0) > 9e15 && (idle.since(anna) ?? 0) > 9e15)
  now = 5_000
  idle.show(view('a', 'talking', { ...talks, answeredBy: cleo }))
  assert.equal(idle.since(ben), 5_000)
  now = 9_000
  idle.show(
    view('b', 'talking', { ...talks, from: { kind: 'outside', trunk: 'm' as never }, answeredBy: cleo }),
  )
  idle.show(view('a', 'ended'))
  assert.equal(idle.since(anna), 9_000)
  assert.ok((idle.since(cleo) ?? 0) > 9e15, 'in another call')
  now = 12_000
  idle.show(view('b', 'ended'))
  assert.equal(idle.since(cleo), 12_000)
  assert.equal(idle.size(), 0)
})
