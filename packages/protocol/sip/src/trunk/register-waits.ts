// How long a registration waits: for its refresh, after failures, after a broken flow (RFC 5626 §4.5). Chance
// comes from the environment, so that many trunks do not come back at once.
import { type Env, type Ms, ms, seconds } from '@rufwerk/core'
import type { RegistrationFailure } from './registration.ts'

/**
 * Refresh after this share of what was granted, spread over the next tenth: time for more than one attempt.
 */
const REFRESH_SHARE = 0.5
const REFRESH_SPREAD = 0.1
/** However short a carrier grants. */
const REFRESH_MIN: Ms = seconds(5)
/** RFC 5626 §4.5: after rounds without success; the wait is spread over its second half. */
const RETRY: Ms = seconds(30)
const RETRY_MAX: Ms = seconds(1800)
/** After a refusal, and when the password is wrong: carriers lock accounts that ask again and again. */
const REFUSED_RETRY: Ms = seconds(120)
const WRONG_RETRY: Ms = seconds(600)
const WRONG_RETRY_MAX: Ms = seconds(7200)
/** So that the power stays a number. */
const DOUBLINGS_MAX = 20
/** A longer Retry-After is cut. */
const RETRY_AFTER_MAX_S = 7200
/** After a broken flow, so that a server that takes and drops us is not asked without pause. */
const FLOW_RETRY: Ms = seconds(2)

/** Until the refresh of a binding that was granted for so long. */
export function refreshWait(granted: Ms, env: Env): Ms {
  const share = REFRESH_SHARE + REFRESH_SPREAD * fraction(env)
  return ms(Math.max(REFRESH_MIN, Math.round(granted * share)))
}

/**
 * After so many failures in a row, 1 for the first: doubling, spread over its second half, and not before
 * Retry-After, in seconds.
 */
export function failureWait(why: RegistrationFailure, rounds: number, retryAfterS: number, env: Env): Ms {
  const [first, most] = waitsOf(why)
  const whole = Math.min(most, first * 2 ** Math.min(rounds - 1, DOUBLINGS_MAX))
  const told = Math.min(retryAfterS, RETRY_AFTER_MAX_S) * 1000
  return ms(Math.round(Math.max(halfSpread(whole, env), told)))
}

export function flowWait(env: Env): Ms {
  return ms(Math.round(halfSpread(FLOW_RETRY, env)))
}

function halfSpread(whole: number, env: Env): number {
  return whole * (0.5 + fraction(env) / 2)
}

function waitsOf(why: RegistrationFailure): readonly [first: Ms, most: Ms] {
  if (why === 'wrong-password' || why === 'challenge-unsupported') return [WRONG_RETRY, WRONG_RETRY_MAX]
  if (why === 'refused' || why === 'redirected') return [REFUSED_RETRY, RETRY_MAX]
  return [RETRY, RETRY_MAX]
}

/** In [0, 1). */
function fraction({ randomBytes }: Env): number {
  return Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32
}
