// A CSAF 2.0 advisory from its text: limits, JSON, shape, and all mandatory tests (§6.1). All or nothing:
// what has findings is no advisory.
import { fail, ok, type Result } from '@rufwerk/core'
import { FINDINGS_MAX, PRODUCTS_MAX } from '../limits.ts'
import type { Csaf } from './csaf.ts'
import type { Finding } from './finding.ts'
import { type Json, parseJson, writeSorted } from './json.ts'
import { PRODUCT_TESTS } from './mandatory/products.ts'
import { PROFILE_TESTS } from './mandatory/profiles.ts'
import { SCORE_TESTS } from './mandatory/scores.ts'
import type { MandatoryTest } from './mandatory/test.ts'
import { TRACKING_TESTS } from './mandatory/tracking.ts'
import { VULNERABILITY_TESTS } from './mandatory/vulnerabilities.ts'
import { flatten, type Product } from './product-tree.ts'
import { productMentions, productsOf } from './products.ts'
import { CSAF_SHAPE } from './schema.ts'
import { compare } from './shape.ts'

export interface Advisory {
  readonly csaf: Csaf
  readonly products: readonly Product[]
  /** The document with sorted keys: the same for the same content. */
  readonly canonical: string
}

/** Every test but 6.1.8, which is a part of the shape. */
export const MANDATORY_TESTS: readonly MandatoryTest[] = [
  ...PRODUCT_TESTS,
  ...VULNERABILITY_TESTS,
  ...SCORE_TESTS,
  ...TRACKING_TESTS,
  ...PROFILE_TESTS,
]

const TOO_MANY: Finding = {
  rule: 'size',
  pointer: '',
  de: 'Das Dokument nennt zu viele Produkte.',
  en: 'The document names too many products.',
}

const INSIDE_CVSS = /^\/vulnerabilities\/\d+\/scores\/\d+\/cvss_v[23](?:\/|$)/

/** The advisory, or what is wrong with it, at most `FINDINGS_MAX`. */
export function readAdvisory(text: string): Result<Advisory, readonly Finding[]> {
  const json = parseJson(text)
  if (!json.ok) return fail([json.error])
  const misfits = shapeFindings(json.value)
  if (misfits.length > 0) return fail(misfits)
  // The shape was compared just now, field by field.
  const csaf = json.value as unknown as Csaf
  if (productMentions(csaf).length > PRODUCTS_MAX || productsOf(csaf).length > PRODUCTS_MAX)
    return fail([TOO_MANY])
  const findings = MANDATORY_TESTS.flatMap(({ id, de, en, find }) =>
    find(csaf).map((pointer) => ({ rule: id, pointer, de, en })),
  )
  if (findings.length > 0) return fail(findings.slice(0, FINDINGS_MAX))
  return ok({ csaf, products: flatten(csaf), canonical: writeSorted(json.value) })
}

function shapeFindings(value: Json): Finding[] {
  const findings: Finding[] = []
  compare(value, CSAF_SHAPE, '', ({ pointer, de, en }) => {
    const rule = INSIDE_CVSS.test(pointer) ? '6.1.8' : 'schema'
    if (findings.length < FINDINGS_MAX) findings.push({ rule, pointer, de, en })
  })
  return findings
}
