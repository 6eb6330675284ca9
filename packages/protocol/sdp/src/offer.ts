// Making an offer (RFC 3264 §5, §8; RFC 8839, RFC 8842, RFC 9143 for the browser) and reading its answer
// (§7).
import { assert, fail, ok, type Result } from '@rufwerk/core'
import { type Agreed, remoteOf, sendCodec } from './answer.ts'
import { type IceDtls, readAudioAt } from './audio.ts'
import { type Codec, type DtmfFormat, dtmfFor, intersect, keepPayloadTypes } from './codec.ts'
import { agreeOnLine, linesToOffer, profilesToOffer } from './crypto/agree.ts'
import { type CryptoLine, readCryptoLines } from './crypto/line.ts'
import { answerDirection, isReceiving, isSending } from './direction.ts'
import { attributeValue, type MediaSection, type SdpError, type SessionDescription } from './model.ts'
import { audioSection, describe, type LocalStream, type LocalTransport, refusedSection } from './section.ts'

export interface OfferOptions extends LocalStream {
  /** In our order of preference; at least one. */
  readonly codecs: readonly Codec[]
  /** telephone-event formats; 48000 Hz is left out when no codec has that clock. */
  readonly dtmf: readonly DtmfFormat[]
}

/**
 * An offer with one audio stream. Later ones keep the m-lines of `previous` in their places, and the payload
 * types that the session already gave to a format.
 */
export function makeOffer(options: OfferOptions): SessionDescription {
  const { session, transport } = options
  const previous = 'previous' in session ? session.previous : undefined
  const index = previous === undefined ? 0 : audioIndex(previous)
  const old = previous?.media[index]
  const dtmf = options.dtmf.filter(
    ({ clockRate }) => clockRate === 8_000 || options.codecs.some((codec) => codec.clockRate === clockRate),
  )
  const known =
    previous === undefined || old === undefined ? undefined : readAudioAt(previous, old, index, 'on')
  const used = known?.ok ? known.value : { codecs: [], dtmf: [] }
  const isWebRtc = transport.type === 'webrtc'
  const mid = (old && attributeValue(old.attributes, 'mid')) ?? (isWebRtc ? '0' : undefined)
  const protocol = offerProtocol(transport, old)
  const own = audioSection({
    stream: options,
    protocol,
    ...keepPayloadTypes(options.codecs, dtmf, used),
    direction: options.direction,
    ...(mid === undefined ? {} : { mid }),
    hasRtcpMux: isWebRtc,
    setup: offerSetup(old),
    crypto: offerCrypto(transport, protocol, old),
  })
  const others = previous?.media ?? [own]
  const media = others.map((section, place) => (place === index ? own : refusedSection(section)))
  return describe(options, media, isWebRtc ? mid : undefined)
}

/**
 * The first offer of a session takes the active role, where RFC 8842 §5.2 has actpass, which any browser
 * would answer by being the client itself. Offered another end later, when a media process was replaced, a
 * browser that ICE does not let choose stays on the dead path until something but ICE comes in on the new one
 * (3 to 7 s of silence): so we must be the one who begins. Later offers are actpass, and the roles are kept.
 */
function offerSetup(old: MediaSection | undefined): IceDtls['setup'] {
  return old === undefined ? 'active' : 'actpass'
}

/** A later offer keeps the profile: a peer that took plain RTP before would refuse a hold with RTP/SAVP. */
function offerProtocol(transport: LocalTransport, old: MediaSection | undefined): string {
  if (transport.type === 'webrtc') return 'UDP/TLS/RTP/SAVPF'
  const first = profilesToOffer(transport.srtp?.mode ?? 'off')[0] as string
  return transport.profile ?? old?.protocol ?? first
}

/**
 * Keys of our last description are kept, so that a re-offer changes none; also in a plain profile (RFC 8643),
 * where a first offer has them when it is asked to.
 */
function offerCrypto(
  transport: LocalTransport,
  protocol: string,
  old: MediaSection | undefined,
): CryptoLine[] {
  if (transport.type === 'webrtc') return []
  const known = readCryptoLines(old?.attributes ?? [])
  const { srtp } = transport
  const isAlsoPlain = known.length > 0 || transport.hasKeysInPlain === true
  const isSecured = protocol.startsWith('RTP/SAVP') || (isAlsoPlain && srtp !== undefined)
  assert(isSecured || srtp?.mode !== 'required', 'where SRTP is required nothing plain is offered')
  if (!isSecured) return []
  assert(srtp !== undefined && srtp.mode !== 'off', 'RTP/SAVP is offered by an end that does SRTP')
  return linesToOffer(srtp, known)
}

/**
 * What our offer and the peer's answer agree on. 400: the answer does not fit; 488: it refuses the audio.
 * `isPlainEnough`: keys in a plain profile may be left unanswered, as long as the session has none yet.
 */
export function readAnswer(
  offer: SessionDescription,
  answer: SessionDescription,
  isPlainEnough = false,
): Result<Agreed, SdpError> {
  const index = audioIndex(offer)
  const offeredSection = offer.media[index]
  assert(offeredSection !== undefined, 'an offer of ours has an audio section')
  const offered = readAudioAt(offer, offeredSection, index, 'on')
  assert(offered.ok, 'an offer of ours can be read')
  const section = answer.media[index]
  if (section === undefined || answer.media.length !== offer.media.length || section.kind !== 'audio')
    return fail({ status: 400, code: 'mismatched-answer' }) // RFC 3264 §6
  const ours = offered.value
  // RFC 8643 §3.1: an answer without any a=crypto is plain RTP; one with a broken line is no answer.
  const isLeftPlain =
    isPlainEnough &&
    !ours.profile.startsWith('RTP/SAVP') &&
    attributeValue(section.attributes, 'crypto') === undefined
  const lines = isLeftPlain ? undefined : ours.crypto
  const read = readAudioAt(answer, section, index, lines === undefined ? 'off' : 'required')
  if (!read.ok) return read
  const theirs = read.value
  const srtp = lines && agreeOnLine(lines, theirs.crypto ?? [])
  if ((srtp === undefined) !== (lines === undefined)) return fail({ status: 400, code: 'mismatched-answer' })
  if ((ours.iceDtls === undefined) !== (theirs.iceDtls === undefined))
    return fail({ status: 488, code: 'unsupported-profile' })
  // RFC 8842 §5.3: an answer must choose, and must not choose what was offered.
  const role = theirs.iceDtls?.setup
  if (role !== undefined && (role === 'actpass' || role === ours.iceDtls?.setup))
    return fail({ status: 400, code: 'mismatched-answer' })
  const receive = intersect(ours.codecs, theirs.codecs).map((codec) => sendCodec(codec, ours.codecs))
  const send = theirs.codecs.find((codec) => intersect([codec], ours.codecs).length > 0)
  if (send === undefined) return fail({ status: 488, code: 'no-codec' })
  const dtmf = dtmfFor(send, commonEvents(theirs.dtmf, ours.dtmf))
  return ok({
    send,
    receive,
    ...(dtmf === undefined ? {} : { dtmf }),
    receiveDtmf: commonEvents(ours.dtmf, theirs.dtmf),
    direction: answerDirection(theirs.direction, ours.direction),
    isHeldByPeer: isSending(ours.direction) && !isReceiving(theirs.direction),
    ...remoteOf(theirs, ours.hasRtcpMux && theirs.hasRtcpMux),
    ...(srtp === undefined ? {} : { srtp }),
  })
}

/** The event formats of one side that the other one has, too. */
function commonEvents(of: readonly DtmfFormat[], other: readonly DtmfFormat[]): DtmfFormat[] {
  return of.filter(({ clockRate }) => other.some((format) => format.clockRate === clockRate))
}

/** Our one live audio section: the first that is not refused, or else the first at all. */
function audioIndex(description: SessionDescription): number {
  const isAudio = (section: MediaSection): boolean => section.kind === 'audio'
  const live = description.media.findIndex((section) => isAudio(section) && section.port !== 0)
  return Math.max(0, live >= 0 ? live : description.media.findIndex(isAudio))
}
