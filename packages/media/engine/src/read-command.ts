// Commands as they come from the stream, checked field by field: a malformed one is answered with what is
// wrong with it and changes nothing.
import { isIP } from 'node:net'
import { fail, ok, type Result } from '@rufwerk/core'
import {
  type AnnouncedSound,
  type AudioSource,
  CLAIM_ENDPOINTS_MAX,
  type Codec,
  type Command,
  type DtmfFormat,
  type IceDtls,
  type SrtpKeys,
} from '@rufwerk/media-control'
import {
  ANNOUNCEMENT_NAMES_MAX,
  DTMF_DURATION_MS_MAX,
  DTMF_DURATION_MS_MIN,
  HEARERS_MAX,
  PROMPT_NAMES_MAX,
  RECEIVE_CODECS_MAX,
  RECEIVE_EVENTS_MAX,
  RECORDING_LENGTH_MAX,
} from './limits.ts'
import { RECORDING_KEY_BYTES } from './recording/format.ts'

type Fields = Readonly<Record<string, unknown>>
type Check = (value: unknown) => boolean

const ID_CHARS_MAX = 64
const CANDIDATE_CHARS_MAX = 256
const CODEC_CLOCKS: Readonly<Record<string, number>> = { PCMU: 8_000, PCMA: 8_000, G722: 8_000, opus: 48_000 }

/** RFC 8866 §6.15 leaves the parameters to the format; all of them are printable ASCII. */
const FMTP = /^[\x20-\x7e]{0,1024}$/

const isText = (max: number) => (value: unknown) =>
  typeof value === 'string' && value.length > 0 && value.length <= max
const isId = isText(ID_CHARS_MAX)
const isAddress: Check = (value) => typeof value === 'string' && isIP(value) !== 0
const isWhole =
  (low: number, high: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
const isOneOf =
  (...names: string[]): Check =>
  (value) =>
    names.includes(value as string)
const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const isListOf =
  (check: Check, low: number, high: number): Check =>
  (value) =>
    Array.isArray(value) && value.length >= low && value.length <= high && value.every(check)
const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** The fields are listed once: each call asks eight times and more. */
const hasShape = (shape: Readonly<Record<string, Check>>): Check => {
  const fields = Object.entries(shape)
  return (value) => isRecord(value) && fields.every(([name, check]) => check(value[name]))
}

const isSocketAddress = hasShape({ address: isAddress, port: isWhole(1, 65_535) })
const isCodecShape = hasShape({
  name: isOneOf('PCMU', 'PCMA', 'G722', 'opus'),
  payloadType: isWhole(0, 127),
  clockRate: isWhole(8_000, 48_000),
  channels: isWhole(1, 2),
  fmtp: isOptional((value) => typeof value === 'string' && FMTP.test(value)),
  ptimeMs: isWhole(1, 200),
})
const isCodec: Check = (value) =>
  isCodecShape(value) && CODEC_CLOCKS[(value as Codec).name] === (value as Codec).clockRate
const isDtmfShape = hasShape({ payloadType: isWhole(0, 127), clockRate: isWhole(8_000, 48_000) })
const isDtmfFormat: Check = (value) =>
  isDtmfShape(value) && [8_000, 16_000, 48_000].includes((value as DtmfFormat).clockRate)
/** Lengths of key and salt together, by suite. */
const KEY_SALT_BYTES: Readonly<Record<SrtpKeys['suite'], number>> = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AES_256_CM_HMAC_SHA1_80: 46,
  AES_256_CM_HMAC_SHA1_32: 46,
  AEAD_AES_128_GCM: 28,
  AEAD_AES_256_GCM: 44,
}
const isBase64 =
  (low: number, high: number): Check =>
  (value) => {
    if (typeof value !== 'string' || !/^[A-Za-z0-9+/]{2,180}={0,2}$/.test(value)) return false
    const { length } = Buffer.from(value, 'base64')
    return length >= low && length <= high
  }
const isSrtp: Check = (value) => {
  if (!isRecord(value) || typeof value.suite !== 'string' || !Object.hasOwn(KEY_SALT_BYTES, value.suite))
    return false
  const bytes = KEY_SALT_BYTES[value.suite as SrtpKeys['suite']]
  const isKey = hasShape({
    keySalt: isBase64(bytes, bytes),
    mki: isOptional(isBase64(1, 128)),
    lifetimePackets: isOptional(isWhole(1, Number.MAX_SAFE_INTEGER)),
  })
  return isKey(value.local) && isKey(value.remote)
}
const isIceDtls: Check = hasShape({
  ufrag: isText(256),
  pwd: isText(256),
  fingerprint: isText(256),
  setup: isOneOf('actpass', 'active', 'passive'),
  candidates: isListOf(isText(CANDIDATE_CHARS_MAX), 0, 256),
} satisfies Record<keyof IceDtls, Check>)

const isFlag: Check = (value) => typeof value === 'boolean'
const isPromptName = isText(129)
const isTone = hasShape({
  tone: isOneOf('ringback', 'busy', 'congestion', 'hold', 'beep', 'entry', 'exit'),
  country: isOneOf('de', 'us'),
})
const isPrompt = (namesMax: number) =>
  hasShape({ names: isListOf(isPromptName, 1, namesMax), isLooped: isFlag })
const SOURCES: Readonly<Record<AudioSource['type'], Check>> = {
  silence: () => true,
  echo: () => true,
  endpoint: hasShape({ endpoint: isId }),
  tone: isTone,
  prompt: isPrompt(PROMPT_NAMES_MAX),
  parrot: hasShape({ greeting: isListOf(isPromptName, 0, PROMPT_NAMES_MAX) }),
  mix: hasShape({ mix: isId, isMuted: isFlag, heardBy: isOptional(isListOf(isId, 0, HEARERS_MAX)) }),
}
const ANNOUNCED: Readonly<Record<AnnouncedSound['type'], Check>> = {
  silence: () => true,
  tone: isTone,
  prompt: isPrompt(ANNOUNCEMENT_NAMES_MAX),
}
const isOneOfTypes =
  (types: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (!isRecord(value) || typeof value.type !== 'string' || !Object.hasOwn(types, value.type)) return false
    return types[value.type]?.(value) === true
  }
const isSource = isOneOfTypes(SOURCES)

/** Nothing that could leave the folder, and nothing that a file system could read in another way. */
const FILE = /^[a-z0-9][a-z0-9_-]{0,63}(?:\/[a-z0-9][a-z0-9_-]{0,63})?$/i
const isTracks: Check = (value) =>
  isListOf(isOneOf('received', 'sent'), 1, 2)(value) &&
  new Set(value as string[]).size === (value as string[]).length

const OPEN = {
  endpoint: isId,
  tenant: isId,
  call: isId,
  leg: isId,
  address: isAddress,
  advertised: isOptional(isAddress),
  isEmergency: isOptional(isFlag),
}
const COUNT = isWhole(0, Number.MAX_SAFE_INTEGER)
const COMMANDS: Readonly<Record<Command['type'], Readonly<Record<string, Check>>>> = {
  hello: { version: COUNT, generation: COUNT },
  openRtp: { ...OPEN, wishedPort: isOptional(isWhole(1, 65_535)) },
  openWebRtc: { ...OPEN, remote: isOptional(isIceDtls) },
  connectWebRtc: { endpoint: isId, remote: isIceDtls },
  configure: {
    endpoint: isId,
    remote: isOptional(hasShape({ rtp: isSocketAddress, rtcp: isSocketAddress })),
    direction: isOneOf('sendrecv', 'sendonly', 'recvonly', 'inactive'),
    send: isCodec,
    receive: isListOf(isCodec, 1, RECEIVE_CODECS_MAX),
    dtmf: isOptional(isDtmfFormat),
    receiveDtmf: isOptional(isListOf(isDtmfFormat, 0, RECEIVE_EVENTS_MAX)),
    srtp: isOptional(isSrtp),
  },
  setSource: { endpoint: isId, source: isSource },
  sendDtmf: {
    endpoint: isId,
    digit: (value) => typeof value === 'string' && /^[0-9*#A-D]$/.test(value),
    durationMs: isWhole(DTMF_DURATION_MS_MIN, DTMF_DURATION_MS_MAX),
  },
  announce: { mix: isId, to: isOptional(isId), sound: isOneOfTypes(ANNOUNCED) },
  record: {
    recording: isId,
    endpoint: isId,
    file: (value) => typeof value === 'string' && FILE.test(value),
    key: isBase64(RECORDING_KEY_BYTES, RECORDING_KEY_BYTES),
    tracks: isTracks,
    lengthMaxMs: isOptional(isWhole(1_000, RECORDING_LENGTH_MAX)),
    isPaused: isOptional((value) => value === true),
  },
  pauseRecording: { recording: isId, isPaused: isFlag },
  stopRecording: { recording: isId },
  close: { endpoint: isId },
  snapshot: { from: isOptional(COUNT) },
  claim: {
    endpoints: isListOf(isId, 0, CLAIM_ENDPOINTS_MAX),
    isComplete: isFlag,
  },
  acknowledge: { event: COUNT },
  ping: {},
}

const FIELDS = new Map(Object.entries(COMMANDS).map(([type, shape]) => [type, Object.entries(shape)]))

/** The command, or a sentence about the first field that is wrong. */
export function readCommand(value: unknown): Result<Command, string> {
  if (!isRecord(value)) return fail('a command is an object')
  const { type } = value
  const fields = typeof type === 'string' ? FIELDS.get(type) : undefined
  if (fields === undefined) return fail('unknown command')
  for (const [name, check] of fields) if (!check(value[name])) return fail(`${type}: bad or missing ${name}`)
  return ok(value as unknown as Command)
}
