// An exported log of administration, changed at random, for somebody who has kept a head and the key:
// whatever comes in, either something is found, or every entry says what it said, but for erased names.
import assert from 'node:assert/strict'
import {
  beginVerification,
  type Entry,
  endVerification,
  publicPem,
  readLine,
  readPublicKey,
  type SignedHead,
  signHead,
  signingKey,
  verifyEntry,
  writeLine,
} from '@rufwerk/audit'
import { chainOf } from '@rufwerk/audit/testing'
import { assertUntouched, type Target } from '../../target.ts'

const TENANT = 'muster'
const ACTS = ['set-up', 'person-added', 'administered', 'person-added', 'device-removed']
const KEY = signingKey(new Uint8Array(32).fill(9))
const PUBLIC = readPublicKey(publicPem(KEY)) ?? KEY
const WORDS = [
  ...['"type":"entry"', '"type":"head"', '"type":"end"', '"seq":1', '"seq":2', '"told":{', '"detail":{}'],
  ...['"__proto__":{}', '"salt":""', ',"told":null', '{"type":"end","entries":5}\n', '\n', '\\u0000', '1e3'],
]

const ENTRIES = chainOf(TENANT, ACTS, (number) => ({
  at: 1_000 + number,
  told: { actor: `anna${number}`, subject: `device-${number}`, detail: { name: 'Küche', b: String(number) } },
  salt: String(number).padStart(32, 'a'),
}))
const headOf = ({ seq, hash }: Entry): SignedHead => signHead({ tenant: TENANT, seq, hash, at: 7 }, KEY)
const KEPT = headOf(ENTRIES.at(-1) as Entry)
const FILE = [
  writeLine({ type: 'audit', format: 1, tenant: TENANT, key: publicPem(KEY) }),
  ...[ENTRIES[1] as Entry, ENTRIES.at(-1) as Entry].map((entry) =>
    writeLine({ type: 'head', ...headOf(entry) }),
  ),
  ...ENTRIES.map((entry) => writeLine({ type: 'entry', ...entry })),
  writeLine({ type: 'end', entries: ENTRIES.length }),
].join('')

/** `verify` may have a fault. */
export function auditTarget(verify: typeof verifyEntry = verifyEntry): Target {
  const read = (input: Uint8Array): { readonly entries: Entry[]; readonly outcome: string } => {
    const heads: SignedHead[] = [KEPT]
    const entries: Entry[] = []
    for (const text of Buffer.from(input).toString('utf8').split('\n')) {
      if (text === '') continue
      const line = readLine(text)
      if (!line.ok) return { entries, outcome: line.error }
      if (line.value.type === 'head') heads.push(line.value)
      else if (line.value.type === 'entry') {
        const { type: _, ...entry } = line.value
        entries.push(entry)
      }
    }
    const { findings } = endVerification(entries.reduce(verify, beginVerification(TENANT, heads, PUBLIC)))
    return { entries, outcome: findings.map(({ code }) => code).join(' ') }
  }
  return {
    name: 'audit',
    seeds: [Buffer.from(FILE)],
    words: WORDS,
    bytesMax: 20_000,
    work: (input) => void read(input),
    check(input) {
      const { entries, outcome } = read(input)
      assertUntouched()
      if (outcome !== '') return outcome
      assert.equal(entries.length, ENTRIES.length, 'entries are missing, and nothing was found')
      for (const [at, entry] of entries.entries()) {
        const { told, ...link } = entry
        const { told: before, ...original } = ENTRIES[at] as Entry
        assert.deepEqual(link, original, 'an entry was changed, and nothing was found')
        if (told !== undefined) assert.deepEqual(told, before, 'names were changed, and nothing was found')
      }
      return `good, ${entries.filter(({ told }) => told === undefined).length} erased`
    },
  }
}
