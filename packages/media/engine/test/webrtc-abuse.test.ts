// What somebody in the network may send to the WebRTC port: handshakes that no ICE check announced, rubbish,
// and an endpoint whose certificate is not the one that was signalled.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeWebRtc } from '../src/index.ts'
import { HOST, Scene, until } from './support/scene.ts'
import { BROWSER, connect, isOvertaken, isUp, OPUS, type Opened, open } from './support/webrtc.ts'

after(() => closeWebRtc())

const FLOOD = 300

/** The UDP port of the first candidate. */
function portOf({ local }: Opened): number {
  return Number(local.candidates[0]?.split(' ')[5] ?? 0)
}

/** A DTLS 1.2 ClientHello (RFC 6347 §4.2) with random ciphers; `size` of its cookie makes it oversized. */
function clientHello(cookieBytes: number): Buffer {
  const ciphers = randomBytes(64)
  const body = Buffer.concat([
    Buffer.from([0xfe, 0xfd]),
    randomBytes(32),
    Buffer.from([0, cookieBytes & 0xff]),
    randomBytes(cookieBytes),
    Buffer.from([0, ciphers.length]),
    ciphers,
    Buffer.from([1, 0, 0, 0]),
  ])
  const head = Buffer.alloc(12)
  head[0] = 1
  head.writeUIntBE(body.length, 1, 3)
  head.writeUIntBE(body.length, 9, 3)
  const record = Buffer.alloc(13)
  record[0] = 22
  record.writeUInt16BE(0xfefd, 1)
  record.writeUInt16BE(head.length + body.length, 11)
  return Buffer.concat([record, head, body])
}

/** Handshakes of every size, alerts, STUN without credentials, RTP, rubbish. */
async function flood(socket: Socket, port: number): Promise<number> {
  let answers = 0
  socket.on('message', () => {
    answers += 1
  })
  const alert = Buffer.from('15fefd0000000000000000000202 28'.replace(' ', ''), 'hex')
  const stun = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)])
  const rtp = Buffer.concat([Buffer.from('806f0001000000010000000a', 'hex'), randomBytes(60)])
  for (let count = 0; count < FLOOD; count++) {
    const kinds = [
      clientHello(count % 255),
      clientHello(0).subarray(0, 40),
      alert,
      stun,
      rtp,
      randomBytes(1 + count),
    ]
    socket.send(kinds[count % kinds.length] as Buffer, port, HOST)
    if (count % 50 === 0) await sleep(2)
  }
  await sleep(100)
  return answers
}

async function stranger(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, HOST, resolve))
  return socket
}

test('WRT-9 a handshake that no ICE check announced is not answered, before and during a call', async (t) => {
  const near = new Scene()
  const far = new Scene()
  const socket = await stranger()
  t.after(() => socket.close())
  const { offer, answer } = await connect(near, 'n', far, 'f', async (offered) => {
    assert.ok(portOf(offered) > 0)
    assert.equal(await flood(socket, portOf(offered)), 0, 'before the answer')
  })
  const phone = await near.connect('p', OPUS, { dtmf: BROWSER.dtmf })
  await near.bridge('n', 'p')
  await far.source('f', { type: 'echo' })
  await sleep(100)
  for (const opened of [offer, answer])
    assert.equal(await flood(socket, portOf(opened)), 0, 'during the call')
  for (let count = 1; count <= 10; count++) phone.send(new Uint8Array(60).fill(count), 111, 960)
  await until(() => phone.heard.length === 10)
  assert.ok(!near.events.some((event) => event.type === 'disconnected'), 'the call goes on')
  await near.close()
  await far.close()
})

test('WRT-10 no media with a certificate that is not the one that was signalled', async () => {
  const near = new Scene()
  const far = new Scene()
  const offer = await open(near, 'n')
  const answer = await open(far, 'f', offer.local)
  const [name = '', digest = ''] = answer.local.fingerprint.split(' ')
  const other = digest.replace(/^../, digest.startsWith('00') ? '11' : '00')
  const remote = { ...answer.local, fingerprint: `${name} ${other}` }
  const reply = await near.do({ type: 'connectWebRtc', endpoint: 'n', remote })
  assert.ok(reply.type === 'done' || isOvertaken(reply), JSON.stringify(reply))
  await near.do({ type: 'configure', endpoint: 'n', ...BROWSER })
  await far.done({ type: 'configure', endpoint: 'f', ...BROWSER })
  await until(() => near.events.some((event) => event.type === 'disconnected'), 10_000)
  assert.equal(isUp(near, 'n'), false)
  assert.equal((await near.stats('n')).packetsReceived, 0)
  await near.close()
  await far.close()
})
