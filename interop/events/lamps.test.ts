// Lamps: phones that watch an extension while two baresips really call each other. SIPp watches over UDP and
// TCP; a phone of a few lines tries what it should not.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { freePorts } from '../support/ports.ts'
import { pidOf, untilReplaced } from '../support/processes.ts'
import { RawPhone } from '../support/raw-sip.ts'
import { Server, untilHealthy } from '../support/server.ts'
import { startSipp } from '../support/sipp.ts'
import { sleep, until } from '../support/wait.ts'
import { startRelay } from './relay.ts'
import { Watcher } from './watcher.ts'

const server = await Server.start()
const [benAt, cleoAt] = server.colleagues
assert.ok(benAt && cleoAt)
const accounts = {
  ada: await server.admin.addPhone('Desk of Ada'),
  ben: await benAt.addPhone('Desk of Ben'),
  cleo: await cleoAt.addPhone('Desk of Cleo'),
}
test.after(() => server.stop())

/** Ada calls Ben; how long it rings and lasts leaves each state more than the second between two NOTIFYs. */
async function call(ada: Baresip, ben: Baresip): Promise<void> {
  ada.dial('101')
  await ben.waitFor('CALL_INCOMING')
  await sleep(1_500)
  ben.accept()
  await Promise.all([ada.waitFor('CALL_ESTABLISHED'), ben.waitFor('CALL_ESTABLISHED')])
  await sleep(1_500)
  ada.hangUp()
  await ben.waitFor('CALL_CLOSED')
}

test('a lamp rings, is lit and goes out with a call of two desk phones', async (t) => {
  const ada = await Baresip.start(accounts.ada, { transport: 'udp', toneHz: 600 })
  const ben = await Baresip.start(accounts.ben, { transport: 'tcp', toneHz: 1000 })
  const onBen = new Watcher(await RawPhone.open(accounts.cleo))
  const onAda = new Watcher(await RawPhone.open(accounts.cleo))
  t.after(async () => {
    for (const one of [onAda, onBen]) one.close()
    await Promise.all([ada.stop(), ben.stop()])
  })
  const runs = await Promise.all(
    (['udp', 'tcp'] as const).map(async (transport) => {
      const port = await freePorts(1)
      const scenario = 'uac-subscribe-dialog-expect-lamp'
      const run = startSipp({ scenario, account: accounts.cleo, transport, port, dials: '101' })
      t.after(() => run.stop())
      return run
    }),
  )
  assert.equal((await onBen.subscribe('101')).status, 200)
  assert.equal((await onAda.subscribe('100')).status, 200)
  for (const one of [onAda, onBen]) await one.saw('none')
  await sleep(1_500)
  await call(ada, ben)
  await onBen.saw('terminated recipient')
  await onAda.saw('terminated initiator')
  const steps = (role: string) => ['none', `early ${role}`, `confirmed ${role}`, `terminated ${role}`]
  assert.deepEqual([onBen.lamps, onAda.lamps], [steps('recipient'), steps('initiator')])
  for (const run of runs) await run.succeeded()
})

test('through Kamailio as a relay a lamp is told along the route that it recorded', async (t) => {
  const relay = await startRelay(server.sipPort)
  t.after(() => relay.stop())
  const far = new Watcher(await RawPhone.open({ ...accounts.cleo, port: relay.port }))
  t.after(() => far.close())
  const ada = await Baresip.start(accounts.ada, { transport: 'udp', toneHz: 600 })
  t.after(() => ada.stop())
  const answer = await far.subscribe('100')
  assert.equal(answer.status, 200)
  await far.saw('none')
  ada.dial('*43')
  await ada.waitFor('CALL_ESTABLISHED')
  await far.saw('confirmed initiator')
  ada.hangUp()
  await far.saw('terminated initiator')
  const { length } = far.lamps
  assert.equal((await far.refresh(answer, 0)).status, 200)
  await until('the last NOTIFY', () => far.lamps.length > length)
  assert.equal(far.states.at(-1), 'terminated;reason=timeout')
})

test('after a crash of the server a phone that subscribes again sees the call that goes on', async (t) => {
  const ada = await Baresip.start(accounts.ada, { transport: 'udp', toneHz: 600 })
  const ben = await Baresip.start(accounts.ben, { transport: 'udp', toneHz: 1000 })
  const cleo = new Watcher(await RawPhone.open(accounts.cleo))
  t.after(async () => {
    cleo.close()
    await Promise.all([ada.stop(), ben.stop()])
  })
  const before = await cleo.subscribe('101')
  ada.dial('101')
  await ben.waitFor('CALL_INCOMING')
  ben.accept()
  await ada.waitFor('CALL_ESTABLISHED')
  await cleo.saw('confirmed recipient')
  const mark = `"httpPort":${new URL(server.origin).port},`
  const pid = pidOf('server', mark)
  process.kill(pid, 'SIGKILL')
  await untilReplaced('server', mark, pid)
  await untilHealthy(server.origin)
  assert.equal((await cleo.refresh(before, 600)).status, 481)
  cleo.lamps.length = 0
  assert.equal((await cleo.subscribe('101')).status, 200)
  await until('the first NOTIFY', () => cleo.lamps.length > 0)
  assert.deepEqual(cleo.lamps, ['confirmed recipient'])
  ben.hangUp()
  await cleo.saw('terminated recipient')
})

test('a storm of SUBSCRIBEs: calls are put through as before, and nothing is left of it', async (t) => {
  const ada = await Baresip.start(accounts.ada, { transport: 'udp', toneHz: 600 })
  const phone = new Watcher(await RawPhone.open(accounts.cleo))
  t.after(async () => {
    phone.close()
    await ada.stop()
  })
  const before = await subscriptions()
  const ownPort = phone.phone.port
  for (let count = 0; count < 5_000; count += 1) {
    phone.phone.send(stormText(count, ownPort))
    if (count % 100 === 0) await sleep(5)
    if (count === 2_500) ada.dial('*43')
  }
  await ada.waitFor('CALL_ESTABLISHED', 1, 5_000)
  ada.hangUp()
  await ada.waitFor('CALL_CLOSED')
  assert.equal(await subscriptions(), before)
  assert.equal((await phone.subscribe('100')).status, 200)
})

async function subscriptions(): Promise<number> {
  const text = await (await fetch(`${server.origin}/metrics`)).text()
  return Number(/^rufwerk_sip_subscriptions (\d+)$/m.exec(text)?.[1])
}

/** Of a stranger who knows names. */
function stormText(count: number, port: number): string {
  const { sipName } = accounts.cleo
  return [
    `SUBSCRIBE sip:10${count % 3}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bKstorm${count};rport`,
    'Max-Forwards: 70',
    `From: <sip:${sipName}@127.0.0.1>;tag=${count}`,
    `To: <sip:10${count % 3}@127.0.0.1>`,
    `Call-ID: storm${count}`,
    'CSeq: 1 SUBSCRIBE',
    `Contact: <sip:${sipName}@127.0.0.1:${port}>`,
    'Event: dialog',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}

test('what cannot be watched is refused: nobody, other packages, others’ messages, long lists', async (t) => {
  const phone = await RawPhone.open(accounts.cleo)
  t.after(() => phone.close())
  const ask = async (target: string, headers: readonly string[], isAuthenticated = true) =>
    (await phone.ask({ method: 'SUBSCRIBE', dials: target, headers, isAuthenticated })).status
  const types = (count: number) => `Accept: ${Array(count).fill('a/b').join(',')}`
  assert.deepEqual(
    [
      await ask('101', ['Event: dialog'], false),
      await ask('999', ['Event: dialog']),
      await ask('101', ['Event: presence']),
      await ask('101', ['Event: message-summary']),
      await ask('101', ['Event: dialog', 'Expires: 5']),
      await ask('101', ['Event: dialog', types(90)]),
      await ask('101', ['Event: dialog', types(1_000)]),
      await ask('101', ['Event: dialog', ...Array(150).fill('Accept: a/b')]),
    ],
    [401, 404, 489, 403, 423, 406, 406, 406],
  )
})
