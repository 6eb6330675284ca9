// Making an offer (RFC 3264 §5, §8; RFC 8839, RFC 8842, RFC 9143 for the browser) and reading its answer (§7).
import { fail, type Result } from '@rufwerk/core'
import type { Agreed } from './answer.ts'
import type { Codec, DtmfFormat } from './codec.ts'
import type { SdpError, SessionDescription } from './model.ts'
import type { LocalStream } from './section.ts'

export interface OfferOptions extends LocalStream {
  /** In our order of preference; at least one. */
  readonly codecs: readonly Codec[]
  /** telephone-event formats; those whose clock no codec has are left out. */
  readonly dtmf: readonly DtmfFormat[]
}

/** An offer with one audio stream; later ones keep the m-lines of `previous` in their places. */
export function makeOffer(options: OfferOptions): SessionDescription {
  return {
    origin: { username: '-', sessionId: '1', sessionVersion: '1', addressType: 'IP4', address: '0.0.0.0' },
    name: '-',
    attributes: [],
    media: [{ kind: 'audio', port: 0, protocol: 'RTP/AVP', formats: [options.cname], attributes: [] }],
  }
}

/** What our offer and the peer's answer agree on. 400: the answer does not fit; 488: it refuses the audio. */
export function readAnswer(
  _offer: SessionDescription,
  _answer: SessionDescription,
): Result<Agreed, SdpError> {
  return fail({ status: 488, code: 'no-audio' })
}
