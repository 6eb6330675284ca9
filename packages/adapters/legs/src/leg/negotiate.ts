// Which formats a leg speaks (RFC 3264). Packets are relayed when both legs use the same codec: so the callee is
// offered what the caller can do first, and the caller is answered with what the callee chose.
import { type Flow, fail, type Result } from '@rufwerk/core'
import type { CodecName } from '@rufwerk/media-control'
import {
  type Answer,
  type AudioSection,
  type Codec,
  makeAnswer,
  makeOffer,
  OUR_CODECS,
  OUR_DTMF,
  parseSdp,
  readAudio,
  type SdpError,
  type SessionDescription,
} from '@rufwerk/sdp'
import type { SipMessage } from '@rufwerk/sip'
import { SDP_TYPE } from '../headers.ts'
import type { Leg } from './leg.ts'
import type { Opened } from './media-link.ts'

/** Best sound first. */
const OUR_ORDER: readonly CodecName[] = ['opus', 'G722', 'PCMA', 'PCMU']

/** Our formats, those of `first` in front. */
export function codecsWith(first: readonly CodecName[]): Codec[] {
  return [...new Set([...first, ...OUR_ORDER])].map((name) => OUR_CODECS[name])
}

export interface ReadOffer {
  readonly description: SessionDescription
  readonly audio: AudioSection
  readonly text: string
}

/** The description in a body: undefined without one, or why it cannot be used. */
export function readBody(message: SipMessage): Result<ReadOffer, SdpError> | undefined {
  if (message.body.length === 0) return undefined
  const text = Buffer.from(message.body).toString('utf8')
  const description = parseSdp(text)
  if (!description.ok) return description
  const audio = readAudio(description.value)
  return audio.ok ? { ok: true, value: { description: description.value, audio: audio.value, text } } : audio
}

/** True when the body is of a type that we can read (RFC 3261 §8.2.3). */
export function isReadable(message: SipMessage): boolean {
  if (message.body.length === 0) return true
  const encoding = message.headers.get('content-encoding')
  return message.headers.contentType === SDP_TYPE && (encoding === undefined || /^identity$/i.test(encoding))
}

/** Answers the leg's open offer. `preferred` is what the other leg speaks, or what is spoken already. */
export function answerOffer(
  leg: Leg,
  opened: Opened,
  preferred: readonly CodecName[],
  sessionId: () => string,
): Result<Answer, SdpError> {
  const { offer } = leg.session
  if (offer === undefined) return fail({ status: 488, code: 'no-audio' })
  return makeAnswer({
    offer,
    transport: opened.transport,
    ssrc: opened.ssrc,
    cname: opened.cname,
    direction: 'sendrecv',
    session: sessionOf(leg, sessionId),
    codecs: codecsWith([...preferred, ...leg.theirCodecs]),
    acceptsDtmf: true,
    // One codec only, so that the peer does not change it by itself and packets stay relayed.
    listed: 'first',
  })
}

/** An offer of ours with the formats of `first` in front. */
export function offerOf(
  leg: Leg,
  opened: Opened,
  first: readonly CodecName[],
  sessionId: () => string,
): SessionDescription {
  return makeOffer({
    transport: opened.transport,
    ssrc: opened.ssrc,
    cname: opened.cname,
    direction: 'sendrecv',
    session: sessionOf(leg, sessionId),
    codecs: codecsWith(first),
    dtmf: OUR_DTMF,
  })
}

/** The address that is told: the local one of the path to the peer. */
export function mediaAddress(flow: Flow): string {
  return flow.local.address
}

function sessionOf(
  leg: Leg,
  sessionId: () => string,
): { previous: SessionDescription } | { sessionId: string; address: string } {
  const { local } = leg.session
  if (local !== undefined) return { previous: local }
  return { sessionId: sessionId(), address: mediaAddress(leg.flow) }
}
