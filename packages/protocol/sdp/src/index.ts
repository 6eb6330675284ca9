export { type Agreed, type Answer, type AnswerOptions, makeAnswer } from './answer.ts'
export { type AudioSection, type IceDtls, type Profile, type RtpRemote, readAudio } from './audio.ts'
export {
  type Codec,
  type CodecName,
  type DtmfFormat,
  intersect,
  OUR_CODECS,
  OUR_DTMF,
} from './codec.ts'
export {
  answerDirection,
  type Direction,
  isHold,
  isReceiving,
  isSending,
} from './direction.ts'
export {
  type Attribute,
  attributeValue,
  attributeValues,
  type Connection,
  type MediaSection,
  type Origin,
  type SdpError,
  type SdpErrorCode,
  type SdpStatus,
  type SessionDescription,
} from './model.ts'
export { makeOffer, type OfferOptions, readAnswer } from './offer.ts'
export { parseSdp } from './parse.ts'
export type { LocalStream, LocalTransport, SessionStart } from './section.ts'
export { writeSdp } from './write.ts'
