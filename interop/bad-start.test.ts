// Starts that cannot succeed: each says in one line what is wrong and which flag changes it, ends with code
// 2, leaves no process behind and nothing half-written. Its twin starts.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { Socket } from 'node:dgram'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import { choosePorts, flagsFor, Launch, type Ports } from './support/launch.ts'
import { freePorts } from './support/ports.ts'
import { runningWith } from './support/processes.ts'
import { openUdp } from './support/raw-sip.ts'

const ADDRESS = '127.0.0.1'
const folder = mkdtempSync(join(tmpdir(), 'rufwerk-bad-start-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))
// Dozens of starts, none of them measured: what the first one has compiled is kept for the others.
process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
let folders = 0
const newData = () => join(folder, `data${++folders}`)

/** Fails unless the start ends with code 2 and one line that matches, and leaves no process. */
async function refused(data: string, flags: readonly string[], complaint: RegExp): Promise<Launch> {
  const launch = new Launch(flags)
  const code = await launch.ended().finally(() => launch.stop())
  const said = `${launch.stdout}\n${launch.stderr}`
  assert.equal(code, 2, said)
  assert.equal(launch.complaints.length, 1, said)
  assert.match(launch.complaints[0] ?? '', complaint)
  assert.equal(launch.stdout, '', 'no link is printed')
  assert.deepEqual(runningWith(data), [], 'no process is left')
  return launch
}

/** Fails unless the start prints its link, on the folder as it is. */
async function starts(flags: readonly string[]): Promise<void> {
  const launch = new Launch(flags)
  try {
    const [link = ''] = await launch.links()
    const health = await fetch(new URL('/api/v1/health', link))
    assert.equal(health.status, 200)
    assert.deepEqual(launch.complaints, [])
  } finally {
    await launch.stop()
  }
  assert.equal(await launch.ended(), 0, 'stopped on request')
}

async function takeTcp(t: TestContext, port: number): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, ADDRESS, resolve))
  t.after(() => server.close())
  return server
}

async function takeUdp(t: TestContext, port: number): Promise<Socket> {
  const socket = await openUdp(ADDRESS, port)
  t.after(() => socket.close())
  return socket
}

const wrongFlags: [flags: string[], complaint: RegExp][] = [
  [['--prot', '8080'], /unknown flag "--prot"/],
  [['--http-port', 'eighty'], /--http-port .*"eighty"/],
  [['--http-port', '70000'], /--http-port .*"70000"/],
  [['--data'], /--data needs a value/],
  [['--media-ports', '17000-16000'], /--media-ports .*"17000-16000"/],
  [['--sip-host', 'example.com'], /--sip-host .*"example.com"/],
  [['--country', 'xx'], /--country .*"xx"/],
  [['--sip-port', '7000', '--http-port', '7000'], /--http-port and --sip-port are both 7000/],
  [['extra'], /unknown flag "extra"/],
]
for (const [flags, complaint] of wrongFlags)
  test(`wrong flag ${flags.join(' ')}: one line and code 2`, async () => {
    const launch = new Launch(flags)
    assert.equal(await launch.ended(), 2)
    assert.match(launch.stderr, complaint)
    assert.equal(launch.stderr.trimEnd().split('\n').length, 1)
    assert.equal(launch.stdout, '')
  })

test('the right flags start, stop on request with code 0, and start again on the same folder', async () => {
  const data = newData()
  const flags = flagsFor(data, await choosePorts())
  await starts(flags)
  await starts(flags)
})

const takenPorts: [what: string, take: (t: TestContext, ports: Ports) => Promise<unknown>, flag: RegExp][] = [
  ['HTTP port', (t, { http }) => takeTcp(t, http), /\d+ .*taken.*--http-port/],
  ['SIP port (UDP)', (t, { sip }) => takeUdp(t, sip), /UDP .*in use.*--sip-port/],
  ['SIP port (TCP)', (t, { sip }) => takeTcp(t, sip), /TCP .*in use.*--sip-port/],
  ['port for browsers', (t, { webrtc }) => takeUdp(t, webrtc), /\d+ .*taken.*--webrtc-port/],
]
for (const [what, take, complaint] of takenPorts)
  test(`a taken ${what} names its flag, and the folder is good for the next start`, async (t) => {
    const data = newData()
    const ports = await choosePorts()
    await take(t, ports)
    await refused(data, flagsFor(data, ports), complaint)
    await starts(flagsFor(data, await choosePorts()))
  })

test('media ports that are all taken name their flag', async (t) => {
  const data = newData()
  const first = await freePorts(6)
  for (let port = first; port < first + 4; port++) await takeUdp(t, port)
  const flags = flagsFor(data, await choosePorts()).slice(0, -1)
  await refused(data, [...flags, `${first}-${first + 3}`], /--media-ports/)
  assert.equal(existsSync(data), false)
})

for (const flag of ['--sip-host', '--http-host'])
  test(`${flag} with an address that is not of this machine`, async () => {
    const data = newData()
    const flags = flagsFor(data, await choosePorts()).filter((argument) => argument !== '--sip-host')
    const others = flags.filter((argument) => argument !== ADDRESS)
    const sipHost = flag === '--sip-host' ? [] : ['--sip-host', ADDRESS]
    await refused(
      data,
      [...others, ...sipHost, flag, '203.0.113.9'],
      new RegExp(`203\\.0\\.113\\.9.*${flag}`),
    )
  })

test('a file where the data folder should be', async () => {
  const data = newData()
  writeFileSync(data, 'something of somebody')
  await refused(data, flagsFor(data, await choosePorts()), /is not a folder.*--data/)
  assert.equal(readFileSync(data, 'utf8'), 'something of somebody')
})

test('a data folder below /proc, where nothing can be made', async () => {
  const data = '/proc/rufwerk-test'
  await refused(data, flagsFor(data, await choosePorts()), /Cannot write to the data folder.*--data/)
})

test('a data folder that nobody may write, not even root', async () => {
  const data = '/sys/rufwerk-test'
  await refused(data, flagsFor(data, await choosePorts()), /Cannot write to the data folder.*--data/)
  assert.equal(existsSync(data), false)
})

const foreignFiles: [what: string, write: (file: string) => void, complaint: RegExp][] = [
  [
    'no database',
    (file) => writeFileSync(file, 'a letter to somebody, which is no database at all\n'.repeat(40)),
    /damaged.*--data/,
  ],
  [
    'a database of another program',
    (file) => {
      const database = new DatabaseSync(file)
      database.exec('CREATE TABLE letters (text)')
      database.close()
    },
    /database of another program.*--data/,
  ],
]
for (const [what, write, complaint] of foreignFiles)
  test(`a file that is ${what} is left as it is`, async () => {
    const data = newData()
    mkdirSync(data)
    write(join(data, 'rufwerk.db'))
    const before = readFileSync(join(data, 'rufwerk.db'))
    await refused(data, flagsFor(data, await choosePorts()), complaint)
    assert.deepEqual(readFileSync(join(data, 'rufwerk.db')), before)
    assert.deepEqual(readdirSync(data), ['rufwerk.db'])
  })

test('a full disk: nothing is written', async (t) => {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk])
  if (mounted.status !== 0) {
    t.diagnostic(
      'mounting is not allowed here; packages/adapters/store tests full disks with its own stand-in',
    )
    return
  }
  t.after(() => spawnSync('umount', [disk]))
  const data = join(disk, 'data')
  await refused(data, flagsFor(data, await choosePorts()), /disk of the data folder.*full.*--data/)
  assert.deepEqual(readdirSync(disk), [])
})

test('a second instance: refused on the same data folder, works beside the first with its own', async () => {
  const data = newData()
  const first = new Launch(flagsFor(data, await choosePorts()))
  try {
    const [link = ''] = await first.links()
    const other = new Launch(flagsFor(data, await choosePorts()))
    assert.equal(await other.ended(), 2)
    assert.equal(other.complaints.length, 1)
    assert.match(other.complaints[0] ?? '', /in use by another Rufwerk.*--data/)
    await starts(flagsFor(newData(), await choosePorts()))
    assert.equal((await fetch(new URL('/api/v1/health', link))).status, 200, 'the first one still answers')
  } finally {
    await first.stop()
  }
})
