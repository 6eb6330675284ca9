// The files with which phones set themselves up: /provision/TOKEN/FILE by a link, /provision/FILE with the
// PIN as password (RFC 7617). Only over TLS, or from this machine. What is used, expired or foreign looks as
// if it had never been there.
import type { FetchAttempt, FetchedPhone } from '@rufwerk/accounts/phones'
import { PATHS } from '@rufwerk/contract'
import { type AskedFile, COLLEAGUE_LAMPS_MAX, readFileName, writeSettings } from '@rufwerk/provisioning'
import { refusalPage } from '../error.ts'
import { isLoopback, type Peer } from '../peer.ts'
import type { ApiPorts, ProvisioningPort } from '../ports.ts'
import type { Attempts } from '../security/attempts.ts'

const PLACE = /^\/provision\/(?:([A-Za-z0-9_-]{43})\/)?([A-Za-z0-9._-]{1,64})$/
const AUTHORIZATION_CHARS_MAX = 512
const NOT_FOUND = { code: 'not-found' } as const

/** Undefined when the path is none of these. */
export async function provisionResponse(
  request: Request,
  peer: Peer,
  ports: ApiPorts,
  attempts: Attempts,
): Promise<Response | undefined> {
  const { pathname } = new URL(request.url)
  if (!pathname.startsWith(PATHS.provision)) return undefined
  if (request.method !== 'GET') return refusalPage({ code: 'method-not-allowed' })
  const { provisioning } = ports
  if (provisioning === undefined || !(peer.isSecure || isLoopback(peer.address)))
    return refusalPage(NOT_FOUND)
  const [, token, name = ''] = PLACE.exec(pathname) ?? []
  const asked = readFileName(name)
  // Phones ask for much that we do not have, first: this is no attempt.
  if (asked === undefined || (token === undefined && asked.mac === undefined)) return refusalPage(NOT_FOUND)
  const key = token === undefined ? readPin(request.headers.get('authorization')) : { token }
  if (key === undefined) return unauthorized()
  const wait = attempts.take('provision', peer)
  if (wait > 0) return tooMany(wait)
  const fetched = await ports.accounts.fetchPhone({ ...attemptOf(asked, request, peer), key })
  if (fetched.ok) {
    attempts.giveBack('provision', peer)
    return fileResponse(asked, fetched.value, provisioning, ports)
  }
  const { code, retryAfter } = fetched.error
  if (code === 'too-many-attempts') return tooMany(Math.ceil((retryAfter ?? 0) / 1000))
  if (code === 'busy' || code === 'not-stored') return refusalPage({ code: 'unavailable' })
  return token === undefined ? unauthorized() : refusalPage(NOT_FOUND)
}

function attemptOf(asked: AskedFile, request: Request, peer: Peer): Omit<FetchAttempt, 'key'> {
  const agent = request.headers.get('user-agent') ?? ''
  return { ...asked, address: peer.address, agent }
}

/** The password of RFC 7617 §2; the user name may be any. */
function readPin(header: string | null): { readonly pin: string } | undefined {
  if (header === null || header.length > AUTHORIZATION_CHARS_MAX) return undefined
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { pin: text.slice(colon + 1) }
}

/** The same for every hardware address, expected or not. */
function unauthorized(): Response {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'www-authenticate': 'Basic realm="phone", charset="UTF-8"',
  }
  return new Response('The PIN of this phone is needed.\n', { status: 401, headers })
}

function tooMany(seconds: number): Response {
  const response = refusalPage({ code: 'rate-limited' })
  response.headers.set('retry-after', String(seconds))
  return response
}

function fileResponse(
  { maker }: AskedFile,
  { device, password, person, directory }: FetchedPhone,
  { folder, server, codesOf }: ProvisioningPort,
  { certificates }: ApiPorts,
): Response {
  const { tenant, people } = directory
  const authority = certificates?.state()?.source === 'local' ? certificates.authority() : undefined
  const { type, text } = writeSettings(maker, {
    account: {
      ...{ sipName: device.sipName, password, realm: tenant.id },
      ...{ name: person.name, extension: person.extension },
    },
    server,
    srtp: device.srtp,
    language: person.language,
    country: tenant.country,
    ...(authority && { authority: { url: new URL(PATHS.authority.der, folder).href, pem: authority.pem } }),
    lamps: people
      .filter(({ id, kind }) => id !== person.id && kind === 'person')
      .slice(0, COLLEAGUE_LAMPS_MAX)
      .map(({ extension, name }) => ({ extension, name })),
    codes: codesOf(tenant.id),
  })
  return new Response(text, { headers: { 'content-type': type } })
}
