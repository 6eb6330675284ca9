// The stream between call control and the media process: cut anywhere, and with bytes that are none of ours.
import assert from 'node:assert/strict'
import type { EndpointId } from '@rufwerk/core'
import { CLAIM_ENDPOINTS_MAX, frame, MediaClient, Unframer } from '@rufwerk/media-control'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import { assertSame } from '../report.ts'
import type { Target } from '../target.ts'

const MESSAGES: readonly unknown[] = [
  { id: 1, reply: { type: 'ok' } },
  { id: 2, reply: { type: 'refused', code: 'failed', why: 'x' } },
  { number: 1, event: { type: 'connected', endpoint: 'e' } },
  { number: 2, event: { type: 'dtmf', endpoint: 'e', digit: '1', durationMs: 100 } },
  { number: 9, event: null },
  null,
  5,
  'reply',
  [],
  { id: '__proto__', reply: {} },
  JSON.parse('{"__proto__": {"polluted": 1}, "id": 1, "reply": null}'),
]
const PAGES: readonly unknown[] = [
  { type: 'snapshot', endpoints: [{ endpoint: 'a' }, { endpoint: 'b' }], left: 1, next: 2 },
  { type: 'snapshot', endpoints: [{ endpoint: 'c' }], left: 0 },
  { type: 'snapshot', endpoints: [], left: 9, next: 5 },
  { type: 'snapshot', endpoints: [null], next: 0 },
  { type: 'snapshot', endpoints: { length: 1 }, next: '3' },
  { type: 'snapshot', endpoints: 'abc', left: -1 },
  { type: 'snapshot' },
  { type: 'claimed', unknown: [] },
  { type: 'claimed', unknown: ['a', 5, null] },
  { type: 'claimed', unknown: null },
  { type: 'claimed' },
  { type: 'hello', version: 3, pid: 1, instance: 'i' },
  { type: 'refused', code: 'version', why: 'overtaken' },
  { type: 'refused' },
  { type: '__proto__' },
]
/** Between two pieces: more than a page and its successor take. */
const TURNS = 4
const PIECES_MAX = 200
const CLAIMED = Array.from({ length: CLAIM_ENDPOINTS_MAX + 1 }, (_, at) => `e${at}` as EndpointId)
const WORDS = [
  'null',
  '{}',
  '[]',
  '"reply":',
  '"event":',
  '"number":1e999',
  '\0\0\0\x04null',
  '\0\0\0\0',
  '__proto__',
  '\ud800',
]

/** Mostly answers to what the client asked, one after the other, and some events between them. */
function stream(random: SeededRandom): Uint8Array {
  let id = 1
  const message = (): unknown => {
    const kind = random.next()
    if (kind < 0.2) return pick(MESSAGES, random)
    if (kind < 0.3) return { number: random.between(-1, 4), event: { type: 'heard', endpoint: 'e' } }
    const reply = pick(PAGES, random)
    return { id: random.next() < 0.9 ? id++ : random.between(0, 9), reply }
  }
  return Buffer.concat(Array.from({ length: random.between(1, 12) }, () => frame(message())))
}

/** Long inputs come in larger pieces: each piece costs turns. */
function pieceOf(input: Uint8Array, size: number): number {
  return Math.max(size, Math.ceil(input.length / PIECES_MAX))
}

/** What a client makes of the bytes: it goes on, or it lets go of the process. */
async function clientOutcome(input: Uint8Array, size: number): Promise<string> {
  let receive: (bytes: Uint8Array) => void = () => undefined
  let died = 0
  const answers: Promise<unknown>[] = []
  let last = 0
  const client = new MediaClient({
    port: {
      write: () => undefined,
      onBytes: (listener) => {
        receive = listener
      },
      onClosed: () => undefined,
      close: () => undefined,
    },
    every: () => ({ [Symbol.dispose]: () => undefined }),
    onEvent: () => {
      assert(client.lastEvent > last, 'events come in order')
      last = client.lastEvent
    },
    onDead: () => {
      died += 1
    },
  })
  const picture = client.snapshot()
  const claim = client.claim(CLAIMED)
  answers.push(client.hello(1), client.command({ type: 'ping' }), picture, claim)
  // None of them rejects; what follows an answer has its turn before the next piece.
  const settled = Promise.all(answers)
  for (let at = 0; at < input.length; at += size) {
    receive(input.subarray(at, at + size))
    for (let turn = 0; turn < TURNS; turn++) await undefined
  }
  client.close()
  assert(died <= 1)
  assert.equal(client.size(), 0)
  await settled
  const [seen, claimed] = [await picture, await claim]
  if (seen.ok) assert(Array.isArray(seen.value))
  if (claimed.ok) assert(Array.isArray(claimed.value))
  const picked = seen.ok ? seen.value.length : seen.error.slice(0, 9)
  return `${died === 0 ? 'lives' : 'died'} ${picked} ${claimed.ok}`
}

export function mediaControlTarget(): Target {
  return {
    name: 'media-control',
    seeds: MESSAGES.map((message) => frame(message)),
    words: WORDS,
    bytesMax: 40_000,
    generate: stream,
    check: async (input, random) => {
      const whole = new Unframer().push(input)
      const size = pick([1, 7, 30, 500, 70_000], random)
      const unframer = new Unframer()
      const messages: unknown[] = []
      let error: string | undefined
      for (let at = 0; at < input.length && error === undefined; at += size) {
        const part = unframer.push(input.subarray(at, at + size))
        if (part.ok) messages.push(...part.value)
        else error = part.error
      }
      if (whole.ok) assertSame(messages, whole.value, 'another cutting gives other messages')
      else assert.equal(error, whole.error)
      for (const message of messages) {
        const again = new Unframer().push(frame(message))
        assert(again.ok)
        assertSame(JSON.stringify(again.value[0]), JSON.stringify(message), 'framed again')
      }
      const outcome = await clientOutcome(input, pieceOf(input, size))
      return `${whole.ok ? Math.min(messages.length, 4) : whole.error} ${outcome}`
    },
    work: (input) => {
      const unframer = new Unframer()
      for (let at = 0; at < input.length; at += 64) if (!unframer.push(input.subarray(at, at + 64)).ok) return
    },
  }
}
