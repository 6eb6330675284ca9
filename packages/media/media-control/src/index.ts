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
  Codec,
  CodecName,
  Command,
  Direction,
  DtmfFormat,
  EndpointConfiguration,
  EndpointStats,
  EngineFigures,
  Envelope,
  IceDtls,
  MediaEvent,
  Reply,
  RtpRemote,
  Sent,
  SrtpKey,
  SrtpKeys,
} from './messages.ts'
export {
  CLAIM_ENDPOINTS_MAX,
  EVENT_RING_MAX,
  MESSAGE_BYTES_MAX,
  NO_RTP_MAX,
  PROTOCOL_VERSION,
  SNAPSHOT_BYTES_MAX,
  SNAPSHOT_ENDPOINTS_MAX,
  STATS_INTERVAL,
  UNATTENDED_MAX,
  UNCLAIMED_MAX,
} from './messages.ts'
export type { RecordingId } from './recording.ts'
export type { EndpointSnapshot } from './snapshot.ts'
export type { AnnouncedSound, AudioSource, MixId, ToneName } from './sound.ts'
