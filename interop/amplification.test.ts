// B10 of docs/abuse-cases.md with what phones really send: each request without credentials passes a meter,
// and what comes back over UDP has no more bytes than it had.
import assert from 'node:assert/strict'
import type { Socket } from 'node:dgram'
import test from 'node:test'
import { Baresip } from './support/baresip.ts'
import { freePorts } from './support/ports.ts'
import { openUdp, RawPhone } from './support/raw-sip.ts'
import { Server } from './support/server.ts'
import { startSipp } from './support/sipp.ts'
import { until } from './support/wait.ts'

const ADDRESS = '127.0.0.1'

interface Asked {
  readonly method: string
  readonly bytes: number
  /** Of the challenge. */
  answered: number
}

/** Stands between one phone and the server. */
class Meter {
  readonly port: number
  readonly asked: Asked[] = []
  readonly #sockets: readonly [inside: Socket, outside: Socket]

  private constructor(inside: Socket, outside: Socket, serverPort: number) {
    this.port = inside.address().port
    this.#sockets = [inside, outside]
    let phone = 0
    inside.on('message', (bytes, from) => {
      phone = from.port
      const text = bytes.toString('latin1')
      const method = /^(REGISTER|INVITE) /.exec(text)?.[1]
      if (method && !/^Authorization:/im.test(text))
        this.asked.push({ method, bytes: bytes.length, answered: 0 })
      outside.send(bytes, serverPort, ADDRESS)
    })
    outside.on('message', (bytes) => {
      const last = this.asked.at(-1)
      if (last !== undefined && bytes.toString('latin1').startsWith('SIP/2.0 401'))
        last.answered += bytes.length
      inside.send(bytes, phone, ADDRESS)
    })
  }

  static async open(serverPort: number): Promise<Meter> {
    return new Meter(await openUdp(ADDRESS, 0), await openUdp(ADDRESS, 0), serverPort)
  }

  /** No answer to what was asked without credentials had more than `ratio` times its bytes. */
  async judge(methods: readonly string[], ratio = 1): Promise<void> {
    const isAsked = (method: string) => this.asked.some((one) => one.method === method && one.answered > 0)
    await until(`challenges for ${methods.join(', ')}`, () => methods.every(isAsked) || undefined)
    for (const { method, bytes, answered } of this.asked)
      assert.ok(answered <= ratio * bytes, `${method}: ${answered} bytes for ${bytes}`)
  }

  close(): void {
    for (const socket of this.#sockets) socket.close()
  }
}

const server = await Server.start()
test.after(() => server.stop())

/** A phone's account as if the server were the meter. */
async function metered(name: string) {
  const meter = await Meter.open(server.sipPort)
  const account = { ...(await server.admin.addPhone(name)), server: ADDRESS, port: meter.port }
  return { meter, account }
}

test('the challenge to a baresip that registers and calls is not longer than what it sent', async () => {
  const { meter, account } = await metered('baresip')
  const phone = await Baresip.start(account, { transport: 'udp', toneHz: 0 })
  try {
    phone.dial('*43')
    await meter.judge(['REGISTER', 'INVITE'])
  } finally {
    await phone.stop()
    meter.close()
  }
})

for (const [scenario, method] of [
  ['register-expect-200', 'REGISTER'],
  ['uac-invite-expect-404', 'INVITE'],
] as const) {
  test(`the challenge to ${scenario} of SIPp is not longer than what it sent`, async () => {
    const { meter, account } = await metered(scenario)
    try {
      const port = await freePorts(2)
      await startSipp({ scenario, account, transport: 'udp', port, dials: '999' }).succeeded()
      await meter.judge([method])
    } finally {
      meter.close()
    }
  })
}

test('a phone of a few lines is served, too, by an answer little longer', async () => {
  const { meter, account } = await metered('short')
  const phone = await RawPhone.open(account)
  try {
    assert.equal((await phone.register()).status, 200)
    await meter.judge(['REGISTER'], 1.1)
  } finally {
    phone.close()
    meter.close()
  }
})
