// Who gets which recording, and that every look at one is logged (docs/abuse-cases.md, E9).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegId, PersonId, WallTime } from '@rufwerk/core'
import type { Evidence } from '@rufwerk/recordings'
import { openStaffedOffice, type Staffed } from '../office.ts'

const REASON = 'reason=Beschwerde%20vom%203.%20Mai'

const codeOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { code: string } }).error.code

interface Scene extends Staffed {
  /** Of the user, of the colleague, and of another company. */
  readonly own: string
  readonly others: string
  readonly foreign: string
}

async function scene(): Promise<Scene> {
  const office = await openStaffedOffice()
  const { tenant } = office.admin.person
  const add = office.recorded.add.bind(office.recorded)
  return {
    ...office,
    own: await add(tenant, [office.user.person.id]),
    others: await add(tenant, [office.colleague.id]),
    foreign: await add(office.stranger.person.tenant, [office.stranger.person.id]),
  }
}

const PATHS: readonly [string, string][] = [
  ['GET', '/sound'],
  ['GET', '/evidence'],
  ['DELETE', ''],
  ['PUT', '/hold'],
  ['DELETE', '/hold'],
]

test('the recording of a colleague does not exist, and none of another company', async () => {
  const s = await scene()
  for (const [method, rest] of PATHS) {
    const body = method === 'PUT' ? { body: { reason: 'Rechtsstreit' } } : {}
    const ask = (id: string, as: string) =>
      s.ask(method, `/api/v1/recordings/${id}${rest}?${REASON}`, { as, ...body })
    const isForAdmins = method !== 'GET'
    const user = await ask(s.others, s.user.token)
    assert.equal(await codeOf(user), isForAdmins ? 'forbidden' : 'not-found', rest)
    const none = await ask('rec-99', s.user.token)
    assert.equal(none.status, user.status, 'as one that is not there')
    assert.equal(await codeOf(await ask(s.foreign, s.admin.token)), 'not-found')
    assert.equal(await codeOf(await ask(s.own, s.stranger.token)), 'not-found')
    assert.equal((await s.ask(method, `/api/v1/recordings/${s.own}${rest}`, body)).status, 401)
  }
  assert.deepEqual([s.recorded.opened, s.recorded.store.logged], [[], []])
})

test('one hears the own ones, and that is logged before the first byte', async () => {
  const s = await scene()
  const answer = await s.ask('GET', `/api/v1/recordings/${s.own}/sound?act=download`, { as: s.user.token })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'audio/wav')
  assert.equal(await answer.text(), 'RIFFsound')
  assert.deepEqual(
    s.recorded.store.logged.map(({ recording, by, act }) => [recording, by, act]),
    [[s.own, s.user.person.id, 'download']],
  )
})

test('what cannot be logged is not given', async () => {
  const s = await scene()
  s.recorded.store.log = async () => false
  const answer = await s.ask('GET', `/api/v1/recordings/${s.own}/sound`, { as: s.user.token })
  assert.equal(await codeOf(answer), 'unavailable')
  assert.deepEqual(s.recorded.opened, [])
})

test('an admin hears others with a reason, which is logged', async () => {
  const s = await scene()
  const path = `/api/v1/recordings/${s.others}/sound`
  const without = await s.ask('GET', path, { as: s.admin.token })
  assert.deepEqual([without.status, await codeOf(without)], [400, 'bad-request'])
  assert.equal((await s.ask('GET', `${path}?reason=ok`, { as: s.admin.token })).status, 400)
  assert.equal((await s.ask('GET', `${path}?${REASON}`, { as: s.admin.token })).status, 200)
  const [entry] = s.recorded.store.logged
  assert.deepEqual([entry?.act, entry?.reason], ['play', 'Beschwerde vom 3. Mai'])
  const log = await s.ask('GET', '/api/v1/recordings/accesses', { as: s.admin.token })
  const { accesses } = (await log.json()) as { accesses: { by: { name: string } }[] }
  assert.equal(accesses[0]?.by.name, s.admin.person.name)
  assert.equal((await s.ask('GET', '/api/v1/recordings/accesses', { as: s.user.token })).status, 403)
})

test('a supervisor hears whom the rules name, and downloads nothing', async () => {
  const s = await scene()
  const supervisors = [{ person: s.user.person.id, people: [s.colleague.id], queues: [] }]
  s.recorded.rules = { ...s.recorded.rules, supervisors }
  const ask = (rest: string) => s.ask('GET', `/api/v1/recordings/${s.others}${rest}`, { as: s.user.token })
  assert.equal((await ask('/sound')).status, 200)
  assert.equal((await ask('/sound?act=download')).status, 404)
})

async function listed(s: Scene, query: string, as: string): Promise<string[] | number> {
  const answer = await s.ask('GET', `/api/v1/recordings${query}`, { as })
  if (answer.status !== 200) return answer.status
  const { recordings } = (await answer.json()) as { recordings: { id: string }[] }
  return recordings.map(({ id }) => id)
}

test('a list holds the own ones; all of the company for an admin with a reason', async () => {
  const s = await scene()
  assert.deepEqual(await listed(s, '', s.user.token), [s.own])
  assert.deepEqual(await listed(s, '', s.admin.token), [])
  assert.equal(await listed(s, '?scope=all', s.admin.token), 400)
  assert.equal(await listed(s, `?scope=all&${REASON}`, s.user.token), 403)
  assert.deepEqual(await listed(s, `?scope=all&${REASON}`, s.admin.token), [s.others, s.own])
  assert.deepEqual(await listed(s, `?scope=all&limit=1&${REASON}`, s.admin.token), [s.others])
  const startedAt = 1_790_000_000_000 + 2
  const rest = `?scope=all&cursor=${startedAt}.${s.others}&${REASON}`
  assert.deepEqual(await listed(s, rest, s.admin.token), [s.own])
  assert.equal(await listed(s, '?cursor=x', s.user.token), 400)
  assert.equal(s.recorded.store.logged.filter(({ act }) => act === 'list').length, 3)
})

test('what is held is not deleted until it is released; deleting is logged and final', async () => {
  const s = await scene()
  const at = `/api/v1/recordings/${s.others}`
  const as = s.admin.token
  assert.equal((await s.ask('DELETE', at, { as })).status, 400, 'a reason')
  const held = await s.ask('PUT', `${at}/hold`, { as, body: { reason: 'Rechtsstreit 12' } })
  const view = (await held.json()) as { hold?: { reason: string }; keptUntil?: number }
  assert.deepEqual([view.hold?.reason, view.keptUntil], ['Rechtsstreit 12', undefined])
  assert.equal(await codeOf(await s.ask('DELETE', `${at}?${REASON}`, { as })), 'conflict')
  assert.equal((await s.ask('DELETE', `${at}/hold?${REASON}`, { as })).status, 200)
  assert.equal((await s.ask('DELETE', `${at}?${REASON}`, { as })).status, 204)
  assert.equal((await s.ask('GET', `${at}/sound?${REASON}`, { as })).status, 404)
  assert.deepEqual(
    s.recorded.store.logged.map(({ act }) => act),
    ['hold', 'release', 'delete'],
  )
})

test('evidence names who agreed to which words', async () => {
  const s = await scene()
  const proof: Evidence = {
    ...{ leg: 'A' as LegId, who: { trunk: 'main', number: '+4940123' }, at: 1_790_000_000_000 as WallTime },
    ...{ key: '1', version: 'de-1', language: 'de', wording: 'Wir möchten …' },
  }
  const id = await s.recorded.add(s.admin.person.tenant, [s.user.person.id], { evidence: [proof] })
  const answer = await s.ask('GET', `/api/v1/recordings/${id}/evidence`, { as: s.user.token })
  const { leg: _, who, ...rest } = proof
  assert.deepEqual(await answer.json(), { evidence: [{ ...who, ...rest }] })
})

test('rules are changed by admins, whole and only when they fit together', async () => {
  const s = await scene()
  const rules = {
    isOn: true,
    purposes: [{ id: 'quality', name: 'Qualität', keepDays: 30 }],
    rules: [{ of: { person: s.user.person.id }, calls: 'in', purpose: 'quality' }],
    ...{ objectors: [], supervisors: [] },
  }
  const put = (body: object, as = s.admin.token) => s.ask('PUT', '/api/v1/recordings/rules', { as, body })
  assert.equal((await put(rules, s.user.token)).status, 403)
  const wrong = { ...rules, rules: [{ of: { person: 'nobody' as PersonId }, calls: 'in', purpose: 'x' }] }
  const refused = (await (await put(wrong)).json()) as { error: { field: string } }
  assert.equal(refused.error.field, 'rules.0.purpose')
  const both = { ...rules, rules: [{ of: { person: 'a', queue: 'b' }, calls: 'in', purpose: 'quality' }] }
  assert.equal((await put(both)).status, 400)
  assert.equal((await put({ ...rules, purposes: [{ id: 'q', name: 'Q', keepDays: 0 }] })).status, 400)
  assert.equal(s.recorded.rules.isOn, false)
  assert.deepEqual(await (await put(rules)).json(), rules)
  const read = await s.ask('GET', '/api/v1/recordings/rules', { as: s.admin.token })
  assert.deepEqual(await read.json(), rules)
})

test('a call that goes on is recorded by who talks in it, and by nobody else', async () => {
  const s = await scene()
  s.recorded.talks.set('call-7', s.user.person.id)
  const act = (what: string, as: string) =>
    s.ask('POST', '/api/v1/calls/call-7/recording', { as, body: { act: what } })
  assert.equal((await act('begin', s.admin.token)).status, 404)
  assert.equal((await act('stop', s.admin.token)).status, 404)
  for (const what of ['begin', 'pause', 'resume', 'stop'])
    assert.equal((await act(what, s.user.token)).status, 204)
  const { id } = s.user.person
  assert.deepEqual(s.recorded.did, [`begin call-7 ${id}`, 'pause call-7', 'resume call-7', 'stop call-7'])
  s.recorded.isDone = false
  for (const what of ['begin', 'pause', 'resume', 'stop'])
    assert.equal(await codeOf(await act(what, s.user.token)), 'conflict', what)
})
