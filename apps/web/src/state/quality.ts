// How good a call sounds to us, from what the browser counts. The estimate is ITU-T G.107 cut down to delay,
// loss and the codec, as the server does it; it says nothing about the microphone or the room.

/** Running totals of what was received, as the browser counts them. */
export interface ReceivedTotals {
  readonly packets: number
  readonly lost: number
  readonly jitterMs: number
  readonly roundTripMs?: number
  readonly codec?: string
}

export type QualityWord = 'excellent' | 'good' | 'fair' | 'poor'

export interface CallQuality {
  /** Share of packets lost since the sample before, 0–1. */
  readonly loss: number
  readonly jitterMs: number
  readonly roundTripMs?: number
  /** Estimated mean opinion score, 1–4.5. */
  readonly mos: number
  readonly word: QualityWord
  readonly codec?: string
  /** Scores of the last samples, oldest first. */
  readonly history: readonly number[]
}

/** Samples kept for the small line: 60 × 2 s. */
export const QUALITY_SAMPLES_MAX = 60

/** Delay of coding, jitter buffer and device that no counter shows. */
const FIXED_DELAY_MS = 60

/** @param loss share of packets, 0–1. @returns 1–4.5 */
export function estimateMos(loss: number, jitterMs: number, roundTripMs: number, codec?: string): number {
  const delay = roundTripMs / 2 + jitterMs * 2 + FIXED_DELAY_MS
  const delayLoss = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0)
  const robustness = codec?.toLowerCase().includes('opus') ? 20 : 10
  const lossPercent = loss * 100
  const equipment = (95 * lossPercent) / (lossPercent + robustness)
  const r = Math.min(100, Math.max(0, 93.2 - delayLoss - equipment))
  const mos = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6
  return Math.min(4.5, Math.max(1, mos))
}

export function wordOf(mos: number): QualityWord {
  if (mos >= 4.2) return 'excellent'
  if (mos >= 3.8) return 'good'
  return mos >= 3.1 ? 'fair' : 'poor'
}

/** The quality after another sample. Counters that went backwards (a new stream) start again. */
export function sampleQuality(
  before: ReceivedTotals | undefined,
  now: ReceivedTotals,
  history: readonly number[],
): CallQuality {
  const isFresh = !before || now.packets < before.packets || now.lost < before.lost
  const packets = isFresh ? now.packets : now.packets - before.packets
  const lost = Math.max(0, isFresh ? now.lost : now.lost - before.lost)
  const loss = packets + lost === 0 ? 0 : lost / (packets + lost)
  const mos = estimateMos(loss, now.jitterMs, now.roundTripMs ?? 0, now.codec)
  return {
    loss,
    jitterMs: now.jitterMs,
    ...(now.roundTripMs === undefined ? {} : { roundTripMs: now.roundTripMs }),
    mos,
    word: wordOf(mos),
    ...(now.codec === undefined ? {} : { codec: now.codec }),
    history: [...history, mos].slice(-QUALITY_SAMPLES_MAX),
  }
}

const CODEC_NAMES: Readonly<Record<string, string>> = {
  opus: 'Opus',
  g722: 'G.722',
  pcma: 'G.711 A-law',
  pcmu: 'G.711 µ-law',
}

/** The name people know an RTP format by (RFC 3551 §6 has the registered ones). */
export function codecName(format: string): string {
  return CODEC_NAMES[format.toLowerCase()] ?? format
}

/** A share from 0 to 1 as percent, the way the language writes it. */
export function showPercent(share: number, locale: string, digits: number): string {
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(share)
}
