// G.722 at 64 kbit/s (ITU-T G.722): 16 kHz in and out, one byte per two samples; its RTP clock says 8000.
import type { AudioDecoder, AudioEncoder } from './ports.ts'

export class G722Decoder implements AudioDecoder {
  readonly sampleRate = 16_000

  decode(_payload: Uint8Array): Int16Array {
    return new Int16Array(0)
  }

  conceal(samples: number): Int16Array {
    return new Int16Array(samples)
  }
}

export class G722Encoder implements AudioEncoder {
  readonly sampleRate = 16_000

  /** An even number of samples. */
  encode(_samples: Int16Array): Uint8Array {
    return new Uint8Array(0)
  }
}
