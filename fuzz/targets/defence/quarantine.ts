// A stored quarantine, changed at random: it is refused with a place, or what was read is written and read as
// the same, and nobody in it is closed without having been asked to remove anything.
import assert from 'node:assert/strict'
import {
  EMPTY_QUARANTINE,
  permissionsOf,
  type Quarantine,
  readState,
  step,
  writeState,
} from '@rufwerk/quarantine'
import { assertUntouched, type Target } from '../../target.ts'

const ANNA = { kind: 'person', id: 'anna' } as const
const REASON = {
  kind: 'advisory',
  issuer: 'https://a.example',
  advisory: 'A-1',
  revision: '1',
  product: 'p',
} as const

function lived(): Quarantine {
  const of = { by: ANNA, at: 1, fleet: 30, isCounting: true, reason: REASON }
  let { state } = step(EMPTY_QUARANTINE, { type: 'stop', id: 'r1', clients: ['c0', 'c1'], ...of })
  state = step(state, { type: 'stop', id: 'r2', clients: ['c2', 'c3', 'c4', 'c5'], ...of }).state
  state = step(state, { type: 'removal-asked', by: ANNA, at: 2, clients: ['c0'] }).state
  state = step(state, { type: 'seen', client: 'c0', seenAt: 3, coverage: 'everything', isThere: false }).state
  return step(state, { type: 'release', id: 'u1', by: ANNA, at: 4, clients: ['c1'], why: 'clean' }).state
}

const WORDS = [
  ...[
    '"closedAt":1,',
    '"removalAskedAt":2,',
    '"stops":[',
    '"client":"c0"',
    '"kind":"person"',
    '"agreed":["bernd"]',
  ],
  ...[
    '{"kind":"policy","id":"p"}',
    '"does":"release"',
    '[]',
    '{}',
    'null',
    '-1',
    '1e99',
    '"__proto__":{}',
    '""',
  ],
]

/** `read` may have a fault. */
export function quarantineTarget(read: typeof readState = readState): Target {
  return {
    name: 'quarantine',
    seeds: [EMPTY_QUARANTINE, lived()].map((state) => Buffer.from(writeState(state))),
    words: WORDS,
    bytesMax: 20_000,
    work: (input) => void read(Buffer.from(input).toString('utf8')),
    check(input) {
      const found = read(Buffer.from(input).toString('utf8'))
      assertUntouched()
      if (!found.ok) return found.error.replace(/\d+/g, 'n')
      const { stops, requests } = found.value
      const again = readState(writeState(found.value))
      assert.ok(again.ok, 'what was read cannot be written')
      assert.deepEqual(again.value, found.value)
      for (const [client, { closedAt, removalAskedAt }] of stops) {
        assert.ok(closedAt === undefined || removalAskedAt !== undefined, 'closed without having been asked')
        assert.notEqual(permissionsOf(found.value, client).mayCall, 'anybody')
      }
      return `read ${stops.size > 0} ${requests.size > 0}`
    },
  }
}
