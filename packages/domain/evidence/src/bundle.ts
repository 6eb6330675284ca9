// A bundle of evidence: files, what each is, their SHA-256 in a list that is signed (Ed25519, RFC 8032), in
// one archive that is the same byte by byte whenever it is made of the same.
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { fail, ok, type Result } from '@rufwerk/core'
import { BUNDLE_BYTES_MAX, ENTRIES_MAX, ENTRY_BYTES_MAX, FINDINGS_MAX, TEXT_CHARS_MAX } from './limits.ts'
import {
  type About,
  type Described,
  FORMAT,
  isMediaType,
  isName,
  isTime,
  type Manifest,
  readManifest,
  writeManifest,
} from './manifest.ts'
import { READ_ME } from './read-me.ts'
import { readTar, type TarFile, writeTar } from './tar.ts'

export interface Entry extends Described {
  readonly content: Uint8Array
}

export type NotMade =
  | 'name'
  | 'name-twice'
  | 'media-type'
  | 'time'
  | 'key'
  | 'text-too-long'
  | 'entry-too-large'
  | 'too-many'

const SUMS = 'SHA256SUMS'
const SIGNATURE = 'SHA256SUMS.sig'
const KEY = 'key.pem'
const MANIFEST = 'manifest.json'
const README = 'README.txt'
const ENTRIES = 'entries/'
/** What the list of sums does not cover: itself, its signature, and the key that is compared otherwise. */
const UNLISTED = [SUMS, SIGNATURE, KEY]
const SIGNATURE_BYTES = 64

/** `key`: an Ed25519 private key. */
export function makeBundle(
  about: About,
  entries: readonly Entry[],
  key: KeyObject,
): Result<Uint8Array<ArrayBuffer>, NotMade> {
  if (entries.length > ENTRIES_MAX) return fail('too-many')
  if (!entries.every(({ name }) => isName(name))) return fail('name')
  // Also where the case of letters makes no difference: one would take the place of the other.
  if (new Set(entries.map(({ name }) => name.toLowerCase())).size < entries.length) return fail('name-twice')
  if (!entries.every(({ mediaType }) => isMediaType(mediaType))) return fail('media-type')
  if (![about.madeAt, about.from, about.until].every(isTime)) return fail('time')
  if (key.type !== 'private' || key.asymmetricKeyType !== 'ed25519') return fail('key')
  const { case: id, title, company, madeBy } = about
  const texts = [
    id,
    title,
    company,
    madeBy,
    ...entries.flatMap(({ what, origin }) => [what.de, what.en, origin]),
  ]
  if (texts.some((text) => text.length > TEXT_CHARS_MAX)) return fail('text-too-long')
  const sizes = entries.map(({ content }) => content.byteLength)
  if (sizes.some((size) => size > ENTRY_BYTES_MAX)) return fail('entry-too-large')
  if (sizes.reduce((sum, size) => sum + size, 0) > BUNDLE_BYTES_MAX / 2) return fail('entry-too-large')
  const listed = entries.map(({ content, ...described }) => ({
    ...described,
    ...{ bytes: content.byteLength, sha256: digest(content) },
  }))
  const covered: TarFile[] = [
    { path: README, bytes: encoded(READ_ME) },
    { path: MANIFEST, bytes: encoded(writeManifest({ ...about, entries: listed })) },
    ...entries.map(({ name, content }) => ({ path: `${ENTRIES}${name}`, bytes: content })),
  ]
  const sums = encoded(sumsOf(covered))
  const signed = [
    { path: SUMS, bytes: sums },
    { path: SIGNATURE, bytes: sign(null, sums, key) },
    { path: KEY, bytes: encoded(pemOf(key)) },
  ]
  return ok(writeTar([...signed, ...covered]))
}

export type BundleFindingCode =
  | 'too-large'
  | 'truncated'
  | 'malformed'
  /** A file is there twice, not where it belongs, or does not belong to a bundle. */
  | 'extra'
  | 'missing'
  /** The content of a file is not what was signed. */
  | 'changed'
  | 'bad-key'
  | 'bad-signature'
  /** The key is none of those that the reader knows. */
  | 'other-key'

export interface BundleFinding {
  readonly code: BundleFindingCode
  /** A path in the archive; empty for the whole. */
  readonly where: string
}

export interface BundleVerified {
  /** Absent where it cannot be read. */
  readonly manifest?: Manifest
  /** SHA-256 of the key in it (DER of its SubjectPublicKeyInfo), hex; absent where there is none. */
  readonly key?: string
  /** One of the keys that the reader knows; false also where the reader named none. */
  readonly isKnownKey: boolean
  /** Empty: nothing was changed since it was signed with this key. */
  readonly findings: readonly BundleFinding[]
}

/** `known`: public keys that the reader has from elsewhere. Nothing is unpacked. */
export function verifyBundle(bytes: Uint8Array, known: readonly KeyObject[] = []): BundleVerified {
  const broken = (code: BundleFindingCode): BundleVerified => ({
    isKnownKey: false,
    findings: [{ code, where: '' }],
  })
  if (bytes.byteLength > BUNDLE_BYTES_MAX) return broken('too-large')
  const read = readTar(bytes, ENTRIES_MAX + UNLISTED.length + 2)
  if (!read.ok) return broken(read.error)
  const files = new Map(read.value.map(({ path, bytes: content }) => [path, content]))
  const findings: BundleFinding[] = []
  const found = (code: BundleFindingCode, where: string): void => {
    if (findings.length < FINDINGS_MAX) findings.push({ code, where })
  }
  for (const path of [...UNLISTED, README, MANIFEST]) if (!files.has(path)) found('missing', path)
  const manifest = readManifest(decoded(files.get(MANIFEST)))
  if (!manifest.ok) found('malformed', MANIFEST)
  const entries = manifest.ok ? manifest.value.entries : []
  const order = [...UNLISTED, README, MANIFEST, ...entries.map(({ name }) => `${ENTRIES}${name}`)]
  for (const { path } of read.value) if (!order.includes(path)) found('extra', path)
  for (const path of order.slice(UNLISTED.length + 2)) if (!files.has(path)) found('missing', path)
  if (findings.length === 0 && read.value.some(({ path }, at) => path !== order[at]))
    found('extra', read.value.find(({ path }, at) => path !== order[at])?.path ?? '')
  for (const { name, sha256, bytes: size } of entries) {
    const content = files.get(`${ENTRIES}${name}`)
    if (content !== undefined && (digest(content) !== sha256 || content.byteLength !== size))
      found('changed', `${ENTRIES}${name}`)
  }
  if (files.has(README) && decoded(files.get(README)) !== READ_ME) found('changed', README)
  const covered = read.value.filter(({ path }) => !UNLISTED.includes(path))
  if (files.has(SUMS) && decoded(files.get(SUMS)) !== sumsOf(covered)) found('changed', SUMS)
  const key = keyOf(files.get(KEY))
  if (key === undefined) found('bad-key', KEY)
  else if (!isSigned(files.get(SUMS), files.get(SIGNATURE), key)) found('bad-signature', SIGNATURE)
  const isKnownKey = key !== undefined && known.some((one) => one.equals(key))
  if (known.length > 0 && key !== undefined && !isKnownKey) found('other-key', KEY)
  return {
    ...(manifest.ok && { manifest: manifest.value }),
    ...(key && { key: fingerprintOf(key) }),
    ...{ isKnownKey, findings },
  }
}

/** SHA-256 of a public key, hex, to compare by eye. */
export function fingerprintOf(key: KeyObject): string {
  return digest(publicOf(key).export({ type: 'spki', format: 'der' }))
}

/** The first line keeps this signature apart from others of the same key; sha256sum takes it as a remark. */
function sumsOf(files: readonly TarFile[]): string {
  return `# ${FORMAT}\n${files.map(({ path, bytes }) => `${digest(bytes)}  ${path}\n`).join('')}`
}

function isSigned(sums: Uint8Array | undefined, signature: Uint8Array | undefined, key: KeyObject): boolean {
  if (sums === undefined || signature?.byteLength !== SIGNATURE_BYTES) return false
  return verify(null, sums, key, signature)
}

/** In the one form in which we write it. */
function keyOf(bytes: Uint8Array | undefined): KeyObject | undefined {
  const pem = decoded(bytes)
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' && pemOf(key) === pem ? key : undefined
  } catch {
    return undefined
  }
}

const publicOf = (key: KeyObject): KeyObject => (key.type === 'private' ? createPublicKey(key) : key)
const pemOf = (key: KeyObject): string => publicOf(key).export({ type: 'spki', format: 'pem' }).toString()
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)
/** What is no UTF-8 is no text that we wrote. */
const decoded = (bytes: Uint8Array | undefined): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
