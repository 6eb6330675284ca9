// tidy against tiny trees: each rule has one that breaks it and a twin that keeps it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { checkBudgets } from '../tidy/budgets.ts'
import { checkDocuments } from '../tidy/documents.ts'
import { checkLayers } from '../tidy/layers.ts'
import { checkNames } from '../tidy/names.ts'
import { checkProofs } from '../tidy/proofs.ts'
import { checkThirdParty } from '../tidy/third-party.ts'
import { type Offence, type SourceTree, treeOf } from '../tidy/tree.ts'
import { checkWords } from '../tidy/words.ts'

type Check = (tree: SourceTree) => Offence[]
type Files = Readonly<Record<string, string>>
interface Row {
  readonly name: string
  readonly check: Check
  readonly rule: string
  readonly bad: Files
  readonly good: Files
}

const HEAD = '// What this file is.\n'
/** Long enough not to be a crumb. */
const FILLER = `export const filler = 1\n${'\n'.repeat(12)}`

function manifest(name: string, fields: object = {}): string {
  return JSON.stringify({ name, exports: { '.': './src/index.ts' }, ...fields })
}

const ROOT = { 'package.json': manifest('rufwerk', { devDependencies: { 'fast-check': '1' } }) }
const CORE = { 'packages/core/package.json': manifest('@rufwerk/core') }

function sip(dependencies: object, source: string, path = 'packages/protocol/sip/src/a.ts'): Files {
  const folder = 'packages/protocol/sip'
  const other = manifest('@rufwerk/calls', { dependencies: { '@rufwerk/core': '1' } })
  return {
    ...ROOT,
    ...CORE,
    'packages/domain/calls/package.json': other,
    [`${folder}/package.json`]: manifest('@rufwerk/sip', { dependencies }),
    [`${folder}/src/b.ts`]: HEAD,
    [path]: source,
  }
}

const onCore = { '@rufwerk/core': '1' }
const layers: Omit<Row, 'check' | 'rule'>[] = [
  {
    name: 'a package declares one it may not use',
    bad: sip({ ...onCore, '@rufwerk/calls': '1' }, ''),
    good: sip(onCore, ''),
  },
  {
    name: 'a package without dependencies declares one',
    bad: sip({ ...onCore, lodash: '1' }, ''),
    good: sip(onCore, ''),
  },
  {
    name: 'an import that is not declared',
    bad: sip({}, "import { ok } from '@rufwerk/core'"),
    good: sip(onCore, "import { ok } from '@rufwerk/core'"),
  },
  {
    name: 'an import through a back door',
    bad: sip(onCore, "import { ok } from '@rufwerk/core/src/result.ts'"),
    good: sip(onCore, "import { ok } from '@rufwerk/core'"),
  },
  {
    name: 'a relative import out of the package',
    bad: sip(onCore, "export { ok } from '../../../core/src/result.ts'"),
    good: sip(onCore, "export { ok } from './b.ts'"),
  },
  {
    name: 'an import without file ending',
    bad: sip(onCore, "import { ok } from './b'"),
    good: sip(onCore, "import { ok } from './b.ts'"),
  },
  {
    name: 'a pure package that opens a socket',
    bad: sip(onCore, "import { createSocket } from 'node:dgram'"),
    good: sip(onCore, "import { createHash } from 'node:crypto'"),
  },
  {
    name: 'a test tool in the product',
    bad: sip(onCore, "import fc from 'fast-check'"),
    good: sip(onCore, "import fc from 'fast-check'", 'packages/protocol/sip/test/a.test.ts'),
  },
  {
    name: 'a package that the table does not know',
    bad: { 'packages/x/package.json': manifest('@rufwerk/x') },
    good: CORE,
  },
]

const code = (text: string, path = 'packages/core/src/a.ts'): Files => ({ [path]: text })
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

const budgets: Omit<Row, 'check'>[] = [
  {
    name: 'a file of 501 lines',
    rule: 'file-length',
    bad: code(HEAD + '\n'.repeat(500)),
    good: code(HEAD + '\n'.repeat(499)),
  },
  {
    name: 'a function of 71 lines',
    rule: 'function-length',
    bad: code(`${HEAD}export function a() {${'\n'.repeat(70)}}`),
    good: code(`${HEAD}export function a() {${'\n'.repeat(69)}}`),
  },
  {
    name: 'a line of 111 characters',
    rule: 'line-length',
    bad: code(`${HEAD}// ${'a'.repeat(108)}\n${FILLER}`),
    good: code(`${HEAD}// ${'a'.repeat(107)}\n${FILLER}`),
  },
  {
    name: 'a comment of 111 characters that looks like a pattern',
    rule: 'line-length',
    bad: code(`${HEAD}/** ${'a'.repeat(104)} */\n${FILLER}`),
    good: code(`${HEAD}const pattern =\n  /^${'a'.repeat(120)}$/u\n${FILLER}`),
  },
  { name: 'a crumb', rule: 'crumb', bad: code(HEAD), good: code(HEAD + FILLER) },
  { name: 'no head', rule: 'head', bad: code(FILLER), good: code(HEAD + FILLER) },
  {
    name: 'a head of six lines',
    rule: 'head',
    bad: code(HEAD.repeat(6) + FILLER),
    good: code(HEAD.repeat(5) + FILLER),
  },
  {
    name: 'export *',
    rule: 'exports',
    bad: code(`${HEAD}export * from './b.ts'\n${FILLER}`),
    good: code(`${HEAD}export { b } from './b.ts'\n${FILLER}`),
  },
  {
    name: 'export default',
    rule: 'exports',
    bad: code(`${HEAD}export default 1\n${FILLER}`),
    good: code(`${HEAD}export const one = 1\n${FILLER}`),
  },
  {
    name: '41 exported names',
    rule: 'exports',
    bad: code(
      many(41, (i) => `export const a${i} = 1\n`),
      'packages/core/src/index.ts',
    ),
    good: code(
      many(40, (i) => `export const a${i} = 1\n`),
      'packages/core/src/index.ts',
    ),
  },
  {
    name: 'a catch that swallows',
    rule: 'empty-catch',
    bad: code(`${HEAD}try {} catch {}\n${FILLER}`),
    good: code(`${HEAD}try {} catch {\n  // It is gone already.\n}\n${FILLER}`),
  },
  {
    name: 'a promise whose failure is swallowed',
    rule: 'empty-catch',
    bad: code(`${HEAD}export const a = (b: Promise<void>) => b.catch(() => {})\n${FILLER}`),
    good: code(`${HEAD}export const a = (b: Promise<void>) => b.catch(() => 1)\n${FILLER}`),
  },
  {
    name: '21 files in a folder',
    rule: 'folder-size',
    bad: Object.fromEntries(
      Array.from({ length: 21 }, (_, i) => [`packages/core/src/a${i}.ts`, HEAD + FILLER]),
    ),
    good: Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`packages/core/src/a${i}.ts`, HEAD + FILLER]),
    ),
  },
  {
    name: 'three folders below src',
    rule: 'depth',
    bad: code(HEAD + FILLER, 'packages/core/src/a/b/c/d.ts'),
    good: code(HEAD + FILLER, 'packages/core/src/a/b/d.ts'),
  },
]

const names: Omit<Row, 'check' | 'rule'>[] = [
  { name: 'class Manager', bad: code('class Manager {}'), good: code('class CallManagerless {}') },
  { name: 'function handle', bad: code('function handle() {}'), good: code('function answer() {}') },
  { name: 'method process', bad: code('class A { process() {} }'), good: code('class A { step() {} }') },
  { name: 'function doStuff', bad: code('function doStuff() {}'), good: code('function double() {}') },
  { name: 'type Data', bad: code('type Data = 1'), good: code('type Datagram = 1') },
  { name: 'file utils.ts', bad: code('', 'tools/utils.ts'), good: code('', 'tools/units.ts') },
  { name: 'file HelperThing.ts', bad: code('', 'tools/HelperThing.ts'), good: code('', 'tools/thing.ts') },
]

const SPEC = '* **TX-IC1** 1xx moves on.\n\n| Rule | What |\n| --- | --- |\n| TX-IC2 | ends |\n'
const proven = (body: string, spec = SPEC): Files => ({
  'packages/protocol/sip/package.json': manifest('@rufwerk/sip'),
  'packages/protocol/sip/SPEC.md': spec,
  'packages/protocol/sip/test/a.test.ts': body,
})
const WHOLE = "test('TX-IC1 a', () => {})\nconst rows = [['TX-IC2 b']]"
const alsoProven = (id: string): Files => ({
  'packages/domain/calls/SPEC.md': `* **${id}** is another rule.\n`,
  'packages/domain/calls/test/a.test.ts': `test('${id} d', () => {})`,
})
const tested = (body: string): Files => code(body, 'packages/core/test/a.test.ts')

const proofs: Omit<Row, 'check'>[] = [
  {
    name: 'a rule without test',
    rule: 'rule-id',
    bad: proven("test('TX-IC1 a', () => {})"),
    good: proven(WHOLE),
  },
  {
    name: 'a test of a rule that is not written',
    rule: 'rule-id',
    bad: proven(`${WHOLE}\ntest('TX-IC3 c', () => {})`),
    good: proven(`${WHOLE}\ntest('TX-IC1, TX-IC2 c', () => {})`),
  },
  {
    name: 'a test without rule',
    rule: 'rule-id',
    bad: proven(`${WHOLE}\ntest('c', () => {})`),
    good: proven(WHOLE),
  },
  {
    name: 'two rules with one id in a SPEC.md',
    rule: 'rule-id',
    bad: proven(WHOLE, `${SPEC}| TX-IC1 | goes back |\n`),
    good: proven(`${WHOLE}\ntest('TX-IC1a c', () => {})`, `${SPEC}| TX-IC1a | goes back |\n`),
  },
  {
    name: 'rules of two SPEC.md with one id',
    rule: 'rule-id',
    bad: { ...proven(WHOLE), ...alsoProven('TX-IC2') },
    good: { ...proven(WHOLE), ...alsoProven('TX-IS2') },
  },
  {
    name: 'a protocol package without SPEC.md',
    rule: 'rule-id',
    bad: { 'packages/protocol/x/package.json': '{}' },
    good: { 'packages/domain/x/package.json': '{}' },
  },
  {
    name: 'a test file without test',
    rule: 'test-file',
    bad: tested(''),
    good: tested("test('a', () => {})"),
  },
  {
    name: 'a test that never runs',
    rule: 'test-file',
    bad: code("test('a', () => {})", 'packages/core/src/a.test.ts'),
    good: tested("test('a', () => {})"),
  },
  {
    name: 'tests in a file with another name',
    rule: 'test-file',
    bad: {
      ...tested("import './b.ts'\ntest('a', () => {})"),
      'packages/core/test/b.ts': "test('a', () => {})",
    },
    good: {
      ...tested("import './b.ts'\ntest('a', () => {})"),
      'packages/core/test/b.ts': 'export const b = 1',
    },
  },
  {
    name: 'a skipped test',
    rule: 'skipped',
    bad: tested("test('a', { skip: 'later' }, () => {})"),
    good: tested("test('a', { skip: false }, () => {})"),
  },
  {
    name: 'test.skip',
    rule: 'skipped',
    bad: tested("test.skip('a', () => {})"),
    good: tested("test('a', () => {})"),
  },
  {
    name: 'test.only',
    rule: 'only',
    bad: tested("test.only('a', () => {})"),
    good: tested("test('a', () => {})"),
  },
]

const words: Omit<Row, 'check'>[] = [
  { name: 'a note for later', rule: 'later', bad: code(`// ${'TO'}DO: x`), good: code('// to do') },
  {
    name: 'a path of one machine',
    rule: 'machine-path',
    bad: code(`'/${'wo'}rk/x'`),
    good: code("'/var/x'"),
  },
  {
    name: 'a registry',
    rule: 'registry-host',
    bad: code(`registry.${'npm'}js.org`),
    good: code('registry.example'),
  },
  {
    name: 'another product in the code',
    rule: 'other-product',
    bad: code(`// like ${'3'}CX`),
    good: { 'docs/a.md': `${'3'}CX` },
  },
  {
    name: 'types switched off',
    rule: 'type-check-off',
    bad: code(`// @ts-${'ig'}nore`),
    good: code('// @ts'),
  },
  {
    name: 'a private key',
    rule: 'secret',
    bad: code(`-----BEGIN ${'PRI'}VATE KEY-----`),
    good: code('PUBLIC KEY'),
  },
]

const lock = (entry: object, path = 'node_modules/a'): Files => ({
  'package-lock.json': JSON.stringify({ packages: { '': {}, [path]: entry } }),
})
const FINE = { version: '1.0.0', integrity: 'sha512-x', license: 'MIT' }
const manyPackages = (count: number): Files => {
  const list = Array.from({ length: count }, (_, index) => `p${index}`)
  const needs = Object.fromEntries(list.map((name) => [name, '1.0.0']))
  const entries = Object.fromEntries(list.map((name) => [`node_modules/${name}`, FINE]))
  return {
    'package-lock.json': JSON.stringify({ packages: { 'apps/server': { dependencies: needs }, ...entries } }),
  }
}
const api = {
  'packages/adapters/api/package.json': manifest('@rufwerk/api', { dependencies: { hono: '4' } }),
}

const thirdParty: Omit<Row, 'check'>[] = [
  {
    name: 'an install script',
    rule: 'install-script',
    bad: lock({ ...FINE, hasInstallScript: true }),
    good: lock(FINE),
  },
  {
    name: 'a download address',
    rule: 'resolved',
    bad: lock({ ...FINE, resolved: 'https://x' }),
    good: lock(FINE),
  },
  { name: 'no hash', rule: 'integrity', bad: lock({ ...FINE, integrity: undefined }), good: lock(FINE) },
  { name: 'the GPL', rule: 'licence', bad: lock({ ...FINE, license: 'GPL-3.0' }), good: lock(FINE) },
  {
    name: 'a choice of licences',
    rule: 'licence',
    bad: lock({ ...FINE, license: '(AGPL-3.0 OR LGPL-3.0)' }),
    good: lock({ ...FINE, license: '(GPL-3.0 OR MIT)' }),
  },
  {
    name: '60 packages in the server',
    rule: 'server-packages',
    bad: manyPackages(60),
    good: manyPackages(59),
  },
  {
    name: 'a dependency without decision',
    rule: 'decision',
    bad: { ...lock(FINE), ...api },
    good: { ...lock(FINE), ...api, 'docs/decisions/0001-hono.md': '# Hono\n\n`hono` answers HTTP.' },
  },
]

const documents: Omit<Row, 'check'>[] = [
  {
    name: 'two titles',
    rule: 'one-title',
    bad: { 'a.md': '# A\n# B\n' },
    good: { 'a.md': '# A\n```\n# B\n```\n' },
  },
  {
    name: 'a dead link',
    rule: 'dead-link',
    bad: { 'a.md': '# A\n[b](b.md)' },
    good: { 'a.md': '# A\n[b](a.md#x)' },
  },
]

const rows: Row[] = [
  ...layers.map((row) => ({ ...row, check: checkLayers, rule: 'layers' })),
  ...budgets.map((row) => ({ ...row, check: checkBudgets })),
  ...names.map((row) => ({ ...row, check: checkNames, rule: 'names' })),
  ...proofs.map((row) => ({ ...row, check: checkProofs })),
  ...words.map((row) => ({ ...row, check: checkWords })),
  ...thirdParty.map((row) => ({ ...row, check: checkThirdParty })),
  ...documents.map((row) => ({ ...row, check: checkDocuments })),
]

for (const { name, check, rule, bad, good } of rows)
  test(`tidy refuses ${name}, and not its twin`, () => {
    assert.ok(
      check(treeOf(bad)).some((offence) => offence.rule === rule),
      'the bad tree passes',
    )
    assert.deepEqual(
      check(treeOf(good)).filter((offence) => offence.rule === rule),
      [],
    )
  })
