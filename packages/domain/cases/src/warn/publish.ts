// A warning as it is published, and each time it is changed: it is checked as a whole before, with every
// document that is made of it, and what was published stays in its history.
import type { CaseProduct } from '@rufwerk/advisories/write'
import { fail, ok, type Result } from '@rufwerk/core'
import { documentsOf } from './csaf.ts'
import { warningMail } from './mail.ts'
import { LANGUAGES, PHASES, type Phase, type Texts, URN, type Warning } from './warning.ts'

/** What an admin writes. */
export interface Draft {
  readonly level: Warning['level']
  readonly title: Texts
  readonly summary: Texts
  readonly advice: readonly Texts[]
  readonly products: readonly Omit<CaseProduct, 'id'>[]
  readonly checked: Warning['checked']
  readonly phase: Phase
  /** What is new in this revision. */
  readonly change: Texts
}

/** Of the first revision, and kept over all of them. */
export interface Naming {
  readonly urn: string
  readonly number: string
}

export const TITLE_CHARS_MAX = 150
export const TEXT_CHARS_MAX = 8_000
export const ADVICE_MAX = 30
export const PRODUCTS_MAX = 200
export const REVISIONS_MAX = 200
/** Warnings of a company. */
export const WARNINGS_MAX = 200

export type PublishProblem =
  /** What in it cannot be written in a page, a mail or a document. */
  | { readonly wrong: 'title' | 'text' | 'products' | 'time' | 'document' }
  /** First that something happened, then advice, then what is affected: never back. */
  | 'phase-back'
  | 'full'

/** To check with; a real address stands there when it is served. */
const ANY = { category: 'user', name: 'x', namespace: 'https://x.example' } as const
const CONTROL = /(?![\n\t])\p{Cc}/u

export function publish(
  before: Warning | undefined,
  draft: Draft,
  naming: Naming,
  at: number,
): Result<Warning, PublishProblem> {
  const { level, title, summary, advice, checked, phase, change } = draft
  const revisions = before?.revisions ?? []
  if (revisions.length >= REVISIONS_MAX) return fail('full')
  const last = revisions.at(-1)
  if (last && PHASES.indexOf(phase) < PHASES.indexOf(last.phase)) return fail('phase-back')
  const texts = [summary, change, checked.what, ...advice]
  if (!isSaid(title, TITLE_CHARS_MAX) || LANGUAGES.some((one) => title[one].includes('\n')))
    return fail({ wrong: 'title' })
  const isText = advice.length <= ADVICE_MAX && texts.every((one) => isSaid(one, TEXT_CHARS_MAX))
  if (!isText || !isLine(checked.by)) return fail({ wrong: 'text' })
  const products = productsOf(draft.products)
  if (products === undefined) return fail({ wrong: 'products' })
  if (!(checked.at <= at) || (last && at < last.at)) return fail({ wrong: 'time' })
  const { urn, number } = before ?? naming
  const warning: Warning = {
    ...{ urn, number, level, title, summary, advice, products, checked },
    revisions: [...revisions, { at, phase, summary: change }],
  }
  return isWritable(warning) ? ok(warning) : fail({ wrong: 'document' })
}

function isWritable(warning: Warning): boolean {
  const page = 'https://x.example/w'
  return (
    URN.test(warning.urn) &&
    LANGUAGES.every(
      (language) =>
        documentsOf(warning, { publisher: ANY, language, pageOf: () => page }).ok &&
        warningMail(warning, language, { page, unsubscribe: page }).ok,
    )
  )
}

/** Numbered in the order of the list; nothing twice. */
function productsOf(named: Draft['products']): readonly CaseProduct[] | undefined {
  if (named.length === 0 || named.length > PRODUCTS_MAX) return undefined
  const names = new Set(named.map((one) => JSON.stringify([one.vendor, one.product, one.version])))
  const isPlain = named.every(({ vendor, product, version, file }) =>
    [vendor, product, version, file?.name ?? 'x'].every(isLine),
  )
  if (names.size !== named.length || !isPlain) return undefined
  return named.map((one, index) => ({ ...one, id: `P${index + 1}` }))
}

function isSaid(texts: Texts, most: number): boolean {
  return LANGUAGES.every((language) => {
    const text = texts[language]
    return text.trim() !== '' && text.length <= most && text.isWellFormed() && !CONTROL.test(text)
  })
}

function isLine(text: string): boolean {
  return text.trim() !== '' && text.length <= 200 && text.isWellFormed() && !/\p{Cc}/u.test(text)
}
