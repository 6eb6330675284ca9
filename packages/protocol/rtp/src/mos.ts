// An estimate of the mean opinion score from loss and delay: the E-model (ITU-T G.107) with everything but
// these two at its default, and the equipment values of G.113 appendix I.

export interface LineQuality {
  readonly codec: 'PCMU' | 'PCMA' | 'G722' | 'opus'
  /** One way, mouth to ear, in ms: half the round trip, the jitter buffer, one packet and the codec. */
  readonly delayMs: number
  /** 0–1. */
  readonly lossRatio: number
}

/** R without any impairment (G.107 §7.7, all defaults). */
const R_BEST = 93.2
/** From here on a conversation suffers from the delay itself. */
const DELAY_KNEE_MS = 177.3

/**
 * Equipment impairment Ie and robustness to loss Bpl. G.711 with concealment is from G.113; on this
 * narrow-band scale the others have no agreed values: they start as good, G.722 as robust as G.711 without
 * its good concealment, Opus helped by its own concealment and redundancy.
 */
const CODECS: Readonly<Record<LineQuality['codec'], { readonly ie: number; readonly bpl: number }>> = {
  PCMU: { ie: 0, bpl: 25.1 },
  PCMA: { ie: 0, bpl: 25.1 },
  G722: { ie: 0, bpl: 14 },
  opus: { ie: 0, bpl: 30 },
}

/** 1–4.5; about 4.4 is as good as a telephone gets. */
export function estimateMos(line: LineQuality): number {
  const { ie, bpl } = CODECS[line.codec]
  const lossPercent = 100 * Math.max(0, Math.min(1, line.lossRatio))
  const delayMs = Math.max(0, line.delayMs)
  const effective = ie + ((95 - ie) * lossPercent) / (lossPercent + bpl) // G.107 §7.4, random loss.
  const delay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - DELAY_KNEE_MS)
  const rating = R_BEST - delay - effective
  if (rating <= 0) return 1
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6) // G.107 annex B.
}
