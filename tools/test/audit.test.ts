// `rufwerk audit verify` over files as the server writes them, and as somebody has changed them.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Entry, publicPem, signHead, signingKey, writeLine } from '@rufwerk/audit'
import { chainOf } from '@rufwerk/audit/testing'
import { carryOutAudit, readAuditWish } from '../rufwerk/audit.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-audit-'))
after(() => rmSync(root, { recursive: true }))
const [KEY, OTHER] = [signingKey(new Uint8Array(32).fill(1)), signingKey(new Uint8Array(32).fill(2))]
const told = { actor: 'anna', subject: 'device-1', detail: {} }

const chain = (acts: readonly string[]): Entry[] =>
  chainOf('muster', acts, () => ({ at: 1, told, salt: 'ab' }))

const headOf = (entries: readonly Entry[], key = KEY) => {
  const { seq, hash } = entries.at(-1) ?? assert.fail()
  return signHead({ tenant: 'muster', seq, hash, at: 2 }, key)
}

function linesOf(entries: readonly Entry[], key = KEY): string[] {
  return [
    writeLine({ type: 'audit', format: 1, tenant: 'muster', key: publicPem(key) }),
    writeLine({ type: 'head', ...headOf(entries, key) }),
    ...entries.map((entry) => writeLine({ type: 'entry', ...entry })),
    writeLine({ type: 'end', entries: entries.length }),
  ]
}

function file(name: string, content: string): string {
  writeFileSync(join(root, name), content)
  return name
}

async function verify(line: string) {
  const wish = readAuditWish(['audit', 'verify', ...line.split(' ')], root) ?? assert.fail()
  const { isGood, lines } = await carryOutAudit(wish, 'en')
  return `${isGood ? 'good' : 'bad'}: ${lines.join(' | ')}`
}

const ENTRIES = chain(['set-up', 'signed-in', 'device-removed'])
const CHANGED = ENTRIES.map((entry) => (entry.seq === 2 ? { ...entry, act: 'signed-out' } : entry))
const LOG = file('log.jsonl', linesOf(ENTRIES).join(''))
const HEAD = file('head.json', JSON.stringify({ ...headOf(ENTRIES), key: publicPem(KEY) }, undefined, 2))

test('other commands are none of ours', () => {
  assert.equal(readAuditWish(['audit', 'list'], root), undefined)
  assert.equal(readAuditWish(['verify', 'x'], root), undefined)
})

test('an untouched log with a head that was kept is good; without one it says what that proves', async () => {
  assert.match(
    await verify(`${LOG} --head ${HEAD}`),
    /^good: unchanged: 3 entries, 0 of them .*, 2 signed heads$/,
  )
  assert.match(await verify(LOG), /^good: .* \| The key was the one in the file: this proves nothing/)
  const key = file('key.pem', publicPem(KEY))
  assert.match(await verify(`--key ${key} ${LOG}`), /^good: [^|]*$/)
})

test('a changed, shortened or rewritten log is bad', async () => {
  const changed = file('changed.jsonl', linesOf(CHANGED).join(''))
  assert.match(await verify(`${changed} --head ${HEAD}`), /^bad: NOT .* \| entry 2: was changed$/)
  const short = file('short.jsonl', linesOf(ENTRIES.slice(0, 2)).join(''))
  assert.match(await verify(short), /^good/)
  assert.match(
    await verify(`${short} --head ${HEAD}`),
    /^bad: .* \| the end is cut off: there were 3 entries$/,
  )
  const anew = file('anew.jsonl', linesOf(chain(['set-up', 'signed-out', 'device-removed'])).join(''))
  assert.match(await verify(anew), /^good/)
  assert.match(await verify(`${anew} --head ${HEAD}`), /^bad: .* \| entry 3: the log was written anew/)
})

test('a log signed by another key is bad for who has kept ours', async () => {
  const foreign = file('foreign.jsonl', linesOf(ENTRIES, OTHER).join(''))
  assert.match(await verify(foreign), /^good/)
  assert.equal(await verify(`${foreign} --head ${HEAD}`), 'bad: the key in the file is another one')
})

test('what is no log, ends too early or is not there is refused in a sentence', async () => {
  const lines = linesOf(ENTRIES)
  const rows: readonly [content: string, sentence: RegExp][] = [
    ['', /ends too early/],
    ['{"type":"head"}\n', /line 1 is not of a log/],
    [lines.slice(0, -1).join(''), /ends too early/],
    [[...lines, lines[2]].join(''), /line 7 is not of a log/],
    [[lines[0], lines[2], lines[1], ...lines.slice(3)].join(''), /line 3 is not of a log/],
    [`${lines[0]}{"type":"entry","seq":`, /line 2 is not of a log/],
    [`${'x'.repeat(200_000)}`, /line 1 is not of a log/],
    [
      [writeLine({ type: 'audit', format: 1, tenant: 'muster', key: 'x' }), ...lines.slice(1)].join(''),
      /no Ed25519/,
    ],
  ]
  for (const [content, sentence] of rows) {
    const answer = await verify(file('broken.jsonl', content))
    assert.match(answer, /^bad/)
    assert.match(answer, sentence)
  }
  assert.match(await verify('nowhere.jsonl'), /^bad: .*nowhere\.jsonl cannot be read$/)
  assert.match(await verify(`${LOG} --head nowhere.json`), /cannot be read$/)
  assert.match(await verify(`${LOG} --head ${LOG}`), /no head in/)
})
