// Packets that do not belong to a call: random bytes and well-formed RTP of strangers, sent to the very ports
// the call uses. Nobody hears them, nothing goes missing; the same packets from the right source are heard.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:dgram'
import test from 'node:test'
import { Baresip } from './support/baresip.ts'
import { pidOf, udpPortsOf } from './support/processes.ts'
import { mediaOf, openUdp, plainSdp, RawPhone } from './support/raw-sip.ts'
import { sendTone, tonePacket } from './support/rtp.ts'
import { Server } from './support/server.ts'
import { assertHears, measured, SETTLE_MS } from './support/sound.ts'
import { sleep, until } from './support/wait.ts'

const ADDRESS = '127.0.0.1'
/** Another host, as far as source addresses go. */
const STRANGER = '127.0.0.2'
const CALLER_HZ = 600
const CALLEE_HZ = 1000
const STRANGER_HZ = 1700
const RUBBISH = 2000
const PACKET_MS = 20

const server = await Server.start()
const benPerson = server.colleagues[0] ?? server.admin
const accounts = { ada: await server.admin.addPhone('Ada'), ben: await benPerson.addPhone('Ben') }
const ben = await Baresip.start(accounts.ben, { transport: 'udp', toneHz: CALLEE_HZ })
test.after(async () => {
  await ben.stop()
  await server.stop()
})

/** RTP and RTCP ports of the server: all that its media process has open. */
function soundPorts(): number[] {
  const httpPort = new URL(server.origin).port
  return udpPortsOf(pidOf('media', `"httpPort":${httpPort},`))
}

async function sendRubbish(socket: Socket, ports: readonly number[]): Promise<void> {
  for (let sent = 0; sent < RUBBISH; sent++) {
    const bytes = randomBytes(sent % 400)
    // Half of it looks like RTP version 2 at first sight.
    if (sent % 2 === 0 && bytes.length > 0) bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x3f)
    for (const port of ports) socket.send(bytes, port, ADDRESS)
    if (sent % 20 === 0) await sleep(10)
  }
}

test('rubbish from strangers during a call is not heard, and nothing goes missing', async (t) => {
  const ada = await Baresip.start(accounts.ada, { transport: 'udp', toneHz: CALLER_HZ })
  const strangers = [await openUdp(STRANGER), await openUdp(ADDRESS)]
  t.after(() => {
    for (const socket of strangers) socket.close()
    return ada.stop()
  })
  const before = await server.admin.calls()
  ada.dial('101')
  await ben.waitFor('CALL_INCOMING')
  ben.accept()
  await Promise.all([ada.waitFor('CALL_ESTABLISHED'), ben.waitFor('CALL_ESTABLISHED')])
  await sleep(SETTLE_MS)
  const ports = soundPorts()
  assert.ok(ports.length >= 4, `${ports} are open`)
  const startedAt = performance.now()
  await measured(async () => {
    const listening = Promise.all([ada.listen(3500), ben.listen(3500)])
    await Promise.all([
      ...strangers.map((socket) => sendRubbish(socket, ports)),
      ...ports.map((port) =>
        sendTone(strangers[0] as Socket, ADDRESS, port, { hertz: STRANGER_HZ, ssrc: port, durationMs: 3000 }),
      ),
    ])
    const [atAda, atBen] = await listening
    assertHears('caller under rubbish', atAda, CALLEE_HZ, STRANGER_HZ)
    assertHears('callee under rubbish', atBen, CALLER_HZ, STRANGER_HZ)
  })
  const talkedMs = SETTLE_MS + performance.now() - startedAt
  ada.hangUp()
  await ben.waitFor('CALL_CLOSED')
  const legs = await server.admin.legsOfNewCall(before)
  assert.equal(legs.length, 2)
  for (const { role, quality } of legs) {
    assert.ok(quality.lost <= 3, `${role}: ${quality.lost} counted as lost`)
    const { packetsReceived } = quality as typeof quality & { readonly packetsReceived: number }
    const most = 2 * (talkedMs / PACKET_MS)
    assert.ok(
      packetsReceived < most,
      `${role}: ${packetsReceived} counted as received, sent about ${most / 2}`,
    )
  }
})

/**
 * A call of a phone whose RTP we send ourselves; `act` gets its socket and where the server wants the sound.
 */
async function rawCall(act: (rtp: Socket, port: number) => Promise<void>): Promise<void> {
  const phone = await RawPhone.open(accounts.ada)
  const rtp = await openUdp(ADDRESS)
  const calls = ben.count('CALL_INCOMING')
  const answering = until('the call at the desk phone', () => {
    const isThere = ben.count('CALL_INCOMING') > calls
    if (isThere) ben.accept()
    return isThere
  })
  try {
    const [call] = await Promise.all([
      phone.ask({ method: 'INVITE', dials: '101', body: plainSdp(rtp.address().port) }),
      answering,
    ])
    assert.equal(call.status, 200)
    const { address, port } = mediaOf(call.text)
    assert.equal(address, ADDRESS)
    await sleep(SETTLE_MS)
    await act(rtp, port)
    assert.equal((await phone.hangUp(call)).status, 200)
  } finally {
    rtp.close()
    phone.close()
  }
}

test('the same packets from the right source are heard', () =>
  rawCall(async (rtp, port) => {
    let ssrc = 0
    await measured(async () => {
      ssrc += 1
      const sending = sendTone(rtp, ADDRESS, port, { hertz: STRANGER_HZ, ssrc, durationMs: 2800 })
      await sleep(500)
      const windows = await ben.listen(2000)
      await sending
      assertHears('desk phone', windows, STRANGER_HZ, CALLEE_HZ)
    })
  }))

for (const [who, address] of [
  ['another host', STRANGER],
  ['another port of the same host', ADDRESS],
] as const)
  test(`once a source has spoken, ${who} cannot take over the stream`, () =>
    rawCall(async (rtp, port) => {
      let ssrc = 1
      await measured(async () => {
        const stranger = await openUdp(address)
        const own = sendTone(rtp, ADDRESS, port, { hertz: CALLER_HZ, ssrc, durationMs: 3500 })
        await sleep(700)
        // Twice: with a source of its own, and with the numbers of the one it would like to be.
        const listening = ben.listen(2200)
        await sendTone(stranger, ADDRESS, port, { hertz: STRANGER_HZ, ssrc: ssrc + 1, durationMs: 1000 })
        for (let index = 40; index < 240; index++)
          stranger.send(tonePacket({ hertz: STRANGER_HZ, ssrc, durationMs: 0 }, index), port, ADDRESS)
        const windows = await listening
        await own
        stranger.close()
        ssrc += 2
        assertHears('who is called', windows, CALLER_HZ, STRANGER_HZ)
      })
    }))
