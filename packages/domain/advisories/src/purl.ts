// Package URLs (purl, ECMA-427): `pkg:npm/%40scope/name@1.0.0?arch=x64#path`. Read strictly, compared by what
// they name. Rules of single types are kept only where the type's definition makes them a must.

export interface Purl {
  readonly type: string
  readonly namespace: string
  readonly name: string
  readonly version: string
  /** Sorted `key=value`, keys in lower case. */
  readonly qualifiers: readonly string[]
  readonly subpath: string
}

const PURL = /^pkg:\/*([A-Za-z.+-][A-Za-z0-9.+-]*)\/([^?#]+)(?:\?([^#]*))?(?:#(.*))?$/
/** Types whose definition says that namespace and name do not depend on case. */
const CASELESS = new Set(['alpm', 'apk', 'bitbucket', 'composer', 'deb', 'github', 'gitlab', 'hex', 'pypi'])

export function parsePurl(text: string): Purl | undefined {
  const match = PURL.exec(text)
  if (!match || /[\s\\^`{}|<>"]/.test(text) || !isDecodable(text)) return undefined
  const [, rawType = '', path = '', query = '', subpath = ''] = match
  const type = rawType.toLowerCase()
  const at = path.lastIndexOf('@')
  const hasVersion = at > 0 && path[at - 1] !== '/'
  const names = (hasVersion ? path.slice(0, at) : path).split('/').filter((part) => part !== '')
  const version = hasVersion ? decodeURIComponent(path.slice(at + 1)) : ''
  const fold = (name: string) => (CASELESS.has(type) ? name.toLowerCase() : name)
  const name = fold(decodeURIComponent(names.pop() ?? ''))
  const namespace = fold(names.map((part) => decodeURIComponent(part)).join('/'))
  const qualifiers = readQualifiers(query)
  if (name === '' || qualifiers === undefined) return undefined
  if (isForbiddenByType(type, namespace, version, qualifiers)) return undefined
  return { type, namespace, name, version, qualifiers, subpath: decodeURIComponent(subpath) }
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    // Thrown for a percent sign without two digits, and for bytes that are no UTF-8.
    return false
  }
}

function readQualifiers(query: string): string[] | undefined {
  const read: string[] = []
  for (const part of query.split('&').filter((text) => text !== '')) {
    const [key = '', ...value] = part.split('=')
    if (!/^[A-Za-z._-][A-Za-z0-9._-]*$/.test(key)) return undefined
    if (value.join('=') !== '') read.push(`${key.toLowerCase()}=${decodeURIComponent(value.join('='))}`)
  }
  return read.sort()
}

const SEMVER_AFTER_V = /^v\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/

function isForbiddenByType(
  type: string,
  namespace: string,
  version: string,
  qualifiers: readonly string[],
): boolean {
  switch (type) {
    case 'cran':
      return version === ''
    case 'maven':
      return namespace === ''
    case 'oci':
    case 'mlflow':
      return namespace !== ''
    case 'swift':
      return namespace === '' || version === ''
    case 'golang':
      return version.startsWith('v') && !SEMVER_AFTER_V.test(version)
    case 'conan':
      return namespace === ''
        ? qualifiers.some((item) => item.startsWith('channel='))
        : qualifiers.length === 0
    default:
      return false
  }
}

/** The same package; a version, qualifiers or path that the wanted one leaves out do not count. */
export function isNamedBy(wanted: Purl, found: Purl): boolean {
  return (
    wanted.type === found.type &&
    wanted.namespace === found.namespace &&
    wanted.name === found.name &&
    (wanted.version === '' || wanted.version === found.version) &&
    (wanted.subpath === '' || wanted.subpath === found.subpath) &&
    wanted.qualifiers.every((item) => found.qualifiers.includes(item))
  )
}
