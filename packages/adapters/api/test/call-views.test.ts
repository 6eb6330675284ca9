import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Directory } from '@rufwerk/accounts'
import type { Cdr } from '@rufwerk/calls'
import { CallRecord } from '@rufwerk/contract'
import { type CallId, type PersonId, type TenantId, wallTime } from '@rufwerk/core'
import type { TrunkId } from '@rufwerk/routing'
import { recordView } from '../src/call-views.ts'

const ada = 'ada' as PersonId
const directory = { byPerson: new Map([[ada, { extension: '100', name: 'Ada' }]]) } as unknown as Directory
const CDR: Cdr = {
  ...{ tenant: 't' as TenantId, call: 'c' as CallId, startedAt: wallTime(1), endedAt: wallTime(2) },
  from: { kind: 'outside', trunk: 'main' as TrunkId },
  ...{ dialled: '100', endedBy: 'caller', cause: 16, status: 487, quality: [] },
  why: { rule: 'extension', values: {} },
}

test('a call says who forwarded it and why, in that order; who hides is anonymous', () => {
  const forwardings: Cdr['forwardings'] = [
    { by: { kind: 'outside', number: '+4930888' }, why: 'deflection' },
    { by: { kind: 'outside' }, why: 'busy' },
    { by: { kind: 'person', person: ada }, why: 'doNotDisturb' },
  ]
  const view = CallRecord.parse(recordView({ ...CDR, forwardings }, ada, directory))
  assert.deepEqual(view.forwardings, [
    { by: { extension: '+4930888', name: '' }, why: 'deflection' },
    { by: { extension: 'anonymous', name: '' }, why: 'busy' },
    { by: { person: 'ada', extension: '100', name: 'Ada' }, why: 'doNotDisturb' },
  ])
})

test('a record of before, and one of a call that nobody forwarded, says nothing of it', () => {
  assert.equal('forwardings' in recordView(CDR, ada, directory), false)
})
