// Makes WAV files for tests, right and wrong ones.

export interface WavOptions {
  readonly rate?: number
  readonly channels?: number
  readonly bits?: number
  readonly format?: number
  /** Puts a chunk of odd length before the sound. */
  readonly isListed?: boolean
}

export function writeWav(samples: Int16Array, options: WavOptions): Uint8Array {
  const { rate = 8_000, channels = 1, bits = 16, format = 1, isListed = false } = options
  const head = Buffer.alloc(36)
  head.write('RIFF', 0)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(format, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE((rate * channels * bits) / 8, 28)
  head.writeUInt16LE((channels * bits) / 8, 32)
  head.writeUInt16LE(bits, 34)
  const list = Buffer.from(isListed ? 'LIST\x03\x00\x00\x00abc\x00' : '', 'latin1')
  const sound = Buffer.alloc(8 + samples.length * 2)
  sound.write('data', 0)
  sound.writeUInt32LE(samples.length * 2, 4)
  for (const [index, sample] of samples.entries()) sound.writeInt16LE(sample, 8 + index * 2)
  const file = Buffer.concat([head, list, sound])
  file.writeUInt32LE(file.length - 8, 4)
  return file
}
