// The session cookie (RFC 6265bis): scripts cannot read it, other sites cannot make a browser send it.
import { LIMITS } from '../limits.ts'

export const SESSION_COOKIE = 'rufwerk_session'

export function writeSessionCookie(token: string, isSecure: boolean): string {
  return cookie(token, LIMITS.sessionCookieSeconds, isSecure)
}

export function clearSessionCookie(isSecure: boolean): string {
  return cookie('', 0, isSecure)
}

/** The token of a Cookie header. Two cookies of this name are a sign of tampering: then there is none. */
export function readSessionCookie(header: string | null | undefined): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1))
  const [token] = values
  return values.length === 1 && token && /^[0-9A-Za-z_-]{16,128}$/.test(token) ? token : undefined
}

function cookie(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const attributes = ['Path=/', `Max-Age=${maxAgeSeconds}`, 'HttpOnly', 'SameSite=Strict']
  if (isSecure) attributes.push('Secure')
  return `${SESSION_COOKIE}=${value}; ${attributes.join('; ')}`
}
