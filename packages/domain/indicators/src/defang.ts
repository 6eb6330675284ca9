// Defanged and whole spellings, and which kind of indicator a text is. Linear in its length.
import { type Failed, fail, ok, type Result } from '@rufwerk/core'
import { ipBytes } from '@rufwerk/core/ip-address'
import type { HashAlgorithm, Observable } from './model.ts'

const VALUE_CHARS_MAX = 2_048
/** By the number of hexadecimal digits. */
const ALGORITHMS = new Map<number, HashAlgorithm>([
  [64, 'sha256'],
  [40, 'sha1'],
  [32, 'md5'],
])
/** Names with these endings are files, unless the dot is written defanged. */
const FILE_ENDINGS = new Set([
  ...'exe dll msi msix dmg pkg dylib so sys drv ocx cpl scr lnk bat cmd ps1 psm1 vbs vbe js jse wsf'.split(
    ' ',
  ),
  ...'hta jar py sh zip rar 7z gz tar iso img vhd cab ico png jpg pdf doc docx docm xls xlsx xlsm ppt'.split(
    ' ',
  ),
  ...'pptx rtf dat bin tmp log txt json xml plist deb rpm apk asar node bak db'.split(' '),
])

export type ValueProblem = 'empty' | 'too-long' | 'not-understood' | 'network-wrong' | 'address-wrong'

/** The plain spelling of what is written defanged. Only for the matcher and for reading. */
export function refang(text: string): string {
  return text
    .replace(/\[:\/\/\]/g, '://')
    .replace(/[[({]:[\])}]/g, ':')
    .replace(/[[({]\/[\])}]/g, '/')
    .replace(/[[({](?:\.|dot|punkt)[\])}]|\\\.(?=[a-z0-9])/gi, '.')
    .replace(
      /^(?:h(?:xx|\*\*|tt|XX)p|meow)(s?)(?=:\/\/)/i,
      (_, secure: string) => `http${secure.toLowerCase()}`,
    )
    .replace(/^fxp(s?)(?=:\/\/)/i, 'ftp$1')
}

export function defangDomain(domain: string): string {
  return domain.replaceAll('.', '[.]')
}

export function defangUrl(url: string): string {
  const scheme = /^([a-z][a-z0-9+-]*):\/\//i.exec(url)?.[1] ?? ''
  const rest = scheme === '' ? url : url.slice(scheme.length + 3)
  const end = rest.search(/[/?#]/)
  const host = end < 0 ? rest : rest.slice(0, end)
  const path = end < 0 ? '' : rest.slice(end)
  const shown = scheme === '' ? '' : `${scheme.replace(/^http/i, 'hxxp').replace(/^ftp/i, 'fxp')}://`
  return `${shown}${defangAddress(host)}${path}`
}

/** Of an IP address, a network, or a host with its port. */
export function defangAddress(address: string): string {
  const dots = address.replaceAll('.', '[.]')
  return address.split(':').length > 2 ? dots.replaceAll(':', '[:]') : dots
}

/** What a text from a log is shown as, whatever it is: nothing in it can be clicked. */
export function defangText(text: string): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\bhttp(s?):\/\//gi, 'hxxp$1://')
    .replace(/(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])/gu, '[.]')
}

/** In lower case and ASCII, without the last dot; undefined for what is no domain name. */
export function plainDomain(text: string): string | undefined {
  let host = text.endsWith('.') ? text.slice(0, -1) : text
  if (host.length === 0 || host.length > 253) return undefined
  // The quick way for nearly all of them.
  if (!/^[a-z0-9._-]+$/.test(host)) {
    host = host.toLowerCase()
    if (/[^\0-\x7f]/.test(host)) host = asciiDomain(host)
  }
  return /^(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)*[a-z0-9_](?:[a-z0-9_-]{0,62})$/.test(host) ? host : undefined
}

function asciiDomain(host: string): string {
  if (/[\s/\\?#@:%<>[\]^|]/.test(host)) return ''
  const parsed = URL.parse(`http://${host}/`)
  return parsed === null ? '' : parsed.hostname
}

/** Reads one value. `kind` when the source says it. */
export function readValue(written: string, kind?: Observable['kind']): Result<Observable, ValueProblem> {
  const read = readText(written.trim(), kind)
  // Defanged it is longer, and has to be readable again.
  return read.ok && read.value.text.length > VALUE_CHARS_MAX ? fail('too-long') : read
}

function readText(text: string, kind?: Observable['kind']): Result<Observable, ValueProblem> {
  if (text === '') return fail('empty')
  if (text.length > VALUE_CHARS_MAX) return fail('too-long')
  const plain = refang(text)
  switch (kind) {
    case 'file':
      return fileOf(text)
    case 'hash':
      return hashOf(plain) ?? fail('not-understood')
    case 'domain':
      return domainOf(plain.replace(/^\*\./, '')) ?? fail('not-understood')
    case 'ip':
    case 'network':
      return addressOf(plain) ?? fail('address-wrong')
    case 'url':
      return urlOf(plain) ?? fail('not-understood')
    default:
      return guessed(text, plain)
  }
}

function guessed(text: string, plain: string): Result<Observable, ValueProblem> {
  const hash = hashOf(plain)
  if (hash) return hash
  if (/^[a-z][a-z0-9+-]*:\/\//i.test(plain)) return urlOf(plain) ?? fail('not-understood')
  const address = addressOf(plain)
  if (address) return address
  if (/^[/~%\\]|^[a-z]:\\|\\/i.test(plain)) return fileOf(text)
  const slash = plain.indexOf('/')
  if (slash > 0) return urlOf(plain) ?? fail('not-understood')
  const domain = plain.replace(/^\*\./, '')
  const isNamed = FILE_ENDINGS.has(plain.slice(plain.lastIndexOf('.') + 1).toLowerCase())
  if (domain.includes('.') && (!isNamed || plain !== text)) {
    const found = domainOf(domain)
    if (found) return found
  }
  const isFile = isNamed || (/[*?]/.test(text) && text.includes('.'))
  return isFile && !/[\s<>|"]{2}/.test(text) ? fileOf(text) : fail('not-understood')
}

function hashOf(text: string): Result<Observable, never> | undefined {
  const match = /^(?:(sha-?256|sha-?1|md5)[:=]\s*)?([0-9a-f]{32,64})$/i.exec(text)
  const hex = match?.[2]?.toLowerCase() ?? ''
  const algorithm = ALGORITHMS.get(hex.length)
  if (algorithm === undefined) return undefined
  const said = match?.[1]?.toLowerCase().replace('-', '')
  if (said !== undefined && said !== algorithm) return undefined
  return ok({ kind: 'hash', text: hex, algorithm })
}

function domainOf(text: string): Result<Observable, never> | undefined {
  const domain = plainDomain(text)
  if (domain === undefined || !/\.(?!\d+$)[a-z0-9-]{2,}$/.test(domain)) return undefined
  return ok({ kind: 'domain', text: defangDomain(domain) })
}

function addressOf(text: string): Result<Observable, ValueProblem> | undefined {
  const [address = '', length, ...more] = text.replace(/^\[|\]$/g, '').split('/')
  const bytes = address.includes('%') ? undefined : ipBytes(address)
  if (bytes === undefined || more.length > 0) return undefined
  if (length === undefined) return ok({ kind: 'ip', text: defangAddress(address.toLowerCase()) })
  if (!/^\d{1,3}$/.test(length) || Number(length) > bytes.length * 8) return fail('network-wrong')
  return ok({ kind: 'network', text: `${defangAddress(address.toLowerCase())}/${Number(length)}` })
}

function urlOf(text: string): Result<Observable, never> | undefined {
  const match = /^(?:([a-z][a-z0-9+-]*):\/\/)?(?:[^/@\s]*@)?([^/?#\s]+)((?:[/?#]\S*)?)$/i.exec(text)
  const [, scheme = '', authority = '', path = ''] = match ?? []
  const host = authority.replace(/:\d{1,5}$/, '')
  const isHost =
    ipBytes(host.replace(/^\[|\]$/g, '')) !== undefined || plainDomain(host)?.includes('.') === true
  if (!isHost) return undefined
  const name = plainDomain(host) ?? host.toLowerCase()
  const port = authority.slice(host.length)
  const shownScheme = scheme === '' ? '' : `${scheme.toLowerCase()}://`
  return ok({ kind: 'url', text: defangUrl(`${shownScheme}${name}${port}${path === '' ? '/' : path}`) })
}

/** A name or a path, `*` and `?` as wildcards. More than wildcards has to be in it. */
function fileOf(text: string): Result<Observable, ValueProblem> {
  const isUsable = !/\p{Cc}/u.test(text) && /[^*?/\\.\s]/.test(text.split(/[/\\]/).at(-1) ?? '')
  return isUsable ? ok({ kind: 'file', text }) : (fail('not-understood') as Failed<ValueProblem>)
}
