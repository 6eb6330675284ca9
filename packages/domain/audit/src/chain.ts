// The log of administration as a chain: each entry's hash covers the one before it, so that nothing can be
// changed, taken out or put in between without changing all that follows. What names people is covered by a
// commitment with a salt: the salt and the names can be erased, and the chain still holds.
import { createHash } from 'node:crypto'

/** Bytes of the salt with which what names people is committed to. */
export const SALT_BYTES = 16

/** What may name people; it is erased as a whole. */
export interface Told {
  readonly actor: string
  readonly subject: string
  readonly detail: Readonly<Record<string, string>>
}

/** What stays, whatever is erased. */
export interface Link {
  /** From 1, without gaps, for each company. */
  readonly seq: number
  /** UTC milliseconds. */
  readonly at: number
  readonly act: string
  /** SHA-256 of salt and what was told, in hexadecimal digits. */
  readonly commitment: string
}

export interface Entry extends Link {
  /** SHA-256 over the entry before and this one, in hexadecimal digits. */
  readonly hash: string
  /** Absent: erased. */
  readonly told?: Told & { readonly salt: string }
}

/** The hash before the first entry of a company: it says whose chain it is. */
export function genesis(tenant: string): string {
  return digest('rufwerk-audit-genesis/v1', [tenant])
}

/** `salt`: SALT_BYTES random bytes in hexadecimal digits, new for each entry. */
export function commitTo({ actor, subject, detail }: Told, salt: string): string {
  const pairs = Object.keys(detail)
    .toSorted()
    .flatMap((name) => [name, detail[name] ?? ''])
  return digest('rufwerk-audit-told/v1', [salt, actor, subject, ...pairs])
}

/** The hash of an entry that follows the one with the hash `previous`. */
export function hashOf(previous: string, { seq, at, act, commitment }: Link): string {
  return digest('rufwerk-audit-entry/v1', [previous, String(seq), String(at), act, commitment])
}

/** The entry that follows; `previous` is the last one's hash and number, or those of genesis and 0. */
export function follow(
  previous: { readonly seq: number; readonly hash: string },
  {
    at,
    act,
    told,
    salt,
  }: { readonly at: number; readonly act: string; readonly told: Told; readonly salt: string },
): Entry {
  const link = { seq: previous.seq + 1, at, act, commitment: commitTo(told, salt) }
  return { ...link, hash: hashOf(previous.hash, link), told: { ...told, salt } }
}

/** Each field with its length before it, so that no two lists of fields give the same bytes. */
function digest(label: string, fields: readonly string[]): string {
  const hash = createHash('sha256')
  for (const field of [label, ...fields]) {
    const bytes = Buffer.from(field, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hash.update(length).update(bytes)
  }
  return hash.digest('hex')
}
