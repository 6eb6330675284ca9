// A real process under the guard tries every way out to listeners of this test: nothing arrives. Its twin may
// reach what the list says, and nothing else.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Target } from '@rufwerk/egress'
import type { Aim, Outcome } from '@rufwerk/testing/egress-probe'

const PRELOAD = pathToFileURL(join(import.meta.dirname, '../../src/egress/preload.ts')).href
const PROBED = join(import.meta.dirname, 'probed.ts')
const folder = mkdtempSync(join(tmpdir(), 'egress-'))
let arrived: string[] = []

const web = createServer((_, response) => response.end('thank you')).listen(0, '127.0.0.1')
web.on('connection', () => arrived.push('tcp'))
const udp = createSocket('udp4').bind(0, '127.0.0.1')
udp.on('message', () => arrived.push('udp'))
const local = net.createServer(() => arrived.push('unix')).listen(join(folder, 'socket'))
await Promise.all([once(web, 'listening'), once(udp, 'listening'), once(local, 'listening')])
test.after(() => {
  web.close()
  udp.close()
  local.close()
  rmSync(folder, { recursive: true })
})

const port = (web.address() as AddressInfo).port
const udpPort = udp.address().port
const aim: Aim = { port, udpPort, path: join(folder, 'socket'), name: 'stolen.example' }

interface Told {
  readonly before: Outcome
  readonly after: Outcome
  readonly isTwice: boolean
  readonly refused: readonly string[]
  readonly total: number
}

async function run(allowed: readonly Target[], forThreads: readonly Target[] = []): Promise<Told> {
  arrived = []
  const wish = JSON.stringify({ aim, allowed, forThreads })
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-addons',
    `--import=${PRELOAD}`,
    PROBED,
    wish,
  ])
  return JSON.parse(stdout) as Told
}

const target = (protocol: 'tcp' | 'udp', at: number): Target => ({
  ...{ host: '127.0.0.1', protocol, ports: [at], isFollowed: false, why: 'mail' },
})

const REFUSED: Outcome = {
  net: 'EACCES',
  tls: 'EACCES',
  fetch: 'EACCES',
  http2: 'EACCES',
  dgram: 'EACCES',
  'dgram connected': 'EACCES',
  'dns lookup': 'EACCES',
  'dns question': 'EREFUSED',
  'dns server': 'ERR_DNS_SET_SERVERS_FAILED',
  unix: 'EACCES',
  program: 'EACCES',
  'program at once': 'EACCES',
  'in a thread': 'EACCES',
  'in a thread of a text': 'EACCES',
  binding: 'EACCES',
}

test('EGR-20 EGR-21 EGR-22 EGR-23 EGR-24: nothing leaves before or after the control is taken', async () => {
  const { before, after, isTwice, refused, total } = await run([])
  assert.deepEqual(before, REFUSED)
  assert.deepEqual(after, REFUSED)
  assert.deepEqual(arrived, [])
  assert.equal(isTwice, false, 'the control is handed out once')
  const kinds = new Set(refused.map((one) => one.split(' ')[0]))
  assert.deepEqual([...kinds].sort(), ['dns', 'program', 'tcp', 'udp', 'unix'])
  assert.ok(total >= 2 * Object.keys(REFUSED).length)
})

test('EGR-20 EGR-26: the twin reaches by TCP what is allowed; threads and UDP do not', async () => {
  const { before, after } = await run([target('tcp', port)])
  assert.deepEqual(before, REFUSED)
  const done = { net: 'done', tls: 'done', fetch: 'done', http2: 'done' }
  assert.deepEqual(after, { ...REFUSED, ...done })
  assert.equal(arrived.filter((what) => what === 'tcp').length, 4)
  assert.ok(!arrived.includes('udp'))
})

test('EGR-20 EGR-26: UDP and threads each by their own entry', async () => {
  const { after } = await run([target('udp', udpPort)], [target('tcp', port)])
  const done = { dgram: 'done', 'dgram connected': 'done', 'in a thread': 'done' }
  assert.deepEqual(after, { ...REFUSED, ...done })
  assert.deepEqual(arrived.sort(), ['tcp', 'udp'])
})

test('without a guard all of these ways lead out', async () => {
  arrived = []
  const probe = pathToFileURL(join(import.meta.dirname, '../../../../testing/src/egress-probe.ts')).href
  const script = `const { tryToLeave } = await import(${JSON.stringify(probe)})
    process.stdout.write(JSON.stringify(await tryToLeave(${JSON.stringify(aim)}))); process.exit(0)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  const outcome = JSON.parse(stdout) as Outcome
  for (const way of Object.keys(REFUSED)) if (!way.startsWith('dns')) assert.equal(outcome[way], 'done', way)
  assert.notEqual(outcome['dns server'], REFUSED['dns server'])
  for (const what of ['tcp', 'udp', 'unix']) assert.ok(arrived.includes(what), what)
})
