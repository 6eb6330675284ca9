// Which formats a leg speaks (RFC 3264). Packets are relayed when both legs use the same codec: so the callee
// is offered what the caller can do first, and the caller is answered with what the callee chose.
import { type Flow, fail, type Result, type SocketAddress, toldAddress } from '@rufwerk/core'
import { plainHost } from '@rufwerk/core/ip-address'
import type { CodecName, RtpRemote } from '@rufwerk/media-control'
import {
  type Agreed,
  type Answer,
  type AudioSection,
  type Codec,
  type Direction,
  makeAnswer,
  makeOffer,
  OUR_CODECS,
  OUR_DTMF,
  parseSdp,
  readAnswer,
  readAudio,
  type SdpError,
  type SessionDescription,
  writeSdp,
} from '@rufwerk/sdp'
import type { SipMessage } from '@rufwerk/sip'
import { isPrivate, isPublic } from '../address.ts'
import { SDP_TYPE } from '../headers.ts'
import type { DeviceCredentials } from '../ports.ts'
import type { Leg, LegSession } from './leg.ts'
import type { MediaAddress, Opened } from './media-link.ts'

/** Best sound first. */
const OUR_ORDER: readonly CodecName[] = ['opus', 'G722', 'PCMA', 'PCMU']

/** Our formats, those of `first` in front. */
export function codecsWith(first: readonly CodecName[]): Codec[] {
  const codecs: Codec[] = []
  for (const name of first) addOnce(codecs, OUR_CODECS[name])
  for (const name of OUR_ORDER) addOnce(codecs, OUR_CODECS[name])
  return codecs
}

/** For a few entries much faster than a set. */
function addOnce<T>(list: T[], entry: T): void {
  if (!list.includes(entry)) list.push(entry)
}

export interface ReadOffer {
  readonly description: SessionDescription
  readonly audio: AudioSection
  readonly text: string
}

export interface ReadAnswer {
  readonly agreed: Agreed
  readonly text: string
}

/** The answer to our offer in a body; undefined when there is none or it does not fit. */
export function readAnswerBody(
  { device, session }: Leg,
  offered: SessionDescription,
  message: SipMessage,
): ReadAnswer | undefined {
  if (message.body.length === 0) return undefined
  const text = textOf(message)
  const description = parseSdp(text)
  // A session that is encrypted does not become plain by an answer.
  const isPlainEnough = device.srtp === 'on' && session.agreed?.srtp === undefined
  const agreed = description.ok ? readAnswer(offered, description.value, isPlainEnough) : undefined
  return agreed?.ok ? { agreed: agreed.value, text } : undefined
}

/** The offer in a body: undefined without one, or why it cannot be used. */
export function readOfferBody(
  message: SipMessage,
  { srtp = 'off' }: Pick<DeviceCredentials, 'srtp'>,
): Result<ReadOffer, SdpError> | undefined {
  if (message.body.length === 0) return undefined
  const text = textOf(message)
  const description = parseSdp(text)
  if (!description.ok) return description
  const audio = readAudio(description.value, srtp)
  return audio.ok ? { ok: true, value: { description: description.value, audio: audio.value, text } } : audio
}

/** Their offer, open until it is answered. */
export function takeOffer(leg: Leg, offer: ReadOffer | undefined): void {
  if (offer === undefined) return
  leg.session = { ...leg.session, offer, remoteText: offer.text }
  leg.theirCodecs = namesOf(offer.audio.codecs)
  leg.theirIce = offer.audio.iceDtls
}

function textOf({ body }: SipMessage): string {
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')
}

/** True when the body is of a type that we can read (RFC 3261 §8.2.3). */
export function isReadable(message: SipMessage): boolean {
  if (message.body.length === 0) return true
  const encoding = message.headers.get('content-encoding')
  return message.headers.contentType === SDP_TYPE && (encoding === undefined || /^identity$/i.test(encoding))
}

/** Answers the leg's open offer. `preferred` is what the other leg speaks, or what is spoken already. */
export function answerOffer(
  leg: Leg,
  opened: Opened,
  preferred: readonly CodecName[],
  sessionId: () => string,
): Result<Answer, SdpError> {
  const { offer } = leg.session
  if (offer === undefined) return fail({ status: 488, code: 'no-audio' })
  return makeAnswer({
    offer: offer.description,
    audio: offer.audio,
    transport: keyedTransport(leg, opened),
    ssrc: opened.ssrc,
    cname: opened.cname,
    direction: 'sendrecv',
    session: sessionOf(leg, sessionId),
    codecs: codecsWith([...preferred, ...leg.theirCodecs]),
    acceptsDtmf: true,
    // One codec only, so that the peer does not change it by itself and packets stay relayed.
    listed: 'first',
  })
}

/** An offer of ours with the formats of `first` in front. */
export function offerOf(
  leg: Leg,
  opened: Opened,
  first: readonly CodecName[],
  sessionId: () => string,
  direction: Direction = 'sendrecv',
): SessionDescription {
  const codecs = codecsWith(first)
  const clockRate = codecs[0]?.clockRate
  return makeOffer({
    transport: keyedTransport(leg, opened),
    ssrc: opened.ssrc,
    cname: opened.cname,
    direction,
    session: sessionOf(leg, sessionId),
    codecs,
    // A browser takes our first codec, yet given two event formats Chromium sends digits with the clock of
    // 8000 beside Opus; given one, it sends that one (RFC 4733 §2.1: the clock of the audio).
    dtmf:
      opened.transport.type === 'webrtc'
        ? OUR_DTMF.filter((format) => format.clockRate === clockRate)
        : OUR_DTMF,
  })
}

/** Tells the leg's endpoint what was agreed on. */
export function configureMedia(leg: Leg, agreed: Agreed): void {
  const { rtp } = agreed
  const isProxied = (leg.dialog?.routeSet.length ?? 0) > 0
  leg.media.configure(rtp && !isProxied ? { ...agreed, rtp: seenFrom(rtp, leg.flow) } : agreed)
}

/**
 * A phone on the Internet that names an address of its own network stands behind a NAT: the first packets go
 * to where its SIP comes from, with the port it names, until the engine has learnt where its sound comes
 * from. In our own network the description is right; behind a proxy nothing better is known. No RFC says
 * this; rtpengine does the same.
 */
function seenFrom(rtp: RtpRemote, { remote }: Flow): RtpRemote {
  const isWhereItIs = rtp.rtp.address === remote.address && rtp.rtcp.address === remote.address
  if (isWhereItIs || !isPublic(remote.address)) return rtp
  const seen = (at: SocketAddress): SocketAddress =>
    isPrivate(at.address) ? { address: plainHost(remote.address), port: at.port } : at
  return { rtp: seen(rtp.rtp), rtcp: seen(rtp.rtcp) }
}

/** What an answer says the peer can do: what it prefers first. */
export function codecNames({ send, receive }: Agreed): CodecName[] {
  return namesOf([send, ...receive])
}

function namesOf(codecs: readonly Codec[]): CodecName[] {
  const names: CodecName[] = []
  for (const { name } of codecs) addOnce(names, name)
  return names
}

/** The part of a session that says what we sent last. */
export function localOf(description: SessionDescription): Pick<LegSession, 'local' | 'localText'> {
  return { local: description, localText: writeSdp(description) }
}

/** Where media binds: the local address of the path to the peer; and what the peer is told instead. */
export function mediaAddress({ local, advertised }: Flow): MediaAddress {
  return { address: local.address, ...(advertised === undefined ? {} : { advertised }) }
}

/** A new endpoint gets new keys: the peer could not know what an old rollover counter is to begin with. */
function keyedTransport(leg: Leg, { transport, ssrc }: Opened): Opened['transport'] {
  if (transport.type === 'webrtc' || transport.srtp === undefined) return transport
  const renewsKeys = leg.keysOf !== undefined && leg.keysOf !== ssrc
  leg.keysOf = ssrc
  return { ...transport, srtp: { ...transport.srtp, renewsKeys } }
}

function sessionOf(
  leg: Leg,
  sessionId: () => string,
): { previous: SessionDescription } | { sessionId: string; address: string } {
  const { local } = leg.session
  if (local !== undefined) return { previous: local }
  return { sessionId: sessionId(), address: toldAddress(leg.flow) }
}
