import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  beginVerification,
  type ChainLine,
  commitTo,
  type Entry,
  endVerification,
  FINDINGS_MAX,
  follow,
  genesis,
  HEADS_MAX,
  LINE_BYTES_MAX,
  publicPem,
  readLine,
  readPublicKey,
  type SignedHead,
  signHead,
  signingKey,
  verifyEntry,
  writeLine,
} from '../src/index.ts'
import { type Saying, chainOf as testChainOf } from '../src/testing/index.ts'

const TENANT = 'tenant-1'
const KEY = signingKey(new Uint8Array(32).fill(7))
const PUBLIC = readPublicKey(publicPem(KEY))
assert.ok(PUBLIC)

const told = (number: number) => ({
  actor: 'anna',
  subject: `device-${number}`,
  detail: { name: 'Tür', b: '2' },
})
const saltOf = (number: number) => createHash('sha256').update(String(number)).digest('hex').slice(0, 32)

const saying: Saying = (number) => ({ at: 1_000 * number, told: told(number), salt: saltOf(number) })

const chainOf = (length: number, act = 'device-removed', tenant = TENANT): Entry[] =>
  testChainOf(tenant, Array<string>(length).fill(act), saying)

function headAt(entries: readonly Entry[], seq = entries.length): SignedHead {
  const hash = entries[seq - 1]?.hash ?? ''
  return signHead({ tenant: TENANT, seq, hash, at: 5 }, KEY)
}

function verified(entries: readonly Entry[], heads: readonly SignedHead[]) {
  const begun = beginVerification(TENANT, heads, PUBLIC ?? KEY)
  return endVerification(entries.reduce(verifyEntry, begun))
}

function codes(entries: readonly Entry[], heads: readonly SignedHead[]): string[] {
  return verified(entries, heads).findings.map(({ code, seq }) => `${code} ${seq}`)
}

test('AUD-1: an untouched chain with its heads has no finding', () => {
  const entries = chainOf(50)
  const { findings, seq, erased } = verified(entries, [headAt(entries, 20), headAt(entries)])
  assert.deepEqual({ findings, seq, erased }, { findings: [], seq: 50, erased: 0 })
})

const CHANGES: Readonly<Record<string, (entry: Entry) => Entry>> = {
  time: (entry) => ({ ...entry, at: entry.at + 1 }),
  act: (entry) => ({ ...entry, act: 'signed-in' }),
  commitment: (entry) => ({ ...entry, commitment: '0'.repeat(64), told: undefined }) as unknown as Entry,
}

for (const [what, change] of Object.entries(CHANGES)) {
  test(`AUD-2: a changed ${what} is found at its entry`, () => {
    const entries = chainOf(9)
    const changed = entries.map((entry) => (entry.seq === 4 ? change(entry) : entry))
    assert.deepEqual(codes(changed, [headAt(entries)]), ['changed 4'])
    assert.deepEqual(codes(entries, [headAt(entries)]), [])
  })
}

test('AUD-2: a changed hash is found at its entry and at the one that follows', () => {
  const entries = chainOf(9)
  const changed = entries.map((entry) => (entry.seq === 4 ? { ...entry, hash: 'a'.repeat(64) } : entry))
  assert.deepEqual(codes(changed, [headAt(entries)]), ['changed 4', 'changed 5'])
})

test('AUD-3: an entry that was taken out, put in or moved is found', () => {
  const entries = chainOf(6)
  const heads = [headAt(entries)]
  const [first, second, third, ...rest] = entries as [Entry, Entry, Entry, ...Entry[]]
  assert.deepEqual(codes([first, third, ...rest], heads), ['gap 3'])
  assert.deepEqual(codes([first, second, second, third, ...rest], heads), ['gap 2'])
  assert.deepEqual(codes([first, third, second, ...rest], heads), ['gap 3', 'gap 2', 'gap 4'])
  // Taken out, and the numbers closed up: the hash before does not fit any more.
  const closed = [first, ...[third, ...rest].map((entry) => ({ ...entry, seq: entry.seq - 1 }))]
  assert.deepEqual(codes(closed, heads).slice(0, 1), ['changed 2'])
})

test('AUD-4: changed names are found, erased ones are counted, and the chain holds', () => {
  const entries = chainOf(6)
  const heads = [headAt(entries)]
  const erased = entries.map((entry) => (entry.seq === 2 ? { ...entry, told: undefined } : entry)) as Entry[]
  const after = verified(erased, heads)
  assert.deepEqual({ findings: after.findings, erased: after.erased }, { findings: [], erased: 1 })
  for (const other of [{ actor: 'boris' }, { subject: 'x' }, { detail: { name: 'Tür', b: '3' } }]) {
    const forged = entries.map((entry) =>
      entry.seq === 2 && entry.told ? { ...entry, told: { ...entry.told, ...other } } : entry,
    )
    assert.deepEqual(codes(forged, heads), ['told-changed 2'])
  }
})

test('AUD-5: an end that was cut off is found by a head', () => {
  const entries = chainOf(6)
  assert.deepEqual(codes(entries.slice(0, 4), [headAt(entries, 4), headAt(entries)]), ['cut 6'])
  // Whoever cuts the heads off, too, is found by one that was kept elsewhere; without it nobody can tell.
  assert.deepEqual(codes(entries.slice(0, 4), [headAt(entries, 4)]), [])
})

test('AUD-6: a chain that was written anew with the right key is found by a head from elsewhere', () => {
  const entries = chainOf(6)
  const anew = [...chainOf(3), ...chainOf(6, 'signed-in').slice(3)]
  const rewritten = anew.slice(0, 3)
  for (const { at, act, told: names } of anew.slice(3)) {
    const last = rewritten.at(-1) ?? { seq: 0, hash: '' }
    rewritten.push(follow(last, { at, act, told: told(last.seq), salt: names?.salt ?? '' }))
  }
  assert.deepEqual(codes(rewritten, [headAt(rewritten)]), [])
  assert.deepEqual(codes(rewritten, [headAt(rewritten), headAt(entries, 5)]), ['head-differs 5'])
  // The twin: what it covers is untouched.
  assert.deepEqual(codes(rewritten, [headAt(rewritten), headAt(entries, 3)]), [])
  assert.deepEqual(codes(rewritten, [headAt(rewritten), headAt(entries)]), ['head-differs 6'])
})

test('AUD-7: a head that the key did not sign is found and does not count', () => {
  const entries = chainOf(3)
  const head = headAt(entries)
  const { privateKey } = generateKeyPairSync('ed25519')
  const foreign = signHead({ tenant: TENANT, seq: 3, hash: head.hash, at: 5 }, privateKey)
  const elsewhere = signHead({ tenant: 'tenant-2', seq: 3, hash: head.hash, at: 5 }, KEY)
  for (const bad of [
    foreign,
    elsewhere,
    { ...head, at: 6 },
    { ...head, seq: 2 },
    { ...head, signature: '' },
  ]) {
    const [first, second] = codes(entries, [bad])
    assert.equal(first, `bad-head ${bad.seq}`)
    assert.equal(second, 'unsigned-end 3')
  }
  assert.equal(readPublicKey('no key'), undefined)
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  assert.equal(readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString()), undefined)
})

test('AUD-8: entries after the last head are told', () => {
  const entries = chainOf(3)
  assert.deepEqual(codes(entries, [headAt(entries, 2)]), ['unsigned-end 3'])
  assert.deepEqual(codes(entries, []), ['unsigned-end 3'])
  assert.deepEqual(codes([], []), [])
})

test('AUD-9: equal entries have different commitments', () => {
  assert.notEqual(commitTo(told(1), saltOf(1)), commitTo(told(1), saltOf(2)))
  assert.equal(
    commitTo(told(1), saltOf(1)),
    commitTo({ ...told(1), detail: { b: '2', name: 'Tür' } }, saltOf(1)),
  )
})

test('AUD-10: fields cannot be moved into each other', () => {
  const base = { actor: 'ab', subject: 'c', detail: {} }
  const hashes = [
    commitTo(base, 's'),
    commitTo({ ...base, actor: 'a', subject: 'bc' }, 's'),
    commitTo({ ...base, subject: '', detail: { c: '' } }, 's'),
    commitTo({ ...base, detail: { a: 'b', c: 'd' } }, 's'),
    commitTo({ ...base, detail: { a: 'bc', d: '' } }, 's'),
    commitTo({ ...base, actor: 'sab' }, ''),
  ]
  assert.equal(new Set(hashes).size, hashes.length)
  assert.notEqual(genesis('a'), genesis('b'))
})

test('AUD-11: lines are read as they were written', () => {
  const entries = chainOf(2)
  const [first, second] = entries as [Entry, Entry]
  const { told: _, ...bare } = second
  const lines: ChainLine[] = [
    { type: 'audit', format: 1, tenant: TENANT, key: publicPem(KEY) },
    { type: 'head', ...headAt(entries) },
    { type: 'entry', ...first },
    { type: 'entry', ...bare },
    { type: 'end', entries: 2 },
  ]
  for (const line of lines) {
    const text = writeLine(line)
    assert.equal(text.indexOf('\n'), text.length - 1)
    assert.deepEqual(readLine(text.trimEnd()), { ok: true, value: line })
  }
})

test('AUD-11: a line that is too long, not JSON or not understood says so', () => {
  const [first] = chainOf(1) as [Entry]
  const problem = (text: string) => {
    const read = readLine(text)
    return read.ok ? 'read' : read.error
  }
  assert.equal(problem(`"${'x'.repeat(LINE_BYTES_MAX)}"`), 'too-long')
  assert.equal(problem('{'), 'not-json')
  for (const text of ['null', '[]', '1', '{}', '{"type":"entry"}', '{"type":"end","entries":-1}']) {
    assert.equal(problem(text), 'not-understood', text)
  }
  const wrong: readonly object[] = [
    { ...first, seq: 0 },
    { ...first, seq: 1.5 },
    { ...first, at: '1' },
    { ...first, hash: 'A'.repeat(64) },
    { ...first, commitment: first.commitment.slice(1) },
    { ...first, told: null },
    { ...first, told: { ...first.told, detail: { a: 1 } } },
    { ...first, told: { ...first.told, detail: [] } },
  ]
  for (const entry of wrong)
    assert.equal(problem(JSON.stringify({ type: 'entry', ...entry })), 'not-understood')
  assert.equal(problem(JSON.stringify({ type: 'entry', ...first, other: 1 })), 'read')
})

test('AUD-12: findings and heads are limited', () => {
  const entries = chainOf(FINDINGS_MAX + 20)
  const forged = entries.map((entry) => ({ ...entry, at: 0 }))
  const { findings, more } = verified(forged, [headAt(entries)])
  assert.deepEqual([findings.length, more], [FINDINGS_MAX, 20])
  const foreign = { ...headAt(entries), tenant: 'tenant-2' }
  const many = verified(
    [],
    Array.from({ length: HEADS_MAX + 1 }, () => foreign),
  )
  assert.deepEqual(many.findings[0], { code: 'too-many-heads', seq: 0 })
  assert.equal(many.findings.length + many.more, HEADS_MAX + 1)
})
