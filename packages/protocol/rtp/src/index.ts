export { DtmfDetector } from './dtmf-detector.ts'
export { G711Decoder, G711Encoder, type G711Law } from './g711.ts'
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
export { JitterBuffer, type JitterBufferOptions } from './jitter-buffer.ts'
export { estimateMos } from './mos.ts'
export { Playout } from './playout.ts'
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
  writeReport,
} from './rtcp.ts'
export { SequenceExtender } from './sequence.ts'
export { ReceiverStatistics } from './statistics.ts'
export { type DtmfPress, DtmfReceiver, DtmfSender, type EventPacket, isDtmfDigit } from './telephone-event.ts'
