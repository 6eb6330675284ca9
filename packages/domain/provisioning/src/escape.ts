// Values that come from people, made safe for a place in a file. Nothing is refused: a name that holds what a
// file cannot is shown without it, because the phone must work all the same.

/** C0, C1 and DEL, the line and paragraph separators, and the byte order mark. */
const CONTROLS = /[\p{Cc}\u2028\u2029\ufeff]+/gu
/** Halves of surrogate pairs, and what XML 1.0 §2.2 calls no characters. */
const NO_CHARACTERS = /[\ufffe\uffff]/g

/** One line without control characters; blanks at the ends go, as every reader of such files drops them. */
export function oneLine(text: string): string {
  return text.toWellFormed().replace(CONTROLS, ' ').replace(NO_CHARACTERS, '').trim()
}

/** For text and for attributes in double quotes (XML 1.0 §2.4). */
export function xml(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** A quoted-string of SIP (RFC 3261 §25.1). */
export function quotedString(text: string): string {
  return `"${oneLine(text).replace(/[\\"]/g, '\\$&')}"`
}

/** The host part of a SIP address: IPv6 in brackets. */
export function sipHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
