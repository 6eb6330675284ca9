// The dial plan over HTTP: applied with the version somebody knows, taken back, compared, tried out. And what
// nobody may do with it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@rufwerk/api'
import { ApiError } from '@rufwerk/contract'
import {
  DialPlanChecked,
  DialPlanState,
  PlanDiff,
  PlanVersions,
  RouteAnswer,
} from '@rufwerk/contract/dial-plan'
import { type DialPlan, EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { CHANGES_WAITING_MAX } from '@rufwerk/routing/versions'
import { openStaffedOffice, type Staffed } from './office.ts'

const PATH = '/api/v1/dial-plan'

/** Each kind of field that the wire has, for this company. */
function planOf({ admin, colleague }: Staffed): DialPlan {
  const { id, site } = admin.person
  return {
    ...EMPTY_DIAL_PLAN,
    sites: [{ site, country: 'de', areaCode: '30', emergencyTrunks: ['main' as never] }],
    trunks: [
      {
        id: 'main' as never,
        country: 'de',
        areaCode: '30',
        mainNumber: '+49302312510',
        numbers: [{ number: '+493023125', extensionDigits: 3 }],
        format: 'plus',
        callsMax: 4,
        showsFirstCaller: false,
        isForEmergency: true,
        otherwise: { to: 'flow', flow: 'welcome' as never },
      },
    ],
    outbound: [{ id: 'all', classes: ['national'], digits: { min: 3, max: 15 }, trunks: ['main' as never] }],
    limits: { calls: 9 },
    rates: [{ prefix: '+49', perCall: 1, perMinute: 2 }],
    people: [
      {
        person: id,
        site,
        mobile: { number: '+4915123456789', rings: true, after: 5_000 as never },
        forwarding: { busy: { outside: { to: 'voicemail', box: 'box' } } },
        allowed: { countries: ['AT'], premium: [] },
      },
    ],
    inbound: [
      {
        id: 'night',
        callers: ['+4940', 'anonymous'],
        hours: { schedule: 'week', states: ['closed'] },
        target: { to: 'announcement', prompt: 'closed' },
      },
    ],
    blocked: [{ number: '+4990', isPrefix: true }],
    schedules: [
      {
        id: 'week',
        schedule: {
          timeZone: 'Europe/Berlin',
          opens: [{ days: ['mon', 'tue'], from: '08:00', to: '17:00' }],
          breaks: [],
          holidays: { region: 'de-be', parts: [], own: [{ name: 'Fest', on: '07-03' }] },
          exceptions: [{ name: 'Inventur', on: '2026-12-30', opens: [{ from: '08:00', to: '10:00' }] }],
        },
      },
    ],
    flows: [
      {
        kind: 'receptionist',
        id: 'welcome' as never,
        extension: '400',
        prompt: 'welcome',
        keys: [
          { key: '1', target: { to: 'person', person: colleague.id } },
          { key: '2', target: { to: 'names' } },
        ],
        dialsExtensions: true,
        keyTime: 5_000 as never,
        tries: 2,
        silence: { to: 'flow', flow: 'group' as never },
        wrongKey: { to: 'hangUp' },
      },
      {
        kind: 'ringGroup',
        id: 'group' as never,
        members: [{ person: id, after: 1_000 as never }, { outside: '+4940123456' }],
        order: 'together',
        skipsBusy: true,
        memberTime: 9_000 as never,
        ringTime: 20_000 as never,
        nobody: { to: 'busy' },
      },
    ],
    services: [{ kind: 'voicemail', id: 'box', extension: '500' }],
    speedDial: [{ extension: '801', number: '030 123456' }],
  }
}

async function read<T>(answer: Response, schema: { parse(value: unknown): T }, status = 200): Promise<T> {
  const text = await answer.text()
  assert.equal(answer.status, status, text)
  const value: unknown = JSON.parse(text)
  const parsed = schema.parse(value)
  assert.deepEqual(parsed, value, 'The schema knows every field.')
  return parsed
}

test('a plan is applied, shown, compared, listed and taken back', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const plan = planOf(office)
  const fresh = await read(await office.ask('GET', PATH, { as }), DialPlanState)
  assert.deepEqual([fresh.version, fresh.plan, fresh.changed], [0, EMPTY_DIAL_PLAN, undefined])

  const checked = await read(
    await office.ask('POST', `${PATH}/check`, { as, body: { plan } }),
    DialPlanChecked,
  )
  assert.deepEqual(checked.problems, [])
  assert.ok(checked.changes.some(({ path, what }) => path === 'trunks[main]' && what === 'added'))
  assert.deepEqual(checked.sites, [
    {
      site: office.admin.person.site,
      isCovered: true,
      trunk: 'main',
      caller: '+49302312510',
      problems: ['one-trunk-only'],
    },
  ])

  const body = { expected: 0, plan, note: 'Erste Leitung' }
  const applied = await read(await office.ask('PUT', PATH, { as, body }), DialPlanState)
  assert.deepEqual([applied.version, applied.plan], [1, plan])
  assert.deepEqual(applied.changed?.by, { person: office.admin.person.id, name: office.admin.person.name })

  const second = { expected: 1, plan: { ...plan, blocked: [] } }
  assert.equal((await read(await office.ask('PUT', PATH, { as, body: second }), DialPlanState)).version, 2)
  const diff = await read(await office.ask('GET', `${PATH}/diff?from=1&to=2`, { as }), PlanDiff)
  assert.deepEqual(diff.changes, [
    { path: 'blocked[+4990]', what: 'removed', before: { number: '+4990', isPrefix: true } },
  ])
  const back = await office.ask('POST', `${PATH}/rollback`, { as, body: { expected: 2 } })
  const taken = await read(back, DialPlanState)
  assert.deepEqual([taken.version, taken.changed?.restores, taken.plan], [3, 1, plan])
  const { versions } = await read(await office.ask('GET', `${PATH}/versions`, { as }), PlanVersions)
  assert.deepEqual(
    versions.map(({ version, note }) => [version, note]),
    [
      [3, undefined],
      [2, undefined],
      [1, 'Erste Leitung'],
    ],
  )
})

test('who does not know the newest version changes nothing', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const plan = planOf(office)
  for (const expected of [1, 7]) {
    const answer = await office.ask('PUT', PATH, { as, body: { expected, plan } })
    assert.equal(answer.status, 409)
    assert.match(ApiError.parse(await answer.json()).error.message, /version is 0 now/)
  }
  const back = await office.ask('POST', `${PATH}/rollback`, { as, body: { expected: 0 } })
  assert.equal(ApiError.parse(await back.json()).error.code, 'conflict')
  office.planStore.outcome = 'not-stored'
  const full = await office.ask('PUT', PATH, { as, body: { expected: 0, plan } })
  assert.equal(full.status, 503)
  assert.equal((await read(await office.ask('GET', PATH, { as }), DialPlanState)).version, 0)
})

test('codes that are new since a plan are shown, added when somebody says so, and taken back', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const fresh = await read(await office.ask('GET', PATH, { as }), DialPlanState)
  const told = fresh.newCodes.map(({ code }) => code)
  assert.ok(told.includes('*1') && told.includes('*21') && !told.includes('*43'), told.join(' '))
  const answer = { expected: 0, add: ['*1', '*21'] }
  const answered = await read(await office.ask('POST', `${PATH}/codes`, { as, body: answer }), DialPlanState)
  assert.deepEqual(
    [answered.version, answered.newCodes, answered.plan.codes.map(({ code }) => code)],
    [1, [], ['*43', '*97', '*21', '*1']],
  )
  const wrong = await office.ask('POST', `${PATH}/codes`, { as, body: { expected: 1, add: ['*1'] } })
  assert.deepEqual((await read(wrong, ApiError, 422)).error.problems?.[0]?.code, 'not-new')
  const late = await office.ask('POST', `${PATH}/codes`, { as, body: answer })
  assert.equal(late.status, 409)
  const back = await office.ask('POST', `${PATH}/rollback`, { as, body: { expected: 1 } })
  const taken = await read(back, DialPlanState)
  assert.deepEqual([taken.plan, taken.newCodes], [EMPTY_DIAL_PLAN, []])
})

test('more changes at once than may wait are told to come again', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const plan = planOf(office)
  const asked = Array.from({ length: CHANGES_WAITING_MAX + 1 }, () =>
    office.ask('PUT', PATH, { as, body: { expected: 0, plan } }),
  )
  const told = await Promise.all((await Promise.all(asked)).map(async (answer) => answer.json()))
  const errors = told.flatMap((answer) => ApiError.safeParse(answer).data?.error ?? [])
  assert.deepEqual(
    errors.filter(({ code }) => code !== 'conflict').map(({ code, message }) => [code, message]),
    [['unavailable', 'Other dial plans are being checked; please try again.']],
  )
  assert.equal((await read(await office.ask('GET', PATH, { as }), DialPlanState)).version, 1)
})

test('what is wrong is named with its place, and nothing is applied', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const plan = planOf(office)
  const wrong = { ...plan, trunks: [], more: '<script>' }
  const answer = await office.ask('PUT', PATH, { as, body: { expected: 0, plan: wrong } })
  assert.equal(answer.status, 422)
  const { error } = await read(answer, ApiError, 422).catch(() => assert.fail())
  assert.deepEqual(
    [error.code, error.problems?.[0]?.sentence],
    ['dial-plan-wrong', 'more is no field of a dial plan.'],
  )
  const inverted = { ...plan, flows: plan.flows.slice(0, 1) }
  const checked = await office.ask('POST', `${PATH}/check`, { as, body: { plan: inverted } })
  const { problems } = await read(checked, DialPlanChecked)
  assert.deepEqual(
    problems.map(({ path, code }) => `${path} ${code}`),
    ['flows[0].silence points-to-nothing'],
  )
})

test('sizes and depths that nobody needs are refused without harm', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
  for (const [path, method, body, code] of [
    [PATH, 'PUT', `{"expected":0,"plan":${deep}}`, 'dial-plan-wrong'],
    [PATH, 'PUT', `{"expected":0,"plan":{"flows":${deep}}}`, 'dial-plan-wrong'],
    ['/api/v1/route', 'POST', `{"dialled":"1","caller":${deep}}`, 'bad-request'],
    [PATH, 'PUT', `{"expected":0,"plan":"${'x'.repeat(LIMITS.planBodyBytesMax)}"}`, 'too-large'],
    [PATH, 'PUT', `{"expected":-1,"plan":{}}`, 'bad-request'],
    [PATH, 'PUT', `{"expected":0,"plan":[]}`, 'bad-request'],
    [PATH, 'PUT', `{"expected":0,"plan":{},"note":"a\\nb"}`, 'bad-request'],
  ] as const) {
    const answer = await office.ask(method, path, { as, body })
    assert.equal(ApiError.parse(await answer.json()).error.code, code, body.slice(0, 60))
  }
  for (const query of ['', '?from=1', '?from=-1&to=2', '?from=a&to=b', '?from=&to=', '?from=1e3&to=1']) {
    const answer = await office.ask('GET', `${PATH}/diff${query}`, { as })
    assert.equal(answer.status, 400, query)
  }
  assert.equal((await office.ask('GET', `${PATH}/diff?from=1&to=999999999999999`, { as })).status, 404)
  assert.deepEqual(office.logged, [])
})

test('another company sees its own plan only', async () => {
  const office = await openStaffedOffice()
  const body = { expected: 0, plan: planOf(office) }
  assert.equal((await office.ask('PUT', PATH, { as: office.admin.token, body })).status, 200)
  const as = office.stranger.token
  assert.equal((await read(await office.ask('GET', PATH, { as }), DialPlanState)).version, 0)
  const { versions } = await read(await office.ask('GET', `${PATH}/versions`, { as }), PlanVersions)
  assert.deepEqual(versions, [])
  assert.equal((await office.ask('GET', `${PATH}/diff?from=0&to=1`, { as })).status, 404)
  const foreign = await office.ask('PUT', PATH, { as, body })
  assert.equal(foreign.status, 422, 'People and sites of another company do not exist here.')
})

test('a newcomer does not get an extension of the plan', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  await office.ask('PUT', PATH, { as, body: { expected: 0, plan: planOf(office) } })
  for (const extension of ['400', '500', '801']) {
    const answer = await office.ask('POST', '/api/v1/people', { as, body: { name: 'Neu', extension } })
    assert.equal(ApiError.parse(await answer.json()).error.code, 'extension-taken')
  }
  const free = await office.ask('POST', '/api/v1/people', { as, body: { name: 'Neu', extension: '150' } })
  assert.equal(free.status, 201)
})

test('a call is tried out: inside, through a trunk, at a time, with a plan that is not applied', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const plan = planOf(office)
  const ask = async (body: object) =>
    read(await office.ask('POST', '/api/v1/route', { as, body }), RouteAnswer)
  const caller = { from: 'inside', person: office.admin.person.id }
  const { extension } = office.colleague

  const plain = await ask({ caller, dialled: extension })
  assert.deepEqual([plain.node.do, plain.node.why.rule], ['ring', 'extension'])
  assert.deepEqual(plain.node.contacts, [{ device: 'device-9' }], 'Addresses of phones stay here.')
  const without = await ask({ caller, dialled: '030123456' })
  assert.equal(without.node.why.rule, 'no-trunk')

  const tried = await ask({ caller, dialled: '030 12 34 56', plan })
  assert.equal(tried.node.do, 'dialOut')
  assert.deepEqual(
    tried.looked.map(({ rule, outcome }) => `${rule} ${outcome}`),
    ['allowed needs-no-permission', 'outbound:all fits', `limits:${caller.person} left`, 'trunk:main tried'],
  )
  const shut = await ask({
    caller: { from: 'trunk', trunk: 'main', number: '+4940555' },
    dialled: '+493023125999',
    at: Date.UTC(2026, 11, 24, 10),
    live: 'everybody',
    plan,
  })
  assert.equal(shut.node.why.rule, 'announcement')
  assert.ok(shut.looked.some(({ rule, outcome }) => rule === 'schedule:week' && outcome === 'closed'))

  const elsewhere = { ...caller, site: 'site-other' }
  const answer = await office.ask('POST', '/api/v1/route', {
    as,
    body: { caller: elsewhere, dialled: '112' },
  })
  assert.equal(answer.status, 404)
  const bad = await office.ask('POST', '/api/v1/route', { as, body: { caller, dialled: '1', plan: {} } })
  assert.equal(bad.status, 422)
})

test('an emergency call is tried out from an address: in a network, and its twin outside', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const before = planOf(office)
  const networks = ['192.0.2.0/24', '2001:db8::/48']
  const plan = { ...before, sites: before.sites.map((site) => ({ ...site, networks })) }
  const from = async (address?: string) => {
    const caller = { from: 'inside', person: office.colleague.id, ...(address && { address }) }
    const body = { caller, dialled: '112', live: 'everybody', plan }
    const { node } = await read(await office.ask('POST', '/api/v1/route', { as, body }), RouteAnswer)
    const { place, network } = node.why.values
    return `${node.why.rule} ${place ?? '-'} ${network ?? '-'}`
  }
  assert.equal(await from('192.0.2.7'), 'emergency network 192.0.2.0/24')
  assert.equal(await from('2001:db8::7'), 'emergency network 2001:db8::/48')
  assert.equal(await from('192.0.3.7'), 'emergency elsewhere -')
  assert.equal(await from(), 'emergency - -')
  const caller = { from: 'inside', person: office.colleague.id, address: 'at home' }
  const odd = await office.ask('POST', '/api/v1/route', { as, body: { caller, dialled: '112' } })
  assert.equal(odd.status, 400)
})
