// Bundles of evidence, changed at random, for a reader who knows the key: whatever comes in, either something
// is found, or it is byte by byte a bundle that was made.
import assert from 'node:assert/strict'
import { publicPem, readPublicKey, signingKey } from '@rufwerk/audit'
import { makeBundle, verifyBundle } from '@rufwerk/evidence'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../../mutate.ts'
import { assertUntouched, type Target } from '../../target.ts'

const KEY = signingKey(new Uint8Array(32).fill(5))
const PUBLIC = readPublicKey(publicPem(KEY)) ?? assert.fail()
const OTHER = signingKey(new Uint8Array(32).fill(6))
const ABOUT = {
  ...{ case: 'F-1', title: 'App', company: 'Muster', madeBy: 'Ada', madeAt: 2_000 },
  ...{ from: 0, until: 1_000 },
}
const BLOCK = 512
const NEAR = 16
const WORDS = [
  ...['entries/a.csv', 'entries/../a', '/etc/passwd', 'manifest.json', 'SHA256SUMS', 'README.txt', 'key.pem'],
  ...['ustar\u000000', '0000644\0', '00000000000\0', '77777777777', '"entries": [', '"__proto__": {}', '\n'],
  ...[new Uint8Array(512), new Uint8Array(1_024)],
]

function bundleOf(names: readonly string[], key = KEY): Uint8Array {
  const described = { mediaType: 'text/plain', what: { de: 'Inhalt', en: 'Content' }, origin: 'inventory' }
  const entries = names.map((name) => ({ ...described, name, content: Buffer.from(`of ${name}`) }))
  const made = makeBundle(ABOUT, entries, key)
  assert(made.ok)
  return made.value
}

/** One byte is another one, near the beginning of a block: in a header, or in a content that fits in one. */
function changeByte(bundle: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = Uint8Array.from(bundle)
  const at = BLOCK * random.between(0, bundle.length / BLOCK - 1) + random.between(0, NEAR - 1)
  changed[at] = (changed[at] ?? 0) ^ random.between(1, 255)
  return changed
}

/** `verify` may have a fault. */
export function evidenceTarget(verify: typeof verifyBundle = verifyBundle): Target {
  const genuine = [bundleOf(['a.csv', 'b.json']), bundleOf(['a.csv']), bundleOf([])]
  // Otherwise everything would be a finding, and nothing a case.
  for (const bundle of genuine) assert.deepEqual(verifyBundle(bundle, [PUBLIC]).findings, [])
  return {
    name: 'evidence',
    seeds: [...genuine, bundleOf(['a.csv'], OTHER)],
    words: WORDS,
    bytesMax: 20_000,
    generate: (random) => changeByte(pick(genuine, random), random),
    work: (input) => void verify(input, [PUBLIC]),
    check(input) {
      const { findings, isKnownKey } = verify(input, [PUBLIC])
      assertUntouched()
      assert.equal(verify(input).isKnownKey, false, 'a key is known to nobody')
      if (findings.length > 0) return [...new Set(findings.map(({ code }) => code))].join(' ')
      assert(isKnownKey, 'it is by another key, and nothing was found')
      assert(
        genuine.some((bundle) => Buffer.compare(bundle, input) === 0),
        'a bundle was changed, and nothing was found',
      )
      return 'good'
    },
  }
}
