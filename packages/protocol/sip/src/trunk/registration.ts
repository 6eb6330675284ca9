// A registration at a carrier, as values: the settings, what stands at the carrier, what the machine
// remembers, its inputs and outputs (RFC 3261 §10.2). The steps are in register-steps.ts.
import { fail, type Instant, type Ms, ok, type Result, type SocketAddress } from '@rufwerk/core'
import type { DigestClient, DigestLogin } from '../auth/digest-client.ts'
import { isToken } from '../message/grammar.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { parseUri, type SipUri, writeUri } from '../message/uri.ts'

/** Seconds that may be asked for. */
export const EXPIRES_WISH_MIN_S = 30
export const EXPIRES_WISH_MAX_S = 86_400
const REG_ID_MAX = 2 ** 31 - 1

/** Each name on its own, because carriers want them different. Texts are URIs unless said. */
export interface RegistrationSettings {
  /** Request-URI: `sip:` and the domain of the carrier, with a port where it wants one. */
  readonly registrar: string
  /** From and To. */
  readonly aor: string
  /** User of the digest, not a URI. */
  readonly authUser: string
  readonly password: string
  /** User part of Contact, not a URI; the user of `aor` unless told. */
  readonly contactUser?: string
  /** Route of every REGISTER; `lr` is added. */
  readonly outboundProxy?: string
  /** Seconds, EXPIRES_WISH_MIN_S to EXPIRES_WISH_MAX_S. */
  readonly expiresS: number
  /** Value of +sip.instance without quotes (`urn:uuid:…`); asks for GRUU and outbound too. */
  readonly instance?: string
  /** RFC 5626 §4.2; counts only with `instance`. */
  readonly regId?: number
  /**
   * The Contact takes the address that the carrier saw (`received`, `rport`), for lines whose public address
   * changes.
   */
  readonly isAddressLearned?: boolean
  /** Further headers, such as User-Agent. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
}

export type RegistrationSetting = 'registrar' | 'aor' | 'authUser' | 'outboundProxy' | 'expiresS' | 'instance'

/** Settings that were checked. */
export interface RegistrationPlan {
  readonly registrar: SipUri
  /** As the digest counts it. */
  readonly registrarText: string
  readonly aor: SipUri
  readonly login: DigestLogin
  readonly contactUser: string
  /** Value of Route. */
  readonly route?: string
  readonly expiresS: number
  readonly instance?: string
  readonly regId?: number
  readonly isAddressLearned: boolean
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** The settings as the machine needs them, or the first that is none. */
export function planRegistration(
  settings: RegistrationSettings,
): Result<RegistrationPlan, RegistrationSetting> {
  const { authUser, password, expiresS, instance, regId, isAddressLearned = false, headers = [] } = settings
  const registrar = sipUri(settings.registrar)
  const aor = sipUri(settings.aor)
  const proxy = settings.outboundProxy === undefined ? undefined : sipUri(settings.outboundProxy)
  // RFC 3261 §10.2: the Request-URI of a REGISTER has no user.
  if (registrar === undefined || registrar.user !== undefined) return fail('registrar')
  if (aor?.user === undefined || aor.user === '') return fail('aor')
  if (authUser === '' || /\p{Cc}/u.test(authUser)) return fail('authUser')
  if (settings.outboundProxy !== undefined && proxy === undefined) return fail('outboundProxy')
  if (!Number.isInteger(expiresS) || expiresS < EXPIRES_WISH_MIN_S || expiresS > EXPIRES_WISH_MAX_S)
    return fail('expiresS')
  if (instance !== undefined && !/^urn:[!-~]{1,200}$/.test(instance.replaceAll(/["\\<>]/g, ' ')))
    return fail('instance')
  const isFlow = instance !== undefined && regId !== undefined
  if (isFlow && (!Number.isInteger(regId) || regId < 1 || regId > REG_ID_MAX)) return fail('instance')
  return ok({
    registrar,
    registrarText: writeUri(registrar),
    aor,
    login: { user: authUser, password },
    contactUser: settings.contactUser ?? aor.user,
    ...(proxy === undefined ? {} : { route: routeOf(proxy) }),
    expiresS,
    ...(instance === undefined ? {} : { instance }),
    ...(isFlow ? { regId } : {}),
    isAddressLearned,
    headers: headers.filter(([name]) => isToken(name)),
  })
}

function sipUri(text: string): SipUri | undefined {
  const uri = parseUri(text)
  return uri.ok && /^sips?$/.test(uri.value.scheme) && uri.value.headers === undefined ? uri.value : undefined
}

function routeOf(proxy: SipUri): string {
  const params = proxy.params.has('lr') ? proxy.params : new Map([...proxy.params, ['lr', '']])
  return `<${writeUri({ ...proxy, params })}>`
}

/** A server of the carrier, as RFC 3263 finds it. */
export interface RegistrarTarget extends SocketAddress {
  readonly transport: 'udp' | 'tcp' | 'tls'
}

/** What a 2xx says that stands at the carrier. */
export interface CarrierBinding {
  /** URI text of our contact. */
  readonly contact: string
  readonly target: RegistrarTarget
  readonly until: Instant
  /** Route of requests of ours (RFC 3608), in order; empty when there is none. */
  readonly serviceRoute: readonly string[]
  /** The proxies that the carrier reaches us through (RFC 3327); to be shown only. */
  readonly path: readonly string[]
  /** URI texts of RFC 5627. */
  readonly publicGruu?: string
  readonly temporaryGruu?: string
  /** Numbers that are ours, URI texts of P-Associated-URI (RFC 7315 §4.1). */
  readonly associated: readonly string[]
  /** Seconds between keep-alives that the carrier expects at most (RFC 5626 §4.4). */
  readonly flowTimerS?: number
}

/**
 * refused: 403, 404 and whatever else another attempt does not change. redirected: 3xx, which is never
 * followed. unreachable: no server answered, or all with 5xx. expired: the time of the binding passed.
 */
export type RegistrationFailure =
  | 'wrong-password'
  | 'challenge-unsupported'
  | 'refused'
  | 'redirected'
  | 'unresolved'
  | 'unreachable'
  | 'expired'

export type RegistrationStatus =
  | { readonly state: 'off' | 'registering' | 'offline' }
  | { readonly state: 'registered'; readonly binding: CarrierBinding }
  | {
      readonly state: 'failed'
      readonly why: RegistrationFailure
      /** Of the response, where one came. */
      readonly status?: number
      /** What stands in spite of the failed refresh. */
      readonly binding?: CarrierBinding
    }

/** refresh: of the binding. retry: after a failure. expiry: the binding is over. */
export type RegistrationTimer = 'refresh' | 'retry' | 'expiry'

/** The REGISTER under way. */
export interface SentRegister {
  readonly name: 'sent'
  readonly seq: number
  readonly target: RegistrarTarget
  /** URI text in Contact. */
  readonly contact: string
  readonly isRemoval: boolean
}

/** A plain value; make it with `newRegistration`, change it with `stepRegistration`. Holds no password. */
export interface Registration {
  readonly isWanted: boolean
  readonly isOnline: boolean
  readonly callId: string
  readonly localTag: string
  /** Number of the last REGISTER. */
  readonly seq: number
  /** The address of ours in Contact. */
  readonly local?: SocketAddress
  /** The address was learned since the last refresh. */
  readonly hasLearned: boolean
  readonly targets: readonly RegistrarTarget[]
  /** Which of them is in use. */
  readonly at: number
  /** How many of them failed in this round. */
  readonly failed: number
  /** Rounds that failed one after the other. */
  readonly rounds: number
  /** 423s of this attempt. */
  readonly briefs: number
  readonly phase: { readonly name: 'idle' | 'resolving' | 'waiting' } | SentRegister
  readonly digest: DigestClient
  /** What a 423 asked for. */
  readonly minExpiresS: number
  /** A 439 said that outbound cannot be had. */
  readonly isWithoutOutbound: boolean
  readonly binding?: CarrierBinding
  readonly failure?: { readonly why: RegistrationFailure; readonly status?: number }
  /** What the last alarm said, until the registration stands. */
  readonly alarmed?: RegistrationFailure
}

export type RegistrationInput =
  /** Register, with this address in Contact. */
  | { readonly type: 'start'; readonly local: SocketAddress }
  /** Take the binding away. */
  | { readonly type: 'stop' }
  /** The servers in the order in which to try them; after `resolve`, or when DNS changed. */
  | { readonly type: 'resolved'; readonly targets: readonly RegistrarTarget[] }
  | { readonly type: 'response'; readonly response: SipResponse }
  /** The transaction of this number brought no final response. */
  | { readonly type: 'failed'; readonly seq: number }
  | { readonly type: 'timer'; readonly timer: RegistrationTimer }
  | { readonly type: 'localChanged'; readonly local: SocketAddress }
  /** The connection, or the UDP flow by its keep-alive, to the server in use is broken. */
  | { readonly type: 'flowFailed' }
  | { readonly type: 'networkLost' | 'networkBack' }

export type RegistrationOutput =
  /** Look up the servers of the outbound proxy, else of the registrar; then `resolved`. */
  | { readonly type: 'resolve' }
  /** Through a client transaction of its own. */
  | { readonly type: 'send'; readonly request: SipRequest; readonly target: RegistrarTarget }
  | { readonly type: 'arm'; readonly timer: RegistrationTimer; readonly after: Ms }
  | { readonly type: 'disarm'; readonly timer: RegistrationTimer }
  | { readonly type: 'changed'; readonly status: RegistrationStatus }
  /** Somebody should be told, once: it does not get well by itself, or no call comes in any more. */
  | { readonly type: 'alarm'; readonly why: RegistrationFailure; readonly status?: number }

export function registrationStatus(registration: Registration): RegistrationStatus {
  const { isWanted, isOnline, phase, failure, binding } = registration
  if (!isWanted && phase.name === 'idle') return { state: 'off' }
  if (!isOnline) return { state: 'offline' }
  if (failure !== undefined) return { state: 'failed', ...failure, ...(binding ? { binding } : {}) }
  return binding === undefined ? { state: 'registering' } : { state: 'registered', binding }
}

/** Route of a request of ours outside dialogs: what the carrier said (RFC 3608 §5), else the proxy. */
export function carrierRoute(plan: RegistrationPlan, registration: Registration): readonly string[] {
  const route = registration.binding?.serviceRoute ?? []
  if (route.length > 0) return route
  return plan.route === undefined ? [] : [plan.route]
}
