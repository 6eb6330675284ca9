import assert from 'node:assert/strict'
import test from 'node:test'
import type { SiteId } from '@rufwerk/core'
import { type DialPlan, EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { checkPlan, conclude, examine, PROBLEMS_MAX, readPlan } from '@rufwerk/routing/versions'
import fc from 'fast-check'
import { ANNA, BERLIN, CONFIG, flowId, GROUP, MAIN, MUNICH, PLAN, rules, WEEK } from '../company.ts'

const COMPANY = { config: CONFIG, sites: new Set([BERLIN, MUNICH]) }

/** Each kind of entry once. */
const FULL: DialPlan = {
  ...PLAN,
  outbound: [
    {
      id: 'near',
      prefixes: ['+4930', '115'],
      digits: { min: 3, max: 13 },
      classes: ['national', 'service'],
      people: [ANNA],
      sites: [BERLIN],
      trunks: [MAIN],
      ringTime: GROUP.ringTime,
    },
    { id: 'none', trunks: [] },
  ],
  limits: { calls: 20, callsAtOnce: 2 },
  companyLimits: { money: 100_000_000 },
  rates: [{ prefix: '', perCall: 0, perMinute: 10_000 }],
  allowed: { countries: ['AT'], premium: ['+49900'] },
  people: [
    rules(ANNA, {
      number: '+493023125100',
      isHidden: true,
      mobile: { number: '+4915123456789', rings: true, after: GROUP.ringTime },
      voicemail: 'box-anna',
      forwarding: { busy: { inside: { to: 'person', person: ANNA }, outside: { to: 'busy' } } },
      allowed: { countries: [], premium: [] },
      limits: { minutes: 10 },
    }),
  ],
  inbound: [
    {
      id: 'night',
      called: [{ number: '+4930231250', extensionDigits: 0 }],
      callers: ['+4940', 'anonymous'],
      trunks: [MAIN],
      hours: { schedule: 'week', states: ['closed', 'holiday'] },
      target: { to: 'announcement', prompt: 'closed' },
    },
  ],
  blocked: [{ number: 'anonymous', isPrefix: false }],
  flows: [
    GROUP,
    {
      kind: 'receptionist',
      id: flowId('welcome'),
      extension: '401',
      prompt: 'welcome',
      keys: [
        { key: '1', target: { to: 'flow', flow: GROUP.id } },
        { key: '#', target: { to: 'names' } },
      ],
      dialsExtensions: true,
      keyTime: GROUP.ringTime,
      tries: 2,
      silence: { to: 'extension', extension: '100' },
      wrongKey: { to: 'hangUp' },
    },
    {
      kind: 'hours',
      id: flowId('open'),
      schedule: 'week',
      open: { to: 'queue', queue: 'sales' },
      closed: { to: 'voicemail', box: 'shared' },
      break: { to: 'conference', room: 'monday' },
      holiday: { to: 'outside', number: '+4940123456' },
    },
  ],
}

test('CFG-R1 a plan with every kind of entry is read as it is, also from its own JSON', () => {
  for (const plan of [EMPTY_DIAL_PLAN, PLAN, FULL]) {
    const read = readPlan(plan)
    assert.deepEqual(read, { ok: true, value: plan })
    assert.deepEqual(readPlan(JSON.parse(JSON.stringify(plan))), read)
  }
})

type Row = [what: string, wrong: (plan: Record<string, unknown>) => unknown, ...problems: string[]]
const only = (more: object) => (plan: object) => ({ ...plan, ...more })
const rows: Row[] = [
  ['a text', () => 'x', ' not-an-object'],
  ['a list', () => [], ' not-an-object'],
  ['null', () => null, ' not-an-object'],
  ['no flows', ({ flows: _, ...plan }) => plan, 'flows missing'],
  ['flows as an object', only({ flows: {} }), 'flows not-a-list'],
  ['a flow of no kind', only({ flows: [{ kind: 'dance' }] }), 'flows[0].kind not-one-of'],
  [
    'a target to nowhere',
    only({ inbound: [{ id: 'a', target: { to: 'moon' } }] }),
    'inbound[0].target.to not-one-of',
  ],
  [
    'names outside of a menu',
    only({ inbound: [{ id: 'a', target: { to: 'names' } }] }),
    'inbound[0].target.to not-one-of',
  ],
  [
    'an id with a blank, and no target',
    only({ inbound: [{ id: 'a b' }] }),
    'inbound[0].id not-an-id',
    'inbound[0].target missing',
  ],
  [
    'a time that is no number',
    only({ flows: [{ ...GROUP, ringTime: '5' }] }),
    'flows[0].ringTime not-a-count',
  ],
  ['half a millisecond', only({ flows: [{ ...GROUP, ringTime: 0.5 }] }), 'flows[0].ringTime not-a-count'],
  ['a year of ringing', only({ flows: [{ ...GROUP, ringTime: 3e10 }] }), 'flows[0].ringTime not-a-count'],
  ['yes as a text', only({ flows: [{ ...GROUP, skipsBusy: 'yes' }] }), 'flows[0].skipsBusy not-yes-or-no'],
  [
    'a member who is a number without a name',
    only({ flows: [{ ...GROUP, members: [{ outside: 7 }] }] }),
    'flows[0].members[0].outside not-a-name',
  ],
  [
    'a country in small letters',
    only({ allowed: { countries: ['at'], premium: [] } }),
    'allowed.countries[0] not-digits',
  ],
  [
    'a schedule at 25:00',
    only({
      schedules: [{ id: 's', schedule: { ...WEEK, opens: [{ days: ['mon'], from: '08:00', to: '25:00' }] } }],
    }),
    'schedules[0].schedule.opens[0].to wrong-schedule',
  ],
  [
    'a line break in a number',
    only({ speedDial: [{ extension: '8', number: '1\r\n2' }] }),
    'speedDial[0].number not-a-name',
  ],
]
for (const [what, wrong, ...problems] of rows)
  test(`CFG-R2 ${what}`, () => {
    const read = readPlan(wrong({ ...PLAN }))
    assert.ok(!read.ok)
    assert.deepEqual(
      read.error.map(({ path, code }) => `${path} ${code}`),
      problems,
    )
    for (const { path, sentence } of read.error) {
      assert.ok(sentence.startsWith(path === '' ? 'The dial plan ' : `${path} `), sentence)
      assert.ok(sentence.endsWith('.') && !sentence.includes('{'), sentence)
    }
  })

test('CFG-R3 unknown fields are refused at every depth, also the dangerous ones', () => {
  for (const [text, path] of [
    ['{"more":1}', 'more'],
    ['{"__proto__":{"flows":[]}}', '__proto__'],
    ['{"constructor":{"prototype":{}}}', 'constructor'],
    ['{"a\\u001b[31m":1}', 'a??31m'],
  ] as const) {
    const read = readPlan(JSON.parse(`{${JSON.stringify(PLAN).slice(1, -1)},${text.slice(1)}`))
    assert.ok(!read.ok)
    assert.deepEqual([read.error[0]?.path, read.error[0]?.code], [path, 'unknown-field'])
  }
  const deep = { ...PLAN, inbound: [{ id: 'a', target: { to: 'busy', flow: 'x' } }] }
  const read = readPlan(deep)
  assert.equal(read.ok ? '' : read.error[0]?.path, 'inbound[0].target.flow')
})

test('CFG-R4 sizes end somewhere', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ code: `*${at}`, does: 'echo' }))
  const codes = (plan: object) => {
    const read = readPlan({ ...PLAN, ...plan })
    return read.ok ? [] : read.error.map(({ path, code }) => `${path} ${code}`)
  }
  assert.deepEqual(codes({ codes: many(100) }), [])
  assert.deepEqual(codes({ codes: many(101) }), ['codes too-many'])
  assert.deepEqual(codes({ inbound: [{ id: 'x'.repeat(65), target: { to: 'busy' } }] }), [
    'inbound[0].id not-an-id',
  ])
  const blocked = Array.from({ length: 9_999 }, () => ({ number: '+49301234567890', isPrefix: false }))
  assert.deepEqual(codes({ blocked }), [])
  const people = Array.from({ length: 3_000 }, (_, at) => rules(`p${at}` as typeof ANNA))
  assert.deepEqual(codes({ blocked, people }), [' too-large'])
})

test('CFG-R5 reading and checking bear anything', () => {
  const json = fc.jsonValue({ maxDepth: 4 })
  const plan = fc.record(
    Object.fromEntries(Object.keys(FULL).map((name) => [name, fc.oneof(json, fc.constant([FULL]))])),
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(json, plan), (input) => {
      const checked = checkPlan(input, COMPANY)
      if (checked.ok) {
        assert.deepEqual(readPlan(checked.value.plan), { ok: true, value: checked.value.plan })
        assert.deepEqual(JSON.parse(checked.value.json), checked.value.plan)
      } else assert.ok(checked.error.length > 0 && checked.error.length <= PROBLEMS_MAX)
    }),
    { numRuns: 200 },
  )
  const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
  assert.equal(readPlan({ ...PLAN, flows: deep }).ok, false)
  const wrong = readPlan({ ...PLAN, blocked: Array.from({ length: 5_000 }, () => 0) })
  assert.equal(wrong.ok ? 0 : wrong.error.length, PROBLEMS_MAX)
})

test('CFG-R6 people, sites and what points to nothing', () => {
  assert.equal(checkPlan(PLAN, COMPANY).ok, true)
  const elsewhere = checkPlan(PLAN, { ...COMPANY, sites: new Set<SiteId>([BERLIN]) })
  assert.ok(!elsewhere.ok)
  assert.deepEqual(
    elsewhere.error.map(({ sentence }) => sentence),
    ['sites[1].site names the site munich, which does not exist.'],
  )
  const nobody = checkPlan({ ...PLAN, people: [rules('ghost' as typeof ANNA)] }, COMPANY)
  assert.ok(!nobody.ok)
  const [problem] = nobody.error
  assert.deepEqual(
    [problem?.path, problem?.code, problem?.sentence],
    [
      'people[0].person',
      'points-to-nothing',
      'people[0].person points to person:ghost, which does not exist.',
    ],
  )
})

test('CFG-R7 services and codes that calls are not led to yet', () => {
  const performed = { services: new Set(['queue'] as const), codes: new Set(['echo'] as const) }
  const services = [
    { kind: 'queue', id: 'sales' },
    { kind: 'voicemail', id: 'box' },
  ] as const
  const codes = [
    { code: '*43', does: 'echo' },
    { code: '*9', does: 'pickUp' },
  ] as const
  const plan = { ...EMPTY_DIAL_PLAN, services, codes }
  assert.equal(checkPlan(plan, COMPANY).ok, true)
  const checked = checkPlan(plan, { ...COMPANY, performed })
  assert.ok(!checked.ok)
  assert.deepEqual(
    checked.error.map(({ sentence }) => sentence),
    [
      'services[1] wants voicemail, which this version does not have yet.',
      'codes[1] wants pickUp, which this version does not have yet.',
    ],
  )
})

test('RT-CK9 a prompt that nobody has recorded is named with its place; the others are no problem', () => {
  const company = { ...COMPANY, hasPrompt: (name: string) => name === 'welcome' }
  const [night] = FULL.inbound
  const plan = { ...PLAN, inbound: night ? [night] : [], flows: FULL.flows.slice(0, 2) }
  const checked = checkPlan(plan, company)
  assert.ok(!checked.ok)
  const named = checked.error.filter(({ code }) => code === 'no-such-prompt')
  assert.deepEqual(
    named.map(({ path, values }) => [path, values.prompt]),
    [['inbound[0].target.prompt', 'closed']],
  )
  assert.match(named[0]?.sentence ?? '', /^inbound\[0\]\.target\.prompt names the prompt closed/)
  const none = checkPlan(plan, { ...company, hasPrompt: () => false })
  assert.ok(!none.ok)
  assert.deepEqual(
    none.error.filter(({ code }) => code === 'no-such-prompt').map(({ path }) => path),
    ['inbound[0].target.prompt', 'flows[1].prompt'],
  )
})

test('CFG-R8 the long part of a check gives plain data, and with the prompts of now the same verdict', () => {
  const asked: string[] = []
  const company = { ...COMPANY, hasPrompt: (name: string) => asked.push(name) > 0 && name !== 'closed' }
  const { hasPrompt: _, ...data } = company
  const inputs: unknown[] = [
    ...[PLAN, FULL, EMPTY_DIAL_PLAN, { ...PLAN, trunks: [] }, { ...FULL, sites: [] }, { ...FULL, more: 1 }],
    ...[undefined, null, 7, [], { flows: 7 }, { ...PLAN, blocked: Array.from({ length: 5_000 }, () => 0) }],
  ]
  for (const input of inputs) {
    asked.length = 0
    const examined = structuredClone(examine(input, structuredClone(data)))
    assert.deepEqual(asked, [], 'Prompts are asked for at the end.')
    assert.deepEqual(conclude(examined, company), checkPlan(input, company))
  }
  assert.ok(asked.length === 0 && !checkPlan(FULL, company).ok && asked.length > 0)
})
