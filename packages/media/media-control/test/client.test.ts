import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointId } from '@rufwerk/core'
import {
  type BytePort,
  CLAIM_ENDPOINTS_MAX,
  type Envelope,
  frame,
  HEARTBEATS_MISSED_MAX,
  MediaClient,
  type MediaEvent,
  PENDING_COMMANDS_MAX,
  type Reply,
  type Sent,
  Unframer,
} from '../src/index.ts'

interface Scene {
  readonly client: MediaClient
  readonly sent: Sent[]
  readonly events: MediaEvent[]
  readonly deaths: string[]
  answer(envelope: Envelope): void
  bytes(bytes: Uint8Array): void
  beat(): void
  hangUp(): void
  isClosed(): boolean
}

function scene(): Scene {
  const sent: Sent[] = []
  const events: MediaEvent[] = []
  const deaths: string[] = []
  const unframer = new Unframer()
  let onBytes = (_bytes: Uint8Array) => {}
  let onClosed = () => {}
  let onBeat = () => {}
  let isClosed = false
  const port: BytePort = {
    write(bytes) {
      const messages = unframer.push(bytes)
      assert.ok(messages.ok)
      sent.push(...(messages.value as Sent[]))
    },
    onBytes: (listener) => {
      onBytes = listener
    },
    onClosed: (listener) => {
      onClosed = listener
    },
    close: () => {
      isClosed = true
    },
  }
  const client = new MediaClient({
    port,
    every: (_interval, callback) => {
      onBeat = callback
      return { [Symbol.dispose]: () => (onBeat = () => {}) }
    },
    onEvent: (event) => events.push(event),
    onDead: (why) => deaths.push(why),
  })
  return {
    client,
    sent,
    events,
    deaths,
    answer: (envelope) => onBytes(frame(envelope)),
    bytes: (bytes) => onBytes(bytes),
    beat: () => onBeat(),
    hangUp: () => onClosed(),
    isClosed: () => isClosed,
  }
}

const HELLO: Reply = { type: 'hello', version: 3, pid: 5, instance: 'i' }

const digit = (number: number): Envelope => ({
  number,
  event: { type: 'dtmf', endpoint: 'a' as never, digit: String(number % 10), durationMs: 100 },
})

test('MC-C1 each reply goes to the command with its number', async () => {
  const { client, sent, answer } = scene()
  const first = client.hello(7)
  const second = client.command({ type: 'ping' })
  assert.deepEqual(
    sent.map(({ command }) => command.type),
    ['hello', 'ping'],
  )
  answer({ id: sent[1]?.id ?? 0, reply: { type: 'done' } })
  answer({ id: sent[0]?.id ?? 0, reply: HELLO })
  assert.deepEqual(await first, HELLO)
  assert.deepEqual(await second, { type: 'done' })
  assert.equal(client.size(), 0)
})

test('MC-C2 events come once and in order, and are acknowledged with the next heartbeat', () => {
  const { sent, events, answer, beat } = scene()
  for (const number of [1, 2, 2, 1, 3]) answer(digit(number))
  assert.equal(events.length, 3)
  beat()
  assert.deepEqual(sent.at(-1)?.command, { type: 'acknowledge', event: 3 })
  answer({ id: sent.at(-1)?.id ?? 0, reply: { type: 'done' } })
  beat()
  assert.deepEqual(sent.at(-1)?.command, { type: 'ping' })
})

test('MC-C3 three heartbeats without any answer mean dead, once, and every command is answered', async () => {
  const { client, deaths, beat, isClosed } = scene()
  const waiting = client.command({ type: 'snapshot' })
  for (let count = 0; count < HEARTBEATS_MISSED_MAX; count++) beat()
  assert.deepEqual(deaths, [])
  beat()
  beat()
  assert.deepEqual(deaths, ['no answer to the heartbeat'])
  assert.equal((await waiting).type, 'refused')
  assert.equal((await client.command({ type: 'ping' })).type, 'refused')
  assert.equal(client.size(), 0)
  assert.ok(isClosed())
})

test('MC-C4 a closed or broken stream means dead', () => {
  const closed = scene()
  closed.hangUp()
  assert.deepEqual(closed.deaths, ['the stream was closed'])
  const broken = scene()
  broken.bytes(Buffer.from([0xff, 0xff, 0xff, 0xff]))
  assert.deepEqual(broken.deaths, ['the stream is broken: too-long'])
})

test('MC-C5 closing it ourselves is not a death', async () => {
  const { client, deaths } = scene()
  const waiting = client.command({ type: 'ping' })
  client.close()
  assert.equal((await waiting).type, 'refused')
  assert.deepEqual(deaths, [])
})

test('MC-C6 more commands than PENDING_COMMANDS_MAX are refused with limit', async () => {
  const { client } = scene()
  for (let count = 0; count < PENDING_COMMANDS_MAX; count++) client.command({ type: 'ping' })
  assert.deepEqual(await client.command({ type: 'ping' }), {
    type: 'refused',
    code: 'limit',
    why: 'too many commands wait for an answer',
  })
})

test('MC-C7 a message that is neither an answer nor an event means dead', () => {
  for (const text of [
    'null',
    '5',
    '[]',
    '{}',
    '{"reply":null,"id":1}',
    '{"number":1,"event":null}',
    '{"event":{}}',
  ]) {
    const { bytes, events, deaths } = scene()
    bytes(frame(JSON.parse(text)))
    assert.deepEqual([deaths, events], [['the stream is broken: not a message'], []], text)
  }
})

const page = (ids: string[], next?: number): Reply => ({
  type: 'snapshot',
  endpoints: ids.map((endpoint) => ({ endpoint }) as never),
  left: 0,
  ...(next === undefined ? {} : { next }),
})
/** Lets what follows an answer run. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('MC-C8 a snapshot is read page by page, or not at all', async () => {
  const { client, sent, answer } = scene()
  const whole = client.snapshot()
  answer({ id: sent[0]?.id ?? 0, reply: page(['a', 'b'], 7) })
  await turn()
  assert.deepEqual(sent[1]?.command, { type: 'snapshot', from: 7 })
  answer({ id: sent[1]?.id ?? 0, reply: page(['c']) })
  const read = await whole
  assert.deepEqual(read.ok && read.value.map(({ endpoint }) => endpoint as string), ['a', 'b', 'c'])
  const broken = client.snapshot()
  answer({ id: sent[2]?.id ?? 0, reply: page(['a'], 1) })
  await turn()
  answer({ id: sent[3]?.id ?? 0, reply: { type: 'refused', code: 'version', why: 'overtaken' } })
  assert.deepEqual(await broken, { ok: false, error: 'overtaken' })
})

test('MC-C8 a page that is none, or leads back to itself, is no picture', async () => {
  const mangled = [
    { type: 'snapshot' },
    { type: 'snapshot', endpoints: null },
    { type: 'snapshot', endpoints: [], next: '8' },
    { type: 'snapshot', endpoints: [], next: 7 },
    { type: 'snapshot', endpoints: [], next: 6.5 },
    { type: 'claimed', unknown: [] },
    { type: 'refused' },
  ]
  for (const reply of mangled) {
    const { client, sent, answer } = scene()
    const read = client.snapshot()
    answer({ id: sent[0]?.id ?? 0, reply: page(['a'], 7) })
    await turn()
    answer({ id: sent[1]?.id ?? 0, reply: reply as never })
    assert.deepEqual(await read, { ok: false, error: 'another answer' }, JSON.stringify(reply))
  }
})

test('MC-C9 an answer to a claim that names nothing is an error, not a throw', async () => {
  const { client, sent, answer } = scene()
  const claimed = client.claim([])
  answer({ id: sent[0]?.id ?? 0, reply: { type: 'claimed' } as never })
  assert.deepEqual(await claimed, { ok: false, error: 'another answer' })
})

test('MC-C9 a long claim goes out in parts, an empty one as it is', async () => {
  const { client, sent, answer } = scene()
  const ids = Array.from({ length: CLAIM_ENDPOINTS_MAX + 1 }, (_, at) => `e${at}` as EndpointId)
  const long = client.claim(ids)
  answer({ id: sent[0]?.id ?? 0, reply: { type: 'claimed', unknown: ids.slice(3, 4) } })
  await turn()
  answer({ id: sent[1]?.id ?? 0, reply: { type: 'claimed', unknown: ids.slice(-1) } })
  assert.deepEqual(await long, { ok: true, value: ['e3', `e${CLAIM_ENDPOINTS_MAX}`] })
  const parts = sent.map(
    ({ command }) => command.type === 'claim' && [command.endpoints.length, command.isComplete],
  )
  assert.deepEqual(parts, [
    [CLAIM_ENDPOINTS_MAX, false],
    [1, true],
  ])
  void client.claim([])
  assert.deepEqual(sent[2]?.command, { type: 'claim', endpoints: [], isComplete: true })
})

test('MC-C10 events that an earlier client delivered are skipped, and acknowledged', () => {
  const { client, sent, events, answer, beat } = scene()
  client.skipEvents(5)
  for (const number of [4, 5, 6]) answer(digit(number))
  assert.equal(events.length, 1)
  assert.equal(client.lastEvent, 6)
  beat()
  assert.deepEqual(sent.at(-1)?.command, { type: 'acknowledge', event: 6 })
})

test('MC-C11 heartbeats are answered with figures; what makes no sense changes nothing', async () => {
  const { client, sent, answer, beat, deaths } = scene()
  const figures = {
    endpoints: 4,
    endpointsMax: 9,
    bridges: 2,
    portPairsUsed: 3,
    portPairsFree: 5,
    sounding: 1,
  }
  const answered = async (reply: unknown): Promise<void> => {
    beat()
    answer({ id: sent.at(-1)?.id ?? 0, reply: reply as Reply })
    await Promise.resolve()
    await Promise.resolve()
  }
  await answered({ type: 'done' })
  assert.equal(client.figures, undefined, 'as an earlier release answered')
  await answered({ type: 'alive', figures: { ...figures, more: 'x' } })
  assert.deepEqual(client.figures, figures)
  for (const senseless of [
    undefined,
    null,
    5,
    {},
    { ...figures, bridges: '2' },
    { ...figures, bridges: null },
  ])
    await answered({ type: 'alive', figures: senseless })
  assert.deepEqual(client.figures, figures)
  answer(digit(1))
  await answered({ type: 'alive', figures: { ...figures, endpoints: 5 } })
  assert.equal(sent.at(-1)?.command.type, 'acknowledge')
  assert.deepEqual(client.figures, { ...figures, endpoints: 5 })
  assert.deepEqual(deaths, [])
})
