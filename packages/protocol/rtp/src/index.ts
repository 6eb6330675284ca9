export { decodeG711, encodeG711, G711Decoder, G711Encoder, type G711Law } from './g711.ts'
export { G722Decoder, G722Encoder } from './g722.ts'
export {
  classifyPacket,
  newRtpHeader,
  parseRtpHeader,
  patchRtpHeader,
  RTP_HEADER_BYTES,
  type RtpHeader,
  setMarker,
  writeRtpHeader,
} from './header.ts'
export {
  type Frame,
  JitterBuffer,
  type JitterBufferCounts,
  type JitterBufferOptions,
} from './jitter-buffer.ts'
export { estimateMos, type LineQuality } from './mos.ts'
export { Playout, type PlayoutCounts } from './playout.ts'
export type { AudioDecoder, AudioEncoder } from './ports.ts'
export { Resampler, type SampleRate } from './resampler.ts'
export {
  compactNtp,
  type NtpTime,
  ntpTime,
  parseRtcp,
  type Report,
  type ReportBlock,
  type RtcpPacket,
  roundTripMs,
  type SenderPart,
  writeReport,
} from './rtcp.ts'
export { SequenceExtender } from './sequence.ts'
export { ReceiverStatistics } from './statistics.ts'
export { type DtmfPress, DtmfReceiver, DtmfSender, type EventPacket, isDtmfDigit } from './telephone-event.ts'
