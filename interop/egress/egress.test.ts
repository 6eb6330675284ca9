// A whole server with something in its processes that tries every way out, as a stolen dependency would:
// nothing arrives, it is in the log and shown to the admin. Its twins have the target in the configuration.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'
import { EgressTrial, REFUSED } from './trial.ts'

const RUFWERK = join(import.meta.dirname, '../../tools/rufwerk.ts')
const trial = await EgressTrial.start()
test.after(() => trial.stop())

test('EGR-20 EGR-22: nothing leaves the server or the media process', async () => {
  for (const part of ['server', 'media'] as const) {
    const { outcome, arrived } = await trial.leave(part)
    assert.deepEqual(outcome, REFUSED, part)
    assert.deepEqual(arrived, [], part)
  }
})

test('EGR-10 EGR-11: what was refused is in the log, in the metrics and shown to the admin', async () => {
  const view = await trial.view()
  assert.equal(view.isGuarded, true)
  assert.ok(view.refusedTotal >= Object.keys(REFUSED).length)
  const [entry] = view.refused.filter(({ kind, port }) => kind === 'tcp' && port === trial.port)
  assert.equal(entry?.to, '127.0.0.1')
  assert.match(trial.log(), new RegExp(`egress refused kind=tcp to=127.0.0.1 port=${trial.port} by=server`))
  assert.match(trial.log(), /rufwerk: egress refused \{"kind":"tcp",.*"by":"media"/)
  assert.equal(await trial.metric('rufwerk_egress_refused_total'), view.refusedTotal)
})

test('EGR-3 EGR-6: with a mail server there, TCP passes, and again nothing without it', async () => {
  await trial.setMail(true)
  const { outcome, arrived } = await trial.leave('server')
  assert.deepEqual(outcome, { ...REFUSED, net: 'done', tls: 'done', fetch: 'done', http2: 'done' })
  assert.ok(arrived.length >= 4 && arrived.every((what) => what === 'tcp'), arrived.join())
  const [mail] = (await trial.view()).allowed
  assert.partialDeepStrictEqual(mail, { why: 'mail', host: '127.0.0.1', ports: [trial.port] })
  assert.deepEqual((await trial.leave('media')).outcome, REFUSED, 'the configuration is not that of media')
  await trial.setMail(false)
  assert.deepEqual(await trial.leave('server'), { outcome: REFUSED, arrived: [] })
})

test('EGR-2: with a trunk there, UDP passes', async () => {
  await trial.setTrunk()
  const { outcome, arrived } = await trial.leave('server')
  assert.deepEqual(outcome, { ...REFUSED, dgram: 'done', 'dgram connected': 'done' })
  assert.ok(arrived.includes('udp') && !arrived.includes('tcp'))
})

test('EGR-30: the command writes rules that nftables takes, and the trunk is among them', async () => {
  const args = [RUFWERK, 'egress', '--nftables', '--user', 'root', '--data', trial.dataFolder]
  const { stdout: rules } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  assert.match(rules, /ip daddr \{ 127\.0\.0\.1 \} udp dport \{ \d+ \} accept comment "trunk 127\.0\.0\.1"/)
  const checked = spawnSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: rules, encoding: 'utf8' })
  assert.deepEqual([checked.stderr, checked.status], ['', 0])
  const broken = rules.replace('accept', 'accepted')
  const refused = spawnSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: broken, encoding: 'utf8' })
  assert.notEqual(refused.status, 0, 'what is no rule is not taken')
})
