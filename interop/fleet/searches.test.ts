// A case that searches logs at a whole server: planted lines are found with who and when, and nothing else;
// of the log only the hits are kept, in the file of the defence, too.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import { verifyBundle } from '@rufwerk/evidence'
import { STORY_APP } from '@rufwerk/fleet/testing'
import { Server } from '../support/server.ts'

const HASH = createHash('sha256').update('a trojan').digest('hex')
const LIST = `evil[.]example\n203[.]0[.]113[.]9\n${HASH}\nffmpeg-evil.dll\n`
const SECRET = 'nobody-may-keep-this'
const LOG = [
  '1700000000.123    215 10.0.0.7 TCP_MISS/200 512 GET http://cdn.evil.example/a.js - DIRECT/203.0.113.9 text/html',
  `1700000001.123    215 10.0.0.8 TCP_MISS/200 512 GET http://good.example/${SECRET} - DIRECT/198.51.100.1 text/html`,
  '1700000002.123    215 10.0.0.9 TCP_MISS/200 512 GET http://notevil.example/ - DIRECT/198.51.100.2 text/html',
].join('\n')

interface Result {
  readonly hits: readonly {
    readonly line: number
    readonly who: { address?: string; host?: string }
    readonly found: { text: string }
  }[]
  readonly lines: number
  readonly format?: string
}

const server = await Server.start()
test.after(() => server.stop())
const { admin, colleagues } = server
const [ben] = colleagues
assert.ok(ben)
await ben.ask('POST', '/reports', { words: 'My virus scanner flags the app.' })
const { cases } = await admin.ask<{ cases: { id: string }[] }>('GET', '/cases')
const place = `/cases/${cases[0]?.id}`
const found = ({ hits }: Result) => hits.map(({ line, found: { text } }) => `${line} ${text}`)

test('without indicators nothing is searched; what is none is refused in a sentence', async () => {
  await assert.rejects(admin.upload(`${place}/searches?name=proxy.log`, LOG), /409/)
  await assert.rejects(admin.upload(`${place}/indicators?name=empty.txt`, '\n# nothing\n'), /400/)
  await assert.rejects(admin.upload('/cases/none/indicators?name=a.txt', LIST), /404/)
  await assert.rejects(ben.upload(`${place}/indicators?name=a.txt`, LIST), /403/)
})

test('planted lines are found with who and when, and no others', async () => {
  const read = await admin.upload<{ indicators: number }>(`${place}/indicators?name=list.txt`, LIST)
  assert.equal(read.indicators, 4)
  const result = await admin.upload<Result>(`${place}/searches?name=proxy.log`, LOG)
  assert.deepEqual([result.format, result.lines], ['squid', 3])
  assert.ok(result.hits.length > 0 && result.hits.every(({ line }) => line === 1), found(result).join())
  assert.deepEqual([...new Set(result.hits.map(({ who }) => who.address))], ['10.0.0.7'])
  assert.ok(result.hits.some(({ found: { text } }) => text === 'evil[.]example'))
  const neighbours = LOG.split('\n').slice(1).join('\n')
  assert.deepEqual(found(await admin.upload<Result>(`${place}/searches?name=clean.log`, neighbours)), [])
})

test('files on devices and addresses they called from are searched, too', async () => {
  const columns = 'Gerät;Betriebssystem;Programm;Version;SHA-256'
  const rows = [
    `PC-1;Windows;${STORY_APP};18.12.416;${HASH}`,
    `PC-2;Windows;${STORY_APP};18.12.416;${'ab'.repeat(32)}`,
  ]
  await admin.upload('/fleet/imports?format=table', [columns, ...rows].join('\n'))
  const own = await admin.ask<Result>('POST', `${place}/searches/own`)
  assert.deepEqual(
    own.hits.map(({ who, found: { text } }) => [who.host, text]),
    [['hostname pc-1', HASH]],
  )
})

test('packed logs are unpacked within a limit; a broken one is refused', async () => {
  const { name, value } = admin.cookie
  const headers = {
    ...{ cookie: `${name}=${value}`, origin: server.origin, 'content-type': 'application/octet-stream' },
  }
  const send = (body: Uint8Array<ArrayBuffer>) =>
    fetch(`${server.origin}/api/v1${place}/searches?name=proxy.log.gz`, { method: 'POST', headers, body })
  const packed = new Uint8Array(gzipSync(LOG))
  const good = await send(packed)
  assert.equal(good.status, 200)
  assert.ok(found((await good.json()) as Result).length > 0)
  assert.equal((await send(packed.slice(0, 40))).status, 400)
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(300 * 1024 * 1024)))
  assert.equal((await send(bomb)).status, 400)
})

test('only hits are kept, defanged; they and the indicators are in the evidence', async () => {
  const kept = await admin.ask<{ searches: { name: string }[]; indicators: { name: string }[] }>(
    'GET',
    `${place}/searches`,
  )
  assert.deepEqual(
    kept.searches.map(({ name }) => name),
    ['proxy.log', 'clean.log', 'devices', 'proxy.log.gz'],
  )
  const wish = { case: 'F-1', title: 'A trojan', after: 0, until: Date.now() + 60_000 }
  const bundle = await admin.file('/fleet/evidence', wish)
  const names = verifyBundle(bundle).manifest?.entries.map(({ name }) => name) ?? []
  for (const name of ['searches.json', 'indicators.stix.json', 'indicators.yml', 'indicators.csv'])
    assert.ok(names.includes(name), name)
  const file = await readFile(join(server.dataFolder, 'defence.db'), 'latin1')
  const log = await readFile(join(server.dataFolder, 'defence.db-wal'), 'latin1').catch(() => '')
  assert.ok(`${file}${log}`.includes('evil[.]example'))
  assert.ok(!`${file}${log}`.includes(SECRET), 'a line that is no hit is nowhere')
  assert.ok(!`${file}${log}`.includes('http://cdn.evil.example'), 'nothing that a program makes a link of')
})
