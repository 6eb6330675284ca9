// REGISTER to a carrier and what its 2xx says (RFC 3261 §10.2, RFC 3327, 3608, 5626, 5627). Which one is
// sent, and when, is decided in register-steps.ts.
import { after, type Instant, type SocketAddress, seconds } from '@rufwerk/core'
import { parseDigits, unquote } from '../message/grammar.ts'
import { newRequest, type SipRequest, type SipResponse } from '../message/message.ts'
import { type NameAddr, parseNameAddr } from '../message/name-addr.ts'
import { parseUri, writeUri } from '../message/uri.ts'
import type { CarrierBinding, RegistrarTarget, RegistrationPlan } from './registration.ts'

/**
 * Entries of Service-Route, Path and P-Associated-URI that are kept; a longer Service-Route counts as none.
 */
const ROUTES_MAX = 10
const ASSOCIATED_MAX = 100
const SECONDS_MAX = 2 ** 32 - 1
/** However long a carrier grants, in seconds: a binding that it lost is found out by the refresh only. */
const GRANTED_MAX_S = 86_400

export interface RegisterParts {
  readonly callId: string
  readonly localTag: string
  readonly seq: number
  readonly contact: string
  /** A contact of ours from before, that this REGISTER takes away. */
  readonly former?: string
  /** 0 takes the contact away. */
  readonly expiresS: number
  readonly hasOutbound: boolean
  readonly credentials: readonly (readonly [name: string, value: string])[]
}

export function registerRequest(plan: RegistrationPlan, parts: RegisterParts): SipRequest {
  const { callId, localTag, seq, expiresS, former, hasOutbound } = parts
  const { instance, regId } = plan
  const named = instance === undefined ? '' : `;+sip.instance="<${instance}>"`
  const flow = hasOutbound && regId !== undefined ? `;reg-id=${regId}` : ''
  const supported = ['path']
  if (flow !== '') supported.push('outbound')
  if (named !== '') supported.push('gruu')
  const headers: (readonly [string, string])[] = []
  if (plan.route !== undefined) headers.push(['Route', plan.route])
  headers.push(['Contact', `<${parts.contact}>;expires=${expiresS}${named}${flow}`])
  if (former !== undefined) headers.push(['Contact', `<${former}>;expires=0`])
  headers.push(['Expires', String(expiresS)], ['Supported', supported.join(', ')])
  const address = `<${writeUri(plan.aor)}>`
  return newRequest({
    method: 'REGISTER',
    uri: plan.registrar,
    from: `${address};tag=${localTag}`,
    to: address,
    callId,
    seq,
    headers: [...headers, ...parts.credentials, ...plan.headers],
  })
}

/** URI text of our contact. */
export function contactText(
  plan: RegistrationPlan,
  { address, port }: SocketAddress,
  transport: RegistrarTarget['transport'],
): string {
  // Deviates from RFC 3261 §26.2.2: `transport=tls` is deprecated there, and what carriers expect.
  const params = new Map(transport === 'udp' ? [] : [['transport', transport]])
  const host = address.includes(':') ? `[${address}]` : address
  return writeUri({ scheme: 'sip', user: plan.contactUser, host, port, params })
}

/** What a 2xx to our REGISTER says; undefined when it says that our contact is not bound. */
export function readBinding(
  response: SipResponse,
  sent: { readonly contact: string; readonly target: RegistrarTarget; readonly expiresS: number },
  now: Instant,
): CarrierBinding | undefined {
  const { headers } = response
  const { contacts } = headers
  // Carriers write our contact anew; the only one there is, is ours all the same.
  const own = contacts.find((contact) => isSameContact(contact, sent.contact)) ?? onlyOne(contacts)
  const param = parseDigits(own?.params.get('expires') ?? '', SECONDS_MAX)
  // RFC 3261 §10.2.4: of the contact, else of the message, else as we asked.
  const expiresS = Math.min(param ?? headers.expires ?? sent.expiresS, GRANTED_MAX_S)
  if (expiresS === 0) return undefined
  const publicGruu = gruuOf(own, 'pub-gruu')
  const temporaryGruu = gruuOf(own, 'temp-gruu')
  const flowTimerS = parseDigits(headers.get('flow-timer') ?? '', SECONDS_MAX)
  return {
    contact: sent.contact,
    target: sent.target,
    until: after(now, seconds(expiresS)),
    serviceRoute: routesIn(headers.list('service-route')),
    path: headers.list('path').slice(0, ROUTES_MAX),
    ...(publicGruu === undefined ? {} : { publicGruu }),
    ...(temporaryGruu === undefined ? {} : { temporaryGruu }),
    associated: urisIn(headers.list('p-associated-uri')),
    ...(flowTimerS ? { flowTimerS } : {}),
  }
}

/** User, host and port; parameters are what gets lost or added. */
function isSameContact({ uri }: NameAddr, text: string): boolean {
  const sent = parseUri(text)
  if (!sent.ok) return false
  const { user, host, port = 5060 } = sent.value
  return uri.user === user && uri.host === host && (uri.port ?? 5060) === port
}

function onlyOne(contacts: readonly NameAddr[]): NameAddr | undefined {
  return contacts.length === 1 ? contacts[0] : undefined
}

function gruuOf(contact: NameAddr | undefined, name: string): string | undefined {
  const text = unquote(contact?.params.get(name) ?? '')
  const uri = parseUri(text)
  return uri.ok && /^sips?$/.test(uri.value.scheme) ? text : undefined
}

/** All or none: a part of a route leads nowhere. */
function routesIn(entries: readonly string[]): readonly string[] {
  if (entries.length > ROUTES_MAX) return []
  const isRoute = (text: string): boolean => {
    const entry = parseNameAddr(text)
    return entry.ok && /^sips?$/.test(entry.value.uri.scheme)
  }
  return entries.every(isRoute) ? entries : []
}

function urisIn(entries: readonly string[]): readonly string[] {
  return entries.slice(0, ASSOCIATED_MAX).flatMap((text) => {
    const entry = parseNameAddr(text)
    return entry.ok ? [writeUri(entry.value.uri)] : []
  })
}

/** The address that the carrier saw us at; only `received` over a connection, whose port is not ours. */
export function seenAddress(response: SipResponse, sentFrom: SocketAddress): SocketAddress {
  const via = response.headers.vias[0]
  const address = via?.params.get('received')?.replace(/^\[(.*)\]$/, '$1') || sentFrom.address
  const rport = via?.transport === 'UDP' ? parseDigits(via.params.get('rport') ?? '', 65_535) : undefined
  return {
    address: /^[0-9a-fA-F.:]{2,45}$/.test(address) ? address : sentFrom.address,
    port: rport || sentFrom.port,
  }
}

/** Seconds of Retry-After without comment and parameters (RFC 3261 §20.33); 0 when absent or malformed. */
export function retryAfterOf(response: SipResponse): number {
  const digits = /^\d{1,10}/.exec(response.headers.get('retry-after') ?? '')?.[0] ?? ''
  return parseDigits(digits, SECONDS_MAX) ?? 0
}
