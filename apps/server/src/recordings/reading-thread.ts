// The thread that decrypts one recorded file: call control never waits for a disk or a cipher. It gives as
// much as is asked for and keeps a few seconds of sound. Ends with its file, or when it is terminated.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import {
  factsOf,
  type RecordingFacts,
  type SoundWish,
  soundHeader,
  soundOf,
} from '@rufwerk/engine/recordings'
import { Resampler } from '@rufwerk/rtp'
import type { FromReading, ReadingOrder } from './reading-messages.ts'

const PIECE_BYTES = 256 * 1024

const { path, key, task } = workerData as ReadingOrder
const port = parentPort as MessagePort
const give = (message: FromReading): void => port.postMessage(message)
let asked = 0
let wake = (): void => {}
port.on('message', () => {
  asked += 1
  wake()
})

/** Until one more piece is asked for. */
async function demand(): Promise<void> {
  while (asked === 0)
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  asked -= 1
}

const file = () => createReadStream(path, { highWaterMark: PIECE_BYTES })

/** As it is in memory: little-endian, like WAV. */
const bytesOf = (samples: Int16Array): Uint8Array =>
  Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)

async function stream(facts: RecordingFacts, wish: SoundWish): Promise<void> {
  for await (const samples of soundOf(file(), key, facts, wish)) {
    await demand()
    give({ type: 'piece', bytes: bytesOf(samples) })
  }
}

async function save(facts: RecordingFacts, into: string, rate: 8_000 | 16_000): Promise<void> {
  const target = await open(into, 'wx', 0o600)
  try {
    const resampler = rate === facts.rate ? undefined : new Resampler(facts.rate, rate)
    const head = soundHeader(facts, { form: 'mixed' })
    let position = head.length
    for await (const samples of soundOf(file(), key, facts, { form: 'mixed' })) {
      const bytes = bytesOf(resampler?.resample(samples) ?? samples)
      await target.write(bytes, 0, bytes.length, position)
      position += bytes.length
    }
    const lengthMs = ((position - head.length) * 1000) / 2 / rate
    await target.write(soundHeader({ ...facts, rate, lengthMs }, { form: 'mixed' }), 0, head.length, 0)
  } finally {
    await target.close()
  }
}

try {
  const facts = await factsOf(file(), key)
  if (!facts.ok) give({ type: 'failed', why: facts.error.fault })
  else {
    const wish = task.type === 'stream' ? task.wish : ({ form: 'mixed' } as const)
    const header = soundHeader(facts.value, wish)
    give({ type: 'facts', facts: facts.value, bytes: Buffer.from(header).readUInt32LE(4) + 8 })
    if (task.type === 'stream') {
      give({ type: 'piece', bytes: header })
      await stream(facts.value, wish)
    }
    if (task.type === 'save') for (const { path: to, rate } of task.into) await save(facts.value, to, rate)
    give({ type: 'done' })
  }
} catch (error) {
  give({
    type: 'failed',
    why: error instanceof Error && 'code' in error ? String(error.code) : String(error),
  })
}
port.close()
