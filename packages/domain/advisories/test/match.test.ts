import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Installation, indexAdvisories, match } from '../src/match/index.ts'
import type { Platform } from '../src/platform.ts'
import { advisoryOf, FIXTURES, type Loose, looseCopy, textOf } from './fixtures.ts'

const APP = '3CX Desktop App'
const index = indexAdvisories([advisoryOf(textOf(FIXTURES[0]))])
const changed = (change: (document: Loose) => void, name?: string) => {
  const document = looseCopy(name)
  change(document)
  return advisoryOf(JSON.stringify(document))
}
const verdictOf = (installation: Installation) => match(index, installation).verdict

const AFFECTED: Readonly<Record<string, readonly string[]>> = {
  windows: ['18.12.407', '18.12.416'],
  macos: ['18.11.1213', '18.12.402', '18.12.407', '18.12.416'],
}
const VERSIONS = [
  ...[
    '18.11.1213',
    '18.12.402',
    '18.12.407',
    '18.12.416',
    '18.12.41',
    '18.12.40',
    '18.12.4160',
    '18.12.4021',
  ],
  ...[
    '18.12.422',
    '18.12.425',
    '18.11.121',
    '18.11.12130',
    '8.12.416',
    '118.12.416',
    '18.1.2416',
    '18.121.6',
    '0',
  ],
]

test('ADV-M1 exactly the six pairs of operating system and version are affected', () => {
  for (const platform of ['windows', 'macos', 'linux', 'android', 'ios', 'web'] as const)
    for (const version of VERSIONS) {
      const expected = AFFECTED[platform]?.includes(version) ? 'affected' : 'notMentioned'
      assert.equal(verdictOf({ product: APP, platform, version }), expected, `${platform} ${version}`)
    }
  for (const version of VERSIONS)
    assert.equal(verdictOf({ product: '3CX Web Client (PWA)', version, platform: 'web' }), 'notAffected')
})

const NAMES = ['3CX Desktop App', '3CXDesktopApp', '3CX DesktopApp (Electron, Windows)', '3CX DesktopApp']
const LABELS: Readonly<Record<string, string>> = {
  windows: 'Windows; x64',
  macos: 'Macintosh',
  linux: 'Linux',
}

/** The same installation as an inventory, a User-Agent or a collector would tell it. */
function told(version: string, platform: string, way: number): Installation {
  const product = NAMES[way % NAMES.length] ?? APP
  if (way % 3 === 0)
    return { product, platform: platform as Platform, version: way % 2 ? `v${version}` : `${version}.0` }
  if (way % 3 === 1) return { userAgent: `3CXDesktopApp/${version} (${LABELS[platform]})` }
  return {
    vendor: '3CX',
    product: 'DesktopApp',
    platform: platform as Platform,
    version,
    files: [{ name: 'other.dll' }],
  }
}

test('ADV-M2 of 10,000 installations none is missed and none is wrong', () => {
  let [missed, wrong, affected] = [0, 0, 0]
  const platforms = Object.keys(LABELS)
  for (let number = 0; number < 10_000; number++) {
    const version = VERSIONS[(number * 7 + (number >> 5)) % VERSIONS.length] ?? ''
    const platform = platforms[number % platforms.length] ?? ''
    const isPwa = number % 11 === 0
    const installation = told(version, platform, number % 12)
    const found = isPwa
      ? verdictOf({ product: '3CX Web Client', version, platform: 'web' })
      : verdictOf(installation)
    const isAffected = !isPwa && (AFFECTED[platform]?.includes(version) ?? false)
    if (isAffected) affected++
    if (isAffected && found !== 'affected') missed++
    if (!isAffected && found !== 'notMentioned' && found !== 'notAffected') wrong++
  }
  assert(affected > 800)
  assert.deepEqual({ missed, wrong }, { missed: 0, wrong: 0 })
})

test('ADV-M3 a checksum decides, whatever name and version stand beside it', () => {
  const sha256 = '59E1EDF4D82FAE4978E97512B0331B7EB21DD4B838B850BA46794D9C7A2C0983'
  const found = match(index, { product: 'Something', version: '1.0', files: [{ name: 'a.exe', sha256 }] })
  assert.equal(found.verdict, 'affected')
  assert.deepEqual(found.because, [
    {
      verdict: 'affected',
      by: 'hash',
      issuer: 'https://security.example.org',
      advisory: 'PBX-SA-2023-0001',
      revision: '1',
      product: '3CXPID-W-0416',
      productName: '3CX DesktopApp 18.12.416 for Windows',
    },
  ])
  assert.equal(verdictOf({ files: [{ sha256: `0${sha256.slice(1)}` }] }), 'notMentioned')
})

test('ADV-M4 a file name counts least, and not at all where the checksum is another', () => {
  const name = '3cxdesktopapp-18.12.416.msi'
  const found = match(index, { files: [{ name: name.toUpperCase() }] })
  assert.deepEqual([found.verdict, found.because[0]?.by], ['affected', 'fileName'])
  assert.equal(verdictOf({ files: [{ name, sha256: 'a'.repeat(64) }] }), 'notMentioned')
})

test('ADV-M5 what is not known is unknown, and says why', () => {
  const cases: readonly (readonly [Installation, string, string | undefined])[] = [
    [{ product: APP, version: '18.12.402' }, 'unknown', 'platform-missing'],
    [{ product: APP, version: '18.12.416' }, 'affected', undefined],
    [{ product: APP, version: '18.12.422' }, 'notMentioned', undefined],
    [{ product: APP, platform: 'windows' }, 'unknown', 'version-missing'],
    [{ product: APP, platform: 'windows', version: 'latest' }, 'unknown', 'version-unreadable'],
    [{ product: APP, platform: 'windows', version: '<b>18.12.422</b>' }, 'unknown', 'version-unreadable'],
    [{ product: APP, platform: 'windows', version: '18.12.416-rc1' }, 'unknown', 'pre-release'],
    [{ product: APP, platform: 'linux', version: 'latest' }, 'notMentioned', undefined],
    [
      { product: APP, platform: 'windows', version: '18.12.422', userAgent: '3CXDesktopApp/18.12.416' },
      'unknown',
      'versions-differ',
    ],
    [{}, 'unknown', undefined],
    [{ version: '18.12.416' }, 'unknown', undefined],
    [
      { product: '3CX Desktop Application', platform: 'windows', version: '18.12.416' },
      'notMentioned',
      undefined,
    ],
    [{ product: 'constructor', platform: 'windows', version: '18.12.416' }, 'notMentioned', undefined],
  ]
  for (const [installation, verdict, doubt] of cases) {
    const found = match(index, installation)
    assert.deepEqual([found.verdict, found.because[0]?.doubt], [verdict, doubt], JSON.stringify(installation))
  }
})

const branch = (document: Loose) => document.product_tree.branches[0].branches[0].branches[0]
const asRange = (range: string) => (document: Loose) => {
  branch(document).category = 'product_version_range'
  branch(document).name = range
}

test('ADV-M5 a listed version that nobody can read is only the very same text, or unknown', () => {
  const strange = indexAdvisories([
    changed((document) => Object.assign(branch(document), { name: '18.12 Update 7' })),
  ])
  const of = (version: string) => match(strange, { product: APP, platform: 'windows', version })
  assert.equal(of('18.12 Update 7').verdict, 'affected')
  assert.deepEqual(
    [of('18.12.1').verdict, of('18.12.1').because[0]?.doubt],
    ['unknown', 'listed-version-unreadable'],
  )
  assert.equal(of('18.12.407').verdict, 'unknown')
})

test('ADV-M6 ranges are evaluated, or unknown where they cannot be', () => {
  const windows = (version: string) => ({ product: APP, platform: 'windows' as const, version })
  const within = indexAdvisories([changed(asRange('vers:generic/>=18.12.405|<18.12.410'))])
  assert.deepEqual(
    ['18.12.404', '18.12.405', '18.12.409', '18.12.410'].map(
      (version) => match(within, windows(version)).verdict,
    ),
    ['notMentioned', 'affected', 'affected', 'notMentioned'],
  )
  const strange = match(indexAdvisories([changed(asRange('vers:maven/<2'))]), windows('18.12.1'))
  assert.deepEqual([strange.verdict, strange.because[0]?.doubt], ['unknown', 'range-scheme-unknown'])
  const words = match(indexAdvisories([changed(asRange('prior to 18.12.407'))]), windows('18.12.1'))
  assert.equal(words.verdict, 'unknown')
})

test('ADV-M7 a package URL decides, with its own version or the one of the branch', () => {
  const withPurl = (purl: string) => (document: Loose) => {
    branch(document).product.product_identification_helper = { purl }
  }
  const exact = indexAdvisories([changed(withPurl('pkg:generic/app@18.12.407'))])
  assert.equal(match(exact, { purl: 'pkg:generic/app@18.12.407?os=x' }).because[0]?.by, 'purl')
  assert.equal(match(exact, { purl: 'pkg:generic/app@18.12.408' }).verdict, 'notMentioned')
  const open = indexAdvisories([changed(withPurl('pkg:generic/app'))])
  assert.equal(match(open, { purl: 'pkg:generic/app@18.12.407' }).verdict, 'affected')
  assert.equal(match(open, { purl: 'pkg:generic/app@18.12.408' }).verdict, 'notMentioned')
  assert.equal(match(open, { purl: 'pkg:generic/app' }).verdict, 'unknown')
})

function statusOnly(document: Loose, status: string, namespace: string): void {
  document.document.publisher.namespace = namespace
  const all = Object.values(document.vulnerabilities[0].product_status).flat()
  document.vulnerabilities[0].product_status = { [status]: all }
}

test('ADV-M8 of several issuers the strictest counts, the others are shown with their origin', () => {
  const other = 'https://other.example'
  const second = changed((document) => statusOnly(document, 'known_not_affected', other))
  const found = match(indexAdvisories([advisoryOf(textOf(FIXTURES[0])), second]), {
    product: APP,
    platform: 'windows',
    version: '18.12.407',
  })
  assert.deepEqual([found.verdict, found.isContradicted], ['affected', true])
  assert.deepEqual(
    [found.because.map(({ issuer }) => issuer), found.others.map(({ issuer, verdict }) => [issuer, verdict])],
    [['https://security.example.org'], [[other, 'notAffected']]],
  )
  const alone = match(indexAdvisories([second]), { product: APP, platform: 'windows', version: '18.12.407' })
  assert.deepEqual([alone.verdict, alone.isContradicted], ['notAffected', false])
})

test('ADV-M9 each status of a product is told as what it is; no status, no word', () => {
  const told: readonly (readonly [string, string])[] = [
    ['fixed', 'fixed'],
    ['first_fixed', 'fixed'],
    ['under_investigation', 'underInvestigation'],
    ['last_affected', 'affected'],
    ['recommended', 'notMentioned'],
  ]
  for (const [status, verdict] of told) {
    const advisory = changed((document) => statusOnly(document, status, 'https://a.example'))
    const found = match(indexAdvisories([advisory]), {
      product: APP,
      platform: 'macos',
      version: '18.12.402',
    })
    assert.equal(found.verdict, verdict, status)
  }
})

test('ADV-M10 scores do not decide', () => {
  const harmless = changed((document) => {
    const score = document.vulnerabilities[0].scores[0].cvss_v3
    score.vectorString = 'CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N'
    score.baseScore = 0
    score.baseSeverity = 'NONE'
  })
  const installation = { product: APP, platform: 'macos', version: '18.12.402' } as const
  assert.equal(match(indexAdvisories([harmless]), installation).verdict, 'affected')
})

test('ADV-M11 a product on an operating system is on that; as a part of another it is unknown', () => {
  const relate = (category: string, host: string) => (document: Loose) => {
    document.product_tree.branches[0].branches[0].name = '3CX DesktopApp'
    branch(document).product.name = '3CX DesktopApp 18.12.407'
    document.product_tree.full_product_names = [{ name: host, product_id: 'HOST' }]
    document.product_tree.relationships = [
      {
        category,
        full_product_name: { name: `App with ${host}`, product_id: 'BOTH' },
        product_reference: '3CXPID-W-0407',
        relates_to_product_reference: 'HOST',
      },
    ]
    document.vulnerabilities = [
      { notes: document.vulnerabilities[0].notes, product_status: { known_affected: ['BOTH'] } },
    ]
  }
  const ask = (change: (document: Loose) => void, platform: Platform) =>
    match(indexAdvisories([changed(change)]), { product: APP, platform, version: '18.12.407' }).verdict
  const verdict = (category: string, host: string, platform: Platform) =>
    ask(relate(category, host), platform)
  assert.equal(verdict('installed_on', 'Microsoft Windows', 'windows'), 'affected')
  assert.equal(verdict('installed_on', 'Microsoft Windows', 'macos'), 'notMentioned')
  assert.equal(verdict('installed_with', 'Some Suite', 'windows'), 'unknown')
})
