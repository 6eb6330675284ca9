// The registration client: one binding at one carrier (RFC 3261 §10.2, RFC 5626 §4.5). Servers come from DNS
// as an input, every REGISTER goes through a client transaction of the caller. Does not do: several flows at
// once, redirects (see `refusedBy`).
import { assert, type Env, ms, type SocketAddress } from '@rufwerk/core'
import {
  digestAttempt,
  digestHeaders,
  NO_CHALLENGES,
  receiveChallenge,
  receiveNextNonce,
} from '../auth/digest-client.ts'
import { parseDigits } from '../message/grammar.ts'
import type { SipResponse } from '../message/message.ts'
import { contactText, readBinding, registerRequest, retryAfterOf, seenAddress } from './register-message.ts'
import { failureWait, flowWait, refreshWait } from './register-waits.ts'
import {
  EXPIRES_WISH_MAX_S,
  type Registration,
  type RegistrationFailure,
  type RegistrationInput,
  type RegistrationOutput,
  type RegistrationPlan,
  registrationStatus,
  type SentRegister,
} from './registration.ts'

/** Servers of one look-up that are tried. */
const TARGETS_MAX = 32
/** 423s of one attempt that are followed. */
const BRIEF_MAX = 3
export interface RegistrationStep {
  readonly registration: Registration
  readonly out: readonly RegistrationOutput[]
}

type Plan = RegistrationPlan

export function newRegistration({ randomBytes }: Env): Registration {
  return {
    isWanted: false,
    isOnline: true,
    callId: Buffer.from(randomBytes(16)).toString('hex'),
    localTag: Buffer.from(randomBytes(8)).toString('hex'),
    seq: 0,
    hasLearned: false,
    targets: [],
    at: 0,
    failed: 0,
    rounds: 0,
    briefs: 0,
    phase: { name: 'idle' },
    digest: NO_CHALLENGES,
    minExpiresS: 0,
    isWithoutOutbound: false,
  }
}

export function stepRegistration(
  plan: Plan,
  registration: Registration,
  input: RegistrationInput,
  env: Env,
): RegistrationStep {
  const before = registrationStatus(registration)
  const step = stepInside(plan, registration, input, env)
  const status = registrationStatus(step.registration)
  if (isSame(before, status)) return step
  return withAlarm(step.registration, [...step.out, { type: 'changed', status }])
}

/**
 * An alarm is told once until the registration stands. What a retry may mend is none while the binding of
 * before stands.
 */
function withAlarm(registration: Registration, out: readonly RegistrationOutput[]): RegistrationStep {
  const { alarmed, ...rest } = registration
  const status = registrationStatus(registration)
  if (status.state === 'offline') return { registration, out }
  if (status.state !== 'failed') return { registration: rest, out }
  const { why, status: code } = status
  const mayMend = why === 'unreachable' || why === 'unresolved' || why === 'expired'
  const isKnown = alarmed !== undefined && (mayMend || why === alarmed)
  if (isKnown || (mayMend && status.binding !== undefined)) return { registration, out }
  const alarm: RegistrationOutput = { type: 'alarm', why, ...(code === undefined ? {} : { status: code }) }
  return { registration: { ...registration, alarmed: why }, out: [...out, alarm] }
}

function isSame(one: ReturnType<typeof registrationStatus>, other: typeof one): boolean {
  if (one.state !== other.state) return false
  if (one.state === 'registered' && other.state === 'registered') return one.binding === other.binding
  if (one.state !== 'failed' || other.state !== 'failed') return true
  return one.why === other.why && one.status === other.status && one.binding === other.binding
}

function stepInside(
  plan: Plan,
  registration: Registration,
  input: RegistrationInput,
  env: Env,
): RegistrationStep {
  switch (input.type) {
    case 'start':
      return start(plan, registration, input.local, env)
    case 'stop':
      return stop(plan, registration, env)
    case 'resolved':
      return resolved(plan, registration, input.targets.slice(0, TARGETS_MAX), env)
    case 'response':
      return response(plan, registration, input.response, env)
    case 'failed': {
      const { phase } = registration
      if (phase.name !== 'sent' || phase.seq !== input.seq) return stay(registration)
      return targetFailed(plan, registration, env)
    }
    case 'timer':
      return timer(plan, registration, input.timer, env)
    case 'localChanged':
      return localChanged(plan, registration, input.local, env)
    case 'flowFailed':
      return flowFailed(registration, env)
    case 'networkLost':
      return networkLost(registration)
    case 'networkBack':
      if (registration.isOnline) return stay(registration)
      return resumed({ ...registration, isOnline: true, rounds: 0 })
  }
}

function stay(registration: Registration): RegistrationStep {
  return { registration, out: [] }
}

function start(plan: Plan, registration: Registration, local: SocketAddress, env: Env): RegistrationStep {
  if (registration.isWanted) return localChanged(plan, registration, local, env)
  const wanted: Registration = { ...registration, isWanted: true, local, hasLearned: false, rounds: 0 }
  // A removal under way comes to its end first.
  return wanted.phase.name === 'sent' ? stay(wanted) : resumed(wanted)
}

/** Begins anew: the servers are looked up. */
function resumed(registration: Registration): RegistrationStep {
  if (!registration.isWanted || !registration.isOnline) return stay(registration)
  return { registration: { ...registration, phase: { name: 'resolving' } }, out: [{ type: 'resolve' }] }
}

function stop(plan: Plan, registration: Registration, env: Env): RegistrationStep {
  if (!registration.isWanted) return stay(registration)
  const unwanted: Registration = { ...registration, isWanted: false }
  // What is under way may still bind us: its answer decides.
  if (unwanted.phase.name === 'sent') return stay(unwanted)
  const isHere = unwanted.isOnline && unwanted.binding !== undefined
  return isHere ? remove(plan, unwanted, env) : off(unwanted)
}

/** Nothing is wanted and nothing stands, as far as we can do something about it. */
function off(registration: Registration): RegistrationStep {
  const { failure: _, binding, ...rest } = registration
  const out: RegistrationOutput[] = [{ type: 'disarm', timer: 'retry' }]
  if (binding !== undefined)
    out.push({ type: 'disarm', timer: 'refresh' }, { type: 'disarm', timer: 'expiry' })
  const idle: Registration = { ...rest, phase: { name: 'idle' }, failed: 0 }
  const next = resumed(idle)
  return { registration: next.registration, out: [...out, ...next.out] }
}

function resolved(
  plan: Plan,
  registration: Registration,
  targets: Registration['targets'],
  env: Env,
): RegistrationStep {
  const { phase, binding } = registration
  if (phase.name === 'resolving') {
    if (!registration.isWanted) return off(registration)
    if (targets.length === 0) return waitFor(registration, 'unresolved', undefined, env)
    return attempt(plan, { ...registration, targets, at: 0, failed: 0 }, env)
  }
  // DNS changed meanwhile: we stay with our server as long as it is named.
  if (phase.name !== 'idle' || binding === undefined || targets.length === 0) return stay(registration)
  const { transport, address, port } = binding.target
  const isOurs = (one: typeof binding.target): boolean =>
    one.address === address && one.port === port && one.transport === transport
  const at = targets.findIndex(isOurs)
  const next: Registration = { ...registration, targets, at: Math.max(at, 0), failed: 0 }
  return at < 0 ? attempt(plan, next, env) : stay(next)
}

/** A REGISTER that no challenge was met for yet. */
function attempt(plan: Plan, registration: Registration, env: Env): RegistrationStep {
  return send(plan, { ...registration, digest: digestAttempt(registration.digest) }, env)
}

/** The same for one that takes the binding away. */
function remove(plan: Plan, registration: Registration, env: Env): RegistrationStep {
  const digest = digestAttempt(registration.digest)
  return send(plan, { ...registration, digest }, env, { isRemoval: true })
}

function send(
  plan: Plan,
  registration: Registration,
  env: Env,
  { isRemoval = false } = {},
): RegistrationStep {
  const { local, binding, callId, localTag, minExpiresS } = registration
  const target = isRemoval ? binding?.target : registration.targets[registration.at]
  assert(target !== undefined && local !== undefined, 'a REGISTER has a target and an address of ours')
  const contact =
    isRemoval && binding !== undefined ? binding.contact : contactText(plan, local, target.transport)
  const seq = registration.seq + 1
  const cnonce = Buffer.from(env.randomBytes(12)).toString('hex')
  const asked = { method: 'REGISTER', uri: plan.registrarText, cnonce }
  const { client: digest, headers: credentials } = digestHeaders(registration.digest, plan.login, asked)
  const hasOutbound = !registration.isWithoutOutbound
  // With an instance the carrier replaces the contact by itself (RFC 5626 §6).
  const isMoved = binding !== undefined && binding.contact !== contact && plan.instance === undefined
  const former = isMoved ? { former: binding.contact } : {}
  const expiresS = isRemoval ? 0 : Math.max(plan.expiresS, minExpiresS)
  const parts = { callId, localTag, seq, contact, expiresS, hasOutbound, credentials, ...former }
  const request = registerRequest(plan, parts)
  const phase: SentRegister = { name: 'sent', seq, target, contact, isRemoval }
  return {
    registration: { ...registration, seq, digest, phase },
    out: [{ type: 'send', request, target }],
  }
}

function response(plan: Plan, registration: Registration, message: SipResponse, env: Env): RegistrationStep {
  const { phase, local } = registration
  const { status, headers } = message
  if (phase.name !== 'sent' || headers.cseq.seq !== phase.seq || status < 200) return stay(registration)
  let next = registration
  if (plan.isAddressLearned && local !== undefined && !next.hasLearned && !phase.isRemoval) {
    const seen = seenAddress(message, local)
    if (seen.address !== local.address || seen.port !== local.port)
      next = { ...next, local: seen, hasLearned: true }
  }
  if (status < 300) return phase.isRemoval ? off(next) : granted(plan, next, phase, message, env)
  if (status === 401 || status === 407) return challenged(plan, next, phase, message, env)
  if (phase.isRemoval || !next.isWanted) return ended(plan, next, env)
  if (status === 423) return tooBrief(plan, next, message, env)
  // RFC 5626 §4.2.1: the first hop cannot do outbound; once more without.
  if (status === 439 && !next.isWithoutOutbound)
    return attempt(plan, { ...next, isWithoutOutbound: true }, env)
  const isOfServer = status === 408 || status === 430 || status === 480 || (status >= 500 && status < 600)
  return isOfServer ? targetFailed(plan, next, env, message) : refusedBy(next, message, env)
}

function granted(
  plan: Plan,
  registration: Registration,
  phase: SentRegister,
  message: SipResponse,
  env: Env,
): RegistrationStep {
  const expiresS = Math.max(plan.expiresS, registration.minExpiresS)
  const binding = readBinding(message, { ...phase, expiresS }, env.now)
  const digest = receiveNextNonce(registration.digest, message)
  if (binding === undefined) {
    const next: Registration = { ...registration, digest }
    return next.isWanted ? refusedBy(next, message, env) : ended(plan, next, env)
  }
  const { failure: _, ...rest } = registration
  const idle = { phase: { name: 'idle' }, failed: 0, rounds: 0, briefs: 0 } as const
  const next: Registration = { ...rest, ...idle, digest, binding }
  const length = ms(binding.until - env.now)
  const expiry: RegistrationOutput = { type: 'arm', timer: 'expiry', after: length }
  if (!next.isWanted) {
    const removal = remove(plan, next, env)
    return { registration: removal.registration, out: [expiry, ...removal.out] }
  }
  const out: RegistrationOutput[] = [
    expiry,
    { type: 'arm', timer: 'refresh', after: refreshWait(length, env) },
  ]
  const isMoved =
    next.local !== undefined && contactText(plan, next.local, phase.target.transport) !== phase.contact
  if (!isMoved) return { registration: next, out }
  // Our address changed, or was learned, while this was under way.
  const again = attempt(plan, next, env)
  return { registration: again.registration, out: [...out, ...again.out] }
}

function challenged(
  plan: Plan,
  registration: Registration,
  phase: SentRegister,
  message: SipResponse,
  env: Env,
): RegistrationStep {
  // The binding that was to go went by itself.
  if (phase.isRemoval && registration.binding === undefined) return off(registration)
  const digest = receiveChallenge(registration.digest, message)
  if (digest.ok) return send(plan, { ...registration, digest: digest.value }, env, phase)
  if (phase.isRemoval || !registration.isWanted) return ended(plan, registration, env)
  // The nonces go: whoever begins anew is asked anew.
  const bare: Registration = { ...registration, digest: NO_CHALLENGES }
  const why = digest.error === 'wrong' ? 'wrong-password' : 'challenge-unsupported'
  return waitFor(bare, why, message, env)
}

/** The last answer to something that is not wanted any more: the binding of before may have to go. */
function ended(plan: Plan, registration: Registration, env: Env): RegistrationStep {
  const { phase, binding, isWanted } = registration
  const wasRemoval = phase.name === 'sent' && phase.isRemoval
  if (wasRemoval || binding === undefined || isWanted) return off(registration)
  return remove(plan, registration, env)
}

/** RFC 3261 §10.2.8. */
function tooBrief(plan: Plan, registration: Registration, message: SipResponse, env: Env): RegistrationStep {
  const askedS = Math.max(plan.expiresS, registration.minExpiresS)
  const leastS = parseDigits(message.headers.get('min-expires') ?? '', EXPIRES_WISH_MAX_S) ?? 0
  const briefs = registration.briefs + 1
  if (leastS <= askedS || briefs > BRIEF_MAX) return refusedBy(registration, message, env)
  // Whoever says that has taken the password, if there was one; another challenge is none of a wrong one.
  return attempt(plan, { ...registration, minExpiresS: leastS, briefs }, env)
}

/**
 * What another server would say as well. Deviates from RFC 3261 §8.1.3.4: a 3xx is never followed, because
 * the answer to a challenge would go to whom it names; where to register is a setting.
 */
function refusedBy(registration: Registration, message: SipResponse, env: Env): RegistrationStep {
  const isRedirect = message.status >= 300 && message.status < 400
  return waitFor(registration, isRedirect ? 'redirected' : 'refused', message, env)
}

/** The next server, at once; after the last one the round is over. */
function targetFailed(
  plan: Plan,
  registration: Registration,
  env: Env,
  message?: SipResponse,
): RegistrationStep {
  const { phase, isWanted, targets, failed, at } = registration
  if ((phase.name === 'sent' && phase.isRemoval) || !isWanted) return ended(plan, registration, env)
  if (failed + 1 >= targets.length) return waitFor(registration, 'unreachable', message, env)
  // The nonces of one server mean nothing to another.
  const next: Registration = { ...registration, failed: failed + 1, at: (at + 1) % targets.length }
  return attempt(plan, { ...next, digest: NO_CHALLENGES }, env)
}

function waitFor(
  registration: Registration,
  why: RegistrationFailure,
  message: SipResponse | undefined,
  env: Env,
): RegistrationStep {
  const rounds = registration.rounds + 1
  const after = failureWait(why, rounds, message === undefined ? 0 : retryAfterOf(message), env)
  const failure = { why, ...(message === undefined ? {} : { status: message.status }) }
  return {
    registration: { ...registration, rounds, failed: 0, briefs: 0, failure, phase: { name: 'waiting' } },
    out: [{ type: 'arm', timer: 'retry', after }],
  }
}

function timer(
  plan: Plan,
  registration: Registration,
  name: 'refresh' | 'retry' | 'expiry',
  env: Env,
): RegistrationStep {
  const { phase, isWanted, isOnline } = registration
  if (name === 'expiry') return expired(registration)
  if (!isWanted || !isOnline) return stay(registration)
  if (name === 'retry') return phase.name === 'waiting' ? resumed(registration) : stay(registration)
  if (phase.name !== 'idle') return stay(registration)
  return attempt(plan, { ...registration, failed: 0, hasLearned: false }, env)
}

function expired(registration: Registration): RegistrationStep {
  const { binding, ...rest } = registration
  if (binding === undefined) return stay(registration)
  const out: RegistrationOutput[] = [{ type: 'disarm', timer: 'refresh' }]
  if (!rest.isWanted) return { registration: rest, out }
  const lapsed: Registration = { ...rest, failure: { why: 'expired' } }
  if (lapsed.phase.name !== 'idle') return { registration: lapsed, out }
  const next = resumed(lapsed)
  return { registration: next.registration, out: [...out, ...next.out] }
}

function localChanged(
  plan: Plan,
  registration: Registration,
  local: SocketAddress,
  env: Env,
): RegistrationStep {
  const before = registration.local
  if (before?.address === local.address && before.port === local.port) return stay(registration)
  const moved: Registration = { ...registration, local, hasLearned: false }
  const isIdle = moved.phase.name === 'idle' && moved.isWanted && moved.isOnline
  // Otherwise the next REGISTER says it, or the answer to the one under way is followed by another.
  return isIdle && moved.targets.length > 0 ? attempt(plan, moved, env) : stay(moved)
}

/** The binding may be unreachable though it stands (RFC 5626 §4.5): it is made anew after a moment. */
function flowFailed(registration: Registration, env: Env): RegistrationStep {
  const { phase, isWanted, isOnline } = registration
  if (phase.name !== 'idle' || !isWanted || !isOnline) return stay(registration)
  return {
    registration: { ...registration, phase: { name: 'waiting' } },
    out: [
      { type: 'disarm', timer: 'refresh' },
      { type: 'arm', timer: 'retry', after: flowWait(env) },
    ],
  }
}

function networkLost(registration: Registration): RegistrationStep {
  if (!registration.isOnline) return stay(registration)
  const lost: Registration = { ...registration, isOnline: false, phase: { name: 'idle' } }
  if (!lost.isWanted) return off(lost)
  return {
    registration: lost,
    out: [
      { type: 'disarm', timer: 'retry' },
      { type: 'disarm', timer: 'refresh' },
    ],
  }
}
