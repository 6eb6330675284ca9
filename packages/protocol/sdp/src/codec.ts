// Audio formats that we speak, as rtpmap names them (RFC 3551 §6, RFC 7587 §7, RFC 4733 §7).
// The shapes are those of media-control, which this package may not import.

export type CodecName = 'PCMU' | 'PCMA' | 'G722' | 'opus'

/** One audio format of one end. `fmtp` is what that end wants to receive. */
export interface Codec {
  readonly name: CodecName
  /** 0–127. */
  readonly payloadType: number
  /** RTP clock in Hz; 8000 for G.722 (RFC 3551 §4.5.2). */
  readonly clockRate: number
  /** As in the rtpmap: always 2 for Opus (RFC 7587 §7), 1 for the others. */
  readonly channels: 1 | 2
  readonly fmtp?: string
  /** Length of one packet in ms; 20 unless the peer asked otherwise. */
  readonly ptimeMs: number
}

/** telephone-event (RFC 4733). */
export interface DtmfFormat {
  readonly payloadType: number
  readonly clockRate: number
}

export const PTIME_MS_DEFAULT = 20
export const PTIME_MS_MIN = 10
export const PTIME_MS_MAX = 60

/** Our formats with the payload types we use in offers. */
export const OUR_CODECS: Readonly<Record<CodecName, Codec>> = {
  opus: {
    name: 'opus',
    payloadType: 111,
    clockRate: 48_000,
    channels: 2,
    fmtp: 'minptime=10;useinbandfec=1',
    ptimeMs: 20,
  },
  G722: { name: 'G722', payloadType: 9, clockRate: 8_000, channels: 1, ptimeMs: 20 },
  PCMA: { name: 'PCMA', payloadType: 8, clockRate: 8_000, channels: 1, ptimeMs: 20 },
  PCMU: { name: 'PCMU', payloadType: 0, clockRate: 8_000, channels: 1, ptimeMs: 20 },
}

/** The telephone-event formats of our offers: the one with the clock of the codec in use counts. */
export const OUR_DTMF: readonly DtmfFormat[] = [
  { payloadType: 110, clockRate: 48_000 },
  { payloadType: 101, clockRate: 8_000 },
]

/** Payload types that mean a codec without an rtpmap line (RFC 3551 §6). */
export const STATIC_FORMATS: ReadonlyMap<number, string> = new Map([
  [0, 'PCMU/8000'],
  [8, 'PCMA/8000'],
  [9, 'G722/8000'],
])

const NAMES: ReadonlyMap<string, CodecName> = new Map([
  ['pcmu/8000/1', 'PCMU'],
  ['pcma/8000/1', 'PCMA'],
  ['g722/8000/1', 'G722'],
  ['opus/48000/2', 'opus'],
])

/**
 * The codec an rtpmap value `name/clock[/channels]` stands for; names are case-insensitive (RFC 8866 §6.6).
 */
export function codecOfEncoding(encoding: string): CodecName | undefined {
  const lower = encoding.toLowerCase()
  return NAMES.get(lower.split('/').length === 2 ? `${lower}/1` : lower)
}

/** `ours` that the other side also has, in our order, under the payload types of the other side. */
export function intersect(ours: readonly Codec[], theirs: readonly Codec[]): Codec[] {
  const common: Codec[] = []
  for (const codec of ours) {
    const match = theirs.find((other) => isSameFormat(other, codec))
    if (match !== undefined) common.push({ ...codec, payloadType: match.payloadType })
  }
  return common
}

export function isSameFormat(left: Codec, right: Codec): boolean {
  return left.name === right.name && left.clockRate === right.clockRate && left.channels === right.channels
}

/**
 * The event format whose clock is that of the codec (RFC 4733).
 * Deviates from RFC 4733: with Opus one of 8000 Hz is taken when there is no other, because baresip
 * and older phones offer nothing else.
 */
export function dtmfFor(codec: Codec, offered: readonly DtmfFormat[]): DtmfFormat | undefined {
  return (
    offered.find((format) => format.clockRate === codec.clockRate) ??
    offered.find((format) => format.clockRate === 8_000)
  )
}

const DYNAMIC_FIRST = 96
const DYNAMIC_LAST = 127

/**
 * Our formats under numbers that the session did not use for anything else: a payload type keeps its meaning
 * for the life of a session (RFC 3264 §8.3.2), and no number stands for two formats.
 */
export function keepPayloadTypes(
  codecs: readonly Codec[],
  dtmf: readonly DtmfFormat[],
  used: { readonly codecs: readonly Codec[]; readonly dtmf: readonly DtmfFormat[] },
): { codecs: Codec[]; dtmf: DtmfFormat[] } {
  const taken = new Set([...used.codecs, ...used.dtmf].map((format) => format.payloadType))
  const choose = (known: number | undefined, wanted: number): number => {
    if (known !== undefined) return known
    let choice = wanted
    for (let next = DYNAMIC_FIRST; taken.has(choice) && next <= DYNAMIC_LAST; next += 1) choice = next
    taken.add(choice)
    return choice
  }
  const keptCodecs = codecs.map((codec) => {
    const known = used.codecs.find((other) => isSameFormat(other, codec))?.payloadType
    return { ...codec, payloadType: choose(known, codec.payloadType) }
  })
  const keptDtmf = dtmf.map((format) => {
    const known = used.dtmf.find((other) => other.clockRate === format.clockRate)?.payloadType
    return { ...format, payloadType: choose(known, format.payloadType) }
  })
  return { codecs: keptCodecs, dtmf: keptDtmf }
}
