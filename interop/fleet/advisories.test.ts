// From a list of affected versions to phones that are stopped, over the interface of a whole server: phones
// say what they are when they register, a list is imported, an advisory is taken in and corrected.
import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { PLACES } from '@rufwerk/collectors'
import { verifyBundle } from '@rufwerk/evidence'
import { STORY_APP, storyList } from '@rufwerk/fleet/testing'
import { RawPhone } from '../support/raw-sip.ts'
import { Server } from '../support/server.ts'
import { until } from '../support/wait.ts'

const FIXTURES = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures')
const FIRST = await readFile(join(FIXTURES, 'revision-first.json'), 'utf8')
const CORRECTED = await readFile(join(FIXTURES, 'revision-corrected.json'), 'utf8')
const { publisher, tracking } = JSON.parse(FIRST).document
const issuer: string = publisher.namespace
const ADDRESS = `/fleet/advisories?address=${encodeURIComponent(`${issuer}/sa.json`)}`
const TOKEN = STORY_APP.replaceAll(' ', '')
/** The third and the fourth are neighbours of what is affected. */
const CLIENTS = [
  ['Ben', '101', `${TOKEN}/18.12.416 (Windows; x64)`],
  ['Cleo', '102', `${TOKEN}/18.12.402 (Macintosh)`],
  ['Dora', '103', `${TOKEN}/18.12.402 (Windows; x64)`],
  ['Emil', '104', `${TOKEN}/18.12.4160 (Macintosh) <script>`],
] as const
const WITHIN_MS = 10_000

interface Exposure {
  readonly all: Readonly<Record<string, number>>
  readonly total: number
  readonly devices: readonly {
    readonly person?: string
    readonly state: string
    readonly names: { readonly account?: string; readonly hostname?: string }
    readonly reasons: readonly { readonly userAgent?: string; readonly source: string }[]
  }[]
}
interface Received {
  readonly outcome: string
  readonly why?: string
  readonly changed: readonly { readonly device: string; readonly after?: string }[]
  readonly acted?: { readonly stopped: number; readonly missing: number }
}

const server = await Server.start()
test.after(() => server.stop())
const { admin } = server
const bea = await admin.addPerson('Bea', '120', 'admin')
const phones: { readonly name: string; readonly account: string; registers(): Promise<number> }[] = []
for (const [name, extension, userAgent] of CLIENTS) {
  const person = server.colleagues[phones.length] ?? (await admin.addPerson(name, extension))
  const account = await person.addPhone(`${name}’s computer`)
  const headers = ['Expires: 300', `User-Agent: ${userAgent}`]
  const registers = async (): Promise<number> => {
    const phone = await RawPhone.open(account)
    try {
      return (await phone.ask({ method: 'REGISTER', headers })).status
    } finally {
      phone.close()
    }
  }
  phones.push({ name, account: account.sipName, registers })
}
const statuses = async (): Promise<number[]> => {
  const all: number[] = []
  for (const phone of phones) all.push(await phone.registers())
  return all
}
const exposure = (query = ''): Promise<Exposure> => admin.ask('GET', `/fleet/exposure${query}`)
const affected = async (): Promise<string[]> =>
  (await exposure('?state=affected&limit=500')).devices.map(
    ({ names }) => names.account ?? names.hostname ?? '',
  )

test('what phones say when they register is in the inventory, as text', async () => {
  assert.deepEqual(await statuses(), [200, 200, 200, 200])
  await until('all four are seen', async () => (await exposure()).total === CLIENTS.length)
  const { devices, all } = await exposure()
  const [first, ...others] = devices
  // What nobody can read is unknown, and asked about; nobody is affected before there is an advisory.
  assert.deepEqual([first?.state, first?.reasons[0]?.userAgent], ['unknown', CLIENTS[3][2]])
  assert.ok(others.every(({ state, person }) => state === 'clean' && person !== undefined))
  assert.equal(all.affected, 0)
})

test('an issuer who is not pinned, or a document from elsewhere, affects and stops nobody', async () => {
  const unpinned = await admin.upload<Received>(ADDRESS, FIRST)
  assert.deepEqual([unpinned.outcome, unpinned.why], ['refused', 'issuer-unpinned'])
  await admin.ask('PUT', '/fleet/issuers', { namespace: issuer, addresses: [`${issuer}/`] })
  const elsewhere = `/fleet/advisories?address=${encodeURIComponent('https://elsewhere.example/sa.json')}`
  const unproven = await admin.upload<Received>(elsewhere, FIRST)
  assert.deepEqual([unproven.outcome, unproven.why], ['refused', 'issuer-unproven'])
  await assert.rejects(admin.ask('POST', '/fleet/stops', { issuer, advisory: tracking.id }), /404/)
  assert.deepEqual(await affected(), [])
  assert.deepEqual(await statuses(), [200, 200, 200, 200])
})

test('the first list: exactly the one it names is affected, and stopped by one click', async () => {
  const received = await admin.upload<Received>(ADDRESS, FIRST)
  assert.equal(received.outcome, 'counts')
  assert.deepEqual(await affected(), [phones[0]?.account])
  const stopped = await admin.ask('POST', '/fleet/stops', { issuer, advisory: tracking.id })
  assert.deepEqual(stopped, { stopped: 1, without: 0 })
  assert.deepEqual(await statuses(), [403, 200, 200, 200])
})

test('150 devices of a list are compared with it; who uses no account here is counted', async () => {
  const began = performance.now()
  const imported = await admin.upload<{ devices: number; unread: number }>(
    '/fleet/imports?format=table',
    storyList(150),
  )
  assert.deepEqual([imported.devices, imported.unread], [150, 0])
  const { all } = await exposure()
  assert.deepEqual(all, { affected: 7, unknown: 4, underInvestigation: 0, clean: 143 })
  assert.ok(performance.now() - began < WITHIN_MS, `${performance.now() - began} ms`)
  const again = await admin.ask('POST', '/fleet/stops', { issuer, advisory: tracking.id })
  assert.deepEqual(again, { stopped: 0, without: 6 })
  const table = (await admin.file('/fleet/exposure/table?language=de')).toString()
  assert.equal(table.split('\r\n').filter((line) => line.startsWith('betroffen')).length, 7)
})

test('a corrected list and a policy: exactly the difference is stopped by itself', async () => {
  await admin.ask('PUT', '/fleet/policy', { stopsAffected: true })
  assert.deepEqual(await statuses(), [403, 200, 200, 200], 'nobody is stopped by the policy alone')
  const received = await admin.upload<Received>(ADDRESS, CORRECTED)
  assert.deepEqual(
    received.changed.map(({ device, after }) => [device, after]),
    [[`account ${phones[1]?.account}`, 'affected']],
  )
  assert.deepEqual(received.acted, { stopped: 1, missing: 0 })
  assert.deepEqual(await statuses(), [403, 403, 200, 200])
  const { stops } = await admin.ask<{ stops: { by: string; why: string[] }[] }>('GET', '/quarantine')
  assert.deepEqual(
    stops.map(({ by }) => by),
    ['Ada', 'by-policy'],
  )
  const { entries } = await admin.ask<{ entries: { act: string; actor: string }[] }>('GET', '/audit?limit=50')
  assert.ok(entries.some(({ act, actor }) => act === 'quarantine-stop' && actor === 'by-policy'))
})

test('another document under the same name and version is told, and changes nothing', async () => {
  const other = JSON.parse(CORRECTED)
  other.vulnerabilities[0].title = 'Something else'
  const received = await admin.upload<Received>(ADDRESS, JSON.stringify(other))
  assert.equal(received.outcome, 'conflict')
  assert.deepEqual(await statuses(), [403, 403, 200, 200])
  const { conflicts } = await admin.ask<{ conflicts: object[] }>('GET', '/fleet/advisories')
  assert.equal(conflicts.length, 1)
})

test('who ran what, from the history; nobody but admins may ask', async () => {
  const version = encodeURIComponent('18.12.416')
  const query = `/fleet/history?after=0&until=${Date.now() + 60_000}&version=${version}`
  const { runs } = await bea.ask<{ runs: { device: string; version: string }[] }>('GET', query)
  assert.equal(runs.length, 6)
  const [colleague] = server.colleagues
  assert.ok(colleague)
  await assert.rejects(colleague.ask('GET', query), /403/)
  await assert.rejects(colleague.ask('GET', '/fleet/exposure'), /403/)
})

test('evidence of all that: signed, verified with the key alone, and found changed', async () => {
  const wish = { case: 'F-1', title: 'A trojan in a phone app', after: 0, until: Date.now() + 60_000 }
  const bundle = await admin.file('/fleet/evidence', wish)
  const { key, fingerprint } = await admin.ask<{ key: string; fingerprint: string }>(
    'GET',
    '/fleet/evidence/key',
  )
  const known = [createPublicKey(key)]
  const verified = verifyBundle(bundle, known)
  assert.deepEqual([verified.findings, verified.isKnownKey, verified.key], [[], true, fingerprint])
  const { manifest } = verified
  assert.deepEqual(
    manifest?.entries.map(({ name }) => name),
    [
      ...['exposure.csv', 'history.jsonl', 'issuers.json', 'advisory-1.json', 'advisory-2.json'],
      ...['playbooks.json', 'searches.json', 'cases.json', 'administration.jsonl', 'quarantine.json'],
    ],
  )
  assert.equal(manifest?.madeBy, 'Ada')
  const text = bundle.toString()
  for (const part of [FIRST, CORRECTED, 'by-policy', '"type":"device-appeared"'])
    assert.ok(text.includes(part))
  const at = bundle.indexOf('by-policy')
  bundle[at] = 'B'.charCodeAt(0)
  assert.ok(verifyBundle(bundle, known).findings.some(({ code }) => code === 'changed'))
  const [colleague] = server.colleagues
  await assert.rejects(colleague?.file('/fleet/evidence', wish) ?? Promise.resolve(), /403/)
})

test('what is no list and no advisory is refused in a sentence, and nothing is lost', async () => {
  const before = (await exposure()).total
  for (const text of ['', '\u0000', '<html>', '[', '{"a":1}', 'a;b\n1;2', '='.repeat(100_000)]) {
    for (const format of ['table', 'osquery', 'collector']) {
      const told = await admin.upload<{ devices: number; remarks: { de: string }[] }>(
        `/fleet/imports?format=${format}`,
        text,
      )
      assert.equal(told.devices, 0)
    }
    const received = await admin.upload<Received & { findings: { de: string }[] }>(ADDRESS, text)
    assert.equal(received.outcome, 'malformed')
    assert.ok((received.findings[0]?.de.length ?? 0) > 10)
  }
  assert.equal((await exposure()).total, before)
})

/** A collector's report on PC-7 that found nothing; of all its places, or without one. */
function lookedThrough(tenant: string, isWhole: boolean): string {
  const head = { type: 'report', format: 1, script: 'collect.ps1', tenant, list: 'l1' }
  const lines = [
    { ...head, takenAt: 1_790_000_000, platform: 'windows', platformVersion: '10.0', hostname: 'PC-7' },
    { type: 'sought', product: STORY_APP },
    ...PLACES.windows.map((id, at) => ({
      ...{ type: 'place', id, path: '/', state: isWhole || at > 0 ? 'read' : 'unreadable' },
    })),
    ...(isWhole ? [] : [{ type: 'unread', path: '/', why: 'unreadable' }]),
  ]
  const end = { type: 'end', lines: lines.length, unread: isWhole ? 0 : 1 }
  return [...lines, end].map((line) => `${JSON.stringify(line)}\n`).join('')
}

test('removed and verified: closed by a later look at everything only', async () => {
  const [first] = phones
  assert.ok(first)
  const { tenant } = await admin.ask<{ tenant: string }>('GET', '/audit/head')
  const { stops } = await admin.ask<{ stops: { device: string; by: string }[] }>('GET', '/quarantine')
  const device = stops.find(({ by }) => by === 'Ada')?.device
  assert.ok(device)
  const closed = async () => (await admin.ask<{ closed: number }>('GET', '/quarantine')).closed
  const look = async (isWhole: boolean): Promise<number> => {
    const text = lookedThrough(tenant, isWhole)
    const taken = await admin.upload<{ devices: number; remarks: object[] }>(
      '/fleet/imports?format=collector',
      text,
    )
    assert.deepEqual([taken.devices, taken.remarks], [1, []])
    return closed()
  }
  // The account and the computer are known as one device by a list, as whoever manages computers keeps it.
  const columns = 'Gerät;SIP-Konto;Betriebssystem;Programm;Version'
  const listed = `${columns}\nPC-7;${first.account};Windows;${STORY_APP};18.12.416\n`
  await admin.upload('/fleet/imports?format=table', listed)
  assert.equal(await look(true), 0, 'nobody has asked for it yet')
  await admin.upload('/fleet/imports?format=table', listed)
  await admin.ask('POST', '/quarantine/removals', { devices: [device], why: 'The script was sent.' })
  assert.equal(await look(false), 0, 'a part was looked at')
  assert.equal(await look(true), 1)
})
