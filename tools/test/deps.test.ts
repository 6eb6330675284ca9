// What the age check of npm run deps lets through.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ageProblem, newPackages } from '../deps.ts'
import { readLock, runTimeClosure } from '../lockfile.ts'

const lock = (packages: object) => readLock(JSON.stringify({ packages }))
const NOW = Date.parse('2026-11-20T00:00:00Z')

test('only new names and versions are looked at', () => {
  const before = lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } })
  const after = lock({
    'node_modules/a': { version: '1.0.1' },
    'node_modules/b': { version: '1.0.0' },
    'node_modules/c': { version: '2.0.0' },
    'packages/core': { name: '@rufwerk/core', version: '9.0.0' },
  })
  assert.deepEqual(
    newPackages(before, after).map((entry) => entry.name),
    ['a', 'c'],
  )
})

const rows: [name: string, published: string | undefined, expected: RegExp | undefined][] = [
  ['a release of a week ago is taken', '2026-11-13T00:00:00Z', undefined],
  ['a release of yesterday is not', '2026-11-19T00:00:00Z', /1 days old/],
  ['a release of six days ago is not', '2026-11-13T00:00:01Z', /6 days old/],
  ['a release without a date is not', undefined, /nobody says/],
]
for (const [name, published, expected] of rows)
  test(name, () => {
    const [entry] = lock({ 'node_modules/a': { version: '1.0.0' } })
    assert.ok(entry)
    const problem = ageProblem(entry, published === undefined ? {} : { '1.0.0': published }, NOW)
    if (expected) assert.match(problem ?? '', expected)
    else assert.equal(problem, undefined)
  })

test('what runs in the server is found as Node would look it up', () => {
  const entries = lock({
    'packages/adapters/api': {
      name: '@rufwerk/api',
      dependencies: { a: '1' },
      devDependencies: { tool: '1' },
    },
    'apps/web': { name: '@rufwerk/web', devDependencies: { react: '1', vite: '1' } },
    'node_modules/a': { version: '1.0.0', dependencies: { b: '1' } },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/a/node_modules/b': { version: '1.0.0', optionalDependencies: { mac: '1' } },
    'node_modules/mac': { version: '1.0.0', os: ['darwin'] },
    'node_modules/react': { version: '1.0.0' },
    'node_modules/vite': { version: '1.0.0' },
    'node_modules/tool': { version: '1.0.0' },
  })
  const paths = (part: 'server' | 'browser') => runTimeClosure(entries, part).map((entry) => entry.path)
  assert.deepEqual(paths('server'), ['node_modules/a', 'node_modules/a/node_modules/b'])
  assert.deepEqual(paths('browser'), ['node_modules/react'])
})
