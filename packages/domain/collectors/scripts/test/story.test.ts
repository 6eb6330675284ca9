// From a disk to an answer: what the scripts report is matched with the advisory about the app of 2023, and
// once the app is removed a later look sees everything, and none of it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { indexAdvisories, match } from '@rufwerk/advisories/match'
import { readAdvisory } from '@rufwerk/advisories/read'
import { BAD, Disk, reportOf, run, SHELLS, sha256 } from './disk.ts'

const FIXTURE = new URL('../../../advisories/test/fixtures/3cx-csaf_security_advisory.json', import.meta.url)
/** The checksum of 18.12.416 for Windows in the document. */
const LISTED = '59e1edf4d82fae4978e97512b0331b7eb21dd4b838b850ba46794d9c7a2c0983'

/** The document, with the checksum of something that can be planted in the place of one that cannot. */
function advisory() {
  const text = readFileSync(FIXTURE, 'utf8')
  const read = readAdvisory(text.replace(LISTED, sha256(BAD)))
  assert(read.ok && text.includes(LISTED))
  return indexAdvisories([read.value])
}

const AFFECTED = {
  windows: ['18.12.407', '18.12.416'],
  macos: ['18.11.1213', '18.12.402', '18.12.407', '18.12.416'],
} as const
const VERSIONS = [
  ...[
    '18.11.1213',
    '18.12.402',
    '18.12.407',
    '18.12.41',
    '18.12.416',
    '18.12.4160',
    '18.12.422',
    '18.12.425',
  ],
]

function plant(disk: Disk, platform: 'windows' | 'macos'): void {
  for (const version of VERSIONS) {
    const home = `Users/u${version}`
    if (platform === 'windows')
      disk.write(`${home}/AppData/Local/Programs/3CXDesktopApp/app-${version}/3CXDesktopApp.exe`, version)
    else {
      const contents = `${home}/Applications/3CX Desktop App.app/Contents`
      disk.write(`${contents}/Info.plist`, `<key>CFBundleShortVersionString</key><string>${version}</string>`)
      disk.write(`${contents}/MacOS/3CX Desktop App`, version, 0o755)
    }
  }
}

const CASES = [
  ['dash', 'windows'],
  ['busybox', 'windows'],
  ['dash', 'macos'],
  ['zsh', 'macos'],
] as const

for (const [shell, platform] of CASES)
  test(`COL-S12: ${shell}, ${platform}: exactly what the advisory names is affected`, () => {
    using disk = new Disk()
    plant(disk, platform)
    // By its bytes, whatever it is called; without a version nobody knows.
    const renamed =
      platform === 'windows' ? 'Program Files/old/ffmpeg.dll' : 'Applications/old/libffmpeg.dylib'
    disk.write(renamed, BAD)
    const silent =
      platform === 'windows' ? 'Program Files/3CXDesktopApp' : 'Applications/x/3CX Desktop App.app'
    disk.write(`${silent}/Contents/3CXDesktopApp.exe`, 'nobody says which', 0o755)
    const { command, script } = SHELLS[shell]
    const args = [disk.script(`collect.${script}`), '--root', disk.root, '--name', 'a']
    const report = reportOf(run(command, args))
    const index = advisory()
    const verdicts = Map.groupBy(report.installations, (found) => match(index, found).verdict)
    const paths = (verdict: string) =>
      (verdicts.get(verdict as 'affected') ?? [])
        .map(({ path }) => /u(18[\d.]+)/.exec(path)?.[1] ?? path)
        .sort()
    assert.deepEqual(paths('affected'), [`/${renamed}`, ...AFFECTED[platform]].sort())
    assert.deepEqual(paths('unknown'), [`/${silent}`])
    assert.equal(report.installations.length, VERSIONS.length + 2)
    assert.deepEqual(report.lookedFor, ['3CX Desktop App'])
    const files = ['3cxdesktopapp.exe', 'd3dcompiler_47.dll', 'ffmpeg.dll', 'libffmpeg.dylib']
    assert.deepEqual(report.lookedForFiles.toSorted(), files)
  })

test('COL-S13: only after a removal that was meant, a later look finds no app', () => {
  using disk = new Disk()
  plant(disk, 'macos')
  const { command } = SHELLS.zsh
  const isNobody = false
  const look = () =>
    reportOf(run(command, [disk.script('collect.zsh'), '--root', disk.root, '--name', 'a'], { isNobody }))
  const remove = (args: readonly string[]) => {
    const script = disk.script('remove.zsh')
    const all = [script, '--root', disk.root, '--name', 'a', '--app', '3CX Desktop App', ...args]
    return reportOf(run(command, all, { isNobody }))
  }
  const summary = ({ coverage, installations }: ReturnType<typeof look>) => [coverage, installations.length]
  assert.deepEqual(summary(look()), ['everything', VERSIONS.length])
  assert.deepEqual(summary(remove([])), ['part', 0])
  assert.deepEqual(summary(look()), ['everything', VERSIONS.length])
  assert.equal(remove(['--really']).removal?.steps.length, VERSIONS.length)
  assert.deepEqual(summary(look()), ['everything', 0])
})
