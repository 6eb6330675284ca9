// There is no PowerShell among Debian's packages: the scripts for Windows are held against a specification of
// our own. It finds what may not stand in them and what Windows PowerShell 5.1 does not know; that they do
// what they should was never tried here.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PLACES } from '@rufwerk/collectors'
import { readPowerShell } from './powershell.ts'

const SCRIPT = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

/** What looks and what tells; nothing that changes anything but the file that was asked for. */
const LOOKING = [
  ...['ConvertTo-Json', 'ForEach-Object', 'Get-ChildItem', 'Get-CimInstance', 'Get-Date', 'Get-FileHash'],
  ...['Get-ItemProperty', 'Invoke-WebRequest', 'Join-Path', 'Resolve-Path', 'Set-Content', 'Set-StrictMode'],
  ...['Sort-Object', 'Split-Path', 'Test-Path', 'Where-Object', 'Write-Verbose', 'Write-Warning'],
]

/** Types that constrained language mode lets through, with their methods. */
const TYPES = ['cmdletbinding', 'datetime', 'int', 'int64', 'ordered', 'regex', 'string', 'switch', 'bool']

/** Of PowerShell 7 only, or text that becomes code. */
const NOT_WANTED: Readonly<Record<string, RegExp>> = {
  'text as code': /Invoke-Expression|\biex\b|\[scriptblock\]|EncodedCommand|Invoke-Command|ExpandString/i,
  'something found is run': /(^|[|;{(\s])&\s|(^|[;{]\s*)\.\s+[$"'\w]|Start-Process|Invoke-Item/m,
  'code from elsewhere': /Add-Type|New-Object|Import-Module|WebClient|DownloadString|Reflection/i,
  'PowerShell 7': /\?\?|\?\.|&&|\|\||-Parallel\b|\s\?\s|-AsHashtable|Join-String|-SkipCertificateCheck/,
  'a name with wildcards as a path':
    /(Get-ChildItem|Get-ItemProperty|Get-FileHash|Set-Content|Resolve-Path|Test-Path|Remove-Item)(?! -LiteralPath)/,
}

function problemsOf(text: string, allowed: readonly string[], apart = ''): string[] {
  const { code, problems, commands, functions, types } = readPowerShell(text)
  const found = [...problems]
  if (!/^[\x20-\x7e\n]*$/.test(text)) found.push('is not ASCII')
  for (const [what, pattern] of Object.entries(NOT_WANTED))
    if (pattern.test(code.replaceAll(apart || '\0', ''))) found.push(what)
  for (const command of commands)
    if (!functions.has(command) && !allowed.includes(command)) found.push(`calls ${command}`)
  for (const type of types) if (!TYPES.includes(type)) found.push(`uses [${type}]`)
  if (/\]::(?!Escape\()/.test(code)) found.push('uses what constrained language mode refuses')
  for (const name of functions) if (!calledBeside(code, name)) found.push(`${name} is never called`)
  return found
}

/** What acts, and the functions that may. */
const ACTING = /\b(?:Remove-Item|Stop-Process|Start-Process)\b/

function unguarded(text: string): string[] {
  const bodies = readPowerShell(text).code.split(/^(?=function )/m)
  return bodies.flatMap((body) => {
    const at = body.search(ACTING)
    const guard = body.search(/if \(-not \$Really\) \{[^}]*\b(?:return|continue) \}/)
    return at < 0 || (guard >= 0 && guard < at) ? [] : [body.slice(0, 40)]
  })
}

const calledBeside = (code: string, name: string) => code.split(name).length > 2

test('COL-W1: collect.ps1 keeps to the specification', () => {
  const text = SCRIPT('collect.ps1')
  assert.deepEqual(problemsOf(text, LOOKING), [])
  assert(text.split('\n').length <= 400)
  const { code } = readPowerShell(text)
  assert.equal(code.match(/Invoke-WebRequest/g)?.length, 1)
  assert.match(code, /if \(\$Upload\) \{\s*\$answer = Invoke-WebRequest/)
  assert.equal(code.match(/Set-Content/g)?.length, 1)
  assert.match(code, /if \(\$Output -ne ''\) \{ \$report \| Set-Content/)
})

test('COL-W2: collect.ps1 tells each place of Windows, and the lines that the format knows', () => {
  const text = SCRIPT('collect.ps1')
  const ids = [...text.matchAll(/(?:Write-Place|Find-InPlace|Find-InRegistry) '([a-z0-9-]+)'/g)]
  assert.deepEqual(new Set(ids.map((match) => match[1])), new Set(PLACES.windows))
  const types = [...text.matchAll(/type = '([a-z]+)'/g)].map((match) => match[1])
  const known = ['report', 'sought', 'place', 'unread', 'installation', 'file', 'end']
  assert.deepEqual(new Set(types), new Set(known))
})

const REMOVING = [
  ...LOOKING.filter((command) => !['Get-FileHash', 'Get-CimInstance', 'Invoke-WebRequest'].includes(command)),
  ...['Get-Item', 'Get-Process', 'Remove-Item', 'Start-Process', 'Stop-Process', 'Wait-Process'],
]

test('COL-W4: remove.ps1 keeps to the specification, and acts only with -Really', () => {
  const text = SCRIPT('remove.ps1')
  assert.deepEqual(problemsOf(text, REMOVING, 'Start-Process @started'), [])
  assert.deepEqual(unguarded(text), [])
  assert(text.split('\n').length <= 400)
  const types = [...text.matchAll(/type = '([a-z]+)'/g)].map((match) => match[1])
  assert.deepEqual(new Set(types), new Set(['report', 'removal', 'step', 'unread', 'end']))
  for (const [, what, outcome] of text.matchAll(/Write-Step '([^']+)' '([^']+)'/g)) {
    assert.match(what ?? '', /^(uninstall|stop|delete)$/)
    assert.match(outcome ?? '', /^(would|done|failed|by-hand)$/)
  }
  // The twin: without one of the questions, or with one that asks something else.
  const guards = [...text.matchAll(/if \(-not \$Really\) \{/g)]
  assert.equal(guards.length, 4)
  for (const { index } of guards) {
    const behind = text.slice(index).replace('$Really', () => '$Output')
    const worse = text.slice(0, index) + behind
    assert.equal(unguarded(worse).length, 1)
  }
})

const FAULTS: Readonly<Record<string, readonly [string | RegExp, string, string]>> = {
  'a command that deletes': ['$script:Entries++', 'Remove-Item -LiteralPath $Folder', 'calls Remove-Item'],
  'text as code': ['$script:Entries++', 'Invoke-Expression $Folder', 'text as code'],
  'a program that is run': ['$script:Entries++', '& $entry.FullName', 'something found is run'],
  'a name with wildcards': ['-LiteralPath $at', '-Path $at', 'a name with wildcards as a path'],
  'an operator of PowerShell 7': ['$Name = $env:COMPUTERNAME', '$Name = $env:A ?? 1', 'PowerShell 7'],
  'a bracket too few': ['$script:Files++', '$script:Files += (1', '}'],
  'a text without an end': ["'limit'", "'limit", ''],
  'a method of .NET': ['$script:Files++', '[IO.File]::Delete($x)', 'uses [io.file]'],
  'a letter that is not ASCII': ['Geraet', 'Ger\u00e4t', 'is not ASCII'],
  'a curly quotation mark': ['Geraet', 'Ger\u2019t', 'curly quotation marks'],
}

for (const [what, [from, to, problem]] of Object.entries(FAULTS))
  test(`COL-W3: the specification finds ${what}`, () => {
    const text = SCRIPT('collect.ps1')
    const worse = text.replace(from, () => to)
    assert.notEqual(worse, text)
    const found = problemsOf(worse, LOOKING)
    assert(
      found.some((one) => one.includes(problem)),
      found.join('; '),
    )
  })

test('COL-W3: texts, comments and insertions of PowerShell are told apart', () => {
  const read = (text: string) => readPowerShell(text).commands
  assert.deepEqual(read(`'a ''Get-Date'' b' # Get-Date\n"x \`" Get-Date"`), new Set())
  assert.deepEqual(read('"a $(Get-Date -Format "yyyy $(Get-Item x)") b"'), new Set(['Get-Date', 'Get-Item']))
  assert.deepEqual(readPowerShell("'a").problems.length, 1)
  assert.deepEqual(readPowerShell('"a $(b').problems.length > 0, true)
  assert.deepEqual(readPowerShell(`$${'{env:ProgramFiles(x86)}'}`).problems, [])
})
