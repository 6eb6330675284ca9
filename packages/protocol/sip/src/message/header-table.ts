// Names of headers: compact forms (RFC 3261 §7.3.3, §20 and the extensions that add some) and usual
// spellings.

const NAMES = [
  'Via v',
  'From f',
  'To t',
  'Call-ID i',
  'CSeq',
  'Contact m',
  'Max-Forwards',
  'Content-Length l',
  'Content-Type c',
  'Content-Encoding e',
  'Subject s',
  'Supported k',
  'Event o',
  'Allow-Events u',
  'Refer-To r',
  'Referred-By b',
  'Session-Expires x',
  'Min-SE',
  'RSeq',
  'RAck',
  'Route',
  'Record-Route',
  'Expires',
  'Min-Expires',
  'Allow',
  'Accept',
  'Require',
  'Proxy-Require',
  'Unsupported',
  'User-Agent',
  'Server',
  'Authorization',
  'WWW-Authenticate',
  'Proxy-Authorization',
  'Proxy-Authenticate',
  'Retry-After',
  'Warning',
  'Reason',
  'Date',
  'Timestamp',
  'Path',
  'Replaces',
  'P-Asserted-Identity',
  'Info-Package',
  'Organization',
  'Alert-Info',
  'Accept-Language',
  'Accept-Encoding',
  'Content-Disposition',
  'MIME-Version',
]

/** Every spelling that is often seen → the lower-case long name. Never grows with what peers send. */
const KEYS = new Map<string, string>()
/** One spelling that is often seen. */
export interface KnownName {
  readonly spelling: string
  readonly key: string
}

/** Lower-case long name → compact form. */
const COMPACT = new Map<string, string>()
for (const line of NAMES) {
  const [name = '', compact] = line.split(' ')
  const key = name.toLowerCase()
  const capitalised = key.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
  for (const spelling of [name, key, name.toUpperCase(), capitalised]) KEYS.set(spelling, key)
  if (compact) {
    KEYS.set(compact, key).set(compact.toUpperCase(), key)
    COMPACT.set(key, compact)
  }
}

const SLOTS = 1024
/** The spellings by length, first and last character. One slot has hardly ever more than one. */
const BY_ENDS: KnownName[][] = Array.from({ length: SLOTS }, () => [])
for (const [spelling, key] of KEYS) {
  const first = spelling.charCodeAt(0)
  const last = spelling.charCodeAt(spelling.length - 1)
  BY_ENDS[slotOf(first, last, spelling.length)]?.push({ spelling, key })
}

function slotOf(first: number, last: number, length: number): number {
  return (first * 37 + last * 5 + length * 131) % SLOTS
}

/** The spelling that stands in a text between two places, found without cutting it out. */
export function nameAt(text: string, from: number, to: number): KnownName | undefined {
  if (to <= from) return undefined
  const length = to - from
  const names = BY_ENDS[slotOf(text.charCodeAt(from), text.charCodeAt(to - 1), length)] ?? []
  for (const name of names) {
    if (name.spelling.length === length && text.startsWith(name.spelling, from)) return name
  }
  return undefined
}

/** The name by which headers compare: lower case, long form. */
export function headerKey(name: string): string {
  const known = KEYS.get(name)
  if (known !== undefined) return known
  const key = name.toLowerCase()
  return KEYS.get(key) ?? key
}

/** The same for a spelling that is often seen; undefined for others. What is known is a token. */
export function knownKey(name: string): string | undefined {
  return KEYS.get(name)
}

/** The compact form where there is one, else the name itself. */
export function compactName(name: string): string {
  return COMPACT.get(headerKey(name)) ?? name
}
