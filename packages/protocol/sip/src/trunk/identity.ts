// Who calls whom on a trunk: which headers carry the numbers of a call to a carrier, and where the numbers of
// a call from it are read (RFC 3261 §8.1.1, RFC 3323, 3325, 5806, 7044; P-Called-Party-ID of RFC 7315).
// Numbers come and go as they are written; bringing them into one form is not done here.
import { fail, ok, type Result } from '@rufwerk/core'
import type { Headers } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { type NameAddr, parseNameAddr, writeNameAddr } from '../message/name-addr.ts'
import type { SipUri } from '../message/uri.ts'
import {
  calledByHistory,
  diversionHeaders,
  type Forwarder,
  historyHeaders,
  readDiversion,
  readPrivacy,
} from './forwarded.ts'
import {
  isPhoneNumber,
  type NumberForm,
  type PhoneNumber,
  phoneNumberUri,
  readPhoneNumber,
} from './phone-number.ts'

/** Characters of a display name; beyond, it is cut. */
const NAME_CHARS_MAX = 80

export interface TrunkIdentity {
  /** Host of every URI with a number. */
  readonly domain: string
  /** User of the account at the carrier. */
  readonly account: string
  /** How numbers are written. */
  readonly form: NumberForm
  /** Whose URI stands in From: the caller's, or that of the account, where a carrier refuses others. */
  readonly from: 'caller' | 'account'
  /** RFC 3325: what carries the caller's number besides. */
  readonly identity: 'none' | 'asserted' | 'preferred' | 'both'
  /** User of Contact. */
  readonly contact: 'caller' | 'account'
  /**
   * A hidden caller is nobody in From, too; false where the carrier refuses that and looks at Privacy only.
   */
  readonly isFromHidden: boolean
  /** How it is told that a call was forwarded. */
  readonly forwarding: 'none' | 'diversion' | 'history-info' | 'both'
}

/** A call to the carrier; numbers as the carrier wants them. */
export interface TrunkCall {
  readonly caller: string
  readonly displayName?: string
  readonly called: string
  readonly isHidden?: boolean
  /** The last forwarding first. */
  readonly forwarders?: readonly Forwarder[]
}

export interface CallLines {
  /** Request-URI, and To without tag. */
  readonly requestUri: SipUri
  readonly to: string
  /** From without tag. */
  readonly from: string
  readonly contactUser: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

const ANONYMOUS: SipUri = { scheme: 'sip', user: 'anonymous', host: 'anonymous.invalid', params: new Map() }

/** The headers of an INVITE to the carrier; which of the numbers is none otherwise. */
export function callLines(
  trunk: TrunkIdentity,
  call: TrunkCall,
): Result<CallLines, 'caller' | 'called' | 'forwarder'> {
  const { domain, form, account } = trunk
  const { caller, called, isHidden = false, forwarders = [] } = call
  if (!isPhoneNumber(caller)) return fail('caller')
  if (!isPhoneNumber(called)) return fail('called')
  if (!forwarders.every(({ number }) => isPhoneNumber(number))) return fail('forwarder')
  const callerUri = phoneNumberUri(caller, form, domain)
  const accountUri: SipUri = { scheme: 'sip', user: account, host: domain, params: new Map() }
  const requestUri = phoneNumberUri(called, form, domain)
  const displayName = isHidden ? undefined : call.displayName?.slice(0, NAME_CHARS_MAX)
  const headers: (readonly [string, string])[] = []
  const identity = writeNameAddr({ ...(displayName ? { displayName } : {}), uri: callerUri })
  if (trunk.identity === 'asserted' || trunk.identity === 'both')
    headers.push(['P-Asserted-Identity', identity])
  if (trunk.identity === 'preferred' || trunk.identity === 'both')
    headers.push(['P-Preferred-Identity', identity])
  // RFC 3325 §9.3: `id` keeps the identity above from the one who is called.
  if (isHidden) headers.push(['Privacy', 'id'])
  if (trunk.forwarding === 'diversion' || trunk.forwarding === 'both')
    headers.push(...diversionHeaders(forwarders, form, domain))
  if (forwarders.length > 0 && (trunk.forwarding === 'history-info' || trunk.forwarding === 'both'))
    headers.push(...historyHeaders(forwarders, requestUri, form, domain))
  const named = trunk.from === 'account' ? accountUri : callerUri
  const isNobody = isHidden && trunk.isFromHidden
  const from = isNobody
    ? writeNameAddr({ displayName: 'Anonymous', uri: ANONYMOUS }) // RFC 3323 §4.1.1.3.
    : writeNameAddr({ ...(displayName ? { displayName } : {}), uri: named })
  return ok({
    requestUri,
    to: writeNameAddr({ uri: requestUri }),
    from,
    // Contact goes to the one who is called: a hidden number is not in it.
    contactUser: trunk.contact === 'account' || isHidden ? account : caller,
    headers,
  })
}

export type CalledSource =
  | 'request-uri'
  | 'to'
  | 'p-called-party-id'
  | 'p-asserted-identity'
  | 'p-preferred-identity'
  | 'diversion'
  | 'history-info'

/** Where the called number of a call from the carrier is: the first of these sources that names a number. */
export function readCalled(
  request: SipRequest,
  sources: readonly CalledSource[],
): (PhoneNumber & { readonly source: CalledSource }) | undefined {
  for (const source of sources) {
    const number = calledUris(request, source)
      .map(readPhoneNumber)
      .find((found) => found !== undefined)
    if (number !== undefined) return { ...number, source }
  }
  return undefined
}

function calledUris(request: SipRequest, source: CalledSource): readonly SipUri[] {
  const { headers } = request
  switch (source) {
    case 'request-uri':
      return [request.uri]
    case 'to':
      return [headers.to.uri]
    case 'diversion':
      return readDiversion(headers)
        .slice(0, 1)
        .map(({ uri }) => uri)
    case 'history-info': {
      const uri = calledByHistory(headers)
      return uri === undefined ? [] : [uri]
    }
    default:
      return identities(headers, source).map(({ uri }) => uri)
  }
}

/** RFC 3325 §9.1: at most a SIP and a tel URI; more are not looked at. */
function identities(headers: Headers, name: string): readonly NameAddr[] {
  return headers
    .list(name)
    .slice(0, 2)
    .flatMap((text) => {
      const entry = parseNameAddr(text)
      return entry.ok ? [entry.value] : []
    })
}

export type CallerSource = 'p-asserted-identity' | 'p-preferred-identity' | 'from'

export interface ReadCaller {
  readonly number?: PhoneNumber
  readonly displayName?: string
  /**
   * The caller does not want to be shown. The number may be known all the same: it must not leave the server
   * (RFC 3325 §5).
   */
  readonly isHidden: boolean
  readonly source: CallerSource
}

/**
 * Who calls: the first of these sources that names a number, else From. P-Asserted-Identity counts only when
 * `isTrusted`: anybody else may write into it what they like (RFC 3325 §5).
 */
export function readCaller(
  request: SipRequest,
  sources: readonly CallerSource[],
  isTrusted: boolean,
): ReadCaller {
  const { headers } = request
  const privacy = readPrivacy(headers)
  const isNobody = /(^|\.)anonymous\.invalid$/.test(headers.from.uri.host) || isAnonymous(headers.from)
  const isHidden = ['id', 'user', 'header'].some((word) => privacy.has(word)) || isNobody
  for (const source of sources) {
    if (source === 'p-asserted-identity' && !isTrusted) continue
    for (const entry of source === 'from' ? [headers.from] : identities(headers, source)) {
      const number = readPhoneNumber(entry.uri)
      if (number !== undefined) return { number, ...nameOf(entry), isHidden, source }
    }
  }
  return { ...(isNobody ? {} : nameOf(headers.from)), isHidden, source: 'from' }
}

/** Gateways say it by the user part alone. */
function isAnonymous({ uri }: NameAddr): boolean {
  return uri.user?.toLowerCase() === 'anonymous'
}

function nameOf({ displayName }: NameAddr): { readonly displayName?: string } {
  const shown = displayName?.replace(/\p{Cc}/gu, '').slice(0, NAME_CHARS_MAX)
  return shown ? { displayName: shown } : {}
}
