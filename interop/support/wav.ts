// WAV files with 16-bit PCM (RIFF): read what phones recorded, write what microphones should say.
import { readFileSync, writeFileSync } from 'node:fs'

export interface Sound {
  /** Samples per second. */
  readonly rate: number
  /** One channel, −32768 to 32767. */
  readonly samples: Int16Array
}

const HEADER_BYTES = 44

/** Reads the first channel. A file still being written may have no lengths yet: then all bytes count. */
export function readWav(file: string): Sound {
  const bytes = readFileSync(file)
  if (bytes.toString('latin1', 0, 4) !== 'RIFF') throw new Error(`${file} is no WAV file`)
  let channels = 1
  let rate = 8000
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    if (id === 'fmt ') {
      channels = bytes.readUInt16LE(at + 10)
      rate = bytes.readUInt32LE(at + 12)
    }
    if (id === 'data') {
      const end = size === 0 ? bytes.length : Math.min(bytes.length, at + 8 + size)
      return { rate, samples: firstChannel(bytes.subarray(at + 8, end), channels) }
    }
    at += 8 + size + (size % 2)
  }
  return { rate, samples: new Int16Array(0) }
}

function firstChannel(bytes: Buffer, channels: number): Int16Array {
  const samples = new Int16Array(Math.floor(bytes.length / 2 / channels))
  for (let index = 0; index < samples.length; index++)
    samples[index] = bytes.readInt16LE(index * channels * 2)
  return samples
}

export function writeWav(file: string, { rate, samples }: Sound): void {
  const bytes = Buffer.alloc(HEADER_BYTES + samples.length * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20) // PCM
  bytes.writeUInt16LE(1, 22) // One channel.
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(samples.length * 2, 40)
  for (const [index, sample] of samples.entries()) bytes.writeInt16LE(sample, HEADER_BYTES + index * 2)
  writeFileSync(file, bytes)
}

/** A sine of whole periods, so that it can be played in a loop without a click. */
export function sine(hertz: number, secondsLong: number, rate = 48_000): Sound {
  const samples = new Int16Array(Math.round(rate * secondsLong))
  for (let index = 0; index < samples.length; index++)
    samples[index] = Math.round(10_000 * Math.sin((2 * Math.PI * hertz * index) / rate))
  return { rate, samples }
}

export function silence(secondsLong: number, rate = 48_000): Sound {
  return { rate, samples: new Int16Array(rate * secondsLong) }
}
