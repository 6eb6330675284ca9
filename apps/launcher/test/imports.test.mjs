import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { resolveQuickly } from '../imports.mjs'

const SERVER = new URL('../../server/src/main.ts', import.meta.url).href
const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))
/** Hono once more for who does not import, and its types. */
const NOT_IMPORTED = ['dist/cjs/**', 'dist/types/**']
const ASKED = { url: 'asked:', shortCircuit: true }

/** @param {string} specifier @param {string} [parentURL] */
function found(specifier, parentURL) {
  const context = { conditions: [], importAttributes: {}, ...(parentURL && { parentURL }) }
  const { url, format } = resolveQuickly(specifier, context, () => ASKED)
  return url === ASKED.url ? 'asked' : `${format} ${url}`
}

test('sources of ours are found beside who imports them', () => {
  const telephony = new URL('telephony.ts', SERVER).href
  assert.equal(found('./telephony.ts', SERVER), `module-typescript ${telephony}`)
  assert.equal(found('../src/telephony.ts', SERVER), `module-typescript ${telephony}`)
  assert.equal(import.meta.resolve(telephony), telephony, 'as Node finds it')
})

test('packages, Node itself, the first file and what is no source of ours is asked for', () => {
  for (const specifier of ['pkijs', 'node:fs', '#own', './words.json', './words.js', '.hidden.ts'])
    assert.equal(found(specifier, SERVER), 'asked', specifier)
  assert.equal(found('./main.ts'), 'asked')
})

test('a package of ours is asked for once', () => {
  const core = import.meta.resolve('@rufwerk/core')
  const context = { conditions: [], importAttributes: {}, parentURL: SERVER }
  let asked = 0
  const next = () => {
    asked += 1
    return { url: core }
  }
  for (let count = 0; count < 3; count += 1)
    assert.equal(resolveQuickly('@rufwerk/of-a-test', context, next).url, core)
  assert.equal(asked, 1)
})

for (const [name, first] of [
  ['kysely', 'dist/index.js'],
  ['zod', 'index.js'],
  ['hono', 'dist/index.js'],
])
  test(`${name} is ES modules throughout, each named with its file`, () => {
    const folder = join(MODULES, name)
    for (const file of globSync('**/package.json', { cwd: folder, exclude: NOT_IMPORTED })) {
      const { type } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
      assert.equal(type, 'module', file)
    }
    const parent = pathToFileURL(join(folder, first)).href
    assert.equal(found('./other.js', parent), `module ${new URL('other.js', parent).href}`)
  })
