// Each check of the doctor finds what is wrong, and finds nothing where all is well.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { checkData, isRunning } from '../doctor/data-folder.ts'
import type { Finding } from '../doctor/finding.ts'
import { checkNode, checkPackages } from '../doctor/installation.ts'
import { checkCertificates, checkNetwork } from '../doctor/network.ts'
import { checkBuffer, checkClock, checkDescriptors, checkZone } from '../doctor/system.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-doctor-'))
after(() => rmSync(root, { recursive: true }))

const brief = (findings: readonly Finding[]) => findings.map(({ check, status }) => `${check} ${status}`)

function dataFolder(name: string): string {
  const folder = join(root, name)
  mkdirSync(folder, { mode: 0o700 })
  const database = new DatabaseSync(join(folder, 'rufwerk.db'))
  database.exec('CREATE TABLE a (b TEXT); CREATE INDEX c ON a (b)')
  database.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO a SELECT hex(randomblob(20)) FROM n`)
  database.close()
  writeFileSync(join(folder, 'master.key'), '', { mode: 0o600 })
  return folder
}

test('data: sound, damaged, open to others, not there yet', async () => {
  const sound = dataFolder('sound')
  assert.deepEqual(brief(checkData(sound)), ['data ok', 'disk ok', 'key ok', 'database ok'])
  assert.deepEqual(brief(checkData(join(root, 'none', 'yet'))), ['data ok', 'disk ok'])
  const damaged = dataFolder('damaged')
  writeFileSync(join(damaged, 'rufwerk.db'), Buffer.alloc(20_000, 0xff), { flag: 'r+' })
  chmodSync(damaged, 0o755)
  chmodSync(join(damaged, 'master.key'), 0o644)
  assert.deepEqual(brief(checkData(damaged)), ['data warning', 'disk ok', 'key problem', 'database problem'])
})

test('a server that runs is noticed by its lock, and not disturbed', () => {
  const folder = dataFolder('running')
  assert.equal(isRunning(folder), false)
  const lock = new DatabaseSync(join(folder, 'rufwerk.lock'))
  lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  assert.equal(isRunning(folder), true)
  lock.exec('COMMIT; BEGIN EXCLUSIVE')
  lock.close()
  assert.equal(isRunning(folder), false)
})

test('stopped: ports are free or taken; running: they answer, and the server says how it is', async () => {
  let health = { status: 200, body: '{"status":"ready"}' }
  const server = createServer((_, response) => response.writeHead(health.status).end(health.body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const places = {
    data: join(root, 'no'),
    httpHost: '127.0.0.1',
    httpPort: port,
    sipHosts: [],
    sipPort: port,
    hostNames: [],
  }
  assert.deepEqual(brief(await checkNetwork(places, false)).slice(0, 2), [
    'http-port problem',
    'sip-port problem',
  ])
  assert.deepEqual(brief(await checkNetwork(places, true)), [
    'server ok',
    'sip-port ok',
    'certificate ok',
    'dns ok',
  ])
  health = { status: 503, body: '{"reasons":["media-missing"]}' }
  const [sick] = await checkNetwork(places, true)
  assert.match(sick?.text.en ?? '', /process for sound does not answer/)
  assert.match(sick?.text.de ?? '', /Prozess für den Ton antwortet nicht/)
  await new Promise((resolve) => server.close(resolve))
  assert.deepEqual(brief(await checkNetwork(places, true)).slice(0, 2), [
    'server problem',
    'sip-port problem',
  ])
  assert.deepEqual(brief(await checkNetwork(places, false)).slice(0, 3), [
    'http-port ok',
    'sip-port ok',
    'sip-port-udp ok',
  ])
  const named = await checkNetwork({ ...places, hostNames: ['pbx.invalid'] }, false)
  assert.equal(named.at(-1)?.status, 'problem')
})

test('packages: as the lockfile names them, another hash, another version, one missing', () => {
  const folder = join(root, 'project')
  mkdirSync(join(folder, 'node_modules', 'a'), { recursive: true })
  const write = (path: string, value: object) => writeFileSync(join(folder, path), JSON.stringify(value))
  const named = { version: '1.0.0', integrity: 'sha512-a' }
  const lock = (entry: object, more: object = {}) => ({ packages: { 'node_modules/a': entry, ...more } })
  write('package-lock.json', lock(named))
  write('node_modules/.package-lock.json', lock(named))
  write('node_modules/a/package.json', { version: '1.0.0' })
  assert.equal(checkPackages(folder).status, 'ok')
  write('node_modules/.package-lock.json', lock({ ...named, integrity: 'sha512-b' }))
  assert.equal(checkPackages(folder).status, 'problem')
  write('node_modules/.package-lock.json', lock(named))
  write('node_modules/a/package.json', { version: '1.0.1' })
  assert.equal(checkPackages(folder).status, 'problem')
  write('node_modules/a/package.json', { version: '1.0.0' })
  write('package-lock.json', lock(named, { 'node_modules/b': named }))
  assert.match(checkPackages(folder).text.en, /node_modules\/b/)
  write('package-lock.json', lock(named, { 'node_modules/b': { ...named, optional: true } }))
  assert.equal(checkPackages(folder).status, 'ok')
})

test('the machine: clock, zone, descriptors, buffers, Node', async () => {
  const now = Date.UTC(2026, 6, 1)
  const clock = async (answer: boolean | undefined) => (await checkClock(now, async () => answer)).status
  assert.deepEqual([await clock(true), await clock(false), await clock(undefined)], ['ok', 'warning', 'ok'])
  assert.equal((await checkClock(0, async () => true)).status, 'problem')
  assert.match((await checkClock(now, async () => undefined)).text.en, /unknown/)
  assert.deepEqual([checkZone('Europe/Berlin').status, checkZone('Etc/Unknown').status], ['ok', 'warning'])
  const limits = (count: string) =>
    checkDescriptors(`Max open files            ${count}       4096  files`).status
  assert.deepEqual([limits('1024'), limits('65536'), limits('unlimited')], ['warning', 'ok', 'ok'])
  assert.deepEqual(
    [checkBuffer('rmem_max', '4096').status, checkBuffer('wmem_max', '212992\n').status],
    ['warning', 'ok'],
  )
  assert.deepEqual([checkNode('26.1.0').status, checkNode('20.0.0').status], ['ok', 'problem'])
})

test('certificates: none, for long', () => {
  assert.equal(checkCertificates(join(root, 'no')).status, 'ok')
})
