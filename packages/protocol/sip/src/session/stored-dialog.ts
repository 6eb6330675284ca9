// What a restart needs of a dialog, as versioned JSON without keys: the dialog, what its INVITE usage
// remembers, the session timer. Requests that were under way are not resumed; media and call are others'
// parts.
import { fail, type Instant, instant, ok, type Result, type WallTime } from '@rufwerk/core'
import type { Dialog } from '../dialog/dialog.ts'
import { type InviteUsage, newInviteUsage } from '../dialog/usage.ts'
import { SEQ_MAX } from '../message/cseq.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import { parseUri } from '../message/uri.ts'
import { SESSION_MIN_S } from './session-expires.ts'
import { NO_SESSION_TIMER, type SessionTimer } from './session-timer.ts'

/** Version of the shape of StoredDialog. */
const VERSION = 1
/**
 * The local CSeq jumps by this, because requests that were sent after the last writing used numbers which
 * nobody remembers.
 */
const SEQ_JUMP = 1000

/** A dialog with all that goes with it while the process lives. */
export interface DialogState {
  readonly dialog: Dialog
  readonly usage: InviteUsage
  readonly timer: SessionTimer
}

/** JSON: to be stored as it is, or as a part of something larger. */
export interface StoredDialog {
  readonly version: number
  readonly dialog: Dialog
  readonly isOwner: boolean
  readonly acknowledgedSeq?: number
  readonly session?: {
    readonly intervalS: number
    readonly refresher: 'us' | 'peer'
    /** When it was agreed on. */
    readonly since: WallTime
  }
}

/** `now` and `wallTime` are the same moment. */
export function serialiseDialog(state: DialogState, now: Instant, wallTime: WallTime): StoredDialog {
  const { dialog, usage, timer } = state
  const { isOwner, acknowledgedSeq } = usage
  return {
    version: VERSION,
    dialog,
    isOwner,
    ...(acknowledgedSeq === undefined ? {} : { acknowledgedSeq }),
    ...(timer.state === 'off' ? {} : { session: sessionOf(timer, now, wallTime) }),
  }
}

function sessionOf(
  { agreement, since }: SessionTimer & { readonly state: 'on' },
  now: Instant,
  wallTime: WallTime,
): NonNullable<StoredDialog['session']> {
  return { ...agreement, since: Math.round(wallTime - (now - since)) as WallTime }
}

/**
 * The state after a restart, with nothing under way and a local CSeq that jumped; give its timer the input
 * `resumed`. `stored` is what came out of JSON. `version`: written by a later release; `unreadable`: anything
 * else.
 */
export function restoreDialog(
  stored: unknown,
  now: Instant,
  wallTime: WallTime,
): Result<DialogState, 'version' | 'unreadable'> {
  if (!isRecord(stored)) return fail('unreadable')
  if (stored.version !== VERSION) return fail(Number(stored.version) > VERSION ? 'version' : 'unreadable')
  const { dialog, isOwner, acknowledgedSeq, session } = stored
  if (!isDialog(dialog) || typeof isOwner !== 'boolean') return fail('unreadable')
  if (acknowledgedSeq !== undefined && !isSeq(acknowledgedSeq)) return fail('unreadable')
  const timer = session === undefined ? NO_SESSION_TIMER : timerOf(session, now, wallTime)
  if (timer === undefined) return fail('unreadable')
  const isEstablished = dialog.state === 'confirmed'
  const usage = { ...newInviteUsage(isOwner), isEstablished }
  return ok({
    dialog: { ...dialog, localSeq: dialog.localSeq + SEQ_JUMP },
    usage: acknowledgedSeq === undefined ? usage : { ...usage, acknowledgedSeq },
    timer,
  })
}

function timerOf(session: unknown, now: Instant, wallTime: WallTime): SessionTimer | undefined {
  if (!isRecord(session)) return undefined
  const { intervalS, refresher, since } = session
  if (typeof intervalS !== 'number' || !(intervalS >= SESSION_MIN_S) || typeof since !== 'number')
    return undefined
  if (refresher !== 'us' && refresher !== 'peer') return undefined
  // A wall clock that was set back must not make the session longer.
  const passed = Math.max(0, wallTime - since)
  return { state: 'on', agreement: { intervalS, refresher }, since: instant(now - passed) }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSeq(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= SEQ_MAX
}

const TEXTS = ['callId', 'localTag', 'remoteTag', 'localAddress', 'remoteAddress', 'remoteTarget'] as const

/** Also that requests can be made of it: the target and the routes parse, the jump leaves room. */
function isDialog(value: unknown): value is Dialog {
  if (!isRecord(value)) return false
  const { role, state, localSeq, remoteSeq, routeSet, remoteTarget } = value
  if ((role !== 'uac' && role !== 'uas') || (state !== 'early' && state !== 'confirmed')) return false
  if (!TEXTS.every((name) => typeof value[name] === 'string')) return false
  if (!isSeq(localSeq) || localSeq + SEQ_JUMP > SEQ_MAX) return false
  if (remoteSeq !== -1 && !isSeq(remoteSeq)) return false
  if (!Array.isArray(routeSet) || !parseUri(String(remoteTarget)).ok) return false
  return routeSet.every((route) => typeof route === 'string' && parseNameAddr(route).ok)
}
