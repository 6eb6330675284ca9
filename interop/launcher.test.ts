// Two instances as somebody starts them who gives only the flags that README names: neither takes the other's
// port for the sound of browsers, and who stops npm stops everything. Starts that cannot succeed:
// bad-start.test.ts; crashes: crash.test.ts.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { Child } from './support/child.ts'
import { freePorts } from './support/ports.ts'
import { until } from './support/wait.ts'

const LAUNCHER = join(import.meta.dirname, '..', 'apps', 'launcher', 'main.mjs')
const PROJECT = join(import.meta.dirname, '..')
const START_MS_MAX = 20_000

test('a second instance takes another port for browsers by itself', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-launcher-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const ports: (string | undefined)[] = []
  for (const name of ['first', 'second']) {
    const child = new Child(process.execPath, [
      ...[LAUNCHER, '--data', join(folder, name), '--sip-host', '127.0.0.1'],
      ...['--http-port', String(await freePorts(1)), '--sip-port', String(await freePorts(1))],
    ])
    t.after(() => child.stop())
    await child.said(/http:\/\/localhost:\d+\//, START_MS_MAX)
    const [, port] = await child.said(/webrtcPort=(\d+)/)
    ports.push(port)
  }
  assert.ok(ports[0])
  assert.notEqual(ports[0], ports[1])
})

test('SIGTERM to npm ends the server, too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-launcher-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePorts(1)
  const child = new Child('npm', [
    ...['start', '--prefix', PROJECT, '--', '--data', folder, '--sip-host', '127.0.0.1'],
    ...['--http-port', String(port), '--sip-port', String(await freePorts(1))],
  ])
  t.after(() => child.stop())
  await child.said(/http:\/\/localhost:\d+\//, START_MS_MAX)
  const health = `http://127.0.0.1:${port}/api/v1/health`
  assert.equal((await fetch(health)).status, 200)
  await child.stop()
  await until('the end of the server', () =>
    fetch(health).then(
      () => false,
      () => true,
    ),
  )
})
