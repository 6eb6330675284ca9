// While a call is up the launcher keeps spares of both processes that have loaded everything and touch
// nothing: no data, no port. Killed together, both are followed by their spares, sound is back and the call
// ends as usual.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { constants, getPriority } from 'node:os'
import test, { type TestContext } from 'node:test'
import { type Part, pidOf, runningWith, udpPortsOf } from '../support/processes.ts'
import { Server } from '../support/server.ts'
import { sleep, until } from '../support/wait.ts'
import { clock } from './clock.ts'
import { EnduringPhone } from './enduring-phone.ts'
import { say } from './gaps.ts'

const PARTS = ['media', 'server'] as const
/** Calls must be up for 5 s, and what is for later has no haste. */
const SPARE_MS_MAX = 60_000
/** Processes that share two cores with other tests start more slowly; alone: recovery.long.test.ts. */
const BACK_MS_MAX = 10_000
/** What was under way when the process ended still arrives. */
const UNDER_WAY_MS = 200
/** A process that uses no CPU for so long has loaded what it loads. */
const LOADED_MS = 1_000

interface Talk {
  readonly server: Server
  readonly caller: EnduringPhone
  readonly callee: EnduringPhone
  /** Text that is among the flags of its processes. */
  readonly mark: string
}

async function openTalk(t: TestContext): Promise<Talk> {
  const server = await Server.start()
  const phones: EnduringPhone[] = []
  t.after(async () => {
    for (const phone of phones) phone.close()
    await server.stop()
  })
  const open = async (account: Parameters<typeof EnduringPhone.open>[0]): Promise<EnduringPhone> => {
    const phone = await EnduringPhone.open(account, 'udp')
    phones.push(phone)
    return phone
  }
  const caller = await open(await server.admin.addPhone('Ada'))
  const callee = await open(await (server.colleagues[0] ?? server.admin).addPhone('Ben'))
  assert.equal(await caller.tryCall('101'), 200)
  return { server, caller, callee, mark: `"httpPort":${new URL(server.origin).port},` }
}

/** The younger one of this part; it has loaded what it loads. */
async function spareOf(part: Part, { mark }: Talk): Promise<number> {
  const find = () => runningWith(mark).filter((running) => running.part === part)[1]?.pid
  const pid = await until(`a spare of ${part}`, find, SPARE_MS_MAX)
  let before = -1
  const isLoaded = async () => {
    const ticks = ticksOf(pid)
    const isIdle = ticks === before
    before = ticks
    if (!isIdle) await sleep(LOADED_MS)
    return isIdle
  }
  await until(`the spare of ${part} is loaded`, isLoaded, SPARE_MS_MAX)
  return pid
}

/** Time on the CPU. A beat takes less than a tick. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11])
}

/** Files below this folder that a process has open. */
function openFiles(pid: number, folder: string): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    const link = linkOf(`/proc/${pid}/fd/${descriptor}`)
    return link.startsWith(folder) ? [link] : []
  })
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // Closed in between.
  }
}

function prioritiesOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => getPriority(Number(thread)))
}

test('both processes are killed in a call: their spares take over, and sound is back', async (t) => {
  const talk = await openTalk(t)
  const { server, caller, callee, mark } = talk
  const before = PARTS.map((part) => pidOf(part, mark))
  const isRaised = getPriority(before[0]) === constants.priority.PRIORITY_ABOVE_NORMAL
  const spares = [await spareOf('media', talk), await spareOf('server', talk)]
  const [media = 0, control = 0] = spares
  assert.deepEqual([openFiles(media, server.dataFolder), openFiles(control, server.dataFolder)], [[], []])
  assert.deepEqual([udpPortsOf(media), udpPortsOf(control)], [[], []])
  if (isRaised)
    assert.deepEqual(
      spares.map((pid) => getPriority(pid)),
      spares.map(() => constants.priority.PRIORITY_BELOW_NORMAL),
      'they wait for all others',
    )

  const killedAt = clock()
  for (const pid of before) process.kill(pid, 'SIGKILL')
  const heard = await Promise.all(
    [caller, callee].map(({ voice }) =>
      until('sound', () => voice.arrivals.find((at) => at > killedAt + UNDER_WAY_MS), BACK_MS_MAX),
    ),
  )
  t.diagnostic(`sound was back after ${heard.map((at) => say(at - killedAt)).join(' and ')}`)
  assert.deepEqual(
    PARTS.map((part) => pidOf(part, mark)),
    spares,
  )
  await until('an answer that it is ready', () => isReady(server.origin))
  assert.ok(udpPortsOf(control).includes(server.sipPort), 'not before phones can connect')
  assert.ok(openFiles(control, server.dataFolder).length > 0)
  if (isRaised)
    for (const pid of spares)
      assert.deepEqual(new Set(prioritiesOf(pid)), new Set([constants.priority.PRIORITY_ABOVE_NORMAL]))
  assert.equal(await caller.hangUp(), 200)
  await until('the record', () => hasRecord(server))
})

function isReady(origin: string): Promise<boolean> {
  return fetch(`${origin}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function hasRecord(server: Server): Promise<boolean> {
  const calls = await server.admin.calls()
  assert.ok(calls.length <= 1, 'one record')
  return calls[0]?.endedBy === 'caller'
}
