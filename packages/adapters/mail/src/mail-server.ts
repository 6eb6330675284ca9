// How mail leaves the house: the server, how it is protected, and how we sign in there.
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { fail, ok, type Result } from '@rufwerk/core'
import { neighbourhood } from '@rufwerk/core/ip-address'
import { isAddress, isHeaderText } from '@rufwerk/messaging/mail'
import {
  AUTHORITIES_MAX,
  AUTHORITY_CHARS_MAX,
  HOST_CHARS_MAX,
  NAME_CHARS_MAX,
  SECRET_CHARS_MAX,
  USER_CHARS_MAX,
} from './limits.ts'

export type SignIn =
  | { readonly how: 'nothing' }
  | { readonly how: 'password'; readonly user: string; readonly password: string }
  /** RFC 6749 §4.4, or §6 with a refresh token; the mail server takes the token by XOAUTH2. */
  | {
      readonly how: 'oauth2'
      /** The mailbox. */
      readonly user: string
      readonly tokenUrl: string
      readonly clientId: string
      readonly clientSecret: string
      readonly scope: string
      readonly refreshToken?: string
    }

export interface MailServer {
  /** A name or an address. */
  readonly host: string
  readonly port: number
  /** From the first byte (RFC 8314), after STARTTLS (RFC 3207), or never, which only local servers may. */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly from: { readonly address: string; readonly name?: string }
  readonly signIn: SignIn
  /** Certificates in PEM: these alone are trusted for the mail server, beside Node's own for the tokens. */
  readonly authorities?: readonly string[]
}

export interface WrongField {
  /** Such as signIn.tokenUrl. */
  readonly field: string
  /** A sentence. */
  readonly message: string
}

const HOST_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i

/** What is wrong, in the order of the fields. */
export function checkMailServer(server: MailServer): Result<void, WrongField> {
  const { host, port, security, from, authorities = [] } = server
  if (host.length > HOST_CHARS_MAX || !(isIP(host) !== 0 || HOST_NAME.test(host)))
    return wrong('host', 'This is no name or address of a server.')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return wrong('port', 'A port is 1 to 65535.')
  if (security === 'none' && !isLocal(host))
    return wrong('security', 'Without TLS mail may only go to a server of the local network.')
  if (!isAddress(from.address)) return wrong('from.address', 'This is not an e-mail address.')
  if (from.name !== undefined && !isHeaderText(from.name, NAME_CHARS_MAX))
    return wrong('from.name', 'This name cannot stand in a mail.')
  if (authorities.length > AUTHORITIES_MAX || !authorities.every(isCertificate))
    return wrong('authorities', 'These are not certificates in PEM, one each.')
  return checkSignIn(server.signIn)
}

/** One, and nothing else: of several in a text only the first would be read here. */
function isCertificate(pem: string): boolean {
  if (pem.length > AUTHORITY_CHARS_MAX || pem.match(/-----BEGIN /g)?.length !== 1) return false
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}

function checkSignIn(signIn: SignIn): Result<void, WrongField> {
  if (signIn.how === 'nothing') return ok(undefined)
  if (!isFilled(signIn.user, USER_CHARS_MAX)) return wrong('signIn.user', 'The user name is missing.')
  if (signIn.how === 'password')
    return isFilled(signIn.password, SECRET_CHARS_MAX)
      ? ok(undefined)
      : wrong('signIn.password', 'The password is missing.')
  const url = URL.parse(signIn.tokenUrl)
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (!isSafe || url?.username !== '' || url.password !== '')
    return wrong('signIn.tokenUrl', 'Tokens are fetched from an https address.')
  for (const name of ['clientId', 'clientSecret', 'scope'] as const)
    if (!isFilled(signIn[name], SECRET_CHARS_MAX)) return wrong(`signIn.${name}`, 'This is missing.')
  return ok(undefined)
}

function isFilled(text: string, charsMax: number): boolean {
  return text !== '' && isHeaderText(text, charsMax)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || neighbourhood(host.replace(/^\[|\]$/g, '')) === 'loopback'
}

/** Addresses only: a name may mean somebody else tomorrow. */
function isLocal(host: string): boolean {
  return isLoopback(host) || (isIP(host) !== 0 && neighbourhood(host) === 'private')
}

function wrong(field: string, message: string): Result<void, WrongField> {
  return fail({ field, message })
}
