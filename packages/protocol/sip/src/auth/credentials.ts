// The text of challenges and credentials (RFC 3261 §25.1, RFC 7616 §3.3, §3.4): `Digest name=value, …`.
import { endOfQuoted, endOfToken, skipSpace, unquote } from '../message/grammar.ts'

const FIELDS_MAX = 32
const QUOTE = 0x22
const COMMA = 0x2c
const EQUALS = 0x3d

/** Field names in lower case with unquoted values; undefined when it is not Digest or does not parse. */
export function parseDigestFields(text: string): ReadonlyMap<string, string> | undefined {
  if (!/^digest[ \t]/i.test(text)) return undefined
  const fields = new Map<string, string>()
  const length = text.length
  let at = skipSpace(text, 6)
  while (at < length) {
    const nameEnd = endOfToken(text, at)
    const equals = skipSpace(text, nameEnd)
    if (nameEnd === at || text.charCodeAt(equals) !== EQUALS) return undefined
    const start = skipSpace(text, equals + 1)
    const end = text.charCodeAt(start) === QUOTE ? endOfQuoted(text, start) : endOfToken(text, start)
    if (end <= start) return undefined
    const name = text.slice(at, nameEnd).toLowerCase()
    if (fields.has(name) || fields.size === FIELDS_MAX) return undefined
    fields.set(name, unquote(text.slice(start, end)))
    at = skipSpace(text, end)
    if (at === length) break
    if (text.charCodeAt(at) !== COMMA) return undefined
    at = skipSpace(text, at + 1)
  }
  return fields
}
