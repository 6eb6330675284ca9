// Which decoder and encoder a negotiated format needs, and at which sampling rate. Opus is decoded and
// encoded at the rate the other side of the bridge has: libopus resamples inside for free.
import type { Codec, CodecName } from '@rufwerk/media-control'
import {
  type AudioDecoder,
  type AudioEncoder,
  G711Decoder,
  G711Encoder,
  G722Decoder,
  G722Encoder,
} from '@rufwerk/rtp'
import { OpusVoiceDecoder, OpusVoiceEncoder } from './opus.ts'

/** Rates of sound inside the engine, in Hz. */
export type PcmRate = 8_000 | 16_000

/** The rate that carries all a format can; 16 kHz is all we use of Opus. */
export function rateOf(codec: CodecName): PcmRate {
  return codec === 'PCMU' || codec === 'PCMA' ? 8_000 : 16_000
}

/** The rate for sound that goes from one format to another. */
export function rateBetween(source: CodecName, sink: CodecName): PcmRate {
  return sink === 'opus' ? rateOf(source) : rateOf(sink)
}

/** Packet lengths in ms that every format of ours can make. */
export function packetMs(codec: Codec): 10 | 20 | 40 | 60 {
  const wished = codec.ptimeMs
  return wished === 10 || wished === 40 || wished === 60 ? wished : 20
}

/** A decoder; `rate` only matters for Opus, look at `sampleRate` of the result. */
export function openDecoder(
  codec: CodecName,
  rate: PcmRate,
  onError: (error: unknown) => void,
): AudioDecoder {
  if (codec === 'opus') return new OpusVoiceDecoder(rate, onError)
  return codec === 'G722' ? new G722Decoder() : new G711Decoder(codec)
}

/** An encoder; `rate` only matters for Opus, look at `sampleRate` of the result. */
export function openEncoder(
  codec: CodecName,
  rate: PcmRate,
  onError: (error: unknown) => void,
): AudioEncoder {
  if (codec === 'opus') return new OpusVoiceEncoder(rate, onError)
  return codec === 'G722' ? new G722Encoder() : new G711Encoder(codec)
}

/** Frees what a decoder or encoder holds outside the garbage collector's reach. */
export function closeCodec(codec: AudioDecoder | AudioEncoder | undefined): void {
  if (codec instanceof OpusVoiceDecoder || codec instanceof OpusVoiceEncoder) codec.close()
}
