// Two engines as the two ends of a WebRTC connection: one offers, the other answers.
import assert from 'node:assert/strict'
import type { Reply } from '@rufwerk/media-control'
import { codec, HOST, type Scene, until } from './scene.ts'

export const OPEN = { type: 'openWebRtc', tenant: 't', call: 'c', leg: 'l', address: HOST }
export const OPUS = codec('opus')
/** What a browser agrees on. */
export const BROWSER = {
  direction: 'sendrecv',
  send: OPUS,
  receive: [OPUS],
  dtmf: { payloadType: 110, clockRate: 48_000 },
}
const ATTEMPTS_MAX = 3

export type Opened = Extract<Reply, { type: 'openedWebRtc' }>

export async function open(scene: Scene, endpoint: string, remote?: Opened['local']): Promise<Opened> {
  const reply = await scene.do({ ...OPEN, endpoint, ...(remote ? { remote } : {}) })
  assert.ok(reply.type === 'openedWebRtc', JSON.stringify(reply))
  return reply
}

export function isUp(scene: Scene, endpoint: string): boolean {
  return scene.events.some((event) => event.type === 'connected' && event.endpoint === endpoint)
}

/**
 * Whether the handshake overtook the answer: until 0.24.5 the library lets ICE begin before it knows the
 * certificate to expect. With both ends in one process all of it can happen in between; then it is refused.
 */
export function isOvertaken(reply: Reply): boolean {
  return reply.type === 'refused' && reply.code === 'failed' && /without ICE transport/.test(reply.why)
}

/** `left` offers, `right` answers; `whileOffered` happens in between. Both are up at the end. */
export async function connect(
  left: Scene,
  leftId: string,
  right: Scene,
  rightId: string,
  whileOffered: (offer: Opened) => Promise<void> = async () => {},
): Promise<{ readonly offer: Opened; readonly answer: Opened }> {
  for (let attempt = 1; ; attempt++) {
    const offer = await open(left, leftId)
    assert.equal(offer.local.setup, 'actpass')
    await whileOffered(offer)
    const answer = await open(right, rightId, offer.local)
    assert.equal(answer.local.setup, 'active')
    const reply = await left.do({ type: 'connectWebRtc', endpoint: leftId, remote: answer.local })
    if (isOvertaken(reply) && attempt < ATTEMPTS_MAX) {
      await left.do({ type: 'close', endpoint: leftId })
      await right.do({ type: 'close', endpoint: rightId })
      left.events.splice(0)
      right.events.splice(0)
      continue
    }
    assert.deepEqual(reply, { type: 'done' })
    await left.done({ type: 'configure', endpoint: leftId, ...BROWSER })
    await right.done({ type: 'configure', endpoint: rightId, ...BROWSER })
    await until(() => isUp(left, leftId) && isUp(right, rightId), 5_000)
    return { offer, answer }
  }
}
