export {
  SRTCP_INDEX_JUMP,
  SRTP_LIFETIME_PACKETS,
  SRTP_ROOM_BYTES,
  SRTP_SOURCES_MAX,
  type SrtpCounts,
  type SrtpFailure,
  type SrtpKey,
  type SrtpOptions,
  SrtpReceiver,
  type SrtpReceiverOptions,
  SrtpSender,
  type SrtpSnapshot,
} from './context.ts'
export { REPLAY_WINDOW_PACKETS } from './replay-window.ts'
export { SRTP_SUITES, type SrtpSuite } from './suite.ts'
export { SRTP_PACKET_BYTES_MAX } from './transform.ts'
