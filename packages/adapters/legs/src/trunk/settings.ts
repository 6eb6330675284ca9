// What is set for one trunk, each name on its own because carriers want them different, and the check that
// makes a plan of it. The password is a function: so no log and no JSON of the settings can show it.
import { isIP } from 'node:net'
import type { DeviceId, TenantId } from '@rufwerk/core'
import { fail, ok, type Result } from '@rufwerk/core'
import type { SrtpMode } from '@rufwerk/sdp/crypto'
import { parseUri, writeUri } from '@rufwerk/sip'
import {
  type CalledSource,
  type CallerSource,
  planRegistration,
  type RegistrationPlan,
  type TrunkIdentity,
  type WatchSettings,
} from '@rufwerk/sip/trunk'
import type { TrunkParty } from '../ports.ts'
import { readSources, type Sources } from './sources.ts'

/** As routing has it. */
export type TrunkId = string & { readonly id: 'trunk' }

export interface CarrierPlace {
  /** A name or an IP address. */
  readonly host: string
  /** Absent: what the DNS says. */
  readonly port?: number
}

/** How a carrier is spoken to: what a profile says, and what does not depend on the customer. */
export interface CarrierManner {
  /** register: we are its customer and register. address: both know each other by their addresses. */
  readonly kind: 'register' | 'address'
  /** Absent: what the DNS says (NAPTR, SRV). */
  readonly transport?: 'udp' | 'tcp' | 'tls'
  /** Where requests go instead of the domain. */
  readonly outboundProxy?: CarrierPlace
  /** TLS: the name asked for (SNI), which the certificate must be for. Absent: the domain. */
  readonly tlsName?: string
  readonly identity: Omit<TrunkIdentity, 'domain' | 'account'>
  /** Where the called number of their calls is, in this order. */
  readonly called: readonly CalledSource[]
  /** Where the caller's is. */
  readonly caller: readonly CallerSource[]
  /** Their P-Asserted-Identity is believed (RFC 3325 §5). */
  readonly isTrusted: boolean
  readonly srtp: SrtpMode
  /** Seconds asked for in REGISTER. */
  readonly expiresS: number
  /** Contact takes the address that the carrier saw us at. */
  readonly isAddressLearned: boolean
  /** OPTIONS; absent: none, a registration shows by itself that the carrier is there. */
  readonly watch?: WatchSettings
}

export interface TrunkSettings extends CarrierManner {
  readonly id: TrunkId
  readonly tenant: TenantId
  /** For people. */
  readonly name: string
  /** Whose tones are heard on it. */
  readonly country: 'de' | 'us'
  /** Host of the URIs of calls and of the registrar. */
  readonly domain: string
  readonly port?: number
  /** User of the address of record, and of From where the carrier wants that. */
  readonly account: string
  /** Absent: the account. */
  readonly authUser?: string
  /** Absent: challenges are not answered. */
  readonly password?: () => string
  /** User of Contact; absent: the account. */
  readonly contactUser?: string
  /** Authorities in PEM for its certificate; absent: those of the system. */
  readonly authorities?: readonly string[]
  /** Further IP addresses or networks that its calls come from; `10.1.2.0/24`, `10.1.2.3:5060`. */
  readonly sources: readonly string[]
}

/** Which setting is none. */
export type TrunkSetting =
  | 'domain'
  | 'account'
  | 'authUser'
  | 'password'
  | 'outboundProxy'
  | 'expiresS'
  | 'sources'
  | 'called'

/** Settings that were checked. */
export interface TrunkPlan {
  readonly settings: TrunkSettings
  readonly party: TrunkParty
  readonly identity: TrunkIdentity
  /** Absent for a trunk by address. */
  readonly registration?: RegistrationPlan
  /** Where its requests go. */
  readonly wanted: CarrierPlace & { readonly transport?: 'udp' | 'tcp' | 'tls' }
  readonly tlsName: string
  /** Route of requests outside dialogs of a trunk that does not register. */
  readonly routes: readonly string[]
  readonly contactUser: string
  readonly sources: Sources
}

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i
/** What can stand before the @ of a URI without escapes, and is no more than a user (RFC 3261 §25.1). */
const USER = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/%]{1,128}$/

/** `product`: for User-Agent. The error names the first setting that cannot be used. */
export function planTrunk(settings: TrunkSettings, product: string): Result<TrunkPlan, TrunkSetting> {
  const { account, contactUser = account, domain, port, outboundProxy, transport } = settings
  if (!isHost(domain) || !isPort(port)) return fail('domain')
  if (!USER.test(account) || !USER.test(contactUser)) return fail('account')
  if (outboundProxy !== undefined && (!isHost(outboundProxy.host) || !isPort(outboundProxy.port)))
    return fail('outboundProxy')
  if (settings.called.length === 0) return fail('called')
  const sources = readSources(settings.sources)
  if (!sources.ok) return fail('sources')
  const registration =
    settings.kind === 'register' ? registrationOf(settings, contactUser, product) : undefined
  if (registration?.ok === false) return registration
  const proxy = outboundProxy && routeOf(outboundProxy, transport)
  return ok({
    settings,
    party: partyOf(settings),
    identity: { ...settings.identity, domain: hostText(domain), account },
    ...(registration === undefined ? {} : { registration: registration.value }),
    wanted: {
      ...(outboundProxy ?? { host: domain, ...(port && { port }) }),
      ...(transport && { transport }),
    },
    tlsName: settings.tlsName ?? domain,
    routes: proxy === undefined ? [] : [`<${proxy}>`],
    contactUser,
    sources: sources.value,
  })
}

function registrationOf(
  settings: TrunkSettings,
  contactUser: string,
  product: string,
): Result<RegistrationPlan, TrunkSetting> {
  const { domain, port, account, authUser = account, password, outboundProxy, transport } = settings
  if (password === undefined) return fail('password')
  const host = hostText(domain)
  const planned = planRegistration({
    registrar: `sip:${host}${port === undefined ? '' : `:${port}`}`,
    aor: `sip:${account}@${host}`,
    authUser,
    password: password(),
    contactUser,
    ...(outboundProxy === undefined ? {} : { outboundProxy: routeOf(outboundProxy, transport) }),
    expiresS: settings.expiresS,
    isAddressLearned: settings.isAddressLearned,
    headers: [['User-Agent', product]],
  })
  if (planned.ok) return planned
  const { error } = planned
  const names = { registrar: 'domain', aor: 'account', instance: 'account' } as const
  return fail(error === 'registrar' || error === 'aor' || error === 'instance' ? names[error] : error)
}

function routeOf({ host, port }: CarrierPlace, transport: TrunkSettings['transport']): string {
  const at = port === undefined ? '' : `:${port}`
  const by = transport === undefined || transport === 'udp' ? '' : `;transport=${transport}`
  const uri = parseUri(`sip:${hostText(host)}${at}${by};lr`)
  return uri.ok ? writeUri(uri.value) : ''
}

function partyOf({ id, tenant, name, account, srtp, country }: TrunkSettings): TrunkParty {
  return { kind: 'trunk', device: bookName(id), trunk: id, tenant, name, sipName: account, srtp, country }
}

/** How the books of legs name a trunk; no device has such an id. */
export function bookName(trunk: TrunkId): DeviceId {
  return `trunk:${trunk}` as DeviceId
}

function isHost(host: string): boolean {
  return isIP(host) !== 0 || HOST.test(host)
}

function isPort(port: number | undefined): boolean {
  return port === undefined || (Number.isInteger(port) && port >= 1 && port <= 65_535)
}

/** As it stands in a URI. */
function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
