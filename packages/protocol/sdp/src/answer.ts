// Answering an offer (RFC 3264 §6, §8; RFC 8839, RFC 8842, RFC 9143 for the browser).
import { fail, type Result } from '@rufwerk/core'
import type { IceDtls, RtpRemote } from './audio.ts'
import type { Codec, DtmfFormat } from './codec.ts'
import type { Direction } from './direction.ts'
import type { SdpError, SessionDescription } from './model.ts'
import type { LocalStream } from './section.ts'

/** What both ends agreed on: what the media engine needs to be configured. */
export interface Agreed {
  /** What we send: the payload type and fmtp of the peer, the packet length it asked for. */
  readonly send: Codec
  /** What the peer may send: our payload types and fmtp. */
  readonly receive: readonly Codec[]
  readonly dtmf?: DtmfFormat
  /** Seen from our end. */
  readonly direction: Direction
  /** The peer does not want to hear us: hold in any of its forms (RFC 3264 §8.4). */
  readonly isHeldByPeer: boolean
  /** Plain RTP. Absent with `c=0.0.0.0`: there is nowhere to send to. */
  readonly rtp?: RtpRemote
  /** Browser. */
  readonly iceDtls?: IceDtls
}

export interface AnswerOptions extends LocalStream {
  readonly offer: SessionDescription
  /** What we can do, in our order of preference; payload types come from the offer. */
  readonly codecs: readonly Codec[]
  /** False: telephone-event is left out of the answer. */
  readonly acceptsDtmf: boolean
  /** `first`: only the codec that is used is answered, so that the peer cannot change; `all` common ones by default. */
  readonly listed?: 'first' | 'all'
}

export interface Answer {
  readonly description: SessionDescription
  readonly agreed: Agreed
}

/** Answers with one audio stream; every other m-line gets port 0. */
export function makeAnswer(_options: AnswerOptions): Result<Answer, SdpError> {
  return fail({ status: 488, code: 'no-audio' })
}
