// collect.sh and collect.zsh as they are, run on disks laid out like those of Windows, macOS and Linux.
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PLACES } from '@rufwerk/collectors'
import { Disk, judge, reportOf, run, SHELLS, sha256 } from './disk.ts'
import { AFFECTED, PLANTED } from './planted.ts'

const NAME = ['--name', 'laptop-7']

const sorted = <Item extends { readonly path: string }>(items: readonly Item[]) =>
  items.toSorted((a, b) => (a.path < b.path ? -1 : 1))

/** The tools of busybox and nothing else, in a folder that takes the place of the script's PATH. */
function busyboxOnly(disk: Disk): (text: string) => string {
  const folder = join(disk.folder, 'busybox')
  mkdirSync(folder)
  for (const tool of ['awk', 'date', 'dd', 'grep', 'head', 'od', 'sha256sum', 'sort', 'uname', 'wc'])
    symlinkSync('/usr/bin/busybox', join(folder, tool))
  return (text) => {
    const changed = text.replace(/ PATH=\S+/, ` PATH=${folder}`)
    assert.notEqual(changed, text)
    return changed
  }
}

type ShellName = keyof typeof SHELLS
const NAMES = Object.keys(SHELLS) as ShellName[]

/** Runs the script that a shell is for on a disk, changed where the test says so. */
function collect(shell: ShellName, disk: Disk, change?: (text: string) => string, args = NAME) {
  const { command, script } = SHELLS[shell]
  return run(command, [disk.script(`collect.${script}`, change), '--root', disk.root, ...args])
}

for (const shell of NAMES)
  for (const platform of SHELLS[shell].platforms)
    test(`COL-S1: ${shell} on a disk of ${platform}: nothing missed, nothing wrong`, () => {
      using disk = new Disk()
      const expected = PLANTED[platform](disk)
      const report = reportOf(collect(shell, disk, shell === 'busybox' ? busyboxOnly(disk) : undefined))
      assert.deepEqual(sorted(judge(report, AFFECTED)), sorted(expected))
      assert.equal(report.platform, platform)
      assert.equal(report.device.hostname, 'laptop-7')
      // The registry of a disk that is not running cannot be read: nobody calls this everything.
      assert.equal(report.coverage, platform === 'windows' ? 'part' : 'everything')
      assert.deepEqual(report.unread, [])
    })

/** One app whose folder can be read, on a disk of macOS, where all places can be. */
function oneApp(disk: Disk): void {
  const app = 'Users/anna/Applications/3CX Desktop App.app/Contents'
  disk.write(`${app}/Info.plist`, '<key>CFBundleShortVersionString</key><string>18.12.425</string>')
  disk.write(`${app}/MacOS/3CX Desktop App`, 'program', 0o755)
  disk.write(`${app}/Frameworks/libffmpeg.dylib`, 'library')
}

/** The two scripts, each by the shell that most systems have. */
const BOTH = ['dash', 'zsh'] as const

const CLOSED: Readonly<Record<string, readonly [path: string, mode: number, unread: readonly string[]]>> = {
  'the folder of somebody': ['Users/anna', 0o000, []],
  'a folder below a place': ['Users/anna/Applications/games', 0o000, ['/Users/anna/Applications/games']],
  'a folder whose names only can be read': [
    ...(['Users/anna/Applications/games', 0o444, ['/Users/anna/Applications/games']] as const),
  ],
  'the folder of everybody': ['Users', 0o311, []],
  'a file of the app': [
    'Users/anna/Applications/3CX Desktop App.app/Contents/Frameworks/libffmpeg.dylib',
    0o000,
    ['/Users/anna/Applications/3CX Desktop App.app/Contents/Frameworks/libffmpeg.dylib'],
  ],
}

for (const shell of BOTH)
  for (const [what, [path, mode, unread]] of Object.entries(CLOSED))
    test(`COL-S2: ${shell}, ${what} that is closed makes the answer a part; open it is everything`, () => {
      using disk = new Disk()
      oneApp(disk)
      disk.folderAt('Users/anna/Applications/games')
      const open = reportOf(collect(shell, disk))
      assert.equal(open.coverage, 'everything')
      assert.deepEqual(open.installations[0]?.files.length, 2)
      disk.close(path, mode)
      const report = reportOf(collect(shell, disk))
      assert.equal(report.coverage, 'part')
      assert.deepEqual(
        report.unread,
        unread.map((place) => ({ path: place, why: 'unreadable' })),
      )
      const hashes = report.installations.flatMap(({ files }) => files.map((file) => file.sha256))
      assert.equal(hashes.includes(sha256('library')), path === 'Users/anna/Applications/games')
    })

for (const shell of BOTH)
  test(`COL-S3: ${shell} follows no link out of the root`, () => {
    using disk = new Disk()
    oneApp(disk)
    disk.write('../outside/3CX Desktop App.app/Contents/MacOS/program', 'outside', 0o755)
    const outside = join(disk.folder, 'outside')
    disk.link(outside, 'Users/anna/Applications/more')
    assert.equal(reportOf(collect(shell, disk)).coverage, 'everything')
    // A link with the name of what is looked for may hide it.
    disk.link(`${outside}/3CX Desktop App.app`, 'Applications/3CX Desktop App.app')
    const named = reportOf(collect(shell, disk))
    assert.deepEqual(named.unread, [{ path: '/Applications/3CX Desktop App.app', why: 'link' }])
    assert.equal(named.coverage, 'part')
    assert.doesNotMatch(JSON.stringify(named), new RegExp(sha256('outside')))
  })

for (const shell of BOTH)
  for (const [what, isInside] of [
    ['out of the root', false],
    ['within the root', true],
  ] as const)
    test(`COL-S3: ${shell}, a place that is a link ${what} is ${isInside ? 'read' : 'not read'}`, () => {
      using disk = new Disk()
      oneApp(disk)
      const app = '3CX Desktop App.app/Contents/MacOS/program'
      disk.write(isInside ? `Volumes/Extra/${app}` : `../outside/${app}`, 'program', 0o755)
      disk.link(isInside ? 'Volumes/Extra' : join(disk.folder, 'outside'), 'Applications')
      const report = reportOf(collect(shell, disk))
      assert.equal(report.coverage, isInside ? 'everything' : 'part')
      const paths = report.installations.map(({ path }) => path)
      assert.equal(paths.includes('/Volumes/Extra/3CX Desktop App.app'), isInside)
      assert.equal(paths.length, isInside ? 2 : 1)
    })

const HOSTILE = [
  'line\nbreak',
  `quote"'\\`,
  '$(touch x)`touch y`',
  '-rf',
  '\u0007\u001b[31m',
  'Zoë 漢 🦊',
  '*?[a]',
]

for (const shell of NAMES)
  test(`COL-S4: ${shell} writes names of any bytes as they are`, () => {
    using disk = new Disk()
    for (const name of HOSTILE) disk.write(`Applications/${name}/libffmpeg.dylib`, name)
    const folder = Buffer.from('Applications/')
    const odd = Buffer.concat([folder, Buffer.from([0x61, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x62])])
    mkdirSync(Buffer.concat([Buffer.from(`${disk.root}/`), odd]))
    disk.writeBytes('', Buffer.concat([odd, Buffer.from('/libffmpeg.dylib')]), 'odd')
    const ended = collect(shell, disk)
    const report = reportOf(ended)
    const expected = HOSTILE.map((name) => `/Applications/${name}/libffmpeg.dylib ${sha256(name)}`)
    const told = report.installations.map(({ path, files }) => `${path} ${files[0]?.sha256}`)
    const oddTold = told.filter((line) => line.includes(sha256('odd')))
    assert.deepEqual(told.filter((line) => !oddTold.includes(line)).sort(), expected.sort())
    // In the report each byte that is no UTF-8 can be told from all others; here it is a sign for "unknown".
    assert.match(ended.stdout, /a\\udcff\\udcc3\(\\udced\\udca0\\udc80b/i)
    assert.deepEqual(oddTold, [
      `/Applications/a\ufffd\ufffd(\ufffd\ufffd\ufffdb/libffmpeg.dylib ${sha256('odd')}`,
    ])
    assert.equal(report.coverage, 'everything')
  })

for (const shell of BOTH)
  for (const [limit, why] of [
    ['DEPTH_MAX=2 ', 'depth'],
    ['ENTRIES_MAX=5 ', 'entries'],
    ['BYTES_MAX=3 ', 'bytes of a file'],
    ['TOTAL_MAX=9 ', 'bytes of all files'],
    ['LINES_MAX=2 ', 'lines'],
  ] as const)
    test(`COL-S5: ${shell}, at the limit of ${why} the answer is a part, and the report can be read`, () => {
      using disk = new Disk()
      oneApp(disk)
      const at = new RegExp(`${limit.split('=')[0]}=\\d+ `)
      const report = reportOf(collect(shell, disk, (text) => text.replace(at, limit)))
      assert.equal(report.coverage, 'part')
      assert(report.unread.some((unread) => unread.why === 'limit') || report.unreadMore > 0)
    })

for (const shell of BOTH)
  for (const [length, version] of [
    [200, '1'.repeat(200)],
    [201, undefined],
    [100_000, undefined],
  ] as const)
    test(`COL-S5: ${shell}, a version of ${length} characters is ${version ? 'told' : 'none'}`, () => {
      using disk = new Disk()
      oneApp(disk)
      const text = `<key>CFBundleShortVersionString</key><string>${'1'.repeat(length)}</string>`
      disk.write('Users/anna/Applications/3CX Desktop App.app/Contents/Info.plist', text)
      const report = reportOf(collect(shell, disk))
      assert.equal(report.installations[0]?.version, version)
      assert.equal(report.installations.length, 1)
    })

for (const shell of BOTH)
  test(`COL-S6: ${shell} changes nothing and executes nothing of what is found`, () => {
    using disk = new Disk()
    const mark = join(disk.folder, 'mark')
    const act = `touch ${mark}`
    const [platform] = shell === 'zsh' ? (['macos'] as const) : (['linux'] as const)
    PLANTED[platform](disk)
    disk.write('etc/os-release', `VERSION_ID="$(${act})"\n${act}\nVERSION_ID='12'; ${act}\n`)
    disk.write('etc/hostname', `\`${act}\`;$(${act})\n`)
    disk.write('etc/passwd', `a:x:1:1:$(${act}):/$(${act}):/bin/sh\nb:x:2:2::/*:/bin/sh\n`)
    disk.write('opt/3CXDesktopApp/3CXDesktopApp.exe', `#!/bin/sh\n${act}\n`, 0o755)
    disk.write('Applications/3CX Desktop App.app/Contents/MacOS/run', `#!/bin/sh\n${act}\n`, 0o755)
    const version = `<key>CFBundleShortVersionString</key><string>\`${act}\`$(${act})</string>`
    disk.write('Applications/3CX Desktop App.app/Contents/Info.plist', version)
    disk.write('snap/3cxdesktopapp/7/meta/snap.yaml', `version: $(${act})\n`)
    disk.write(
      'var/lib/dpkg/status',
      `Package: 3cxdesktopapp\nStatus: install ok installed\nVersion: $(${act})\n`,
    )
    const find = [disk.folder, '-printf', '%p %m %s %T@ %l\\n']
    const state = () => run(['find'], find, { isNobody: false }).stdout
    const script = `collect.${SHELLS[shell].script}`
    disk.script(script)
    run(['chmod'], ['-R', 'a+rwX', disk.folder], { isNobody: false })
    const before = state().replace(/^.*\/collect\.z?sh .*$/m, '')
    const args = ['--platform', platform].slice(0, shell === 'zsh' ? 0 : 2)
    const report = reportOf(collect(shell, disk, undefined, shell === 'zsh' ? NAME : args))
    assert.equal(report.device.hostname, shell === 'zsh' ? 'laptop-7' : `\`${act}\`;$(${act})`)
    assert(report.installations.some((found) => found.version?.includes(`$(${act.split(' ')[0]}`)))
    assert.equal(state().replace(/^.*\/collect\.z?sh .*$/m, ''), before)
    // The twin: what would have left a mark does so when it is executed.
    run(['sh'], [join(disk.root, 'opt/3CXDesktopApp/3CXDesktopApp.exe')])
    assert.notEqual(state(), before)
  })

for (const shell of BOTH)
  test(`COL-S7: what ${shell} cannot do it says, and ends with 2`, () => {
    using disk = new Disk()
    const { command, script: ending } = SHELLS[shell]
    const script = disk.script(`collect.${ending}`)
    const told = (args: readonly string[]) => {
      const ended = run(command, [script, ...args])
      return `${ended.status} ${ended.stdout}${ended.stderr}`.trim()
    }
    assert.match(told(['--what']), /^2 Unbekannt \/ unknown: --what$/)
    assert.match(told(['--root', join(disk.folder, 'nowhere')]), /^2 Kein Ordner/)
    assert.match(told(['--root', disk.root]), /^2 Wie heisst/)
    assert.match(told(['--root', disk.root, ...NAME, '--upload']), /^2 RUFWERK_TOKEN/)
    if (shell === 'dash') assert.match(told(['--root', disk.root, '--platform', 'beos']), /^2 windows/)
    const expires = (seconds: number) => (text: string) =>
      text.replace("EXPIRES='0'", `EXPIRES='${Math.floor(Date.now() / 1_000) + seconds}'`)
    const late = collect(shell, disk, expires(-5))
    assert.match(`${late.status} ${late.stdout}${late.stderr}`, /^2 Abgelaufen/)
    assert.equal(reportOf(collect(shell, disk, expires(60))).device.hostname, 'laptop-7')
  })

for (const shell of BOTH)
  test(`COL-S8: on an empty disk ${shell} tells all places of its system, and nothing in them`, () => {
    using disk = new Disk()
    for (const platform of SHELLS[shell].platforms) {
      const args = shell === 'zsh' ? NAME : ['--platform', platform, ...NAME]
      const ended = collect(shell, disk, undefined, args)
      const ids = [...ended.stdout.matchAll(/"type":"place","id":"([^"]+)"/g)].map((match) => match[1])
      assert.deepEqual(new Set(ids), new Set(PLACES[platform]), platform)
      assert.deepEqual(reportOf(ended).installations, [])
    }
  })

test('COL-S14: a shell that reads patterns in another way is refused; it would find nothing', () => {
  using disk = new Disk()
  PLANTED.macos(disk)
  // As such a shell would: the pattern is compared as a text.
  const otherwise = (text: string) => {
    const changed = text.replace(`$${'{row##*"|"}) ;;'}`, () => `"$${'{row##*"|"}") ;;'}`)
    assert.notEqual(changed, text)
    return changed
  }
  const ended = collect('dash', disk, otherwise)
  assert.match(`${ended.status} ${ended.stdout}${ended.stderr}`, /^2 Mit dieser Shell/)
  // The twin: without the look at itself.
  const blind = (text: string) => otherwise(text).replace(/^\[ -z "\$own" \].*$/m, '')
  assert.deepEqual(judge(reportOf(collect('dash', disk, blind)), AFFECTED), [])
})
