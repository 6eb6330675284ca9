// Answering an offer (RFC 3264 §6, §8; RFC 8839, RFC 8842, RFC 9143 for the browser).
import { fail, ok, type Result } from '@rufwerk/core'
import { type AudioSection, type IceDtls, type RtpRemote, readAudio } from './audio.ts'
import { type Codec, type DtmfFormat, dtmfFor, intersect, isSameFormat } from './codec.ts'
import { type AgreedSrtp, agreed, chooseLine, hasKeyOf, ownLine } from './crypto/agree.ts'
import { type CryptoLine, readCryptoLines } from './crypto/line.ts'
import { answerDirection, type Direction, isHold } from './direction.ts'
import type { MediaSection, SdpError, SessionDescription } from './model.ts'
import { addressTypeOf, audioSection, describe, type LocalStream, refusedSection } from './section.ts'

/** What both ends agreed on: what the media engine needs to be configured. */
export interface Agreed {
  /** What we send: the payload type and fmtp of the peer, the packet length it asked for. */
  readonly send: Codec
  /** What the peer may send: our payload types and fmtp. */
  readonly receive: readonly Codec[]
  /** What we send digits in, under the peer's payload type. */
  readonly dtmf?: DtmfFormat
  /** What the peer may send digits in, under our payload types: each event format that both listed. */
  readonly receiveDtmf: readonly DtmfFormat[]
  /** Seen from our end. */
  readonly direction: Direction
  /** The peer does not want to hear us: hold in any of its forms (RFC 3264 §8.4). */
  readonly isHeldByPeer: boolean
  /** Plain RTP. Absent with `c=0.0.0.0`: there is nowhere to send to. */
  readonly rtp?: RtpRemote
  /** Browser. */
  readonly iceDtls?: IceDtls
  /** SRTP under keys of the descriptions. Absent: plain RTP, or a browser's DTLS-SRTP. */
  readonly srtp?: AgreedSrtp
}

export interface AnswerOptions extends LocalStream {
  readonly offer: SessionDescription
  /** What `readAudio` said about the offer, when it was asked before. */
  readonly audio?: AudioSection
  /** What we can do, in our order of preference; payload types come from the offer. */
  readonly codecs: readonly Codec[]
  /** False: telephone-event is left out of the answer. */
  readonly acceptsDtmf: boolean
  /**
   * `first`: only the codec that is used is answered, so that the peer cannot change; `all` common ones by
   * default.
   */
  readonly listed?: 'first' | 'all'
}

export interface Answer {
  readonly description: SessionDescription
  readonly agreed: Agreed
}

/**
 * Answers with one audio stream; every other m-line gets port 0. Fails as `readAudio` does, and with 488 when
 * there is no common codec, the profile is not that of our transport, the address is of the other family, or
 * SRTP cannot be agreed on where the offer or our mode demands it.
 */
export function makeAnswer(options: AnswerOptions): Result<Answer, SdpError> {
  const { offer, transport } = options
  const mode = transport.type === 'rtp' ? (transport.srtp?.mode ?? 'off') : 'off'
  const read = options.audio === undefined ? readAudio(offer, mode) : ok(options.audio)
  if (!read.ok) return read
  const audio = read.value
  if ((transport.type === 'webrtc') !== (audio.iceDtls !== undefined))
    return fail({ status: 488, code: 'unsupported-profile' })
  if (transport.type === 'rtp' && !isReachable(audio, transport.rtp.address))
    return fail({ status: 488, code: 'unsupported-address' })
  const crypto = answerCrypto(options, audio)
  if (!crypto.ok) return crypto
  const common = intersect(options.codecs, audio.codecs)
  const [first] = common
  if (first === undefined) return fail({ status: 488, code: 'no-codec' })
  const receive = options.listed === 'first' ? [first] : common
  const dtmf = options.acceptsDtmf ? dtmfFor(first, audio.dtmf) : undefined
  const receiveDtmf = dtmf === undefined ? [] : [dtmf]
  const direction = answerDirection(audio.direction, options.direction)
  const hasRtcpMux = transport.type === 'webrtc' || (audio.hasRtcpMux && transport.acceptsRtcpMux === true)
  const own = audioSection({
    stream: options,
    protocol: (offer.media[audio.index] as MediaSection).protocol,
    codecs: receive,
    dtmf: receiveDtmf,
    direction,
    ...(audio.mid === undefined ? {} : { mid: audio.mid }),
    hasRtcpMux,
    setup: transport.type === 'webrtc' ? answerSetup(audio.iceDtls?.setup, transport.ice.setup) : 'active',
    crypto: crypto.value === undefined ? [] : [crypto.value.local],
  })
  const media = offer.media.map((section, index) => (index === audio.index ? own : refusedSection(section)))
  const description = describe(options, media, audio.isBundled ? audio.mid : undefined)
  const outcome: Agreed = {
    send: sendCodec(first, audio.codecs),
    receive,
    ...(dtmf === undefined ? {} : { dtmf }),
    receiveDtmf,
    direction,
    isHeldByPeer: isHold(audio.direction),
    ...remoteOf(audio, hasRtcpMux),
    ...(crypto.value === undefined ? {} : { srtp: agreed(crypto.value.local, crypto.value.remote) }),
  }
  return ok({ description, agreed: outcome })
}

/**
 * RFC 4568 §7.1.2: the first line of the offer that we can use, with its tag and our key: a new
 * one when the offer brings our last one back. Undefined is plain RTP, which only an offer of a plain profile
 * gets.
 */
function answerCrypto(
  options: AnswerOptions,
  audio: AudioSection,
): Result<{ local: CryptoLine; remote: CryptoLine } | undefined, SdpError> {
  const { transport, session } = options
  if (transport.type === 'webrtc') return ok(undefined)
  const policy = transport.srtp
  const isPlainAllowed = policy?.mode !== 'required' && !audio.profile.startsWith('RTP/SAVP')
  if (policy === undefined || policy.mode === 'off')
    return isPlainAllowed ? ok(undefined) : fail({ status: 488, code: 'unsupported-profile' })
  const remote = chooseLine(audio.crypto ?? [], policy)
  if (remote === undefined) return isPlainAllowed ? ok(undefined) : fail({ status: 488, code: 'no-crypto' })
  const previous = 'previous' in session ? session.previous.media[audio.index] : undefined
  const known = readCryptoLines(previous?.attributes ?? []).filter((line) => !hasKeyOf(line, remote))
  return ok({ local: ownLine(remote.tag, remote.suite, policy, known), remote })
}

/** The peer's own description of the codec: its number, its fmtp, its packet length. */
export function sendCodec(codec: Codec, theirs: readonly Codec[]): Codec {
  return theirs.find((other) => isSameFormat(other, codec)) ?? codec
}

/** Where to send: with rtcp-mux agreed, RTCP goes where RTP goes (RFC 5761 §5.1.1). */
export function remoteOf(audio: AudioSection, hasRtcpMux: boolean): Pick<Agreed, 'rtp' | 'iceDtls'> {
  if (audio.iceDtls !== undefined) return { iceDtls: audio.iceDtls }
  if (audio.rtp === undefined) return {}
  const { rtp, rtcp } = audio.rtp
  return { rtp: { rtp, rtcp: hasRtcpMux ? rtp : rtcp } }
}

/** RFC 8842 §5.3: the answer takes one of the two roles, the one that the offer leaves. */
function answerSetup(offered: IceDtls['setup'] | undefined, ours: IceDtls['setup']): IceDtls['setup'] {
  if (offered === 'active') return 'passive'
  if (offered === 'passive') return 'active'
  return ours === 'actpass' ? 'active' : ours
}

function isReachable(audio: AudioSection, local: string): boolean {
  if (audio.rtp === undefined) return true
  return addressTypeOf(audio.rtp.rtp.address) === addressTypeOf(local)
}
