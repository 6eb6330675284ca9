// Every limit of the media engine, with its unit. What happens at a limit is written in SPEC.md.
import { type Ms, minutes, ms, seconds } from '@rufwerk/core'

/** Endpoints open at the same time in one media process; the next one is refused with `limit`. */
export const ENDPOINTS_MAX = 2_000
/** Beyond it, for emergency calls alone. */
export const EMERGENCY_ENDPOINTS_MAX = 200
/** Bound port pairs kept for the next call, per local address. */
export const IDLE_PAIRS_MAX = 256
/** Ports tried for one endpoint before the answer is `no-port`. */
export const PORT_ATTEMPTS_MAX = 64
/** Local addresses with plain RTP; the next one is refused with `limit`. */
export const RTP_ADDRESSES_MAX = 16
/** Local addresses with WebRTC, each with a UDP port of its own. */
export const WEBRTC_ADDRESSES_MAX = 4
/** Ports tried from the configured one on. */
export const WEBRTC_PORTS_TRIED = 16
/** A longer datagram is rubbish. */
export const DATAGRAM_BYTES_MAX = 1_500
/** Remote ICE candidates taken from one description. */
export const CANDIDATES_MAX = 32

/** Consistent packets from a host other than the signalled one before it is believed (100 ms of sound). */
export const LEARN_PACKETS = 5
/** The same for another port of the signalled host. */
export const LEARN_PACKETS_SAME_HOST = 2
/** Sequence numbers may jump by this much inside one consistent run. */
export const LEARN_SEQUENCE_STEP_MAX = 10

/** Formats one endpoint may receive. */
export const RECEIVE_CODECS_MAX = 16
/** Event formats one endpoint may receive. */
export const RECEIVE_EVENTS_MAX = 4
/** Length of one digit in ms. */
export const DTMF_DURATION_MS_MIN = 40
export const DTMF_DURATION_MS_MAX = 6_000

/** Prompts in one source. */
export const PROMPT_NAMES_MAX = 32
/** One prompt file in bytes (2 minutes at 16 kHz). */
export const PROMPT_BYTES_MAX = 4 * 1024 * 1024
/** One message that is played, in bytes (10 minutes at 16 kHz). */
export const MESSAGE_BYTES_MAX = 20 * 1024 * 1024
/** All prompts kept in memory, in bytes; above, the one not used for longest is forgotten. */
export const PROMPT_CACHE_BYTES_MAX = 32 * 1024 * 1024

/** One recorded utterance of the parrot. */
export const UTTERANCE_MAX: Ms = seconds(15)
/** The silence after which an utterance is finished. */
export const UTTERANCE_SILENCE: Ms = ms(700)

/** Sound is decoded and encoded in frames of this length. */
export const FRAME: Ms = ms(20)
/** Streams are spread over this many phases of a frame, so that they do not all work at once. */
export const TICK_PHASES = 4
/** After a pause of the process, frames older than this are skipped rather than caught up. */
export const CATCH_UP_MAX: Ms = ms(120)

/** How often each endpoint sends an RTCP report (RFC 3550 §6.2: 5 s is the minimum for small groups). */
export const REPORT_INTERVAL: Ms = seconds(5)
/** How often the engine looks for reports and stats that are due. */
export const HOUSEKEEPING_INTERVAL: Ms = ms(500)

/** Relays that talk to one local address at the same time; packets of further ones are dropped. */
export const RELAY_SOURCES_MAX = 256
/** A relay that is silent for this long is forgotten. */
export const RELAY_IDLE_MAX: Ms = seconds(60)

/** Mixes at the same time; the next one is refused with `limit`. */
export const MIXES_MAX = 500
/** Members of one mix; the next one is refused with `limit`. */
export const MIX_MEMBERS_MAX = 100
/** So many of those who speak at the same time are heard, the loudest. */
export const MIX_SPEAKERS_MAX = 4
/** Members that one member names as those who hear it. */
export const HEARERS_MAX = 16
/** How often a mix tells at most who speaks. */
export const SPEAKERS_INTERVAL: Ms = ms(250)
/** Prompts in one announcement. */
export const ANNOUNCEMENT_NAMES_MAX = 8

/** Recordings at the same time, those included whose file is still being closed. */
export const RECORDINGS_MAX = 500
/** Recordings of one endpoint at the same time. */
export const ENDPOINT_RECORDINGS_MAX = 2
/** A recording ends by itself after this. */
export const RECORDING_LENGTH_MAX: Ms = minutes(240)
/** Sound is encrypted and written in pieces of this length: so much is lost when the process dies. */
export const RECORDING_CHUNK: Ms = seconds(1)
/** Pieces of one recording that wait for the disk; further ones are lost and counted. */
export const RECORDING_QUEUE_CHUNKS_MAX = 8
/** After so many pieces the disk is asked to keep them over a power failure. */
export const RECORDING_SYNC_CHUNKS = 5
