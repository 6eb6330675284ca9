// The defence alone: started by its command it has no telephony, opens no port for phones and carries no
// sound, and says who is affected; beside a whole server, which has both.
import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { verifyBundle } from '@rufwerk/evidence'
import { storyList } from '@rufwerk/fleet/testing'
import { choosePorts, flagsFor, Launch } from '../support/launch.ts'
import { pidOf, runningWith, udpPortsOf } from '../support/processes.ts'
import { Server } from '../support/server.ts'

const FIXTURES = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures')
const FIRST = await readFile(join(FIXTURES, 'revision-first.json'), 'utf8')
const { publisher } = JSON.parse(FIRST).document
const ADDRESS = `/fleet/advisories?address=${encodeURIComponent(`${publisher.namespace}/sa.json`)}`
/** What only a telephone system has. */
const TELEPHONY = [
  '/calls',
  '/devices',
  '/dial-plan',
  '/quarantine',
  '/fleet/stops',
  '/queues',
  '/phone/ticket',
]

const guard = await Server.start(['--guard'])
const whole = await Server.start()
test.after(() => Promise.all([guard.stop(), whole.stop()]))

async function pathsOf({ origin }: Server): Promise<string[]> {
  const { paths } = (await (await fetch(`${origin}/api/v1/openapi.json`)).json()) as { paths: object }
  return Object.keys(paths).map((path) => path.replace('/api/v1', ''))
}

test('it has no telephony: no routes, no ports, no media process; a whole server has', async () => {
  const [alone, all] = [await pathsOf(guard), await pathsOf(whole)]
  for (const path of TELEPHONY) {
    assert.ok(!alone.some((one) => one.startsWith(path)), path)
    assert.ok(
      all.some((one) => one.startsWith(path)),
      path,
    )
  }
  for (const path of ['/fleet/exposure', '/fleet/evidence', '/cases', '/reports', '/audit', '/people'])
    assert.ok(alone.includes(path), path)
  const parts = ({ dataFolder }: Server) => runningWith(dataFolder).map(({ part }) => part)
  assert.deepEqual(parts(guard).sort(), ['guard', 'launcher'])
  assert.deepEqual(parts(whole).sort(), ['launcher', 'media', 'server'])
  assert.deepEqual(udpPortsOf(pidOf('guard', guard.dataFolder)), [])
  assert.ok(udpPortsOf(pidOf('server', whole.dataFolder)).includes(whole.sipPort))
  assert.equal((await fetch(`${whole.origin}/sip`)).status, 426)
  assert.notEqual((await fetch(`${guard.origin}/sip`)).status, 426)
})

test('its pages open; what admins see below /security is the app, what strangers see is not', async () => {
  for (const path of ['/', '/security', '/security/stops', '/security/cases/0123abc']) {
    const page = await fetch(`${guard.origin}${path}`)
    assert.match(await page.text(), /<div id="root">|id="root"/, path)
  }
  const form = await (await fetch(`${guard.origin}/security/report`)).text()
  assert.match(form, /<form/)
  assert.doesNotMatch(form, /id="root"/)
  const { hasTelephony } = await guard.admin.ask<{ hasTelephony: boolean }>('GET', '/session')
  const beside = await whole.admin.ask<{ hasTelephony: boolean }>('GET', '/session')
  assert.deepEqual([hasTelephony, beside.hasTelephony], [false, true])
})

test('who is affected of 150 devices, and evidence of it, without any phone here', async () => {
  const { admin } = guard
  await admin.upload('/fleet/imports?format=table', storyList(150))
  const affected = async () =>
    (await admin.ask<{ all: { affected: number; unknown: number } }>('GET', '/fleet/exposure')).all
  await admin.upload(ADDRESS, FIRST)
  assert.equal((await affected()).affected, 0, 'nobody has pinned the issuer')
  await admin.ask('PUT', '/fleet/issuers', {
    namespace: publisher.namespace,
    addresses: [`${publisher.namespace}/`],
  })
  await admin.upload(ADDRESS, FIRST)
  assert.partialDeepStrictEqual(await affected(), { affected: 6, unknown: 3 })
  await assert.rejects(admin.ask('POST', '/fleet/stops', { issuer: 'x', advisory: 'y' }), /404/)

  await guard.colleagues[0]?.ask('POST', '/reports', { words: 'My virus scanner flags the app.' })
  const { cases } = await admin.ask<{ cases: object[] }>('GET', '/cases')
  assert.equal(cases.length, 1)

  const { key } = await admin.ask<{ key: string }>('GET', '/fleet/evidence/key')
  const wish = { case: 'F-1', title: 'App', after: 0, until: Date.now() }
  const bundle = await admin.file('/fleet/evidence', wish)
  const { findings, isKnownKey } = verifyBundle(bundle, [createPublicKey(key)])
  assert.deepEqual([findings, isKnownKey], [[], true])
})

test('a demonstration of the whole and the defence alone exclude each other', async (t) => {
  const ports = await choosePorts()
  const launch = new Launch([...flagsFor('/nonexistent', ports), '--demo', '--guard'])
  t.after(() => launch.stop())
  assert.equal(await launch.ended(), 2)
  assert.match(launch.stderr, /--demo and --guard exclude each other/)
})
