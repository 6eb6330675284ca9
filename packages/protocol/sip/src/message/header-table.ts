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
