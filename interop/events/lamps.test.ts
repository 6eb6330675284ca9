// Lamps: phones that watch an extension while two baresips really call each other. SIPp watches over UDP and
// TCP; a phone of a few lines tries what it should not.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { freePorts } from '../support/ports.ts'
import { header, type RawMessage, RawPhone } from '../support/raw-sip.ts'
import { Server } from '../support/server.ts'
import { startSipp } from '../support/sipp.ts'
import { sleep, until } from '../support/wait.ts'

const server = await Server.start()
const [benAt, cleoAt] = server.colleagues
assert.ok(benAt && cleoAt)
const accounts = {
  ada: await server.admin.addPhone('Desk of Ada'),
  ben: await benAt.addPhone('Desk of Ben'),
  cleo: await cleoAt.addPhone('Desk of Cleo'),
}
test.after(() => server.stop())

/** Requests of the server, answered as soon as they come. */
class Watcher {
  readonly phone: RawPhone
  readonly lamps: string[] = []
  #read = 0
  #timer: NodeJS.Timeout

  constructor(phone: RawPhone) {
    this.phone = phone
    this.#timer = setInterval(() => this.#answer(), 10)
  }

  subscribe(target: string, headers: readonly string[] = []): Promise<RawMessage> {
    return this.phone.ask({
      method: 'SUBSCRIBE',
      dials: target,
      headers: ['Event: dialog', 'Expires: 600', ...headers],
    })
  }

  async saw(lamp: string): Promise<void> {
    await until(`the lamp ${lamp}`, () => this.lamps.includes(lamp)).catch((error) => {
      throw new Error(`${error}: ${this.lamps}`)
    })
  }

  close(): void {
    clearInterval(this.#timer)
    this.phone.close()
  }

  #answer(): void {
    const { received } = this.phone
    for (; this.#read < received.length; this.#read += 1) {
      const text = received[this.#read]?.text ?? ''
      if (!text.startsWith('NOTIFY ')) continue
      const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(text, name)}`)
      this.phone.send(`${['SIP/2.0 200 OK', ...copied, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`)
      const dialog = /direction="(\w+)">\s*<state>(\w+)/.exec(text)
      this.lamps.push(dialog ? `${dialog[2]} ${dialog[1]}` : 'none')
    }
  }
}

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

test('what cannot be watched is refused: strangers, nobody, other packages, long lists', async (t) => {
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
      await ask('102', ['Event: message-summary']),
      await ask('101', ['Event: dialog', 'Expires: 5']),
      await ask('101', ['Event: dialog', types(90)]),
      await ask('101', ['Event: dialog', types(1_000)]),
      await ask('101', ['Event: dialog', ...Array(150).fill('Accept: a/b')]),
    ],
    [401, 404, 489, 489, 423, 406, 406, 406],
  )
})
