// security.txt (RFC 9116): where whoever finds a problem reports it.
import { fail, ok, type Result } from '@rufwerk/core'
import { isHttps, LANGUAGES, type Language } from './warning.ts'

export interface SecurityTxt {
  /** In the order of preference: `https:`, `mailto:` or `tel:`. */
  readonly contacts: readonly string[]
  readonly expires: number
  readonly languages: readonly Language[]
  readonly canonical: string
  readonly policy: string
  /** The address of provider-metadata.json (CSAF 2.0 §7.1.8), where there is one. */
  readonly csaf?: string
}

/** RFC 9116 §2.5.5 recommends less than a year. */
export const EXPIRES_WITHIN_MS = 365 * 24 * 3_600_000

/** Which field is wrong. */
export function securityTxt(fields: SecurityTxt, now: number): Result<string, keyof SecurityTxt> {
  const { contacts, expires, languages, canonical, policy, csaf } = fields
  if (contacts.length === 0 || !contacts.every(isContact)) return fail('contacts')
  if (!(expires > now && expires - now < EXPIRES_WITHIN_MS)) return fail('expires')
  if (languages.length === 0 || !languages.every((one) => LANGUAGES.includes(one))) return fail('languages')
  for (const name of ['canonical', 'policy', 'csaf'] as const)
    if (!isHttps(fields[name] ?? policy)) return fail(name)
  const lines = [
    ...contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${new Date(expires).toISOString()}`,
    `Preferred-Languages: ${languages.join(', ')}`,
    `Canonical: ${canonical}`,
    `Policy: ${policy}`,
    ...(csaf === undefined ? [] : [`CSAF: ${csaf}`]),
  ]
  return ok(lines.map((line) => `${line}\n`).join(''))
}

function isContact(text: string): boolean {
  return isHttps(text) || /^(mailto:[\x21-\x7e]+@[\x21-\x7e]+|tel:\+?[0-9-]+)$/.test(text)
}
