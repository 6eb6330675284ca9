// What a codec must offer to the playout and to whoever transcodes. Opus comes in behind these ports.
// All sound is 16-bit mono. Returned arrays belong to the codec and are valid until its next call: nothing is
// allocated per frame.

export interface AudioDecoder {
  /** Hz of the samples that come out. */
  readonly sampleRate: number
  /** One packet's payload. Rubbish comes out as noise or as an empty array, never as an exception. */
  decode(payload: Uint8Array): Int16Array
  /** Sound in place of a lost packet, `samples` long; fades out when called again and again. */
  conceal(samples: number): Int16Array
  /**
   * The frame before this payload, out of its redundancy (Opus in-band FEC); absent when the codec has none.
   */
  recover?(payload: Uint8Array, samples: number): Int16Array
}

export interface AudioEncoder {
  /** Hz of the samples that go in. */
  readonly sampleRate: number
  /** One packet's payload from one packet's samples. */
  encode(samples: Int16Array): Uint8Array
}
