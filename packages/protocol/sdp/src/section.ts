// What we write: one audio section of ours, the refusal of any other, and the origin line whose version grows
// with every change (RFC 3264 §5, §6, §8).
import { assert, type SocketAddress } from '@rufwerk/core'
import { isIp4, isIp6, isUnicast } from './address.ts'
import type { IceDtls } from './audio.ts'
import type { Codec, DtmfFormat } from './codec.ts'
import type { SrtpPolicy } from './crypto/agree.ts'
import { type CryptoLine, writeCrypto } from './crypto/line.ts'
import { type Direction, isSending } from './direction.ts'
import {
  type Attribute,
  attributeValue,
  type Connection,
  type MediaSection,
  type Origin,
  type SessionDescription,
} from './model.ts'
import { writeSdp } from './write.ts'

/** Where we listen. */
export type LocalTransport =
  | {
      readonly type: 'rtp'
      readonly rtp: SocketAddress
      readonly rtcpPort: number
      /** In an offer: its profile, one of `profilesToOffer`; by default RTP/SAVP with SRTP, else RTP/AVP. */
      readonly profile?: 'RTP/AVP' | 'RTP/AVPF' | 'RTP/SAVP' | 'RTP/SAVPF'
      /** In an offer with a plain profile: keys all the same, for who can use them (RFC 8643). */
      readonly hasKeysInPlain?: boolean
      /** Whether RTCP may share the RTP port when the peer offers it (RFC 5761); false when absent. */
      readonly acceptsRtcpMux?: boolean
      /** Mode `off` when absent. */
      readonly srtp?: SrtpPolicy
    }
  | { readonly type: 'webrtc'; readonly ice: IceDtls }

/** Who we are in this SDP session; from the second description on give `previous` instead. */
export interface SessionStart {
  /** 1–19 decimal digits, from a random source. */
  readonly sessionId: string
  /** An IP address, or 0.0.0.0 / 127.0.0.1 where it shall not be told. */
  readonly address: string
}

export interface LocalStream {
  readonly transport: LocalTransport
  /** Seen from our end. In an answer: what we would like; the offer may narrow it. */
  readonly direction: Direction
  readonly ssrc: number
  readonly cname: string
  /** `previous`: our last description in this dialog, whether offer or answer (RFC 3264 §8). */
  readonly session: SessionStart | { readonly previous: SessionDescription }
}

/** Everything that the audio section of ours says. */
export interface SectionPlan {
  readonly stream: LocalStream
  readonly protocol: string
  readonly codecs: readonly Codec[]
  readonly dtmf: readonly DtmfFormat[]
  readonly direction: Direction
  readonly mid?: string
  readonly hasRtcpMux: boolean
  readonly setup: IceDtls['setup']
  readonly crypto: readonly CryptoLine[]
}

/** The port that stands for "ask ICE" (RFC 8839 §4.3.2). */
const ICE_PORT = 9

export function audioSection(plan: SectionPlan): MediaSection {
  const { stream, codecs, dtmf } = plan
  const { transport } = stream
  assert(codecs.length > 0, 'an audio section of ours has a codec')
  const attributes: Attribute[] = []
  if (plan.mid !== undefined) attributes.push({ name: 'mid', value: plan.mid })
  for (const codec of codecs) {
    attributes.push({ name: 'rtpmap', value: `${codec.payloadType} ${encoding(codec)}` })
    if (codec.fmtp !== undefined)
      attributes.push({ name: 'fmtp', value: `${codec.payloadType} ${codec.fmtp}` })
  }
  for (const { payloadType, clockRate } of dtmf) {
    attributes.push({ name: 'rtpmap', value: `${payloadType} telephone-event/${clockRate}` })
    attributes.push({ name: 'fmtp', value: `${payloadType} 0-15` })
  }
  attributes.push({ name: 'ptime', value: String((codecs[0] as Codec).ptimeMs) })
  for (const line of plan.crypto) attributes.push({ name: 'crypto', value: writeCrypto(line) })
  attributes.push({ name: plan.direction })
  if (plan.hasRtcpMux) attributes.push({ name: 'rtcp-mux' })
  if (transport.type === 'webrtc') attributes.push(...iceAttributes(plan, transport.ice))
  else if (!plan.hasRtcpMux && transport.rtcpPort !== transport.rtp.port + 1)
    attributes.push({ name: 'rtcp', value: String(transport.rtcpPort) }) // RFC 3605
  return {
    kind: 'audio',
    port: transport.type === 'webrtc' ? ICE_PORT : transport.rtp.port,
    protocol: plan.protocol,
    formats: [...codecs, ...dtmf].map((format) => String(format.payloadType)),
    attributes,
  }
}

function encoding(codec: Codec): string {
  return `${codec.name}/${codec.clockRate}${codec.channels === 2 ? '/2' : ''}`
}

function iceAttributes(plan: SectionPlan, ice: IceDtls): Attribute[] {
  const { ssrc, cname } = plan.stream
  const attributes: Attribute[] = [
    { name: 'ice-ufrag', value: ice.ufrag },
    { name: 'ice-pwd', value: ice.pwd },
    { name: 'fingerprint', value: ice.fingerprint },
    { name: 'setup', value: plan.setup },
  ]
  for (const candidate of ice.candidates)
    attributes.push({ name: 'candidate', value: candidate.replace(/^candidate:/, '') })
  if (ice.candidates.length > 0) attributes.push({ name: 'end-of-candidates' })
  // RFC 8830: a browser gives the track a stream only when it is named.
  if (isSending(plan.direction)) attributes.push({ name: 'msid', value: `${cname} ${cname}` })
  attributes.push({ name: 'ssrc', value: `${ssrc} cname:${cname}` })
  return attributes
}

/** An m-line that we do not want: port 0, in its place, with a format for form's sake (RFC 3264 §6). */
export function refusedSection(section: MediaSection): MediaSection {
  const mid = attributeValue(section.attributes, 'mid')
  const attributes: Attribute[] = mid === undefined ? [] : [{ name: 'mid', value: mid }]
  attributes.push({ name: 'inactive' })
  const { kind, protocol, formats } = section
  return { kind, port: 0, protocol, formats: formats.slice(0, 1), attributes }
}

/**
 * A whole description of ours around the m-lines; the version grows when anything differs from `previous`.
 */
export function describe(
  stream: LocalStream,
  media: readonly MediaSection[],
  bundledMid: string | undefined,
): SessionDescription {
  const { session } = stream
  const previous = 'previous' in session ? session.previous : undefined
  const description = {
    origin: 'previous' in session ? session.previous.origin : firstOrigin(session),
    name: previous?.name ?? 'rufwerk',
    connection: connectionOf(stream.transport),
    attributes: bundledMid === undefined ? [] : [{ name: 'group', value: `BUNDLE ${bundledMid}` }],
    media,
  }
  if (previous === undefined || writeSdp(previous) === writeSdp(description)) return description
  const { origin } = description
  const sessionVersion = String(BigInt(origin.sessionVersion) + 1n) // RFC 3264 §8
  return { ...description, origin: { ...origin, sessionVersion } }
}

function firstOrigin(start: SessionStart): Origin {
  assert(/^[0-9]{1,19}$/.test(start.sessionId), 'an SDP session id is 1 to 19 digits')
  const addressType = addressTypeOf(start.address)
  return {
    username: '-',
    sessionId: start.sessionId,
    sessionVersion: '1',
    addressType,
    address: start.address,
  }
}

function connectionOf(transport: LocalTransport): Connection {
  if (transport.type === 'webrtc') return { addressType: 'IP4', address: '0.0.0.0' }
  const { address } = transport.rtp
  assert(isUnicast(address), 'a local RTP address is one that can be reached')
  return { addressType: addressTypeOf(address), address }
}

export function addressTypeOf(address: string): 'IP4' | 'IP6' {
  if (isIp4(address)) return 'IP4'
  assert(isIp6(address), 'a local address is an IP address')
  return 'IP6'
}
