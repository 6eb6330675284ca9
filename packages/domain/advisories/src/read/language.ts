// Whether a language tag (RFC 5646) consists of subtags that exist, by the registry of IANA.
import subtags from './subtags.json' with { type: 'json' }

function setOf(names: string): { readonly has: (name: string) => boolean } {
  const all = names.split(' ')
  const single = new Set(all)
  const ranges = all.filter((name) => name.includes('..')).map((name) => name.split('..'))
  return {
    has: (name) =>
      single.has(name) ||
      ranges.some(([from = '', to = '']) => name.length === from.length && from <= name && name <= to),
  }
}

const LANGUAGES = setOf(subtags.language)
const SCRIPTS = setOf(subtags.script)
const REGIONS = setOf(subtags.region)
const EXTLANGS: Readonly<Record<string, string>> = subtags.extlang
const VARIANTS: Readonly<Record<string, string>> = subtags.variant
/** RFC 6497 and RFC 6067. */
const EXTENSIONS = new Set(['t', 'u'])

const TAG =
  /^(?<language>[a-z]{2,3}(?<extlangs>(?:-[a-z]{3}){0,3})|[a-z]{4,8})(?:-(?<script>[a-z]{4}))?(?:-(?<region>[a-z]{2}|\d{3}))?(?<variants>(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*)(?<extensions>(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*)(?:-x(?:-[a-z\d]{1,8})+)?$/

export function isKnownLanguage(tag: string): boolean {
  const lower = tag.toLowerCase()
  if (/^x-|^i-default$|^i-mingo$/.test(lower)) return true
  const parts = TAG.exec(lower)?.groups
  if (!parts) return false
  const { language = '', extlangs = '', script, region, variants = '', extensions = '' } = parts
  const [main = ''] = language.split('-')
  if (!LANGUAGES.has(main)) return false
  const hasNames =
    (script === undefined || SCRIPTS.has(script)) && (region === undefined || REGIONS.has(region))
  return hasNames && areExtlangs(extlangs, main) && areVariants(variants, lower) && areExtensions(extensions)
}

/** RFC 5646 §2.2.2: one at most, and only after its language. */
function areExtlangs(text: string, main: string): boolean {
  const names = text.split('-').filter((name) => name !== '')
  return names.length <= 1 && names.every((name) => EXTLANGS[name]?.split(' ').includes(main) === true)
}

/** RFC 5646 §2.2.5: none twice, and each after one of its prefixes. */
function areVariants(text: string, tag: string): boolean {
  const names = text.split('-').filter((name) => name !== '')
  if (new Set(names).size < names.length) return false
  return names.every((name) => {
    if (!Object.hasOwn(VARIANTS, name)) return false
    const prefixes = VARIANTS[name] ?? ''
    const before = tag.slice(0, tag.indexOf(name) - 1)
    return prefixes === '' || prefixes.split(' ').some((prefix) => before.startsWith(prefix))
  })
}

function areExtensions(text: string): boolean {
  const singletons = text.split('-').filter((name) => name.length === 1)
  const isOnce = new Set(singletons).size === singletons.length
  return isOnce && singletons.every((name) => EXTENSIONS.has(name))
}
