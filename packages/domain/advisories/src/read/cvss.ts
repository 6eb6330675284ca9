// CVSS 2.0, 3.0 and 3.1 worked out from the vector, to check what a document says of itself. The scores
// decide nothing here: different sources give different ones for the same thing.
import { METRICS_2, METRICS_3, readVector } from './cvss-metrics.ts'

export interface CvssScores {
  readonly base: number
  readonly temporal: number
  readonly environmental: number
}

type Weights = Readonly<Record<string, Readonly<Record<string, number>>>>
type Vector = ReadonlyMap<string, string>

const IMPACT_3 = { N: 0, L: 0.22, H: 0.56 }
const NEED_3 = { L: 0.5, M: 1, H: 1.5, X: 1 }
const WEIGHTS_3: Weights = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: IMPACT_3,
  I: IMPACT_3,
  A: IMPACT_3,
  E: { X: 1, H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { X: 1, U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { X: 1, C: 1, R: 0.96, U: 0.92 },
  CR: NEED_3,
  IR: NEED_3,
  AR: NEED_3,
}
const PRIVILEGES: Weights = { U: { N: 0.85, L: 0.62, H: 0.27 }, C: { N: 0.85, L: 0.68, H: 0.5 } }

/**
 * Undefined when the vector repeats a metric or leaves out one that a score needs. CVSS 2.0 does not say how
 * halves are rounded, and calculators differ; later versions round up.
 */
export function scoresOf(
  vector: string,
  version: string,
  halves: 'up' | 'down' = 'up',
): CvssScores | undefined {
  const read = readVector(vector, version)
  const parts = vector.split('/').length - (version === '2.0' ? 0 : 1)
  if (!read || read.size < parts) return undefined
  const base = version === '2.0' ? METRICS_2.slice(0, 6) : METRICS_3.slice(0, 8)
  if (!base.every(([, name]) => read.has(name))) return undefined
  // The value U of CVSS 3.0's JSON schema has no weight.
  if (read.get('PR') === 'U' || read.get('MPR') === 'U') return undefined
  return version === '2.0' ? scores2(read, halves) : scores3(read, version === '3.0')
}

function scores3(vector: Vector, isOld: boolean): CvssScores {
  const roundUp = isOld ? (score: number) => Math.ceil(score * 10) / 10 : roundUp31
  /** Of the metric, or of its modified form where that is given. */
  const chosen = (name: string, isModified: boolean) => {
    const modified = isModified ? vector.get(`M${name}`) : undefined
    return modified === undefined || modified === 'X' ? (vector.get(name) ?? 'X') : modified
  }
  const weight = (name: string, isModified = false) => WEIGHTS_3[name]?.[chosen(name, isModified)] ?? 1
  const half = (isModified: boolean) => {
    const scope = chosen('S', isModified)
    const need = (name: string) => (isModified ? weight(`${name}R`) : 1)
    const left = ['C', 'I', 'A'].reduce((rest, name) => rest * (1 - weight(name, isModified) * need(name)), 1)
    const part = isModified ? Math.min(1 - left, 0.915) : 1 - left
    const privileges = PRIVILEGES[scope]?.[chosen('PR', isModified)] ?? 0
    const way =
      8.22 * weight('AV', isModified) * weight('AC', isModified) * privileges * weight('UI', isModified)
    const impact = scope === 'U' ? 6.42 * part : changedImpact(part, isModified && !isOld)
    if (impact <= 0) return 0
    return roundUp(Math.min((scope === 'U' ? 1 : 1.08) * (impact + way), 10))
  }
  const later = (score: number) => roundUp(score * weight('E') * weight('RL') * weight('RC'))
  const base = half(false)
  return { base, temporal: later(base), environmental: later(half(true)) }
}

/** CVSS 3.1 §7.1 and §7.3: the environmental formula is another one since 3.1. */
function changedImpact(part: number, isNewFormula: boolean): number {
  const lost = isNewFormula ? (part * 0.9731 - 0.02) ** 13 : (part - 0.02) ** 15
  return 7.52 * (part - 0.029) - 3.25 * lost
}

/** CVSS 3.1 appendix A: without the errors of binary fractions. */
function roundUp31(score: number): number {
  const whole = Math.round(score * 100_000)
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10
}

const IMPACT_2 = { N: 0, P: 0.275, C: 0.66 }
const NEED_2 = { L: 0.5, M: 1, H: 1.51, ND: 1 }
const WEIGHTS_2: Weights = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: IMPACT_2,
  I: IMPACT_2,
  A: IMPACT_2,
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1, ND: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1, ND: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1, ND: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5, ND: 0 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1, ND: 1 },
  CR: NEED_2,
  IR: NEED_2,
  AR: NEED_2,
}

/** CVSS 2.0 §3.2. */
function scores2(vector: Vector, halves: 'up' | 'down'): CvssScores {
  const weight = (name: string) => WEIGHTS_2[name]?.[vector.get(name) ?? 'ND'] ?? 1
  // The formulas go below 0 where requirements are low; no score does.
  const round = (score: number) => {
    const tenths = halves === 'up' ? Math.floor(score * 10 + 0.5 + 1e-9) : Math.ceil(score * 10 - 0.5 - 1e-9)
    return Math.max(0, tenths / 10)
  }
  const way = 20 * weight('AV') * weight('AC') * weight('Au')
  const impactWith = (need: (name: string) => number) =>
    10.41 * (1 - ['C', 'I', 'A'].reduce((rest, name) => rest * (1 - weight(name) * need(name)), 1))
  const half = (impact: number) => round((0.6 * impact + 0.4 * way - 1.5) * (impact === 0 ? 0 : 1.176))
  const later = (score: number) => round(score * weight('E') * weight('RL') * weight('RC'))
  const base = half(impactWith(() => 1))
  const adjusted = later(
    half(
      Math.min(
        10,
        impactWith((name) => weight(`${name}R`)),
      ),
    ),
  )
  const environmental = round((adjusted + (10 - adjusted) * weight('CDP')) * weight('TD'))
  return { base, temporal: later(base), environmental }
}

/** CVSS 3.1 §5. */
export function severityOf(score: number): string {
  if (score === 0) return 'NONE'
  if (score < 4) return 'LOW'
  if (score < 7) return 'MEDIUM'
  return score < 9 ? 'HIGH' : 'CRITICAL'
}
