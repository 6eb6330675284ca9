// RT-NET: networks of sites as somebody may write them, and which site an address is found in. Each row has a
// twin that differs in one thing and comes out the other way.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type DialPlan, type InsideCall, route } from '@rufwerk/routing'
import { emergencyCoverage } from '@rufwerk/routing/emergency'
import { checkPlan, readPlan } from '@rufwerk/routing/versions'
import fc from 'fast-check'
import {
  ANNA,
  BERLIN,
  BERND,
  CONFIG,
  inside,
  MUNICH,
  nodeOf,
  PLAN,
  planOf,
  rules,
  TRUNK_SOUTH,
  withPlan,
} from './company.ts'

const [SITE_BERLIN, SITE_MUNICH] = PLAN.sites
assert.ok(SITE_BERLIN && SITE_MUNICH)

const networks = (berlin: readonly string[], munich: readonly string[]): Partial<DialPlan> => ({
  sites: [
    { ...SITE_BERLIN, networks: berlin },
    { ...SITE_MUNICH, networks: munich },
  ],
})
const IN_BERLIN = 'main 112 as +4930231250, south 112 as 089445566'
const IN_MUNICH = 'south 112 as 089445566, main 112 as +49302312510'
const TWO = networks(['10.30.0.0/16', '2001:db8:30::/48'], ['10.89.0.0/16', '2001:db8:89::/48'])

type Side = readonly [plan: Partial<DialPlan>, call: Partial<InsideCall>, is: string]
type Row = readonly [rule: string, row: Side, twin: Side]
const rows: readonly Row[] = [
  [
    'RT-EM12 the network decides about the site',
    [TWO, { callerAddress: '10.89.1.2' }, `${IN_MUNICH} | munich 10.89.0.0/16`],
    [TWO, { callerAddress: '10.30.1.2' }, `${IN_BERLIN} | berlin 10.30.0.0/16`],
  ],
  [
    'RT-EM12 IPv6 as well',
    [TWO, { callerAddress: '2001:db8:89::7' }, `${IN_MUNICH} | munich 2001:db8:89::/48`],
    [TWO, { callerAddress: '2001:db8:30::7' }, `${IN_BERLIN} | berlin 2001:db8:30::/48`],
  ],
  [
    'RT-EM12 before what the device is set up for',
    [TWO, { callerSite: BERLIN, callerAddress: '10.89.1.2' }, `${IN_MUNICH} | munich 10.89.0.0/16`],
    [TWO, { callerSite: BERLIN }, `${IN_BERLIN} | berlin`],
  ],
  [
    'RT-EM12 before the site of the person',
    [
      { ...TWO, people: [rules(BERND, { site: MUNICH })] },
      { callerAddress: '10.30.0.1' },
      `${IN_BERLIN} | berlin 10.30.0.0/16`,
    ],
    [
      { ...TWO, people: [rules(BERND, { site: MUNICH })] },
      { callerAddress: '10.31.0.1' },
      `${IN_MUNICH} | munich elsewhere`,
    ],
  ],
  [
    'RT-EM12 the longest prefix wins, whichever comes first',
    [
      networks(['10.0.0.0/8'], ['10.89.0.0/16']),
      { callerAddress: '10.89.1.2' },
      `${IN_MUNICH} | munich 10.89.0.0/16`,
    ],
    [
      networks(['10.0.0.0/8'], ['10.89.0.0/16']),
      { callerAddress: '10.90.1.2' },
      `${IN_BERLIN} | berlin 10.0.0.0/8`,
    ],
  ],
  [
    'RT-EM12 a single address in the network of another site',
    [
      networks(['10.0.0.0/24'], ['10.0.0.7/32']),
      { callerAddress: '10.0.0.7' },
      `${IN_MUNICH} | munich 10.0.0.7/32`,
    ],
    [
      networks(['10.0.0.0/24'], ['10.0.0.7/32']),
      { callerAddress: '10.0.0.6' },
      `${IN_BERLIN} | berlin 10.0.0.0/24`,
    ],
  ],
  [
    'RT-EM12 the last address of a network, not the one behind',
    [networks([], ['192.0.2.0/25']), { callerAddress: '192.0.2.127' }, `${IN_MUNICH} | munich 192.0.2.0/25`],
    [networks([], ['192.0.2.0/25']), { callerAddress: '192.0.2.128' }, `${IN_BERLIN} | berlin elsewhere`],
  ],
  [
    'RT-EM12 an IPv4 address that a socket tells as IPv6',
    [TWO, { callerAddress: '::ffff:10.89.1.2' }, `${IN_MUNICH} | munich 10.89.0.0/16`],
    [TWO, { callerAddress: '::10.89.1.2' }, `${IN_BERLIN} | berlin elsewhere`],
  ],
  [
    'RT-EM12 mapped in hexadecimal',
    [TWO, { callerAddress: '::ffff:a59:102' }, `${IN_MUNICH} | munich 10.89.0.0/16`],
    [TWO, { callerAddress: '::fffe:a59:102' }, `${IN_BERLIN} | berlin elsewhere`],
  ],
  [
    'RT-EM12 a zone of this machine says nothing of the place',
    [networks([], ['fe80::/64']), { callerAddress: 'fe80::1%eth0' }, `${IN_MUNICH} | munich fe80::/64`],
    [networks([], ['fe80::/64']), { callerAddress: 'fe80:1::1%eth0' }, `${IN_BERLIN} | berlin elsewhere`],
  ],
  [
    'RT-EM13 outside all networks is told, and stops nothing',
    [TWO, { callerAddress: '198.51.100.7' }, `${IN_BERLIN} | berlin elsewhere`],
    [{}, { callerAddress: '198.51.100.7' }, `${IN_BERLIN} | berlin`],
  ],
  [
    'RT-EM13 an address that is none is outside, and an unknown one is not told',
    [TWO, { callerAddress: 'unknown' }, `${IN_BERLIN} | berlin elsewhere`],
    [TWO, {}, `${IN_BERLIN} | berlin`],
  ],
  [
    'RT-EM13 told without a trunk, too',
    [{ ...TWO, trunks: [] }, { callerAddress: '198.51.100.7' }, 'emergency-without-trunk | berlin elsewhere'],
    [{ ...TWO, trunks: [] }, { callerAddress: '10.89.0.1' }, 'emergency-without-trunk | munich 10.89.0.0/16'],
  ],
  [
    'RT-EM8 the test code tells the same place',
    [TWO, { dialled: '*9112', callerAddress: '10.89.0.1' }, 'emergency-test | munich 10.89.0.0/16'],
    [TWO, { dialled: '*9112', callerAddress: '10.99.0.1' }, 'emergency-test | berlin elsewhere'],
  ],
  [
    'RT-EM7 the number of the site where the device is, on its trunk',
    [
      TWO,
      { caller: ANNA, callerAddress: '10.89.0.1' },
      'south 112 as 089445566, main 112 as +493023125100 | munich 10.89.0.0/16',
    ],
    [
      TWO,
      { caller: ANNA, callerAddress: '10.30.0.1' },
      'main 112 as +493023125100, south 112 as 089445566 | berlin 10.30.0.0/16',
    ],
  ],
]

function outcome([plan, call]: Side): string {
  const asked = { ...inside('112'), ...call }
  const given = { config: withPlan(plan) }
  const { values } = nodeOf(asked, given).why
  const place = [values.site ?? '', values.network ?? (values.place === 'elsewhere' ? 'elsewhere' : '')]
  return `${planOf(asked, given)} | ${place.join(' ')}`.trimEnd()
}

for (const [rule, row, twin] of rows)
  test(rule, () => {
    assert.notEqual(row[2], twin[2], 'the twin comes out the other way')
    assert.equal(outcome(row), row[2])
    assert.equal(outcome(twin), twin[2])
  })

test('RT-EM12 how people dial stays that of the site they are set up for', () => {
  const call = (callerAddress: string) =>
    planOf(inside('23125999', { callerAddress }), { config: withPlan(TWO) })
  assert.equal(call('10.89.0.1'), call('10.30.0.1'))
})

test('RT-EM14 whoever dials the number of another country is led to that of the place', () => {
  const american = { ...SITE_MUNICH, country: 'us', areaCode: '212', networks: ['10.89.0.0/16'] } as const
  const trunk = { ...TRUNK_SOUTH, country: 'us', mainNumber: '+12125550123', format: 'plus' } as const
  const sites = [{ ...SITE_BERLIN, networks: ['10.30.0.0/16'] }, american]
  const config = withPlan({ sites, trunks: [...PLAN.trunks.slice(0, 2), trunk] })
  const from = (dialled: string, callerAddress: string, callerSite = BERLIN) =>
    planOf(inside(dialled, { callerAddress, callerSite }), { config })
  assert.equal(from('110', '10.89.0.1'), 'south 911 as +12125550123')
  assert.equal(from('110', '10.30.0.1'), 'main 110 as +4930231250')
  assert.equal(from('911', '10.89.0.1'), 'south 911 as +12125550123')
  assert.equal(from('911', '10.30.0.1', MUNICH), 'main 112 as +4930231250')
  assert.doesNotMatch(from('911', '10.30.0.1'), /112|911/, 'in Germany nobody dials 911')
})

test('RT-WHY1 the place is looked at before the trunks', () => {
  const looked = (callerAddress?: string) => {
    const call = inside('112', callerAddress === undefined ? {} : { callerAddress })
    return route(withPlan(TWO), { contactsOf: () => [] }, call).looked[0]
  }
  const place = { rule: 'place', branch: '' }
  assert.deepEqual(looked('10.89.0.1'), {
    ...{ ...place, outcome: 'known-network' },
    values: { site: MUNICH, network: '10.89.0.0/16' },
  })
  assert.deepEqual(looked('192.0.2.1'), {
    ...{ ...place, outcome: 'outside-known-networks' },
    values: { site: BERLIN },
  })
  assert.notEqual(looked()?.rule, 'place')
})

const problemsOf = (...list: readonly string[]) => {
  const checked = checkPlan(
    { ...PLAN, ...networks(list, []) },
    { config: CONFIG, sites: new Set([BERLIN, MUNICH]) },
  )
  return checked.ok ? [] : checked.error.map(({ path, code }) => `${path} ${code}`)
}

const texts: readonly (readonly [rule: string, good: string, bad: string, code: string])[] = [
  ['RT-NET1 bits are needed', '10.0.0.0/8', '10.0.0.0', 'not-a-network'],
  ['RT-NET1 as a number', '10.0.0.0/8', '10.0.0.0/255.0.0.0', 'not-a-network'],
  ['RT-NET1 without leading zeros in the bits', '10.0.0.0/8', '10.0.0.0/08', 'not-a-network'],
  ['RT-NET1 without leading zeros in the address', '10.0.0.0/8', '010.0.0.0/8', 'not-a-network'],
  ['RT-NET1 four parts', '10.0.0.0/8', '10.0.0/8', 'not-a-network'],
  ['RT-NET1 each a byte', '255.0.0.0/8', '256.0.0.0/8', 'not-a-network'],
  ['RT-NET1 at most 32 bits', '10.0.0.0/32', '10.0.0.0/33', 'not-a-network'],
  ['RT-NET1 at most 128 bits', '2001:db8::/128', '2001:db8::/129', 'not-a-network'],
  ['RT-NET1 no sign', '10.0.0.0/8', '10.0.0.0/+8', 'not-a-network'],
  ['RT-NET1 no space', '10.0.0.0/8', ' 10.0.0.0/8', 'not-a-network'],
  ['RT-NET1 no line behind', '10.0.0.0/8', '10.0.0.0/8\n', 'not-a-name'],
  ['RT-NET1 one slash', '10.0.0.0/8', '10.0.0.0/8/8', 'not-a-network'],
  ['RT-NET1 no zone', 'fe80::/64', 'fe80::%eth0/64', 'not-a-network'],
  ['RT-NET1 no brackets', '2001:db8::/32', '[2001:db8::]/32', 'not-a-network'],
  ['RT-NET1 no name', '10.0.0.0/8', 'localhost/8', 'not-a-network'],
  ['RT-NET1 one ::', '2001:db8::/32', '2001::db8::/32', 'not-a-network'],
  ['RT-NET1 IPv4 as IPv4', '10.0.0.0/24', '::ffff:10.0.0.0/120', 'not-a-network'],
  ['RT-NET1 also in hexadecimal', '::fffe:0:0/96', '::ffff:a00:0/120', 'not-a-network'],
  [
    'RT-NET1 a text that is too long',
    '1111:2222:3333:4444:5555:6666:7777:8888/128',
    '0'.repeat(50),
    'not-a-name',
  ],
  ['RT-NET2 no bits of a host', '10.0.0.0/8', '10.0.0.1/8', 'not-whole-network'],
  ['RT-NET2 not the last bit either', '192.0.2.128/25', '192.0.2.128/24', 'not-whole-network'],
  ['RT-NET2 in IPv6', '2001:db8::/32', '2001:db8::1/32', 'not-whole-network'],
  ['RT-NET2 every address is no place', '0.0.0.0/1', '0.0.0.0/0', 'every-address'],
  ['RT-NET2 nor in IPv6', '::/1', '::/0', 'every-address'],
]
for (const [rule, good, bad, code] of texts)
  test(rule, () => {
    assert.deepEqual(problemsOf(good), [])
    assert.deepEqual(problemsOf(bad), [`sites[0].networks[0] ${code}`])
  })

test('RT-NET3 the same network at two sites is refused, however it is written', () => {
  const told = (berlin: string, munich: string) => {
    const plan = { ...PLAN, ...networks([berlin], [munich]) }
    const checked = checkPlan(plan, { config: CONFIG, sites: new Set([BERLIN, MUNICH]) })
    return checked.ok ? [] : checked.error.map(({ sentence }) => sentence)
  }
  const refused = (network: string) => [
    `sites[1].networks[0] holds ${network}, which is the network of sites[0].networks[0] already.`,
  ]
  assert.deepEqual(told('10.0.0.0/8', '10.0.0.0/8'), refused('10.0.0.0/8'))
  assert.deepEqual(told('10.0.0.0/8', '10.0.0.0/9'), [])
  assert.deepEqual(told('2001:db8::/32', '2001:0DB8:0:0::/32'), refused('2001:0DB8:0:0::/32'))
  assert.deepEqual(told('2001:db8::/32', '2001:db9::/32'), [])
  assert.deepEqual(problemsOf('10.0.0.0/8', '10.0.0.0/8'), ['sites[0].networks[1] duplicate-network'])
})

test('RT-NET4 a site has 200 networks at most, a company 5,000', () => {
  const list = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, at) => `10.${(from + at) >> 8}.${(from + at) & 0xff}.0/24`)
  assert.deepEqual(problemsOf(...list(0, 200)), [])
  assert.deepEqual(problemsOf(...list(0, 201)), ['sites[0].networks too-many'])
  const company = (count: number) => {
    const ids = Array.from({ length: 26 }, (_, at) => `s${at}` as typeof BERLIN)
    const sites = ids.map((site, at) => {
      return {
        site,
        country: 'de',
        emergencyTrunks: [],
        networks: list(at * 200, Math.min(200, count - at * 200)),
      } as const
    })
    const plan = { ...PLAN, sites, people: [], outbound: [] }
    const checked = checkPlan(plan, { config: CONFIG, sites: new Set(ids) })
    return checked.ok ? [] : checked.error.map(({ sentence }) => sentence)
  }
  assert.deepEqual(company(5_000), [])
  assert.deepEqual(company(5_001), ['sites have 5001 networks together, at most 5000.'])
})

test('RT-NET5 whatever is written, reading never throws, and what is read is found', () => {
  const part = fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.string({ maxLength: 4 }))
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.tuple(part, part, part, part, part).map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`),
    fc.tuple(fc.ipV6(), part).map(([address, bits]) => `${address}/${bits}`),
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 33 })).map(([address, bits]) => `${address}/${bits}`),
  )
  fc.assert(
    fc.property(text, (network) => {
      const plan = { ...PLAN, ...networks([], [network]) }
      const read = readPlan(plan)
      if (!read.ok || problemsOf(network).length > 0) return
      const [callerAddress = ''] = network.split('/')
      assert.equal(outcome([plan, { callerAddress }, '']), `${IN_MUNICH} | munich ${network}`)
    }),
    { numRuns: 2_000 },
  )
})

test('RT-NET5 a plan that nobody checked is borne', () => {
  const plan = networks(['', 'x/1', '10.0.0.1/8', '0.0.0.0/0'], ['10.0.0.0/8', '10.0.0.0/8'])
  assert.equal(outcome([plan, { callerAddress: '10.0.0.1' }, '']), `${IN_MUNICH} | munich 10.0.0.0/8`)
})

test('RT-EM9 a site is covered exactly when a call from its network takes the trunk that was told', () => {
  const plan = { ...TWO, trunks: PLAN.trunks }
  for (const [at, address] of ['10.30.0.1', '2001:db8:89::1'].entries()) {
    const told = emergencyCoverage(withPlan(plan))[at]
    const node = nodeOf(inside('112', { callerAddress: address }), { config: withPlan(plan) })
    assert.ok(told?.isCovered && node.do === 'dialOut')
    assert.equal(node.why.values.site, told.site)
    assert.equal(node.call.attempts[0]?.trunk, told.trunk)
  }
  const without = emergencyCoverage(withPlan({ ...TWO, trunks: PLAN.trunks.slice(0, 2) }))
  assert.deepEqual(
    without.map(({ isCovered }) => isCovered),
    [true, false],
  )
})
