// What the company hands to an authority afterwards, and what happens when somebody makes it look better.
import { generateKeyPairSync } from 'node:crypto'
import { type Entry, makeBundle, verifyBundle } from '@rufwerk/evidence'
import { exposureCsv } from '@rufwerk/fleet/exposure'
import { writeState } from '@rufwerk/quarantine'
import type { Officers } from './officers.ts'
import type { ReplayRow } from './table.ts'

const ABOUT = { case: 'F-2023-1', title: 'A trojan in a phone app', company: 'Muster', madeBy: 'officer' }
/** A line of an affected device begins so, and nothing else in a bundle does. */
const LINE = '\naffected'
const BETTER = '\nclean,,,'

/** `at`: on the clock of the story. */
export function evidenceRow(officers: Officers, lists: readonly string[], at: number): ReplayRow {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const entry = (name: string, text: string, what: string): Entry => ({
    ...{ name, mediaType: 'text/plain', origin: 'replay', what: { de: what, en: what } },
    content: Buffer.from(text),
  })
  const entries = [
    entry('exposure.csv', exposureCsv(officers.exposure(at), 'en'), 'exposure'),
    entry('quarantine.json', writeState(officers.quarantine), 'quarantine'),
    ...lists.map((list, number) => entry(`advisory-${number + 1}.json`, list, 'advisory')),
  ]
  const about = { ...ABOUT, madeAt: at, from: 0, until: at }
  const made = makeBundle(about, entries, privateKey)
  const bundle = made.ok ? made.value : new Uint8Array()
  const changed = Buffer.from(bundle)
  const place = changed.indexOf(LINE)
  if (place >= 0) changed.write(BETTER, place)
  const told = (bytes: Uint8Array) => {
    const { findings, isKnownKey, manifest } = verifyBundle(bytes, [publicKey])
    const isGood = findings.length === 0 && isKnownKey && manifest?.entries.length === entries.length
    const what = findings.map(({ code, where }) => `${code} ${where}`).join(', ')
    return { isGood, text: isGood ? `verified: ${entries.length} entries` : what }
  }
  const [good, bad] = [told(bundle), told(changed)]
  return {
    ...{ act: 'fleet', stage: 'evidence', attack: 'what an authority gets was made to look better' },
    expected: `verified: ${entries.length} entries`,
    observed: good.text,
    ok: good.isGood,
    twin: {
      changed: 'one affected device is called clean afterwards',
      observed: bad.text,
      ok: place >= 0 && !bad.isGood && bad.text.includes('changed entries/exposure.csv'),
    },
  }
}
