// remove.sh and remove.zsh, run for real on folders of the tests: what they say they would do, what they do,
// and what they leave alone.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RemovalStep } from '@rufwerk/collectors'
import { Disk, reportOf, run, SHELLS } from './disk.ts'

const APP = '3CX Desktop App'
const NAME = ['--name', 'laptop-7']
const isRoot = process.getuid?.() === 0

interface Layout {
  readonly shell: keyof typeof SHELLS
  readonly place: string
  /** The folder of the app within a place. */
  readonly folder: string
  readonly users: string
}
const LINUX = { place: 'opt', folder: '3cxDesktopApp', users: 'home/anna/.local/share' } as const
const LAYOUTS: readonly Layout[] = [
  { shell: 'dash', ...LINUX },
  { shell: 'bash', ...LINUX },
  { shell: 'busybox', ...LINUX },
  { shell: 'zsh', place: 'Applications', folder: `${APP}.app`, users: 'Users/anna/Applications' },
]

/** With all rights that the tests have: files of the tests are theirs. */
function remove({ shell }: Layout, disk: Disk, args: readonly string[], change?: (text: string) => string) {
  const { command, script } = SHELLS[shell]
  const path = disk.script(`remove.${script}`, change)
  return run(command, [path, '--root', disk.root, ...NAME, ...args], { isNobody: false })
}

function removed(
  layout: Layout,
  disk: Disk,
  args: readonly string[] = [],
  change?: (text: string) => string,
) {
  const report = reportOf(remove(layout, disk, ['--app', APP, ...args], change))
  assert(report.removal)
  assert.deepEqual([report.coverage, report.installations], ['part', []])
  return { ...report.removal, unread: report.unread }
}

const told = (steps: readonly RemovalStep[]) =>
  steps.map(({ what, outcome, path }) => `${what} ${outcome} ${path}`)

function plant(disk: Disk, { place, folder, users }: Layout): void {
  for (const where of [place, users]) {
    disk.write(`${where}/${folder}/program`, 'program', 0o755)
    disk.write(`${where}/${folder}/deep/er/file`)
    disk.write(`${where}/${folder} 2/program`, 'neighbour', 0o755)
    disk.write(`${where}/other/program`, 'neighbour', 0o755)
  }
  disk.write(`${users}/keep`, 'of its owner')
  disk.write(`elsewhere/${folder}/program`, 'not in a known place')
}

const files = (disk: Disk) => run(['find'], [disk.root], { isNobody: false }).stdout.split('\n').sort()

for (const layout of LAYOUTS) {
  const { shell, place, folder, users } = layout

  test(`COL-D1: ${shell} says what it would do, and does nothing`, () => {
    using disk = new Disk()
    plant(disk, layout)
    const before = files(disk)
    const { isReal, steps, app } = removed(layout, disk)
    assert.deepEqual([app, isReal], [APP, false])
    assert.deepEqual(told(steps).sort(), [
      ...[`delete would /${place}/${folder}`, `delete would /${users}/${folder}`].sort(),
    ])
    assert.deepEqual(files(disk), before)
  })

  test(`COL-D2: ${shell} deletes the folders of the app in known places, and nothing else`, () => {
    using disk = new Disk()
    plant(disk, layout)
    const gone = [join(disk.root, place, folder), join(disk.root, users, folder)]
    const left = files(disk).filter((file) => !gone.some((at) => file === at || file.startsWith(`${at}/`)))
    const { isReal, steps } = removed(layout, disk, ['--really'])
    assert.equal(isReal, true)
    assert.deepEqual(told(steps).sort(), [
      ...[`delete done /${place}/${folder}`, `delete done /${users}/${folder}`].sort(),
    ])
    assert.deepEqual(files(disk), left)
    // Once more there is nothing to do.
    assert.deepEqual(removed(layout, disk, ['--really']).steps, [])
  })

  test(`COL-D3: ${shell} follows no link, in the app, above it or in its place`, () => {
    using disk = new Disk()
    plant(disk, layout)
    disk.write('../outside/precious', 'precious')
    disk.write(`../outside/${folder}/precious`, 'precious')
    const outside = join(disk.folder, 'outside')
    disk.link(outside, `${place}/${folder}/link`)
    disk.link(join(outside, folder), `${place}/other/${folder}`)
    disk.link(outside, `${place}/more`)
    const home = users.split('/').slice(0, 2).join('/').replace('anna', 'ben')
    disk.link(outside, `${home}/${shell === 'zsh' ? 'Applications' : '.local'}`)
    const { steps, unread } = removed(layout, disk, ['--really'])
    assert.equal(steps.length, 2)
    assert.deepEqual(
      unread.map(({ why }) => why),
      ['link'],
    )
    assert.equal(readFileSync(join(outside, 'precious'), 'utf8'), 'precious')
    assert.equal(readFileSync(join(outside, folder, 'precious'), 'utf8'), 'precious')
    assert.equal(existsSync(join(disk.root, place, folder)), false)
  })

  test(`COL-D4: ${shell} ends what runs from the app, wanting or not, and nothing else`, async () => {
    using disk = new Disk()
    plant(disk, layout)
    const started: ChildProcess[] = []
    const start = (path: string, args: readonly string[]) => {
      const program = join(disk.root, path)
      mkdirSync(join(program, '..'), { recursive: true })
      copyFileSync(args[0] === '-c' ? '/bin/dash' : '/bin/sleep', program)
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
      started.push(child)
      return child
    }
    try {
      const app = start(`${place}/${folder}/app`, ['600'])
      const deaf = start(`${users}/${folder}/deaf`, [
        '-c',
        "trap '' TERM; echo on; while :; do sleep 1; done",
      ])
      const neighbour = start(`${place}/${folder} 2/app`, ['600'])
      await once(deaf.stdout as NonNullable<typeof deaf.stdout>, 'data')
      const ended = Promise.all([once(app, 'exit'), once(deaf, 'exit')])
      const dry = removed(layout, disk).steps.filter(({ what }) => what === 'stop')
      assert.deepEqual(new Set(dry.map(({ pid }) => pid)), new Set([app.pid, deaf.pid]))
      assert.deepEqual(
        [app.exitCode, deaf.exitCode, app.signalCode, deaf.signalCode],
        [null, null, null, null],
      )
      const quick = (text: string) => text.replace('WAIT_SECONDS=5', 'WAIT_SECONDS=1')
      const { steps } = await removedBeside(layout, disk, quick)
      await ended
      const stops = steps.filter(({ what }) => what === 'stop')
      assert.deepEqual(
        new Set(stops.map(({ pid, outcome }) => `${pid} ${outcome}`)),
        new Set([`${app.pid} done`, `${deaf.pid} done`]),
      )
      assert.deepEqual([app.signalCode, deaf.signalCode], ['SIGTERM', 'SIGKILL'])
      assert.deepEqual([neighbour.exitCode, neighbour.signalCode], [null, null])
    } finally {
      for (const child of started) child.kill('SIGKILL')
    }
  })

  test(`COL-D5: ${shell} says what it could not do`, () => {
    using disk = new Disk()
    plant(disk, layout)
    const { command, script } = SHELLS[shell]
    const path = disk.script(`remove.${script}`)
    const report = reportOf(run(command, [path, '--root', disk.root, ...NAME, '--app', APP, '--really']))
    const expected = isRoot ? 'failed' : 'done'
    assert.deepEqual(new Set(report.removal?.steps.map(({ outcome }) => outcome)), new Set([expected]))
    const answer = (args: readonly string[]) => {
      const ended = remove(layout, disk, args)
      return `${ended.status} ${ended.stdout}${ended.stderr}`.trim()
    }
    assert.match(answer([]), /^2 --app\? 3CX Desktop App/)
    assert.match(answer(['--app', 'Other']), /^2 --app\?/)
    assert.match(answer(['--app', APP, '--force']), /^2 Unbekannt/)
    const late = remove(layout, disk, ['--app', APP], (text) => text.replace("EXPIRES='0'", "EXPIRES='1'"))
    assert.match(`${late.status} ${late.stderr}`, /^2 Abgelaufen/)
  })
}

/** Beside the event loop, so that ends of processes are seen. */
async function removedBeside(layout: Layout, disk: Disk, change: (text: string) => string) {
  const { command, script } = SHELLS[layout.shell]
  const path = disk.script(`remove.${script}`, change)
  const args = [...command.slice(1), path, '--root', disk.root, ...NAME, '--app', APP, '--really']
  const child = spawn(command[0], args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (piece: Buffer) => (stdout += piece))
  child.stderr.on('data', (piece: Buffer) => (stderr += piece))
  const [status] = (await once(child, 'close')) as [number]
  const { removal } = reportOf({ status, stdout, stderr })
  assert(removal)
  return removal
}

test('COL-D6: packages that are not removed here are named with their command', () => {
  using disk = new Disk()
  const layout = LAYOUTS[0] as Layout
  disk.write('var/lib/dpkg/status', 'Package: 3cxdesktopapp\nStatus: install ok installed\nVersion: 1\n\n')
  disk.write('var/lib/snapd/snaps/3cxdesktopapp_7.snap')
  disk.write('var/lib/flatpak/app/3cxdesktopapp/x')
  const { steps } = removed(layout, disk, ['--really'])
  assert.deepEqual(
    steps.map(({ what, outcome, command }) => `${what} ${outcome} ${command?.replace(disk.root, '')}`),
    [
      'uninstall by-hand dpkg --root=/ --remove 3cxdesktopapp',
      'uninstall by-hand snap remove 3cxdesktopapp',
      'uninstall by-hand flatpak uninstall --system 3cxdesktopapp',
    ],
  )
})

test('COL-D7: a package of Debian is removed by dpkg', () => {
  using disk = new Disk()
  const layout = LAYOUTS[0] as Layout
  disk.write(
    'build/DEBIAN/control',
    'Package: 3cxdesktopapp\nVersion: 18.12.416\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: b\n',
  )
  disk.write('build/opt/3CXDesktopApp/app', 'program', 0o755)
  const build = join(disk.root, 'build')
  const file = join(disk.folder, 'app.deb')
  assert.equal(run(['dpkg-deb', '--root-owner-group', '-b'], [build, file], { isNobody: false }).status, 0)
  for (const folder of ['info', 'updates', 'triggers']) disk.folderAt(`var/lib/dpkg/${folder}`)
  disk.write('var/lib/dpkg/status', '')
  const dpkg = ['dpkg', '--force-not-root', `--root=${disk.root}`]
  const installed = run(dpkg, ['-i', file], { isNobody: false })
  assert.equal(installed.status, 0, installed.stderr)
  assert.equal(existsSync(join(disk.root, 'opt/3CXDesktopApp/app')), true)
  // The script would leave another disk alone; this one is made for it.
  const here = (text: string) =>
    text.replace('if [ -n "$root" ]; then step uninstall by-hand', 'if false; then :')
  const { steps } = removed(layout, disk, ['--really'], here)
  const [first] = steps
  if (!isRoot) {
    assert.equal(first?.outcome, 'failed')
    assert.match(first?.detail ?? '', /superuser/)
    return
  }
  assert.deepEqual([first?.what, first?.outcome], ['uninstall', 'done'])
  assert.equal(existsSync(join(disk.root, 'opt/3CXDesktopApp')), false)
  assert.match(readFileSync(join(disk.root, 'var/lib/dpkg/status'), 'utf8'), /deinstall|^$/)
})

test('COL-D8: a folder that comes in the way as a link while it is deleted is not followed', () => {
  using disk = new Disk()
  const layout = LAYOUTS[0] as Layout
  disk.write('opt/parent/3CXDesktopApp/program')
  disk.write('../outside/3CXDesktopApp/precious', 'precious')
  // Right before the deletion the folder above it becomes a link to another one.
  const outside = join(disk.folder, 'outside')
  const swap = `mv "$root/opt/parent" "$root/opt/moved"; ln -s ${outside} "$root/opt/parent"`
  const swapped = (text: string) => text.replace('  (\n    cd -P', () => `  ${swap}\n  (\n    cd -P`)
  const { steps } = removed(layout, disk, ['--really'], swapped)
  assert.deepEqual(told(steps), ['delete failed /opt/parent/3CXDesktopApp'])
  assert.equal(existsSync(join(disk.folder, 'outside/3CXDesktopApp/precious')), true)
  // The twin: without the look at where it is, it would be gone.
  run(['sh', '-c', 'cd "$0/opt" && rm parent && mv moved parent'], [disk.root], { isNobody: false })
  const blind = (text: string) => swapped(text).replace(/ && \[ "\$\(pwd -P; echo \/\)" = [^\]]*\]/, '')
  removed(layout, disk, ['--really'], blind)
  assert.equal(existsSync(join(disk.folder, 'outside/3CXDesktopApp/precious')), false)
})
