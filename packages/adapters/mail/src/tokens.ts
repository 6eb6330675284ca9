// Access tokens of OAuth 2 (RFC 6749) for mail servers that take no password, such as Microsoft 365: by
// client credentials (§4.4) or a refresh token (§6). Kept in memory until shortly before they end.
import { fail, ms, ok, type Result, type WallTime, wallTime } from '@rufwerk/core'
import type { DeliveryFailure } from '@rufwerk/messaging/mail'
import { isCertificateError } from './failures.ts'
import { TOKEN_RESERVE, TOKEN_TIMEOUT } from './limits.ts'
import type { SignIn } from './mail-server.ts'
import { postForm } from './token-request.ts'

type OAuth2 = Extract<SignIn, { readonly how: 'oauth2' }>

export interface TokenPorts {
  readonly wallTime: () => WallTime
  /** The issuer gave another refresh token for this (RFC 6749 §6): the one before may not work again. */
  readonly onRefreshToken?: (refreshToken: string, of: SignIn) => void
}

interface Kept {
  /** What it was asked with, but for the refresh token, which may have changed since. */
  readonly of: string
  readonly token: string
  readonly expiresAt: WallTime
}

/** When the issuer does not say how long. */
const LIFE_DEFAULT_SECONDS = 300

export class Tokens {
  readonly #ports: TokenPorts
  #kept: Kept | undefined

  constructor(ports: TokenPorts) {
    this.#ports = ports
  }

  /** `authorities`: in PEM, by which the issuer is trusted, too. */
  async tokenFor(signIn: OAuth2, authorities: readonly string[]): Promise<Result<string, DeliveryFailure>> {
    const kept = this.#kept
    const of = whatOf(signIn, authorities)
    if (kept?.of === of && kept.expiresAt - TOKEN_RESERVE > this.#ports.wallTime()) return ok(kept.token)
    const asked = await ask(signIn, authorities)
    if (!asked.ok) return asked
    const { token, lifeSeconds, refreshToken } = asked.value
    const life = ms(lifeSeconds * 1000)
    this.#kept = { of, token, expiresAt: wallTime(this.#ports.wallTime() + life) }
    if (refreshToken !== undefined && refreshToken !== signIn.refreshToken)
      this.#ports.onRefreshToken?.(refreshToken, signIn)
    return ok(token)
  }

  /** The mail server did not take it. */
  forget(): void {
    this.#kept = undefined
  }
}

async function ask(
  signIn: OAuth2,
  authorities: readonly string[],
): Promise<Result<Granted, DeliveryFailure>> {
  const { tokenUrl, clientId, clientSecret, scope, refreshToken } = signIn
  const grant: Record<string, string> =
    refreshToken === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token: refreshToken }
  const form = new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret, scope })
  const where = URL.parse(tokenUrl)?.host ?? tokenUrl
  try {
    const { status, text } = await postForm(tokenUrl, form, { authorities, timeout: TOKEN_TIMEOUT })
    const json = text === undefined ? undefined : readJson(text)
    if (status < 200 || status > 299) return refused(where, json?.error)
    const granted = json === undefined ? undefined : readGranted(json)
    return granted === undefined ? refused(where, undefined) : ok(granted)
  } catch (error) {
    return fail({ ...unanswered(where, error), isFinal: false })
  }
}

function unanswered(where: string, error: unknown): Pick<DeliveryFailure, 'code' | 'sentence'> {
  if (!isCertificateError(error))
    return { code: 'token-unreachable', sentence: `${where} did not answer when it was asked for a token.` }
  const why = 'its certificate is not valid for this name, or signed by nobody known'
  return { code: 'token-certificate', sentence: `${where} was not asked for a token: ${why}.` }
}

function whatOf(
  { tokenUrl, clientId, clientSecret, scope, user }: OAuth2,
  authorities: readonly string[],
): string {
  return JSON.stringify([tokenUrl, clientId, clientSecret, scope, user, authorities])
}

interface Granted {
  readonly token: string
  readonly lifeSeconds: number
  readonly refreshToken?: string
}

/** RFC 6749 §5.2 has a short code in `error`; the rest of such an answer may hold what is not to be shown. */
function refused(where: string, error: unknown): Result<Granted, DeliveryFailure> {
  const code = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : ''
  const sentence = `${where} gave no token${code}: look at client, secret, scope and mailbox.`
  return fail({ code: 'token-refused', sentence, isFinal: false })
}

function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

/** RFC 6749 §5.1. A token goes into a line of SMTP, so it holds what RFC 6750 §2.1 lets it hold. */
function readGranted(json: Readonly<Record<string, unknown>>): Granted | undefined {
  const { access_token: token, expires_in: life, refresh_token: refreshToken } = json
  if (typeof token !== 'string' || !/^[A-Za-z0-9._~+/-]+=*$/.test(token)) return undefined
  const seconds = Number(life)
  return {
    token,
    lifeSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : LIFE_DEFAULT_SECONDS,
    ...(typeof refreshToken === 'string' && refreshToken !== '' && { refreshToken }),
  }
}
