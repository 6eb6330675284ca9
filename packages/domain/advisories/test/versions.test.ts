import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compareVersions,
  isInRange,
  parseRange,
  parseVersion,
  readClientText,
  readVersion,
} from '../src/index.ts'
import { NUMBER_DIGITS_MAX, RANGE_CHARS_MAX, VERSION_CHARS_MAX, VERSION_NUMBERS_MAX } from '../src/limits.ts'

const readable = [
  ['18.12.416', '18.12.416', undefined, undefined],
  ['v18.12.416', '18.12.416', undefined, undefined],
  [' 18.12.416\r\n', '18.12.416', undefined, undefined],
  ['18.12.416.0', '18.12.416.0', undefined, undefined],
  ['3CXDesktopApp/18.12.416', '18.12.416', '3CXDesktopApp', undefined],
  ['3CXDesktopApp/18.12.416 (Windows; x64)', '18.12.416', '3CXDesktopApp', 'windows'],
  ['18.12.416-rc1 (Windows; x64)', '18.12.416-rc1', undefined, 'windows'],
  ['3CXDesktopApp/18.11.1213 (Macintosh; macOS 13.2)', '18.11.1213', '3CXDesktopApp', 'macos'],
  ['App/1.0 (Windows; Linux)', '1.0', 'App', undefined],
  ['App/1.0 (Fenster)', '1.0', 'App', undefined],
] as const

test('ADV-V1 what clients say of themselves is read', () => {
  for (const [text, version, product, platform] of readable) {
    const read = readClientText(text)
    assert(read !== 'unreadable', text)
    assert.deepEqual([read.version.text, read.product, read.platform], [version, product, platform], text)
  }
})

test('ADV-V2 what is not understood as a whole is unreadable', () => {
  const texts = [
    ...[
      '',
      ' ',
      'latest',
      '18.12.x',
      '18,12,416',
      '18.12.416 18.12.422',
      '18.12.416; 18.12.422',
      '18..12',
      '.18',
    ],
    ...[
      '<b>18.12.416</b>',
      '18.12.416<script>',
      '18.12.416\u0000',
      '18.12.416 (x',
      '1８.12',
      '-1.2',
      '١٨.١٢',
    ],
    ...[
      'App 2.0/1.0',
      '18.12.416-rc1/18',
      '18/18.12.416',
      'App/18.12.416/18.12.422',
      `18.12.${'4'.repeat(NUMBER_DIGITS_MAX + 1)}`,
      'constructor',
      '__proto__',
    ],
    Array(VERSION_NUMBERS_MAX + 1)
      .fill('1')
      .join('.'),
    `18.12.416 (${'x'.repeat(VERSION_CHARS_MAX)})`,
    '1.'.repeat(5_000),
  ]
  for (const text of texts) assert.equal(readVersion(text), 'unreadable', text.slice(0, 60))
})

const ordered = ['18.11.1213', '18.12.41', '18.12.402', '18.12.416-alpha', '18.12.416-rc.1', '18.12.416-rc.2']
test('ADV-V3 numbers are compared as numbers, a pre-release is older, missing numbers are zeros', () => {
  const all = [...ordered, '18.12.416', '18.12.422', '18.12.4160', '18.13']
  const versions = all.map((text) => parseVersion(text)).filter((version) => version !== 'unreadable')
  assert.equal(versions.length, all.length)
  for (const [index, version] of versions.entries())
    for (const [other, than] of versions.entries())
      assert.equal(compareVersions(version, than), Math.sign(index - other), `${version.text} ${than.text}`)
  const [short, long] = [parseVersion('18.12.416'), parseVersion('18.12.416.0')]
  assert(short !== 'unreadable' && long !== 'unreadable')
  assert.equal(compareVersions(short, long), 0)
})

/** Range, version, and whether it is in it; a word is why it cannot be said. */
const ranges = [
  ['vers:all/*', 'anything', true],
  ['vers:deb/*', '1', true],
  ['vers:npm/1.2.3|>=2.0.0|<5.0.0', '1.2.3', true],
  ['vers:npm/1.2.3|>=2.0.0|<5.0.0', '1.2.4', false],
  ['vers:npm/1.2.3|>=2.0.0|<5.0.0', '2.0.0', true],
  ['vers:npm/1.2.3|>=2.0.0|<5.0.0', '4.99.0', true],
  ['vers:npm/1.2.3|>=2.0.0|<5.0.0', '5.0.0', false],
  ['vers:npm/>=2.2.0|!=2.2.1|<2.3.0', '2.2.1', false],
  ['vers:npm/>=2.2.0|!=2.2.1|<2.3.0', '2.2.2', true],
  ['vers:npm/<1.0.0|>=2.0.0', '0.9.9', true],
  ['vers:npm/<1.0.0|>=2.0.0', '1.5.0', false],
  ['vers:npm/<1.0.0|>=2.0.0', '3.0.0', true],
  ['vers:semver/<=1.0.0', '1.0.0-rc.1', true],
  ['vers:semver/<1.0.0', '1.0.0+build', false],
  ['vers:generic/>=18.11.1213|<=18.12.416', '18.12.416', true],
  ['vers:generic/>=18.11.1213|<=18.12.416', '18.12.4160', false],
  ['vers:generic/>=18.11.1213|<=18.12.416', '18.12.41', true],
  ['>=18.11.1213|<18.12.422', '18.12.416', true],
  ['<18.12.422', '18.12.422', false],
  ['vers:deb/<1.0-1', '1.0~rc1-1', true],
  ['vers:deb/>=1:1.0', '9.9', false],
  ['vers:deb/<1.0%2Bdfsg-2', '1.0-9', true],
  ['vers:rpm/<1.0^git1', '1.0', true],
  ['vers:rpm/>=1.10', '1.9', false],
  ['vers:npm/>=2.0.0|<1.0.0', '1.5.0', 'order'],
  ['vers:npm/1.0.0|1.0.0', '1.0.0', 'order'],
  ['vers:npm/>=1.0.0|>=2.0.0', '1.5.0', 'sequence'],
  ['vers:npm/<1.0.0|<2.0.0', '1.5.0', 'sequence'],
  ['vers:npm/!=1.0.0', '1.5.0', 'sequence'],
  ['vers:npm/>=1.0', '1.5.0', 'version-unknown'],
  ['vers:npm/>=1.0.0', '1.5', 'version-unknown'],
  ['vers:maven/>=1.0', '1.5', 'scheme-unknown'],
  ['vers:invalid/*', '1', 'malformed'],
] as const

test('ADV-V4 a version is in a range, is not, or it cannot be said', () => {
  for (const [text, version, expected] of ranges) {
    const range = parseRange(text)
    assert(!('problem' in range), text)
    const found = isInRange(range, version)
    assert.equal(typeof found === 'boolean' ? found : found.problem, expected, `${version} in ${text}`)
  }
})

test('ADV-V5 a malformed range is no range', () => {
  const texts = [
    ...[
      '',
      '|',
      'vers:',
      'vers:npm',
      'vers:npm/',
      'vers:npm/|1.0.0',
      'vers:npm/1.0.0|',
      'vers:npm/1.0.0||2.0.0',
    ],
    ...[
      'vers:npm/=1.0.0',
      'vers:npm/>= 1.0.0',
      'vers:NPM/1.0.0',
      'vers:npm/1.0.0|*',
      'vers:npm/1%2',
      'vers:all/1',
    ],
    ...['vers:npm/1%0a', 'prior to 1.0', `<${'1'.repeat(RANGE_CHARS_MAX)}`, '1|'.repeat(200)],
  ]
  for (const text of texts) assert('problem' in parseRange(text), text.slice(0, 40))
})
