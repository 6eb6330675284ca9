// What a call of a simulated phone is made of, and its descriptions.
import { type Codec, type Direction, OUR_CODECS } from '@rufwerk/sdp'
import { FAKE_ICE } from './fake-media.ts'
import type { SimulatedCall } from './simulated-call.ts'

export interface CallOptions {
  readonly codecs?: readonly Codec['name'][]
  /** False: no telephone-event. */
  readonly hasDtmf?: boolean
  /** False: the INVITE carries no offer, the ACK will carry the answer. */
  readonly hasOffer?: boolean
  readonly headers?: readonly (readonly [string, string])[]
  /** Instead of the description that the phone would write. */
  readonly body?: string
}

export function codecsOf({ options, phone }: SimulatedCall): Codec[] {
  const names = options.codecs ?? (phone.options.device ? ['opus', 'PCMA'] : ['PCMA', 'PCMU'])
  return names.map((name) => OUR_CODECS[name as Codec['name']])
}

/** A description as the body of a message, or none. */
export function sdpBody(content: string | undefined) {
  return content === undefined ? {} : { body: { type: 'application/sdp', content } }
}

export function streamOf({ phone, rtpPort, local, ufrag }: SimulatedCall, direction: Direction) {
  const { at, device, srtp: mode, random } = phone.options
  const rtp = { address: at.address, port: rtpPort }
  const secured = mode === undefined ? {} : { srtp: { mode, randomBytes: random.bytes } }
  const plain = { type: 'rtp', rtp, rtcpPort: rtp.port + 1, ...secured } as const
  const session = local ? { previous: local } : { sessionId: '1', address: at.address }
  const transport = device === undefined ? plain : ({ type: 'webrtc', ice: { ...FAKE_ICE, ufrag } } as const)
  return { transport, direction, ssrc: at.port, cname: `phone-${at.port}`, session }
}
