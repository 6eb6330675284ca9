// `rufwerk sweep` over planted folders and logs, and over twins that differ only in what was planted.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { SWEEP_LIMITS } from '../rufwerk/sweep/limits.ts'
import { withFile } from '../rufwerk/sweep/open.ts'
import { sweepLines } from '../rufwerk/sweep/report.ts'
import { carryOutSweep, exitCodeOf, readSweepWish } from '../rufwerk/sweep.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-sweep-'))
after(() => rmSync(root, { recursive: true }))
const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const FIXTURES = join(PROJECT, 'packages/domain/indicators/test/fixtures')
const KNOWN = [join(FIXTURES, '3cx-2023.txt'), join(FIXTURES, '3cx-2023.yml')]

/** Harmless bytes that stand for a changed library: their hash is added to what is searched for. */
const PLANTED = Buffer.from('stands for a library that was changed')
const HASH = createHash('sha256').update(PLANTED).digest('hex')
const OTHER = Buffer.from('stands for a library that was changeD')

function put(path: string, content: string | Uint8Array): string {
  const whole = join(root, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, content)
  return whole
}

async function sweep(...args: string[]) {
  const wish = readSweepWish(['sweep', ...args], root, 'en') ?? assert.fail()
  assert.ok(!('sentence' in wish), 'sentence' in wish ? wish.sentence : '')
  const swept = await carryOutSweep(wish)
  return {
    ...{ swept, exit: exitCodeOf(swept), text: sweepLines(swept, 'en').join('\n') },
    files: swept.folders.hits.map(({ path, found }) => [
      path.slice(path.indexOf(root) + root.length + 1),
      'text' in found ? found.text : found.name,
    ]),
    lines: swept.logs.flatMap((log) => log.searched.hits.map(({ line, found }) => [line, found.text])),
    notRead: swept.notRead.map(({ code }) => code),
  }
}

const LIST = put('list.txt', `${HASH}\nd3dcompiler_47.dll\nakamaicontainer[.]com\n`)
const APP = 'Users/anna/AppData/Local/Programs/App/app'

test('planted files are found by hash and by name, at any depth; the twin has none of it', async () => {
  for (const [disk, library, name] of [
    ['bad', PLANTED, 'D3DCompiler_47.dll'],
    ['good', OTHER, 'D3DCompiler_47x.dll'],
  ] as const) {
    put(`${disk}/${APP}/ffmpeg.dll`, library)
    put(`${disk}/${APP}/${name}`, 'x')
    put(`${disk}/Applications/App.app/Contents/Frameworks/libffmpeg.dylib`, library)
    put(`${disk}/readme.txt`, 'akamaicontainer.com')
  }
  const bad = await sweep('bad', '--indicators', LIST)
  assert.deepEqual(bad.files, [
    ['bad/Applications/App.app/Contents/Frameworks/libffmpeg.dylib', HASH],
    [`bad/${APP}/D3DCompiler_47.dll`, 'd3dcompiler_47.dll'],
    [`bad/${APP}/ffmpeg.dll`, HASH],
  ])
  assert.deepEqual([bad.exit, bad.notRead], [1, []])
  assert.match(bad.text, /D3DCompiler_47\.dll: d3dcompiler_47\.dll \(.*list\.txt, line 2\); only the name/)
  const good = await sweep('good', '--indicators', LIST)
  assert.deepEqual([good.files, good.exit, good.swept.folders.totals.hashed], [[], 0, 4])
  assert.match(good.text, /Nothing of it was found in what was read\. That does not prove/)
})

test('no link is followed, no pipe is opened, the program ends', async () => {
  put('outside/ffmpeg.dll', PLANTED)
  put('linked/app/other.dll', OTHER)
  symlinkSync(join(root, 'outside'), join(root, 'linked/folder'))
  symlinkSync(join(root, 'outside/ffmpeg.dll'), join(root, 'linked/file'))
  symlinkSync('..', join(root, 'linked/app/up'))
  assert.equal(spawnSync('mkfifo', [join(root, 'linked/pipe')]).status, 0)
  const { files, swept, exit } = await sweep('linked', '--indicators', LIST)
  assert.deepEqual([files, exit], [[], 0])
  const { links, others, files: seen } = swept.folders.totals
  assert.deepEqual([links, others, seen], [3, 1, 1])
  await assert.rejects(
    withFile(join(root, 'linked/file'), async () => 0),
    { code: 'ELOOP' },
  )
  await assert.rejects(
    withFile(join(root, 'linked/pipe'), async () => 0),
    { code: 'not-a-file' },
  )
  const twin = await sweep('outside', 'linked/folder', '--indicators', LIST)
  assert.equal(twin.files.length, 2, 'a link that somebody names is meant')
})

test('what cannot be read is told, counted, and the exit code', async () => {
  const large = put('large/app.bin', '')
  truncateSync(large, SWEEP_LIMITS.fileBytes + 1)
  put('large/d3dcompiler_47.dll', 'x')
  symlinkSync('loop', join(root, 'loop'))
  put('empty.txt', '# nothing\n')
  const rows: [args: string[], exit: number, notRead: string[], text: RegExp][] = [
    [['large', '--indicators', LIST], 1, ['too-large'], /NOT READ .*app\.bin: is larger than the limit/],
    [['good', 'missing', '--indicators', LIST], 2, ['ENOENT'], /NOT READ .*missing: is not there/],
    [['loop', '--indicators', LIST], 2, ['ELOOP'], /loop: is a link/],
    [['good', '--indicators', LIST, 'none.txt'], 2, ['ENOENT'], /none\.txt: is not there/],
    [['good', '--indicators', LIST, 'empty.txt'], 2, ['no-indicators'], /nothing in it can be searched/],
    [['--log', LIST, '--indicators', LIST], 2, ['format-unknown'], /no log of a known format/],
    [['--log', 'empty.txt', '--indicators', LIST], 2, ['nothing-compared'], /no line of it tells/],
    [['good', '--indicators', LIST], 0, [], /Nothing of it/],
  ]
  for (const [args, exit, notRead, text] of rows) {
    const found = await sweep(...args)
    assert.deepEqual([found.exit, found.notRead], [exit, notRead], args.join(' '))
    assert.match(found.text, text)
    if (notRead.length > 0) assert.match(found.text, /Not everything could be read: 1 places/)
  }
})

test('names that are no UTF-8 are opened, and none moves the cursor', async () => {
  mkdirSync(join(root, 'names'))
  writeFileSync(Buffer.concat([Buffer.from(`${root}/names/`), Buffer.from([0xff, 0xfe, 0x2e])]), PLANTED)
  put('names/\u001b[2J\u202etxt.exe', PLANTED)
  const { files, notRead, text } = await sweep('names', '--indicators', LIST)
  assert.deepEqual([files.length, notRead], [2, []])
  assert.doesNotMatch(text, /\p{Cf}|\p{Cc}(?<!\n)/u)
})

/** The name of an installer that is known to be changed, as it was offered. */
const INSTALLER = /^file: (\S+\.dmg)$/m.exec(readFileSync(KNOWN[0] ?? '', 'utf8'))?.[1] ?? assert.fail()

const squid = (host: string) =>
  ['1679990400.1 1 10.0.0.4 TCP_MISS/200 1 GET http://www.example.org/ - X/192.0.2.9 x']
    .concat(`1679990401.1 1 10.0.0.5 TCP_TUNNEL/200 1 CONNECT ${host}:443 anna X/192.0.2.1 -`, '')
    .join('\n')

test('logs, also packed and as UTF-16, say line, time, client and origin; twins nothing', async () => {
  const wide = (text: string) => Buffer.from(`\ufefftime,client,query\r\n${text}`, 'utf16le')
  for (const [folder, host] of [
    ['logs', 'www.akamaicontainer.com'],
    ['clean', 'www.akamaicontainers.com'],
  ] as const) {
    put(`${folder}/access.log`, squid(host))
    put(`${folder}/access.log.1.gz`, gzipSync(squid(host)))
    put(`${folder}/dns.csv`, wide(`2023-03-28 10:00:00,10.0.0.5,${host}\r\n`))
  }
  const { lines, exit, notRead, text } = await sweep('--indicators', LIST, '--log', 'logs')
  const name = 'akamaicontainer[.]com'
  assert.deepEqual(
    [lines, exit, notRead],
    [
      [
        [2, name],
        [2, name],
        [2, name],
      ],
      1,
      [],
    ],
  )
  assert.match(text, /access\.log, line 2: akamaicontainer\[\.\]com \(.*list\.txt, line 3\)\n/)
  assert.match(text, /^ {6}1679990401\.1 10\.0\.0\.5 anna: www\[\.\]akamaicontainer\[\.\]com$/m)
  assert.match(text, /2023-03-28 10:00:00 \(zone not said\) 10\.0\.0\.5: www\[\.\]/)
  assert.doesNotMatch(text, /akamaicontainer\.com/, 'nothing in it can be clicked')
  const twin = await sweep('--indicators', LIST, '--log', 'clean')
  assert.deepEqual([twin.lines, twin.exit, twin.notRead], [[], 0, []])
})

test('broken logs are told, and what was found before stays', async () => {
  const packed = gzipSync(`${squid('akamaicontainer.com')}${'x'.repeat(5_000)}${Math.PI}`.repeat(50))
  put('broken/cut.gz', packed.subarray(0, packed.length - 20))
  const cut = await sweep('--indicators', LIST, '--log', 'broken/cut.gz')
  assert.deepEqual([cut.exit, cut.notRead], [1, ['Z_BUF_ERROR']])
  assert.ok(cut.lines.length > 0)
  assert.match(cut.text, /cut\.gz: the packed file ends too early/)
  put('broken/bomb.gz', gzipSync(Buffer.alloc(128 * 1024 * 1024, 'x')))
  const before = process.memoryUsage().rss
  const bomb = await sweep('--indicators', LIST, '--log', 'broken/bomb.gz')
  assert.deepEqual([bomb.exit, bomb.swept.logs[0]?.searched.tooLong], [2, 1])
  assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024, 'it is never in memory')
  put('broken/lines.log', `${squid('example.org')}167999 broken\n`)
  const part = await sweep('--indicators', LIST, '--log', 'broken/lines.log')
  assert.deepEqual([part.exit, part.notRead], [2, []])
  assert.match(part.text, /lines\.log: 1 lines not understood or too long, the first: 3/)
})

test('what is known of the attack of 2023 is found in names and logs; neighbours are not', async () => {
  const folder = 'https://raw.githubusercontent.com/IconStorages/images/main'
  const icon = (name: string) =>
    `1679990400.1 1 10.0.0.5 TCP_MISS/200 1 GET ${folder}/${name} - X/192.0.2.1 x\n`
  const dns = (name: string) => `Mar 28 10:00:00 gw dnsmasq[1]: query[A] ${name} from 10.0.0.5\n`
  put(`case/disk/${INSTALLER}`, 'x')
  put('case/proxy.log', icon('icon7.ico'))
  put('case/dns.log', dns('pbxsources.com'))
  put(`twin/disk/${INSTALLER.replace('1213', '1214')}`, 'x')
  put('twin/proxy.log', icon('logo7.ico'))
  put('twin/dns.log', dns('pbxsources.org'))
  const all = (name: string) =>
    sweep(`${name}/disk`, '--log', `${name}/proxy.log`, `${name}/dns.log`, '--indicators', ...KNOWN)
  const found = await all('case')
  assert.deepEqual(found.files, [[`case/disk/${INSTALLER}`, INSTALLER]])
  assert.deepEqual(
    found.lines.map(([, text]) => text),
    [
      'hxxps://raw[.]githubusercontent[.]com/IconStorages/images/main/icon*.ico',
      'Icons with hidden addresses',
      'pbxsources[.]com',
    ],
  )
  assert.match(found.text, /not searched for \(.*rule 3, .*field Image/)
  assert.match(found.text, /rule about programs that run, of which only hashes .*Library with a changed hash/)
  const twin = await all('twin')
  assert.deepEqual([twin.files, twin.lines, twin.exit], [[], [], 0])
})

test('a rule that asks for a name and a hash together is not met by one of them', async () => {
  const pattern = `[file:name = 'ffmpeg.dll' AND file:hashes.'SHA-256' = '${HASH}']`
  const bundle = { type: 'bundle', objects: [{ type: 'indicator', name: 'both', pattern }] }
  const stix = put('stix.json', JSON.stringify(bundle))
  assert.deepEqual((await sweep('bad', '--indicators', stix)).files, [[`bad/${APP}/ffmpeg.dll`, 'both']])
  assert.deepEqual((await sweep('good', '--indicators', stix)).files, [])
})

test('wrong commands are told; others are none of ours', () => {
  const say = (...args: string[]) => {
    const wish = readSweepWish(args, root, 'en')
    return wish !== undefined && 'sentence' in wish ? wish.sentence : wish
  }
  assert.equal(say('queues'), undefined)
  assert.match(String(say('sweep', '.')), /--indicators FILE/)
  assert.match(String(say('sweep', '--indicators', 'x')), /FOLDER/)
  assert.match(String(say('sweep', '.', '--indicators', 'x', '--delete')), /--delete/)
})

/** Without the right to write, to start programs and to use the network. */
function run(program: string, ...args: string[]) {
  const rights = ['--permission', '--allow-fs-read=*']
  return spawnSync(process.execPath, [...rights, program, ...args], { cwd: root, encoding: 'utf8' })
}

test('the command needs no right but to read: nothing is written, started or resolved', () => {
  const program = join(PROJECT, 'tools/rufwerk.ts')
  const args = [
    '--language',
    'de',
    'sweep',
    join(root, 'bad'),
    '--indicators',
    LIST,
    '--log',
    join(root, 'logs'),
  ]
  const found = run(program, ...args)
  assert.deepEqual([found.status, found.stderr.replace(/^\(node.*\n|^\(Use.*\n/gm, '')], [1, ''])
  assert.match(found.stdout, /GEFUNDEN .*ffmpeg\.dll: [0-9a-f]{64}/)
  assert.match(found.stdout, /Treffer: 6/)
  const report = JSON.parse(run(program, '--json', ...args).stdout) as Record<string, unknown>
  assert.deepEqual([report.exitCode, report.hits], [1, 6])
  const wrong = run(program, 'sweep', '.')
  assert.deepEqual([wrong.status, wrong.stdout], [2, ''])
  const resolving = put(
    'resolve.mjs',
    "import { lookup } from 'node:dns/promises'\nawait lookup('localhost')",
  )
  assert.match(run(resolving).stderr, /ERR_ACCESS_DENIED/, 'what the rights refuse')
  assert.ok(readFileSync(join(root, 'bad', APP, 'ffmpeg.dll')).equals(PLANTED))
})
