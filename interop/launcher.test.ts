// Two instances as somebody starts them who gives only the flags that README names: neither takes the other's
// port for the sound of browsers. Who stops npm stops everything, in order; who kills the launcher
// leaves nothing running; a process that hangs is replaced. Starts that cannot succeed: bad-start.test.ts;
// crashes: crash.test.ts.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { constants, getPriority, setPriority, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { Child } from './support/child.ts'
import { freePorts } from './support/ports.ts'
import { pidOf, runningWith, udpPortsOf, untilReplaced } from './support/processes.ts'
import { untilHealthy } from './support/server.ts'
import { sleep, until } from './support/wait.ts'

const LAUNCHER = join(import.meta.dirname, '..', 'apps', 'launcher', 'main.mjs')
const PROJECT = join(import.meta.dirname, '..')
const START_MS_MAX = 20_000
/** From the moment a process hangs until another one is there. */
const REPLACED_MS_MAX = 3_000
/** Longer than three beats. */
const STEADY_MS = 2_000
/** From the death of the launcher to that of its children. */
const ORPHANED_MS_MAX = 5_000

test('a second instance takes another port for browsers by itself', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-launcher-'))
  const ports: (string | undefined)[] = []
  const children: Child[] = []
  endsAll(t, children, folder)
  for (const name of ['first', 'second']) {
    const child = new Child(process.execPath, [
      ...[LAUNCHER, '--data', join(folder, name), '--sip-host', '127.0.0.1'],
      ...['--http-port', String(await freePorts(1)), '--sip-port', String(await freePorts(1))],
    ])
    children.push(child)
    await child.said(/http:\/\/localhost:\d+\//, START_MS_MAX)
    const [, port] = await child.said(/webrtcPort=(\d+)/)
    ports.push(port)
  }
  assert.ok(ports[0])
  assert.notEqual(ports[0], ports[1])
})

test('SIGTERM to npm ends the server, too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-launcher-'))
  const port = await freePorts(1)
  const child = new Child('npm', [
    ...['start', '--prefix', PROJECT, '--', '--data', folder, '--sip-host', '127.0.0.1'],
    ...['--http-port', String(port), '--sip-port', String(await freePorts(1))],
  ])
  endsAll(t, [child], folder)
  await child.said(/http:\/\/localhost:\d+\//, START_MS_MAX)
  const health = `http://127.0.0.1:${port}/api/v1/health`
  assert.equal((await fetch(health)).status, 200)
  await child.stop()
  assert.equal(child.exitCode, 0)
  assert.doesNotMatch(child.output, / error /)
  await until('the end of the server', () =>
    fetch(health).then(
      () => false,
      () => true,
    ),
  )
})

/** In one hook, because hooks run in their order: while a server runs, it writes into its folder. */
function endsAll(t: TestContext, children: readonly Child[], folder: string): void {
  t.after(async () => {
    await Promise.all(children.map((child) => child.stop()))
    rmSync(folder, { recursive: true, force: true })
  })
}

/** A Rufwerk of its own; `mark` finds its processes. */
async function startOne(
  t: TestContext,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ child: Child; mark: string; origin: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-launcher-'))
  const port = await freePorts(1)
  const child = new Child(
    process.execPath,
    [
      ...[LAUNCHER, '--data', folder, '--sip-host', '127.0.0.1'],
      ...['--http-port', String(port), '--sip-port', String(await freePorts(1))],
    ],
    { env: { ...process.env, ...environment } },
  )
  endsAll(t, [child], folder)
  await child.said(/http:\/\/localhost:\d+\//, START_MS_MAX)
  return { child, mark: `"httpPort":${port},`, origin: `http://127.0.0.1:${port}` }
}

for (const part of ['media', 'server'] as const) {
  test(`a ${part} process that hangs is killed and replaced, the other one goes on`, async (t) => {
    const { child, mark, origin } = await startOne(t)
    const other = part === 'media' ? 'server' : 'media'
    const [hung, spared] = [pidOf(part, mark), pidOf(other, mark)]
    const startedAt = performance.now()
    process.kill(hung, 'SIGSTOP')
    await untilReplaced(part, mark, hung)
    const took = performance.now() - startedAt
    t.diagnostic(`another ${part} process after ${Math.round(took)} ms`)
    assert.ok(took < REPLACED_MS_MAX, `${took} ms`)
    assert.match(
      child.output,
      new RegExp(`${part} is late; making a spare ready[^]*${part} hangs; killing it`),
    )
    await until(
      'both attached again',
      () => (child.output.match(/media process attached/g) ?? []).length === 2,
    )
    assert.equal(pidOf(other, mark), spared)
    await untilHealthy(origin, START_MS_MAX)
  })
}

for (const part of ['media', 'server'] as const)
  test(`a ${part} process that only pauses goes on, and its spare ends`, async (t) => {
    const { child, mark, origin } = await startOne(t)
    const before = [pidOf('media', mark), pidOf('server', mark)]
    const paused = pidOf(part, mark)
    process.kill(paused, 'SIGSTOP')
    await child.said(new RegExp(`${part} is late; making a spare ready`))
    process.kill(paused, 'SIGCONT')
    await child.said(new RegExp(`${part} goes on; its spare is ended`))
    const running = () => runningWith(mark).filter((process) => process.part === part)
    await until('the end of the spare', () => running().length === 1)
    await sleep(STEADY_MS)
    assert.deepEqual([pidOf('media', mark), pidOf('server', mark)], before)
    assert.doesNotMatch(child.output, /hangs|ended unexpectedly/)
    assert.equal(child.output.match(/media process attached/g)?.length, 1, 'nobody else listened')
    await untilHealthy(origin, START_MS_MAX)
  })

test('a spare listens nowhere before the hung process has ended', async (t) => {
  const { child, mark } = await startOne(t)
  const [hung, server] = [pidOf('media', mark), pidOf('server', mark)]
  process.kill(hung, 'SIGSTOP')
  await child.said(/media is late; making a spare ready/)
  const spare = await until('the spare', () => {
    const found = runningWith(mark).find(({ part, pid }) => part === 'media' && pid !== hung)
    return found?.pid
  })
  const seen: string[] = []
  while (isAlive(hung)) {
    const ready = child.output.match(/media\.ready/g)?.length ?? 0
    if (isAlive(hung) && (ready > 1 || udpPortsOf(spare).length > 0)) seen.push(`${ready} ready`)
    await sleep(5)
  }
  assert.deepEqual(seen, [])
  await until('the spare listens', () => (child.output.match(/media\.ready/g) ?? []).length === 2)
  assert.deepEqual([pidOf('media', mark), pidOf('server', mark)], [spare, server])
})

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}/fd`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

test('a start after a crash finds what this run compiled, and nothing of another run', async (t) => {
  const foreign = mkdtempSync(join(tmpdir(), 'rufwerk-foreign-'))
  t.after(() => rmSync(foreign, { recursive: true, force: true }))
  const { child, mark, origin } = await startOne(t, { NODE_COMPILE_CACHE: foreign })
  const first = pidOf('server', mark)
  const folder = /NODE_COMPILE_CACHE=([^\0]+)/.exec(readFileSync(`/proc/${first}/environ`, 'utf8'))?.[1] ?? ''
  assert.notEqual(folder, foreign, 'what the environment says is not used')
  const filesIn = (path: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const compiled = filesIn(folder).length
  assert.ok(compiled > 100, `${compiled} files`)
  process.kill(first, 'SIGKILL')
  await untilReplaced('server', mark, first)
  await untilHealthy(origin, START_MS_MAX)
  assert.equal(filesIn(folder).length, compiled, 'nothing was compiled again')
  await child.stop()
  assert.ok(!existsSync(dirname(folder)))
})

/** Whether the system permits it, of somebody who has chosen no priority. */
function mayRaise(pid: number): boolean {
  const { PRIORITY_ABOVE_NORMAL, PRIORITY_NORMAL } = constants.priority
  if (getPriority() !== PRIORITY_NORMAL) return false
  try {
    setPriority(pid, PRIORITY_ABOVE_NORMAL)
    return true
  } catch {
    return false
  }
}

test('phones and sound come before other programs, where the system permits it', async (t) => {
  const { mark } = await startOne(t)
  const { PRIORITY_ABOVE_NORMAL } = constants.priority
  const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' })
  t.after(() => sleeper.kill())
  const expected = mayRaise(sleeper.pid ?? 0) ? PRIORITY_ABOVE_NORMAL : getPriority()
  for (const part of ['server', 'media'] as const)
    assert.equal(getPriority(pidOf(part, mark)), expected, part)
})

test('a launcher that is killed leaves nothing running and no socket', async (t) => {
  const { child, mark } = await startOne(t)
  const folderOf = /RUFWERK_MEDIA_SOCKET=([^\0]+)/
  const environment = readFileSync(`/proc/${pidOf('server', mark)}/environ`, 'utf8')
  const socket = folderOf.exec(environment)?.[1] ?? ''
  assert.ok(existsSync(socket))
  assert.equal(statSync(dirname(socket)).mode & 0o777, 0o700)
  const startedAt = performance.now()
  process.kill(child.pid, 'SIGKILL')
  await until('the end of both', () => runningWith(mark).length === 0)
  const took = performance.now() - startedAt
  t.diagnostic(`both ended after ${Math.round(took)} ms`)
  assert.ok(took < ORPHANED_MS_MAX, `${took} ms`)
  assert.ok(!existsSync(dirname(socket)))
})
