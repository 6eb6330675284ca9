// Scripts with settings in them: hostile ones stay text in every shell, and OpenSSL finds a changed byte.
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  howToVerify,
  isSignedScript,
  LIST_NAMES_MAX,
  type RenderedScript,
  readReport,
  renderScript,
  SCRIPTS,
  type ScriptName,
  type ScriptSettings,
  scriptFile,
  signWith,
} from '@rufwerk/collectors'
import { Disk, run, SHELLS, sha256 } from './disk.ts'
import { readPowerShell } from './powershell.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const SETTINGS: ScriptSettings = {
  server: 'https://rufwerk.example/api/v1/collectors/reports',
  tenant: 'muster',
  expiresAt: 4_000_000_000_000,
  apps: [{ vendor: '3CX', product: '3CX Desktop App', folders: ['3CX Desktop App.app'], programs: [] }],
  fileNames: ['libffmpeg.dylib'],
}

const template = (name: ScriptName) => readFileSync(scriptFile(name), 'utf8')
const render = (name: ScriptName, settings: Partial<ScriptSettings> = {}) =>
  renderScript({ name, template: template(name) }, { ...SETTINGS, ...settings }, signWith(privateKey))

function rendered(name: ScriptName, settings: Partial<ScriptSettings> = {}): RenderedScript {
  const made = render(name, settings)
  assert(made.ok, JSON.stringify(made))
  return made.value
}

function placeOfRefusal(settings: Partial<ScriptSettings>): string {
  const made = render('collect.sh', settings)
  return made.ok ? 'rendered' : made.error.place
}

/** `MARK` is the name of a file that must not come into being. */
const HOSTILE = [
  "'; touch MARK; '",
  "'\\''; touch MARK; #",
  '$(touch MARK)',
  '`touch MARK`',
  '"; touch MARK; "',
  `$${"{x:-'$(touch MARK)'}"}`,
  'a\\',
  "\\'; touch MARK; '",
  '# --- end of settings ---',
  '$& $1 $` %s%n \\n',
  "'+(Remove-Item x)+'",
  '!!; ~ * ? [a] {b,c}',
]

for (const shell of Object.keys(SHELLS) as (keyof typeof SHELLS)[])
  test(`COL-G1: ${shell} takes hostile settings for text, and reports them as they are`, () => {
    using disk = new Disk()
    disk.folderAt('Users/anna/Applications')
    const { command, script } = SHELLS[shell]
    const name: ScriptName = `collect.${script}`
    const runs = join(disk.folder, 'runs')
    mkdirSync(runs)
    run(['chmod'], ['a+rwx', runs], { isNobody: false })
    const mark = join(runs, 'mark')
    const tell = (text: string, tenant: string) => {
      const path = join(runs, name)
      writeFileSync(path, text)
      const ended = run(command, [path, '--root', disk.root, '--name', 'laptop-7'])
      return { ended, read: readReport(ended.stdout, 1, tenant) }
    }
    for (const form of ['muster', ...HOSTILE]) {
      const tenant = form.replaceAll('MARK', mark)
      const apps = [{ vendor: `v${tenant}`, product: `p${tenant}`, folders: ['a'], programs: [] }]
      const { text } = rendered(name, { tenant, apps: apps.filter(({ vendor }) => !vendor.includes('|')) })
      const { ended, read } = tell(text, tenant)
      assert(read.ok, `${form}: ${JSON.stringify(read)} ${ended.stderr}`)
      assert.equal(ended.stderr, '')
      assert.equal(read.value.tenant, tenant)
      assert.deepEqual(read.value.lookedFor, tenant.includes('|') ? [] : [`p${tenant}`])
      assert.equal(existsSync(mark), false, form)
    }
    // The twin: without the quoting the first of them leaves its mark.
    const tenant = (HOSTILE[0] ?? '').replaceAll('MARK', mark)
    const { text } = rendered(name, { tenant })
    const naive = text.replace(/^TENANT=.*$/m, () => `TENANT='${tenant}'`)
    assert.notEqual(naive, text)
    tell(naive, tenant)
    assert.equal(existsSync(mark), true)
  })

test('COL-G1: PowerShell has the same code, whatever the settings are', () => {
  for (const name of SCRIPTS.filter((script) => script.endsWith('.ps1'))) {
    const { code, problems } = readPowerShell(rendered(name).text)
    assert.deepEqual(problems, [])
    for (const tenant of HOSTILE) {
      const { text } = rendered(name, { tenant, fileNames: [tenant] })
      assert.deepEqual(
        { ...readPowerShell(text), types: 0 },
        { ...readPowerShell(rendered(name).text), types: 0 },
        tenant,
      )
      assert.equal(readPowerShell(text).code, code)
    }
    const tenant = "'+(Remove-Item x)+'"
    const naive = rendered(name, { tenant }).text.replace(/^\$Tenant = .*$/m, () => `$Tenant = '${tenant}'`)
    assert.notEqual(readPowerShell(naive).code, code)
  }
})

for (const shell of ['dash', 'busybox', 'zsh'] as const)
  test(`COL-G2: ${shell} looks for names with signs in them as they are, and for nothing else`, () => {
    using disk = new Disk()
    const names = ['*.dylib', '[ab].so', 'a?b', "it's.so", '$x "y".dylib', 'a]b', '(i)*', '-n', 'B.DLL']
    for (const name of names) disk.write(`Applications/x/${name}`, name)
    disk.write('Applications/y/b.dll', 'b')
    for (const other of ['any.dylib', 'a.so', 'b.so', 'acb', 'its.so', 'x'])
      disk.write(`Applications/z/${other}`, other)
    const { command, script } = SHELLS[shell]
    const { text } = rendered(`collect.${script}`, { fileNames: names })
    const ended = run(command, [
      disk.script(`collect.${script}`, () => text),
      '--root',
      disk.root,
      '--name',
      'a',
    ])
    const read = readReport(ended.stdout, 1, 'muster')
    assert(read.ok)
    assert.deepEqual(new Set(read.value.lookedForFiles), new Set(names.map((name) => name.toLowerCase())))
    const found = read.value.installations.flatMap(({ files }) => files.map((file) => file.sha256))
    assert.deepEqual(found.sort(), [...names, 'b'].map(sha256).sort())
  })

test('COL-G3: what cannot be in a script is refused, or told as left out', () => {
  assert.equal(placeOfRefusal({}), 'rendered')
  for (const tenant of ['', ' a', 'a\nb', 'a\u0000', 'M\u00fcller', 'a\u2019b', 'a'.repeat(257)])
    assert.equal(placeOfRefusal({ tenant }), 'tenant')
  const servers = [
    '',
    'rufwerk.example',
    'http://rufwerk.example/',
    'https://a:b@rufwerk.example/',
    'file:///etc',
    'https://x/#y',
  ]
  for (const server of servers) assert.equal(placeOfRefusal({ server }), 'server')
  for (const server of ['https://rufwerk.example', 'http://127.0.0.1:8080/x', "https://x/a'b"])
    assert.equal(placeOfRefusal({ server }), 'rendered')
  for (const expiresAt of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 10])
    assert.equal(placeOfRefusal({ expiresAt }), 'expiresAt')
  const app = { vendor: 'v', product: 'p', folders: ['f'], programs: ['p.exe'] }
  for (const wrong of [
    { ...app, vendor: 'a|b' },
    { ...app, product: 'a\nb' },
    { ...app, product: '' },
  ])
    assert.equal(placeOfRefusal({ apps: [app, wrong] }), 'apps, 1')
  const many = Array.from({ length: LIST_NAMES_MAX + 1 }, (_, index) => `n${index}`)
  assert.equal(placeOfRefusal({ apps: [], fileNames: many }), 'fileNames')
  assert.equal(placeOfRefusal({ apps: [], fileNames: many.slice(1) }), 'rendered')
  const odd = ['a/b', 'a\\b', 'a|b', '..', 'K\u00e4se.dll', 'a\nb', '']
  const { leftOut, text } = rendered('collect.sh', { fileNames: ['good.dll', ...odd] })
  assert.deepEqual(leftOut, odd)
  assert.match(text, /\nfile\|good\.dll\n'/)
})

test('COL-G4: the list has a digest that comes back with the report', () => {
  const digest = (settings: Partial<ScriptSettings>) => rendered('collect.sh', settings).list
  assert.match(digest({}), /^[0-9a-f]{32}$/)
  assert.equal(digest({ tenant: 'other' }), digest({}))
  assert.notEqual(digest({ fileNames: ['other'] }), digest({}))
})

for (const name of SCRIPTS)
  test(`COL-G5: ${name} is verified by OpenSSL, and not with another byte, signature or key`, () => {
    using disk = new Disk()
    const script = rendered(name)
    const at = (file: string) => join(disk.folder, file)
    writeFileSync(at(name), script.text)
    writeFileSync(at(`${name}.sig`), script.signature)
    writeFileSync(at('rufwerk.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
    const command = /openssl .*/.exec(howToVerify(script).en)?.[0] ?? ''
    assert.match(howToVerify(script).de, new RegExp(script.sha256))
    const verify = () => run(['sh', '-c', `cd "$0" && ${command}`], [disk.folder], { isNobody: false }).status
    assert.equal(script.sha256, sha256(script.text))
    assert.equal(verify(), 0)
    assert.equal(isSignedScript(script.text, script.signature, publicKey), true)
    writeFileSync(at(name), script.text.replace('muster', 'mustes'))
    assert.equal(verify(), 1)
    assert.equal(isSignedScript(script.text.replace('muster', 'mustes'), script.signature, publicKey), false)
    writeFileSync(at(name), script.text)
    const other = generateKeyPairSync('ed25519')
    writeFileSync(at(`${name}.sig`), sign(null, Buffer.from(script.text), other.privateKey))
    assert.equal(verify(), 1)
    assert.equal(isSignedScript(script.text, script.signature, other.publicKey), false)
    assert.equal(isSignedScript(script.text, script.signature.slice(1), publicKey), false)
  })
