// What a restart needs of a leg, as JSON of at most 4 kB: role, dialog, flow, descriptions without keys
// and candidates, endpoint, and of an INVITE that may still need CANCEL or a final response its
// identifying lines.
import type { LegSource, StoredLeg } from '@rufwerk/calls'
import type { CallId, DeviceId, EndpointId, Flow, Instant } from '@rufwerk/core'
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
  /** Of a call for help: another endpoint is one, too. */
  readonly isEmergency?: boolean
  readonly flow: Flow
  /** +sip.instance of the phone, where it named one and is behind a connection (RFC 5626). */
  readonly instance?: string
  /** Call-ID of its registrations (RFC 3261 §10.2.4). */
  readonly boot?: string
  /** User of our Contact, where a carrier wanted another one. */
  readonly contactUser?: string
  /** The mix that the leg is a member of. */
  readonly mix?: Extract<LegSource, { readonly type: 'mix' }>
  /** Our INVITE's branch: its 2xx may come again. */
  readonly branch?: string
  /** The INVITE that has no final response: start line and identifying headers. */
  readonly invite?: string
  readonly dialog?: StoredDialog
  /** What the peer can do, and first what is spoken. */
  readonly codecs: readonly CodecName[]
  readonly local?: string
  readonly remote?: string
  /** `local` was not agreed on yet: the peer may know another one. */
  readonly isOffered?: boolean
}

/**
 * What goes into the state, held as it is now: nothing of it is changed later, only replaced. What is
 * undefined is not written.
 */
interface Kept {
  readonly core: { readonly [Name in keyof StoredState]: StoredState[Name] | undefined }
  readonly invite: SipRequest | undefined
  /**
   * The descriptions, with their secrets yet. An unanswered leg is not resumed: its own are of no use then.
   */
  readonly local: string | undefined
  readonly remote: string | undefined
}

/**
 * `unanswered` is the peer's INVITE that this leg is about to answer, when it is not its first; `movedFrom`
 * the call that it belonged to until now.
 */
export function saveLeg(context: LegContext, leg: Leg, unanswered?: SipRequest, movedFrom?: CallId): void {
  const { id, call, device } = leg
  const kept = keep(context, leg, unanswered)
  context.ports.journal.saveLeg({
    tenant: device.tenant,
    call,
    leg: id,
    version: STORED_LEG_VERSION,
    ...(movedFrom === undefined ? {} : { movedFrom }),
    // Written when the store asks for it: often the next state comes first, and takes its place.
    get state() {
      return write(kept)
    },
  })
}

function keep({ ports }: LegContext, leg: Leg, unanswered: SipRequest | undefined): Kept {
  const { media, session, dialog, state } = leg
  const spoken = session.agreed?.send.name
  const at = ports.wallTime()
  const now = ports.timers.now()
  const isConfirmed = dialog?.state === 'confirmed'
  const core: Kept['core'] = {
    role: leg.role,
    stage: stageOf(leg, unanswered),
    at,
    device: leg.device.device,
    endpoint: media.endpoint,
    isWebRtc: leg.isWebRtc,
    isHeld: leg.isHeld,
    allowsUpdate: leg.allowsUpdate || undefined,
    isEmergency: leg.isEmergency || undefined,
    flow: leg.flow,
    instance: leg.instance,
    boot: leg.boot,
    branch: leg.branch,
    mix: leg.source?.type === 'mix' ? leg.source : undefined,
    contactUser: leg.device.kind === 'trunk' ? leg.contactUser : undefined,
    dialog: dialog && serialiseDialog({ dialog, usage: leg.usage, timer: timerOf(leg, now) }, now, at),
    codecs: spoken === undefined ? leg.theirCodecs : [...new Set([spoken, ...leg.theirCodecs])],
    invite: undefined,
    local: undefined,
    remote: undefined,
    isOffered: (isConfirmed && (session.offered !== undefined || !media.isConfigured)) || undefined,
  }
  return {
    core,
    invite: unanswered ?? ('invite' in state ? state.invite : leg.sentInvite),
    local: isConfirmed ? session.localText : undefined,
    remote: isConfirmed ? session.remoteText : undefined,
  }
}

/** The longest form that is short enough. */
function write(kept: Kept): string {
  const { core } = kept
  const invite = kept.invite && identify(kept.invite)
  const local = kept.local === undefined ? undefined : withoutSecrets(kept.local)
  const remote = kept.remote === undefined ? undefined : withoutSecrets(kept.remote)
  const whole = JSON.stringify({ ...core, invite, local, remote })
  if (isShort(whole)) return whole
  const shorter = [{ ...core, invite, local }, { ...core, local }, core].map((form) => JSON.stringify(form))
  return shorter.find(isShort) ?? JSON.stringify(core)
}

function isShort(text: string): boolean {
  return Buffer.byteLength(text) <= STATE_BYTES_MAX
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
