// Whether a carrier answers: OPTIONS at an interval (RFC 3261 §11), and up or down only after several answers
// or misses in a row. The OPTIONS itself is the caller's.
import { type Ms, ms, seconds } from '@rufwerk/core'

export interface WatchSettings {
  /** Seconds between two OPTIONS while all is well, 5 to 3600. */
  readonly intervalS: number
  /** The same while a miss or the state down is being made sure of, 5 to 3600. */
  readonly doubtS: number
  /** Misses in a row that mean down, 1 to 10. */
  readonly downAfter: number
  /** Answers in a row that mean up again, 1 to 10. */
  readonly upAfter: number
}

const INTERVAL_MIN_S = 5
const INTERVAL_MAX_S = 3600
const IN_A_ROW_MAX = 10
/** Intervals are shortened by up to this share, so that many trunks do not ask at once. */
const JITTER_SHARE = 0.1

/** A plain value; make it with NO_WATCH, change it with `stepWatch`. */
export interface Watch {
  readonly isRunning: boolean
  /** An OPTIONS is under way. */
  readonly isAsking: boolean
  /** unknown until the first answer, or until it counts as down. */
  readonly state: 'unknown' | 'up' | 'down'
  /** Answers against down, or misses against up, in a row. */
  readonly inARow: number
}

export type WatchInput =
  | { readonly type: 'start' | 'stop' }
  /** The final response to our OPTIONS. */
  | { readonly type: 'answered'; readonly status: number }
  /** No response came, or it could not be sent. */
  | { readonly type: 'failed' }
  | { readonly type: 'timer' }

export type WatchOutput =
  /** Send an OPTIONS outside of any dialog. */
  | { readonly type: 'ask' }
  | { readonly type: 'arm'; readonly after: Ms }
  | { readonly type: 'disarm' }
  | { readonly type: 'changed'; readonly state: 'up' | 'down' }

interface WatchStep {
  readonly watch: Watch
  readonly out: readonly WatchOutput[]
}

export const NO_WATCH: Watch = { isRunning: false, isAsking: false, state: 'unknown', inARow: 0 }

/** One step. `random` in [0, 1) spreads the questions. Settings beyond their range count as its end. */
export function stepWatch(
  settings: WatchSettings,
  watch: Watch,
  input: WatchInput,
  random: number,
): WatchStep {
  switch (input.type) {
    case 'start':
      if (watch.isRunning) return { watch, out: [] }
      return { watch: { ...NO_WATCH, isRunning: true, isAsking: true }, out: [{ type: 'ask' }] }
    case 'stop':
      return { watch: NO_WATCH, out: watch.isRunning && !watch.isAsking ? [{ type: 'disarm' }] : [] }
    case 'timer':
      if (!watch.isRunning || watch.isAsking) return { watch, out: [] }
      return { watch: { ...watch, isAsking: true }, out: [{ type: 'ask' }] }
    case 'answered':
      return heard(settings, watch, isAlive(input.status), random)
    case 'failed':
      return heard(settings, watch, false, random)
  }
}

/** Whoever refuses OPTIONS is there; 408, 480 and 5xx say that the one we want is not. */
function isAlive(status: number): boolean {
  if (status >= 500 && status < 600) return status === 501
  return status !== 408 && status !== 480
}

function heard(settings: WatchSettings, watch: Watch, isAnswer: boolean, random: number): WatchStep {
  if (!watch.isAsking) return { watch, out: [] }
  const verdict = isAnswer ? 'up' : 'down'
  const isKnown = watch.state === verdict
  const needed = bounded(isAnswer ? settings.upAfter : settings.downAfter, 1, IN_A_ROW_MAX)
  const inARow = isKnown ? 0 : watch.inARow + 1
  // The first answer of all is enough.
  const isTurn = !isKnown && (inARow >= needed || (watch.state === 'unknown' && isAnswer))
  const state = isTurn ? verdict : watch.state
  const isWell = state === 'up' && (isKnown || isTurn)
  const wait = seconds(bounded(isWell ? settings.intervalS : settings.doubtS, INTERVAL_MIN_S, INTERVAL_MAX_S))
  const out: WatchOutput[] = [{ type: 'arm', after: ms(Math.round(wait * (1 - JITTER_SHARE * random))) }]
  if (isTurn) out.push({ type: 'changed', state: verdict })
  return { watch: { ...watch, isAsking: false, state, inARow: isTurn ? 0 : inARow }, out }
}

function bounded(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : least
}
