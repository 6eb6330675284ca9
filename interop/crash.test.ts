// Processes that end the hard way, and a stop on request, each with a call up: what comes back by itself,
// what is stored, and that there is exactly one record per call.
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import { Baresip } from './support/baresip.ts'
import { Child } from './support/child.ts'
import { pidOf, runningWith, udpPortsOf, untilReplaced } from './support/processes.ts'
import { type CallSummary, type Person, Server, untilHealthy } from './support/server.ts'
import { assertBothHear, assertHears, KILLS_MAX, measured, SETTLE_MS } from './support/sound.ts'
import { sleep, until } from './support/wait.ts'

const CALLER_HZ = 600
const CALLEE_HZ = 1000
/** The launcher begins with a short pause; the server needs about a second. */
const BACK_MS_MAX = 30_000
const START_MS_MAX = 60_000
const LISTEN_MS = 1_500
/** What is promised for a stop with calls up. */
const STOP_MS_MAX = 5_000
/** From the kill of the server on. */
const AWAY_MS = 4_000
/** From the new media process to sound. */
const BACK_SOUND_MS = 3_000

interface Office {
  readonly server: Server
  readonly ada: Baresip
  readonly ben: Baresip
  /** Text that is among the flags of its processes. */
  readonly mark: string
}

async function openOffice(t: TestContext): Promise<Office> {
  const server = await Server.start()
  const phones: Baresip[] = []
  // Phones before the server: they take their time when nobody answers their goodbye.
  t.after(async () => {
    await Promise.all(phones.map((phone) => phone.stop()))
    await server.stop()
  })
  const adaAccount = await server.admin.addPhone('Ada')
  const benAccount = await (server.colleagues[0] ?? server.admin).addPhone('Ben')
  const ada = await Baresip.start(adaAccount, { transport: 'udp', toneHz: CALLER_HZ })
  phones.push(ada)
  const ben = await Baresip.start(benAccount, { transport: 'udp', toneHz: CALLEE_HZ })
  phones.push(ben)
  return { server, ada, ben, mark: `"httpPort":${new URL(server.origin).port},` }
}

/** Ada calls Ben, and both hear each other. */
async function call({ ada, ben }: Office): Promise<void> {
  const [established, incoming] = [ada.count('CALL_ESTABLISHED') + 1, ben.count('CALL_INCOMING') + 1]
  ada.dial('101')
  await ben.waitFor('CALL_INCOMING', incoming)
  ben.accept()
  await Promise.all([
    ada.waitFor('CALL_ESTABLISHED', established),
    ben.waitFor('CALL_ESTABLISHED', established),
  ])
  await sleep(SETTLE_MS)
  await bothHear(ada, ben)
}

function bothHear(ada: Baresip, ben: Baresip): Promise<void> {
  const caller = { who: 'caller', phone: ada, hertz: CALLER_HZ }
  return assertBothHear(caller, { who: 'callee', phone: ben, hertz: CALLEE_HZ }, LISTEN_MS)
}

/** Ends what the phones still think of as a call. */
async function hangUp({ ada, ben }: Office): Promise<void> {
  for (const phone of [ada, ben]) {
    const closed = () => phone.count('CALL_CLOSED')
    const calls = phone.count('CALL_ESTABLISHED')
    if (closed() < calls) phone.hangUp()
    await phone.waitFor('CALL_CLOSED', calls)
  }
}

/** The calls of a person, once there are so many and no more come. */
async function recordsOf(person: Person, count: number): Promise<readonly CallSummary[]> {
  await until(`${count} records`, async () => (await person.calls()).length >= count)
  await sleep(500)
  const calls = await person.calls()
  assert.equal(calls.length, count, 'exactly one record per call')
  return calls
}

async function backAfterKill(part: 'server' | 'media', { server, mark }: Office): Promise<void> {
  const before = pidOf(part, mark)
  process.kill(before, 'SIGKILL')
  await untilReplaced(part, mark, before, BACK_MS_MAX)
  await untilHealthy(server.origin, BACK_MS_MAX)
}

const ends = (phone: Baresip) => phone.count('CALL_CLOSED')
const registrations = (phone: Baresip) => phone.count('REGISTER_OK')

test('kill -9 of the server in a call: sound goes on, its phones end it, one record', async (t) => {
  const office = await openOffice(t)
  const { server, ada, ben } = office
  await call(office)
  const registered = [registrations(ada), registrations(ben)]
  const media = pidOf('media', office.mark)
  await measured(async () => {
    const [whileAway] = await Promise.all([ada.listen(AWAY_MS), backAfterKill('server', office)])
    assertHears('caller while nobody was there', whileAway, CALLEE_HZ, CALLER_HZ)
  }, KILLS_MAX)
  assert.equal(pidOf('media', office.mark), media, 'the media process goes on')
  assert.match(server.log, /server ended unexpectedly \(SIGKILL\); starting it again/)
  assert.deepEqual([registrations(ada), registrations(ben)], registered, 'nobody registered again')
  assert.deepEqual([ends(ada), ends(ben)], [0, 0])
  await hangUp(office)
  const [record] = await recordsOf(server.admin, 1)
  assert.equal(record?.cause, 16)
  assert.equal(record?.endedBy, 'caller')
  await call(office)
  await hangUp(office)
  const [second] = await recordsOf(server.admin, 2)
  assert.equal(second?.cause, 16)
})

/** Endpoints that a new media process opened at the ports of the one before, as the metrics count them. */
async function reopened({ server }: Office): Promise<number> {
  const text = await (await fetch(`${server.origin}/metrics`)).text()
  return Number(/^rufwerk_sip_media_reopened_total (\d+)$/m.exec(text)?.[1])
}

test('kill -9 of the media process in a call: sound is back at its ports, the next one works', async (t) => {
  const office = await openOffice(t)
  const { server, ada, ben } = office
  await call(office)
  const serverPid = pidOf('server', office.mark)
  const ports = udpPortsOf(pidOf('media', office.mark))
  await backAfterKill('media', office)
  await until('both endpoints', async () => (await reopened(office)) === 2)
  assert.deepEqual(udpPortsOf(pidOf('media', office.mark)), ports)
  await sleep(BACK_SOUND_MS)
  await bothHear(ada, ben)
  await hangUp(office)
  const [record] = await recordsOf(server.admin, 1)
  assert.equal(record?.cause, 16)
  assert.equal(pidOf('server', office.mark), serverPid, 'the server goes on')
  await call(office)
  await hangUp(office)
  const [second] = await recordsOf(server.admin, 2)
  assert.equal(second?.cause, 16)
})

test('kill -9 of both in a call: sound comes back at the same ports', async (t) => {
  const office = await openOffice(t)
  const { server, ada, ben, mark } = office
  await call(office)
  const before = [pidOf('media', mark), pidOf('server', mark)] as const
  const ports = udpPortsOf(before[0])
  for (const pid of before) process.kill(pid, 'SIGKILL')
  await untilReplaced('media', mark, before[0], BACK_MS_MAX)
  await untilReplaced('server', mark, before[1], BACK_MS_MAX)
  await untilHealthy(server.origin, BACK_MS_MAX)
  await until('both endpoints', async () => (await reopened(office)) === 2)
  assert.deepEqual(udpPortsOf(pidOf('media', mark)), ports)
  await bothHear(ada, ben)
  await hangUp(office)
  const [record] = await recordsOf(server.admin, 1)
  assert.equal(record?.cause, 16)
})

test('kill -9 of the media process, and somebody takes a port: another one, and sound', async (t) => {
  const office = await openOffice(t)
  const { server, ada, ben, mark } = office
  await call(office)
  const media = pidOf('media', mark)
  const [port, ...others] = udpPortsOf(media)
  assert.ok(port)
  process.kill(media, 'SIGKILL')
  const stranger = await bindWhenFree(port)
  t.after(() => stranger.close())
  await untilReplaced('media', mark, media, BACK_MS_MAX)
  await until('the other endpoint', async () => (await reopened(office)) === 1)
  await until('four ports', () => udpPortsOf(pidOf('media', mark)).length >= 4)
  const now = udpPortsOf(pidOf('media', mark))
  assert.ok(!now.includes(port))
  assert.equal(now.filter((each) => others.includes(each)).length, 2, 'the pair of the other phone')
  await sleep(SETTLE_MS)
  await bothHear(ada, ben)
  await hangUp(office)
  const [record] = await recordsOf(server.admin, 1)
  assert.equal(record?.cause, 16)
})

/** Before the next media process is there. */
async function bindWhenFree(port: number): Promise<Socket> {
  const bind = () => {
    const socket = createSocket('udp4')
    const bound = Promise.withResolvers<Socket | undefined>()
    socket.once('error', () => bound.resolve(undefined))
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => bound.resolve(socket))
    return bound.promise
  }
  for (let tries = 0; tries < 200; tries++) {
    const socket = await bind()
    if (socket) return socket
    await sleep(2)
  }
  throw new Error(`port ${port} stays taken`)
}

test('SIGTERM in a call: phones are told, all ends within 5 s, one record is there', async (t) => {
  const office = await openOffice(t)
  const { server, ada, ben, mark } = office
  await call(office)
  const http = new URL(server.origin).port
  const launcher = runningWith(`--http-port ${http} `).find(({ part }) => part === 'launcher')
  assert.ok(launcher)
  const startedAt = performance.now()
  process.kill(launcher.pid, 'SIGTERM')
  await Promise.all([ada.waitFor('CALL_CLOSED'), ben.waitFor('CALL_CLOSED')])
  await until('the end of all processes', () => runningWith(mark).length === 0, STOP_MS_MAX)
  const took = performance.now() - startedAt
  assert.ok(took < STOP_MS_MAX, `${Math.round(took)} ms`)
  t.diagnostic(`everything ended after ${Math.round(took)} ms`)
  const data = launcher.args[launcher.args.indexOf('--data') + 1] ?? ''
  const database = new DatabaseSync(join(data, 'rufwerk.db'), { readOnly: true })
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
  database.close()
  const [node = '', ...args] = launcher.args
  const again = new Child(node, args)
  t.after(() => again.stop())
  await again.said(/^http:\/\/\S+$/m, START_MS_MAX)
  const [record] = await recordsOf(server.admin, 1)
  assert.equal(record?.endedBy, 'system')
  await call(office)
  await hangUp(office)
})
