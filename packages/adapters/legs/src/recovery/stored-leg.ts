// What a restart needs of a leg, as JSON of at most 4 kB: role, dialog, flow, descriptions without keys
// and candidates, endpoint, and of an INVITE that may still need CANCEL or a final response its
// identifying lines.
import type { StoredLeg } from '@rufwerk/calls'
import type { DeviceId, EndpointId, Flow, Instant } from '@rufwerk/core'
import type { CodecName } from '@rufwerk/media-control'
import { parseMessage, type SipRequest, writeUri } from '@rufwerk/sip'
import { type StoredDialog, serialiseDialog, stepSessionTimer } from '@rufwerk/sip/session'
import type { LegContext } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import { withoutSecrets } from './secrets.ts'

/** Version 1 lacks what an INVITE under way needs, and was never read: such a leg is not restored. */
export const STORED_LEG_VERSION = 2
const STATE_BYTES_MAX = 4096

/** What makes an INVITE this INVITE (RFC 3261 §9.1, §17.2.3, §8.2.6). */
const IDENTIFYING = ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Route', 'Record-Route'] as const

export interface StoredState {
  readonly role: Leg['role']
  readonly stage: 'calling' | 'ringing' | 'answering' | 'confirmed'
  /** When this was written, in UTC ms. */
  readonly at: number
  readonly device: DeviceId
  readonly endpoint: EndpointId
  readonly isWebRtc: boolean
  readonly isHeld: boolean
  readonly allowsUpdate?: boolean
  readonly flow: Flow
  /** +sip.instance of the phone, where it named one and is behind a connection (RFC 5626). */
  readonly instance?: string
  /** Call-ID of its registrations (RFC 3261 §10.2.4). */
  readonly boot?: string
  /** Our INVITE's branch: its 2xx may come again. */
  readonly branch?: string
  /** The INVITE that has no final response: start line and identifying headers. */
  readonly invite?: string
  readonly dialog?: StoredDialog
  /** What the peer can do, and first what is spoken. */
  readonly codecs: readonly CodecName[]
  readonly local?: string
  readonly remote?: string
}

/** `unanswered` is the peer's INVITE that this leg is about to answer, when it is not its first. */
export function saveLeg(context: LegContext, leg: Leg, unanswered?: SipRequest): void {
  const { id, call, device } = leg
  const state = writeState(context, leg, unanswered)
  context.ports.journal.saveLeg({ tenant: device.tenant, call, leg: id, version: STORED_LEG_VERSION, state })
}

function writeState({ ports }: LegContext, leg: Leg, unanswered: SipRequest | undefined): string {
  const { media, session, dialog, state } = leg
  const spoken = session.agreed?.send.name
  const invite = unanswered ?? ('invite' in state ? state.invite : leg.sentInvite)
  const at = ports.wallTime()
  const core: StoredState = {
    role: leg.role,
    stage: stageOf(leg, unanswered),
    at,
    device: leg.device.device,
    endpoint: media.endpoint,
    isWebRtc: leg.isWebRtc,
    isHeld: leg.isHeld,
    ...(leg.allowsUpdate ? { allowsUpdate: true } : {}),
    flow: leg.flow,
    ...(leg.instance === undefined ? {} : { instance: leg.instance }),
    ...(leg.boot === undefined ? {} : { boot: leg.boot }),
    ...(leg.branch === undefined ? {} : { branch: leg.branch }),
    ...(dialog && {
      dialog: serialiseDialog(
        { dialog, usage: leg.usage, timer: timerOf(leg, ports.timers.now()) },
        ports.timers.now(),
        at,
      ),
    }),
    codecs: spoken === undefined ? leg.theirCodecs : [...new Set([spoken, ...leg.theirCodecs])],
  }
  const withInvite = invite === undefined ? core : { ...core, invite: identify(invite) }
  // An unanswered leg is not resumed after a restart: its descriptions are of no use then.
  if (dialog?.state !== 'confirmed') return within(withInvite, core)
  const local = session.localText === undefined ? {} : { local: withoutSecrets(session.localText) }
  const remote = session.remoteText === undefined ? {} : { remote: withoutSecrets(session.remoteText) }
  return within(
    { ...withInvite, ...local, ...remote },
    { ...withInvite, ...local },
    { ...core, ...local },
    core,
  )
}

/** What our 2xx will say of the session timer holds from it on, and is stored before it is sent. */
function timerOf({ sessionTimer, timerAnswer }: Leg, now: Instant): Leg['sessionTimer'] {
  if (timerAnswer === undefined) return sessionTimer
  return stepSessionTimer(sessionTimer, { type: 'agreed', agreement: timerAnswer.agreement }, now).timer
}

function stageOf(leg: Leg, unanswered: SipRequest | undefined): StoredState['stage'] {
  const { name } = leg.state
  if (name === 'answering' || unanswered !== undefined) return 'answering'
  if (name === 'ringing') return 'ringing'
  return name === 'confirmed' ? 'confirmed' : 'calling'
}

/** The first that is short enough, or the last. */
function within(...candidates: readonly StoredState[]): string {
  let text = ''
  for (const candidate of candidates) {
    text = JSON.stringify(candidate)
    if (Buffer.byteLength(text) <= STATE_BYTES_MAX) break
  }
  return text
}

function identify({ uri, headers }: SipRequest): string {
  let text = `INVITE ${writeUri(uri)} SIP/2.0\r\n`
  for (const name of IDENTIFYING) for (const value of headers.all(name)) text += `${name}: ${value}\r\n`
  return text
}

/** Undefined for what an earlier or later release wrote, or what cannot be read. */
export function readStoredLeg({ version, state }: StoredLeg): StoredState | undefined {
  if (version !== STORED_LEG_VERSION) return undefined
  try {
    const read = JSON.parse(state) as StoredState
    const isWhole = typeof read.endpoint === 'string' && typeof read.flow?.remote?.address === 'string'
    return isWhole && Array.isArray(read.codecs) ? read : undefined
  } catch {
    return undefined // Cut off, or not JSON.
  }
}

/** The INVITE as far as it was stored: enough for CANCEL and for a final response. */
export function readInvite(text: string | undefined): SipRequest | undefined {
  if (text === undefined) return undefined
  const parsed = parseMessage(Buffer.from(`${text}Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n`))
  return parsed.ok && parsed.value.kind === 'request' ? parsed.value : undefined
}
