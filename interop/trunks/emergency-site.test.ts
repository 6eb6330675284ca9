// Where an emergency call comes from: a desk phone in a network of another site than its own, and its twin
// outside all networks. The carrier is called in both cases, and the desk is told which it was.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { plainSdp, RawPhone } from '../support/raw-sip.ts'
import { Server } from '../support/server.ts'
import { until } from '../support/wait.ts'
import { MAIN_TRUNK, openLine } from './line.ts'

interface Alarms {
  readonly alarms: readonly {
    readonly kind: string
    readonly since: number
    readonly values: Readonly<Record<string, string>>
  }[]
}

const CARRIER = '127.0.0.44'
const INSIDE = '127.0.0.36'
const OUTSIDE = '127.0.0.48'
const NETWORK = '127.0.0.32/28'

const server = await Server.start()
const BRANCH = { id: 'branch', name: 'Branch' }
const [office, branch] = await twoSites()
const carrier = await openLine(server, {
  ...{ address: CARRIER, toneHz: 1200 },
  plan: {
    trunks: [{ ...MAIN_TRUNK, isForEmergency: true }],
    sites: [
      { site: office.id, country: 'de', areaCode: '30', emergencyTrunks: ['main'] },
      { site: branch.id, country: 'de', areaCode: '30', emergencyTrunks: ['main'], networks: [NETWORK] },
    ],
  },
})
test.after(async () => {
  carrier.close()
  await server.stop()
})

interface Site {
  readonly id: string
  readonly name: string
}
interface Exported {
  readonly version: string
  readonly configuration: { readonly sections: { readonly people: { readonly sites: readonly Site[] } } }
}

/** That of the company, and a second one, which nobody is set up for. */
async function twoSites(): Promise<[office: Site, branch: Site]> {
  const { version, configuration } = await server.admin.ask<Exported>('GET', '/configuration')
  const { people } = configuration.sections
  const sections = { people: { ...people, sites: [...people.sites, BRANCH] } }
  const body = { expected: version, configuration: { ...configuration, sections } }
  await server.admin.ask('POST', '/configuration/import', body)
  const after = await server.admin.ask<Exported>('GET', '/configuration')
  const { sites } = after.configuration.sections.people
  const made = sites.find(({ name }) => name === BRANCH.name)
  const first = sites.find(({ name }) => name !== BRANCH.name)
  assert.ok(made && first)
  return [first, made]
}

const kinds = ['emergency-call', 'emergency-call-elsewhere'] as const

async function alarmAfter(before: Alarms): Promise<Alarms['alarms'][number]> {
  const isNew = ({ kind, since }: Alarms['alarms'][number]): boolean =>
    kinds.some((one) => one === kind) &&
    !before.alarms.some((known) => known.kind === kind && known.since === since)
  return until('the alarm', async () => (await server.admin.ask<Alarms>('GET', '/alarms')).alarms.find(isNew))
}

interface Detail {
  readonly call: { readonly why: { readonly values: Readonly<Record<string, string>> } }
}

async function recordAfter(earlier: number): Promise<Detail['call']> {
  const { id } = await until('the record', async () => {
    const calls = await server.admin.calls()
    return calls.length > earlier ? calls[0] : undefined
  })
  return (await server.admin.ask<Detail>('GET', `/calls/${id}`)).call
}

for (const [where, address, kind, site, place] of [
  ['in the network of the branch', INSIDE, 'emergency-call', branch, { place: 'network', network: NETWORK }],
  ['outside, the twin', OUTSIDE, 'emergency-call-elsewhere', office, { place: 'elsewhere' }],
] as const)
  test(`a desk phone calls 112, ${where}: the carrier is called, alarm and record say it`, async (t) => {
    const phone = await Baresip.start(await server.admin.addPhone(where), {
      ...{ transport: 'udp', toneHz: 600, address },
    })
    t.after(() => phone.stop())
    const before = await server.admin.ask<Alarms>('GET', '/alarms')
    const earlier = (await server.admin.calls()).length
    const invites = carrier.of('INVITE').length
    phone.dial('112')
    await phone.waitFor('CALL_ESTABLISHED')
    assert.match(carrier.of('INVITE')[invites] ?? '', /^INVITE sip:112@/)
    const alarm = await alarmAfter(before)
    assert.equal(alarm.kind, kind)
    assert.equal(alarm.values.people, `Ada (100), ${site.name}`)
    assert.equal(alarm.values.number, '112')
    phone.hangUp()
    const call = await recordAfter(earlier)
    for (const [name, value] of Object.entries(place)) assert.equal(call.why.values[name], value)
    assert.equal(call.why.values.site, site.id)
    assert.ok(!JSON.stringify(call).includes(address), 'where the phone is by address stands in no record')
  })

/** Nobody listens there. */
const RTP_PORT = 9

for (const [what, address, named, kind, site, place] of [
  ['outside that names an address inside', OUTSIDE, INSIDE, 'emergency-call-elsewhere', office, 'elsewhere'],
  ['inside that names one outside, the twin', INSIDE, OUTSIDE, 'emergency-call', branch, 'network'],
] as const)
  test(`a phone ${what}: where its packets come from decides`, async (t) => {
    const phone = await RawPhone.openLying(await server.admin.addPhone(what), address, named)
    t.after(() => phone.close())
    phone.answersRequests = true
    assert.equal((await phone.register()).status, 200)
    const before = await server.admin.ask<Alarms>('GET', '/alarms')
    const earlier = (await server.admin.calls()).length
    const body = plainSdp(RTP_PORT, named)
    const answered = await phone.ask({ method: 'INVITE', dials: '112', body })
    assert.equal(answered.status, 200, answered.text)
    const alarm = await alarmAfter(before)
    assert.equal(alarm.kind, kind)
    assert.equal(alarm.values.people, `Ada (100), ${site.name}`)
    assert.equal((await phone.hangUp(answered)).status, 200)
    const { values } = (await recordAfter(earlier)).why
    assert.deepEqual([values.place, values.site], [place, site.id])
  })
