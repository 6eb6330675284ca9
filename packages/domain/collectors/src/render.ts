// A script with its settings in it, signed. The settings are data in quoted literals: whatever stands in
// them, a shell takes it for text. The signature is detached and over the bytes of the file, so that anybody
// with OpenSSL can check it.
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { assert, fail, ok, type Result } from '@rufwerk/core'
import { type Finding, finding } from './finding.ts'
import { LIST_NAMES_MAX, SERVER_CHARS_MAX, WORD_CHARS_MAX } from './limits.ts'
import type { ScriptName } from './report.ts'

export interface WantedApp {
  readonly vendor: string
  readonly product: string
  /** Names of its folders, bundles and packages, in any case. */
  readonly folders: readonly string[]
  /** Names of its programs, in any case. */
  readonly programs: readonly string[]
}

export interface ScriptSettings {
  /** Where reports are sent: https, or http on this computer. */
  readonly server: string
  readonly tenant: string
  /** Milliseconds since 1970. Afterwards the script refuses to run. */
  readonly expiresAt: number
  readonly apps: readonly WantedApp[]
  /** Names of files that advisories name. */
  readonly fileNames: readonly string[]
}

export interface RenderedScript {
  readonly name: ScriptName
  readonly text: string
  /** In hexadecimal digits; for computers that cannot check the signature. */
  readonly sha256: string
  /** Ed25519 (RFC 8032) over the bytes of the text: the file `name.sig`. */
  readonly signature: Uint8Array
  /** Digest of what is looked for; it comes back in the report. */
  readonly list: string
  /** Names that cannot be looked for: nobody may call their absence clean. */
  readonly leftOut: readonly string[]
}

export type Sign = (bytes: Uint8Array) => Uint8Array

/** Where the scripts lie. This package reads no files. */
export const scriptFile = (name: ScriptName): URL => new URL(`../scripts/${name}`, import.meta.url)

/** `key`: an Ed25519 private key. */
export const signWith =
  (key: KeyObject): Sign =>
  (bytes) =>
    sign(null, bytes, key)

/** `key`: the public or the private one. */
export function isSignedScript(text: string, signature: Uint8Array, key: KeyObject): boolean {
  const isPublic = key.type === 'public'
  return (
    signature.length === 64 &&
    verify(null, Buffer.from(text), isPublic ? key : createPublicKey(key), signature)
  )
}

/** `template`: the text of the file of that name in this package. */
export function renderScript(
  { name, template }: { readonly name: ScriptName; readonly template: string },
  settings: ScriptSettings,
  sign: Sign,
): Result<RenderedScript, Finding> {
  const server = serverOf(settings.server)
  if (server === undefined) return fail(finding('server', 'server'))
  if (!isWord(settings.tenant)) return fail(finding('word', 'tenant'))
  const expires = Math.floor(settings.expiresAt / 1_000)
  if (!Number.isSafeInteger(expires) || expires <= 0) return fail(finding('time', 'expiresAt'))
  const wrong = settings.apps.findIndex(({ vendor, product }) => !isField(vendor) || !isField(product))
  if (wrong >= 0) return fail(finding('word', `apps, ${wrong}`))
  const { rows, names, leftOut } = listOf(settings)
  if (names > LIST_NAMES_MAX) return fail(finding('names', 'fileNames'))
  const list = createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 32)
  const values = { SERVER: server, TENANT: settings.tenant, EXPIRES: String(expires), LIST: list }
  const text = withSettings(template, name.endsWith('.ps1') ? inPowerShell : inShell, values, rows)
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return ok({ name, text, sha256, signature: sign(bytes), list, leftOut })
}

/** How a person checks a script before it runs, with the public key in the file `key`. */
export function howToVerify(
  { name, sha256 }: RenderedScript,
  key = 'rufwerk.pem',
): { de: string; en: string } {
  const command = `openssl pkeyutl -verify -pubin -inkey ${key} -rawin -in ${name} -sigfile ${name}.sig`
  const windows = `Get-FileHash -Algorithm SHA256 ${name}`
  return {
    de: `Mit OpenSSL 3: ${command}\nOhne: ${windows} oder shasum -a 256 ${name} muss ${sha256} ergeben.\n`,
    en: `With OpenSSL 3: ${command}\nWithout: ${windows} or shasum -a 256 ${name} must give ${sha256}.\n`,
  }
}

/** Printable ASCII: the scripts are, so that no encoding of any system makes something else of them. */
const isWord = (text: string) =>
  /^[ -~]+$/.test(text) && text.length <= WORD_CHARS_MAX && text.trim() === text
const isField = (text: string) => isWord(text) && !text.includes('|')
/** A name of a file; a backslash parts folders in Windows. */
const isName = (text: string) => isField(text) && !/[\\/]/.test(text) && text !== '.' && text !== '..'

function serverOf(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || text.length > SERVER_CHARS_MAX || url.username !== '' || url.password !== '') return undefined
  const isHere = url.hostname === '127.0.0.1' || url.hostname === '[::1]' || url.hostname === 'localhost'
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) return undefined
  return url.hash === '' && /^[ -~]+$/.test(url.href) ? url.href : undefined
}

function listOf({ apps, fileNames }: ScriptSettings) {
  const leftOut: string[] = []
  let names = 0
  const row = (fields: readonly string[], candidates: readonly string[]): string[] => {
    leftOut.push(...candidates.filter((name) => !isName(name)))
    const good = [...new Set(candidates.filter(isName))]
    names += good.length
    return good.length === 0 ? [] : [[...fields, ...good].join('|')]
  }
  const rows = [
    ...apps.flatMap(({ vendor, product, folders }) => row(['app', vendor, product], folders)),
    ...apps.flatMap(({ vendor, product, programs }) => row(['exe', vendor, product], programs)),
    ...row(['file'], fileNames),
  ]
  return { rows, names, leftOut }
}

type Literal = (name: string, value: string) => string

/** POSIX shells and zsh: only a quotation mark ends the text, and no character in it means anything. */
const inShell: Literal = (name, value) => `${name}='${value.replaceAll("'", `'\\''`)}'`
/** PowerShell: the same; it takes curly marks for quotation marks, too, but all of this is ASCII. */
const inPowerShell: Literal = (name, value) => {
  const variable = name.slice(0, 1) + name.slice(1).toLowerCase()
  return `$${variable} = '${value.replaceAll("'", "''")}'`
}

const BEGIN = /^# --- settings: .*$/m
const END = '\n# --- end of settings ---\n'

function withSettings(
  template: string,
  literal: Literal,
  values: Readonly<Record<string, string>>,
  rows: readonly string[],
): string {
  const begin = BEGIN.exec(template)
  const end = template.indexOf(END)
  assert(begin !== null && end > begin.index, 'a script has a place for its settings')
  const lines = [
    ...Object.entries(values).map(([name, value]) => literal(name, value)),
    literal('APPS', `\n${rows.join('\n')}\n`),
  ]
  return `${template.slice(0, begin.index)}${begin[0]}\n${lines.join('\n')}${template.slice(end)}`
}
