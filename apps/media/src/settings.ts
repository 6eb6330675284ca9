// What the media process is told when it starts: the flags of the launcher in RUFWERK_FLAGS, where the
// control stream is in RUFWERK_MEDIA_FD or RUFWERK_MEDIA_SOCKET, and arguments that go before both.
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '@rufwerk/core'

/** In the data folder, as the server finds it, and beside the control socket. */
const RECORDINGS_FOLDER = 'recordings'
const MESSAGES_FOLDER = 'messages'

/** The inherited descriptor of the control stream: a listening Unix socket. */
export const CONTROL_FD = 3

export interface Settings {
  readonly control: { readonly fd: number } | { readonly path: string }
  readonly mediaPorts: { readonly low: number; readonly high: number }
  readonly webrtcPort: number
  /** Of the relay beside us, if there is one. */
  readonly relayPorts?: { readonly low: number; readonly high: number }
  readonly promptsDir: string
  /** What companies have recorded themselves; absent: nothing. */
  readonly ownPromptsDir?: string
  /** Where recordings are written; absent: none can be made. */
  readonly recordingsDir?: string
  /** In memory, of this run alone: what the server decrypted to be played; absent: nothing. */
  readonly messagesDir?: string
  readonly logLevel: LogLevel
  /** How long what nobody asks for is kept, in ms; absent: the limits of media-control. */
  readonly noRtpMs?: number
  readonly unclaimedMs?: number
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const DEFAULTS = { mediaPortFirst: 16_000, mediaPortLast: 17_999, webrtcPort: 18_000, logLevel: 'info' }
const OPTIONS = {
  'media-ports': { type: 'string' },
  'webrtc-port': { type: 'string' },
  prompts: { type: 'string' },
  'own-prompts': { type: 'string' },
  recordings: { type: 'string' },
  'control-socket': { type: 'string' },
  'log-level': { type: 'string' },
  'no-rtp-ms': { type: 'string' },
  'unclaimed-ms': { type: 'string' },
} as const

/** The settings, or one line about what is wrong with them. */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Result<Settings, string> {
  const flags = readFlags(environment.RUFWERK_FLAGS)
  if (!flags) return fail('RUFWERK_FLAGS is not a JSON object')
  const given = readArguments(args)
  if (!given.ok) return given
  const range = /^(\d{1,5})-(\d{1,5})$/.exec(
    given.value['media-ports'] ?? `${flags.mediaPortFirst}-${flags.mediaPortLast}`,
  )
  const low = Number(range?.[1])
  const high = Number(range?.[2])
  if (!isPort(low) || !isPort(high) || high <= low)
    return fail('--media-ports takes FIRST-LAST, 1024 to 65535')
  const webrtcPort = Number(given.value['webrtc-port'] ?? flags.webrtcPort)
  if (!isPort(webrtcPort)) return fail('--webrtc-port takes a port from 1024 to 65535')
  const logLevel = LOG_LEVELS.find((level) => level === (given.value['log-level'] ?? flags.logLevel))
  if (!logLevel) return fail(`--log-level takes ${LOG_LEVELS.join(', ')}`)
  const noRtpMs = readLength(given.value['no-rtp-ms'])
  const unclaimedMs = readLength(given.value['unclaimed-ms'])
  if (noRtpMs === 0 || unclaimedMs === 0) return fail('--no-rtp-ms and --unclaimed-ms take 1 or more')
  const control = readControl(given.value['control-socket'], environment)
  if (!control) return fail('set RUFWERK_MEDIA_SOCKET to a path, or RUFWERK_MEDIA_FD to 3')
  const { RUFWERK_MEDIA_SOCKET: socket } = environment
  const inData = flags.data === undefined ? undefined : join(flags.data, RECORDINGS_FOLDER)
  const recordingsDir = given.value.recordings ?? inData
  const promptsDir = given.value.prompts ?? join(import.meta.dirname, '../prompts')
  const ownPromptsDir = given.value['own-prompts'] ?? (flags.data && join(flags.data, 'prompts'))
  return ok({
    ...{ control, mediaPorts: { low, high }, webrtcPort, promptsDir, logLevel },
    ...(flags.nat?.turn
      ? { relayPorts: { low: flags.nat.turn.relayFirst, high: flags.nat.turn.relayLast } }
      : {}),
    ...(ownPromptsDir ? { ownPromptsDir } : {}),
    ...(recordingsDir ? { recordingsDir } : {}),
    ...(socket ? { messagesDir: join(dirname(socket), MESSAGES_FOLDER) } : {}),
    ...(noRtpMs === undefined ? {} : { noRtpMs }),
    ...(unclaimedMs === undefined ? {} : { unclaimedMs }),
  })
}

interface OtherFlags {
  /** Folder of everything that is stored. */
  readonly data?: string
  readonly nat?: { readonly turn?: { readonly relayFirst: number; readonly relayLast: number } }
}

function readFlags(text: string | undefined): (typeof DEFAULTS & OtherFlags) | undefined {
  if (text === undefined) return DEFAULTS
  try {
    const flags: unknown = JSON.parse(text)
    return typeof flags === 'object' && flags !== null ? { ...DEFAULTS, ...flags } : undefined
  } catch {
    return undefined
  }
}

function readArguments(args: readonly string[]) {
  try {
    return ok(parseArgs({ args: [...args], options: OPTIONS }).values)
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

function readControl(path: string | undefined, environment: Readonly<Record<string, string | undefined>>) {
  if (path) return { path }
  if (environment.RUFWERK_MEDIA_FD === String(CONTROL_FD)) return { fd: CONTROL_FD }
  return environment.RUFWERK_MEDIA_SOCKET ? { path: environment.RUFWERK_MEDIA_SOCKET } : undefined
}

/** Milliseconds; 0 when the text is no such number. */
function readLength(text: string | undefined): number | undefined {
  return text === undefined ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : 0
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1_024 && value <= 65_535
}
