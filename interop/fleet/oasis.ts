// The validator library of Secvisogram, which OASIS names for CSAF 2.0: which rules a document breaks.
// Development only.
type Validate = (
  tests: readonly unknown[],
  document: unknown,
) => Promise<{ readonly tests: readonly { readonly name: string; readonly isValid: boolean }[] }>

// It brings no types; the names are stable and checked by the test that uses them.
const load = (path: string): Promise<Record<string, unknown>> =>
  import(`@secvisogram/csaf-validator-lib/${path}`)

const [{ default: validate }, schemaTests, mandatoryTests] = await Promise.all([
  load('validate.js'),
  load('schemaTests.js'),
  load('mandatoryTests.js'),
])
const tests = [schemaTests.csaf_2_0, ...Object.values(mandatoryTests)]

export async function oasisRules(document: unknown): Promise<readonly string[]> {
  const { tests: verdicts } = await (validate as Validate)(tests, document)
  return verdicts.filter(({ isValid }) => !isValid).map(({ name }) => name)
}
