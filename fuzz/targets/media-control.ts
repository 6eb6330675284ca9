// The stream between call control and the media process: cut anywhere, and with bytes that are none of ours.
import assert from 'node:assert/strict'
import { frame, MediaClient, Unframer } from '@rufwerk/media-control'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
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

function stream(random: SeededRandom): Uint8Array {
  return Buffer.concat(Array.from({ length: random.between(1, 6) }, () => frame(pick(MESSAGES, random))))
}

/** What a client makes of the bytes: it goes on, or it lets go of the process. */
function clientOutcome(input: Uint8Array, size: number): string {
  let receive: (bytes: Uint8Array) => void = () => undefined
  let died = 0
  const answers: Promise<unknown>[] = []
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
    onEvent: () => undefined,
    onDead: () => {
      died += 1
    },
  })
  answers.push(client.hello(1), client.command({ type: 'ping' }))
  for (let at = 0; at < input.length; at += size) receive(input.subarray(at, at + size))
  client.close()
  assert(died <= 1)
  assert.equal(client.size(), 0)
  return died === 0 ? 'lives' : 'died'
}

export function mediaControlTarget(): Target {
  return {
    name: 'media-control',
    seeds: MESSAGES.map((message) => frame(message)),
    words: WORDS,
    bytesMax: 40_000,
    generate: stream,
    check: (input, random) => {
      const whole = new Unframer().push(input)
      const size = random.between(1, 30)
      const unframer = new Unframer()
      const messages: unknown[] = []
      let error: string | undefined
      for (let at = 0; at < input.length && error === undefined; at += size) {
        const part = unframer.push(input.subarray(at, at + size))
        if (part.ok) messages.push(...part.value)
        else error = part.error
      }
      if (whole.ok) assert.deepEqual(messages, whole.value)
      else assert.equal(error, whole.error)
      for (const message of messages) {
        const again = new Unframer().push(frame(message))
        assert(again.ok)
        assert.deepEqual(JSON.stringify(again.value[0]), JSON.stringify(message))
      }
      return `${whole.ok ? Math.min(messages.length, 4) : whole.error} ${clientOutcome(input, size)}`
    },
    work: (input) => {
      const unframer = new Unframer()
      for (let at = 0; at < input.length; at += 64) if (!unframer.push(input.subarray(at, at + 64)).ok) return
    },
  }
}
