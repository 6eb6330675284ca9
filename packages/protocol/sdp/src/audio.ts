// What a description says about its one audio stream (RFC 3264, RFC 3551, RFC 8839, RFC 8842, RFC 9143).
import { fail, ok, type Result, type SocketAddress } from '@rufwerk/core'
import {
  type Codec,
  codecOfEncoding,
  type DtmfFormat,
  PTIME_MS_DEFAULT,
  PTIME_MS_MAX,
  PTIME_MS_MIN,
  STATIC_FORMATS,
} from './codec.ts'
import type { SrtpMode } from './crypto/agree.ts'
import { type CryptoLine, readCryptoLines } from './crypto/line.ts'
import { DIRECTIONS, type Direction, directionOf, isSending } from './direction.ts'
import {
  type Attribute,
  attributeValue,
  attributeValues,
  type MediaSection,
  type SdpError,
  type SessionDescription,
} from './model.ts'
import { readIceDtls, readRtpRemote } from './transport.ts'

export type Profile =
  | 'RTP/AVP'
  | 'RTP/AVPF'
  | 'RTP/SAVP'
  | 'RTP/SAVPF'
  | 'UDP/TLS/RTP/SAVPF'
  | 'UDP/TLS/RTP/SAVP'

/** Where plain RTP goes. Once rtcp-mux is agreed, `rtcp` equals `rtp`. */
export interface RtpRemote {
  readonly rtp: SocketAddress
  readonly rtcp: SocketAddress
}

/**
 * ICE and DTLS of one end. Candidates are whole attributes without "a=", for example `candidate:1 1 udp …`.
 */
export interface IceDtls {
  readonly ufrag: string
  readonly pwd: string
  /** As in the SDP attribute: "sha-256 AA:BB:…". */
  readonly fingerprint: string
  readonly setup: 'actpass' | 'active' | 'passive'
  readonly candidates: readonly string[]
}

/** The audio stream that the other end described. */
export interface AudioSection {
  /** Which m-line it is, from 0. */
  readonly index: number
  readonly profile: Profile
  readonly mid?: string
  /** True when the section is in a BUNDLE group (RFC 9143). */
  readonly isBundled: boolean
  /** The formats that we also know, in their order of preference; at least one. */
  readonly codecs: readonly Codec[]
  /** telephone-event at 8000 or 48000 Hz, in their order. */
  readonly dtmf: readonly DtmfFormat[]
  /** Seen from their end; `c=0.0.0.0` is already counted as "does not want to hear us" (RFC 3264 §8.4). */
  readonly direction: Direction
  /**
   * Absent with the two DTLS profiles and when the address is 0.0.0.0. `rtcp` is where it goes without mux.
   */
  readonly rtp?: RtpRemote
  readonly hasRtcpMux: boolean
  /** Present exactly with the two DTLS profiles. */
  readonly iceDtls?: IceDtls
  /**
   * SRTP keys that can be used, in their order; at least one. Present with RTP/SAVP and RTP/SAVPF, and with a
   * plain profile that offers keys all the same (RFC 8643). Never in mode `off`.
   */
  readonly crypto?: readonly CryptoLine[]
  readonly ssrc?: number
  readonly cname?: string
}

const PLAIN: readonly Profile[] = ['RTP/AVP', 'RTP/AVPF']
const SDES: readonly Profile[] = ['RTP/SAVP', 'RTP/SAVPF']
const PROFILES: readonly Profile[] = [...PLAIN, ...SDES, 'UDP/TLS/RTP/SAVPF', 'UDP/TLS/RTP/SAVP']
const DTMF_CLOCK_RATES = [8_000, 48_000]

/**
 * Finds the first audio section that can be used; in mode `on` the first one with SRTP, if there is one.
 * 400: a line that we need is broken; 488: no such section (no audio, port 0, other profile, no codec of
 * ours, a host name or multicast address, no ICE or fingerprint, no SRTP where it is required).
 */
export function readAudio(
  description: SessionDescription,
  srtp: SrtpMode = 'off',
): Result<AudioSection, SdpError> {
  let first: SdpError | undefined
  let plain: AudioSection | undefined
  for (let index = 0; index < description.media.length; index += 1) {
    const section = description.media[index] as MediaSection
    if (section.kind !== 'audio') continue
    const audio = readAudioAt(description, section, index, srtp)
    if (audio.ok) {
      const isSecured = audio.value.crypto !== undefined || audio.value.iceDtls !== undefined
      if (srtp !== 'on' || isSecured) return audio
      plain ??= audio.value
    } else {
      if (audio.error.status === 400) return audio
      first ??= audio.error
    }
  }
  return plain !== undefined ? ok(plain) : fail(first ?? { status: 488, code: 'no-audio' })
}

/** The same for one m-line: where an answer must speak of what was offered. */
export function readAudioAt(
  description: SessionDescription,
  section: MediaSection,
  index: number,
  srtp: SrtpMode,
): Result<AudioSection, SdpError> {
  const mid = attributeValue(section.attributes, 'mid')
  const group = mid === undefined ? undefined : bundleWith(description, mid)
  // RFC 9143 §7.1.1: with bundle-only, port 0 does not refuse.
  const isBundleOnly = group !== undefined && attributeValue(section.attributes, 'bundle-only') !== undefined
  if (section.port === 0 && !isBundleOnly) return fail({ status: 488, code: 'refused-audio' })
  const profile = PROFILES.find((name) => name === section.protocol.toUpperCase())
  if (profile === undefined || (SDES.includes(profile) && srtp === 'off'))
    return fail({ status: 488, code: 'unsupported-profile' })
  const formats = readFormats(section)
  if (formats.codecs.length === 0) return fail({ status: 488, code: 'no-codec' })
  const hasRtcpMux = attributeValue(section.attributes, 'rtcp-mux') !== undefined
  const shared = {
    index,
    profile,
    ...(mid === undefined ? {} : { mid }),
    isBundled: group !== undefined,
    ...formats,
    hasRtcpMux,
    ...readSource(section.attributes),
  }
  const direction = readDirection(section.attributes) ?? readDirection(description.attributes) ?? 'sendrecv'
  if (PLAIN.includes(profile) || SDES.includes(profile)) {
    const crypto = srtp === 'off' ? [] : readCryptoLines(section.attributes)
    // RFC 4568 §7.1.2: nothing usable in what is offered; plain RTP is not an answer to RTP/SAVP.
    if (crypto.length === 0 && (srtp === 'required' || SDES.includes(profile)))
      return fail({ status: 488, code: 'no-crypto' })
    const secured = crypto.length === 0 ? shared : { ...shared, crypto }
    const rtp = readRtpRemote(description, section)
    if (!rtp.ok) return rtp
    if (rtp.value !== undefined) return ok({ ...secured, direction, rtp: rtp.value })
    return ok({ ...secured, direction: directionOf(isSending(direction), false) })
  }
  if (!hasRtcpMux) return fail({ status: 488, code: 'no-rtcp-mux' })
  const tagged = description.media.find((other) => attributeValue(other.attributes, 'mid') === group?.[0])
  const iceDtls = readIceDtls(description, section, group === undefined ? undefined : tagged)
  return iceDtls.ok ? ok({ ...shared, direction, iceDtls: iceDtls.value }) : iceDtls
}

/** The mids of the BUNDLE group that holds this one (RFC 5888 §5, RFC 9143 §5). */
function bundleWith(description: SessionDescription, mid: string): string[] | undefined {
  for (const value of attributeValues(description.attributes, 'group')) {
    const [semantics, ...mids] = value.trim().split(/ +/)
    if (semantics === 'BUNDLE' && mids.includes(mid)) return mids
  }
  return undefined
}

function readFormats(section: MediaSection): { codecs: Codec[]; dtmf: DtmfFormat[] } {
  const encodings = byPayloadType(attributeValues(section.attributes, 'rtpmap'))
  const fmtps = byPayloadType(attributeValues(section.attributes, 'fmtp'))
  const ptimeMs = readPtime(section.attributes)
  const codecs: Codec[] = []
  const dtmf: DtmfFormat[] = []
  for (const format of new Set(section.formats)) {
    const payloadType = Number(format)
    const encoding = encodings.get(format) ?? STATIC_FORMATS.get(payloadType)
    if (encoding === undefined) continue
    const fmtp = fmtps.get(format)
    const [encodingName, clock] = encoding.split('/') as [string, string | undefined]
    const clockRate = Number(clock)
    const name = codecOfEncoding(encoding)
    if (name !== undefined) {
      const channels = name === 'opus' ? 2 : 1
      codecs.push({
        name,
        payloadType,
        clockRate,
        channels,
        ...(fmtp === undefined ? {} : { fmtp }),
        ptimeMs,
      })
    } else if (encodingName.toLowerCase() === 'telephone-event' && DTMF_CLOCK_RATES.includes(clockRate))
      dtmf.push({ payloadType, clockRate })
  }
  return { codecs, dtmf }
}

/** `rtpmap` and `fmtp` values by payload type; the first of a type counts, a broken one is no line at all. */
function byPayloadType(values: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const value of values) {
    // Cut by hand: a pattern with two open ends would take long over a line of spaces.
    const space = value.indexOf(' ')
    const format = value.slice(0, Math.max(0, space))
    const rest = value.slice(space + 1).trim()
    if (/^[0-9]{1,3}$/.test(format) && rest !== '' && !found.has(format)) found.set(format, rest)
  }
  return found
}

/** RFC 8866 §6.4: the packet length that the peer asks for, within what we can make and its maxptime. */
function readPtime(attributes: readonly Attribute[]): number {
  const asked = Number(attributeValue(attributes, 'ptime') || PTIME_MS_DEFAULT)
  const limit = Number(attributeValue(attributes, 'maxptime') || PTIME_MS_MAX)
  if (!Number.isFinite(asked) || asked <= 0) return PTIME_MS_DEFAULT
  const bounded = Math.min(asked, Number.isFinite(limit) && limit > 0 ? limit : PTIME_MS_MAX, PTIME_MS_MAX)
  return Math.max(PTIME_MS_MIN, Math.floor(bounded / 10) * 10)
}

/** The last one said counts. */
function readDirection(attributes: readonly Attribute[]): Direction | undefined {
  for (let i = attributes.length - 1; i >= 0; i -= 1) {
    const found = DIRECTIONS.find((direction) => direction === attributes[i]?.name)
    if (found !== undefined) return found
  }
  return undefined
}

/** RFC 5576 §4.1. */
function readSource(attributes: readonly Attribute[]): { ssrc?: number; cname?: string } {
  const match = /^([0-9]{1,10})(?: cname:(\S{1,255}))?/.exec(attributeValue(attributes, 'ssrc') ?? '')
  const ssrc = Number(match?.[1])
  if (match === null || ssrc > 0xffff_ffff) return {}
  return match[2] === undefined ? { ssrc } : { ssrc, cname: match[2] }
}
