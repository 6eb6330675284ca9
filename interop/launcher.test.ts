// The launcher with real processes: configuration errors end it with one line and code 2, a crashed media process
// comes back, two instances stand beside each other, and it ends quickly and cleanly.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import test from 'node:test'
import { Child } from './support/child.ts'
import { freePorts } from './support/ports.ts'
import { until } from './support/wait.ts'

const LAUNCHER = join(import.meta.dirname, '..', 'apps', 'launcher', 'main.mjs')
const LINK = /http:\/\/localhost:\d+\/\S*\n$/
const EXIT_CONFIGURATION = 2

const folder = mkdtempSync(join(tmpdir(), 'rufwerk-launcher-'))
const httpPort = await freePorts(1)
const sipPort = await freePorts(1)
const first = launch('first', httpPort, sipPort)
await first.said(LINK, 20_000)
test.after(async () => {
  await first.stop()
  rmSync(folder, { recursive: true, force: true })
})

function launch(name: string, http: number, sip: number, more: readonly string[] = []): Child {
  const flags = ['--data', join(folder, name), '--http-port', String(http), '--sip-port', String(sip)]
  return new Child(process.execPath, [LAUNCHER, ...flags, '--sip-host', '127.0.0.1', ...more])
}

/** Process ids of the children of a process. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid)
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return undefined // It ended between the listing and the reading.
  }
}

const webrtcPort = (child: Child) => /"webrtcPort":(\d+)/.exec(child.output)?.[1]

const refused: [name: string, http: number, sip: number, more: string[], says: RegExp][] = [
  ['a taken HTTP port', httpPort, await freePorts(1), [], /--http-port/],
  ['a taken SIP port', await freePorts(1), sipPort, [], /--sip-port/],
  ['a wrong flag', await freePorts(1), await freePorts(1), ['--nonsense'], /unknown flag "--nonsense"/],
  ['a folder that cannot be', await freePorts(1), await freePorts(1), [], /--data/],
]
for (const [name, http, sip, more, says] of refused)
  test(`${name}: one clear line, code ${EXIT_CONFIGURATION}`, async () => {
    // The launcher's own file as a folder: that cannot be, not even for root.
    const data = name.startsWith('a folder') ? relative(folder, join(LAUNCHER, 'inside')) : name
    const child = launch(data, http, sip, more)
    assert.equal(await child.ended(15_000), EXIT_CONFIGURATION, child.output)
    const lines = child.output.split('\n').filter((line) => line.startsWith('rufwerk: '))
    assert.equal(lines.length, 1, child.output)
    assert.match(lines[0] ?? '', says)
  })

test('the same data folder twice is refused', async () => {
  const child = launch('first', await freePorts(1), await freePorts(1))
  assert.equal(await child.ended(15_000), EXIT_CONFIGURATION, child.output)
})

test('a second instance takes another port for browsers, and ends within 5 s when told to', async () => {
  const second = launch('second', await freePorts(1), await freePorts(1))
  await second.said(LINK, 20_000)
  assert.notEqual(webrtcPort(second), webrtcPort(first))
  const startedAt = performance.now()
  await second.stop()
  assert.ok(performance.now() - startedAt < 6_000)
  assert.equal(second.exitCode, 0)
})

test('a killed media process is started again, and the server goes on', async () => {
  const isMedia = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('media')
  const media = childrenOf(first.pid).find(isMedia)
  assert.ok(media)
  process.kill(media, 'SIGKILL')
  await first.said(/media ended unexpectedly \(SIGKILL\)/)
  await until('another media process', () =>
    childrenOf(first.pid).some((pid) => pid !== media && isMedia(pid)),
  )
  const health = await fetch(`http://localhost:${httpPort}/api/v1/health`)
  assert.equal(health.status, 200)
})
