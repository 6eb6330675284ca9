// G.711 A-law and µ-law (ITU-T G.711), by tables: 8 kHz, one byte per sample.
import type { AudioDecoder, AudioEncoder } from './ports.ts'

export type G711Law = 'PCMA' | 'PCMU'

/** Decodes into `into`, which is at least as long as `payload`. */
export function decodeG711(_law: G711Law, _payload: Uint8Array, _into: Int16Array): void {}

/** Encodes into `into`, which is at least as long as `samples`. */
export function encodeG711(_law: G711Law, _samples: Int16Array, _into: Uint8Array): void {}

export class G711Decoder implements AudioDecoder {
  readonly sampleRate = 8_000

  constructor(_law: G711Law) {}

  decode(_payload: Uint8Array): Int16Array {
    return new Int16Array(0)
  }

  conceal(samples: number): Int16Array {
    return new Int16Array(samples)
  }
}

export class G711Encoder implements AudioEncoder {
  readonly sampleRate = 8_000

  constructor(_law: G711Law) {}

  encode(_samples: Int16Array): Uint8Array {
    return new Uint8Array(0)
  }
}
