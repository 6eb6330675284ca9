// The validator library of Secvisogram, which OASIS names for CSAF 2.0, as a second opinion: development
// only.
import type { Loose } from './fixtures.ts'

interface Verdict {
  readonly name: string
  readonly isValid: boolean
}
type Validate = (
  tests: readonly unknown[],
  document: Loose,
) => Promise<{ readonly tests: readonly Verdict[] }>

// It brings no types; the names are stable and checked by the tests that use them.
const load = (path: string): Promise<Record<string, unknown>> =>
  import(`@secvisogram/csaf-validator-lib/${path}`)

const [{ default: validate }, schemaTests, mandatoryTests] = await Promise.all([
  load('validate.js'),
  load('schemaTests.js'),
  load('mandatoryTests.js'),
])
const schema = schemaTests.csaf_2_0
const mandatory = Object.values(mandatoryTests)
export const OASIS_TEST_COUNT = Object.keys(mandatoryTests).length

/**
 * The rules that a document breaks: `schema`, or numbers of mandatory tests as we write them. Of a document
 * of another shape only 6.1.8 is asked besides: other tests of the library throw at one.
 */
export async function oasisRules(document: Loose): Promise<Set<string>> {
  const run = async (tests: readonly unknown[]) => (await (validate as Validate)(tests, document)).tests
  const [shape] = await run([schema])
  const tests = await run(shape?.isValid ? mandatory : [schema, mandatoryTests.mandatoryTest_6_1_8])
  const broken = tests.filter(({ isValid }) => !isValid)
  return new Set(
    broken.map(({ name }) =>
      name === 'csaf_2_0' ? 'schema' : name.replace('mandatoryTest_', '').replaceAll('_', '.'),
    ),
  )
}
