export {
  type BytePort,
  HEARTBEAT_INTERVAL,
  HEARTBEATS_MISSED_MAX,
  MediaClient,
  type MediaClientPorts,
  PENDING_COMMANDS_MAX,
} from './client.ts'
export { frame, Unframer } from './framing.ts'
export type {
  AudioSource,
  Codec,
  CodecName,
  Command,
  Direction,
  DtmfFormat,
  EndpointStats,
  Envelope,
  IceDtls,
  MediaEvent,
  Reply,
  RtpRemote,
  Sent,
  ToneName,
} from './messages.ts'
export {
  EVENT_RING_MAX,
  MESSAGE_BYTES_MAX,
  PROTOCOL_VERSION,
  SNAPSHOT_ENDPOINTS_MAX,
  STATS_INTERVAL,
} from './messages.ts'
