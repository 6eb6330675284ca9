// Looks every few seconds at what can go wrong, and says what it found as alarms.
import type { AlarmKind } from '@rufwerk/contract/operations'
import { type Instant, minutes, seconds, type WallTime } from '@rufwerk/core'
import type { TrunkState } from '@rufwerk/legs/trunks'
import type { CertificateAlarm } from '@rufwerk/net'
import type { PlanTrouble } from '@rufwerk/routing/versions'
import type { StoreFigures } from '@rufwerk/store'
import type { MediaFigures } from '../media-link.ts'
import { trunkFindings } from '../trunks.ts'
import type { Finding } from './alarms.ts'
import { ClockWatch } from './clock-watch.ts'
import { Recently } from './recently.ts'

export const WATCH_INTERVAL = seconds(5)
/** A jump of the clock is told for so long. */
const JUMP_TOLD = minutes(24 * 60)
const RESTARTS_WINDOW = minutes(60)
const PASSWORDS_WINDOW = minutes(10)
/** Wrong passwords of phones and people within PASSWORDS_WINDOW. */
const WRONG_PASSWORDS_MAX = 30
/** Below this it is time to make room. */
const DISK_LOW_BYTES = 500 * 1024 * 1024
/** The store does not start below this. */
const DISK_FULL_BYTES = 16 * 1024 * 1024
const MEGABYTE = 1024 * 1024

export interface Observation {
  readonly now: Instant
  readonly wallTime: WallTime
  readonly certificates: readonly CertificateAlarm[]
  readonly store: Pick<StoreFigures, 'fault'>
  readonly media: Pick<MediaFigures, 'isAttached' | 'restarts'>
  /** Since the start, of phones and people together. */
  readonly wrongPasswords: number
  readonly dialPlans: readonly Pick<PlanTrouble, 'kind' | 'version' | 'used' | 'problems'>[]
  readonly diskFreeBytes?: number
  /** What others have found. */
  readonly found?: readonly Finding[]
  /** Absent: none are set. */
  readonly trunks?: readonly TrunkState[]
}

export class Watch {
  readonly #clock: ClockWatch
  readonly #restarts = new Recently(RESTARTS_WINDOW)
  readonly #passwords = new Recently(PASSWORDS_WINDOW)
  #restartsBefore = 0
  #passwordsBefore = 0
  #lastJump: { readonly at: Instant; readonly ms: number } | undefined

  constructor(now: Instant, wallTime: WallTime) {
    this.#clock = new ClockWatch(now, wallTime)
  }

  get clockJumps(): number {
    return this.#clock.jumps
  }

  look(seen: Observation): readonly Finding[] {
    return [
      ...seen.certificates.map(certificateFinding),
      ...this.#clockFindings(seen),
      ...storeFindings(seen),
      ...this.#mediaFindings(seen),
      ...trunkFindings(seen.trunks ?? []),
      ...this.#passwordFindings(seen),
      ...dialPlanFindings(seen),
      ...(seen.found ?? []),
    ]
  }

  #clockFindings({ now, wallTime }: Observation): Finding[] {
    const jump = this.#clock.look(now, wallTime)
    if (jump !== undefined) this.#lastJump = { at: now, ms: jump }
    const { at, ms } = this.#lastJump ?? {}
    if (at === undefined || ms === undefined || now - at > JUMP_TOLD) return []
    const values = { seconds: Math.round(ms / 1000) }
    return [warning('clock-jumped', values, `The clock of this machine was set by ${values.seconds} s.`)]
  }

  #mediaFindings({ now, media }: Observation): Finding[] {
    this.#restarts.add(now, media.restarts - this.#restartsBefore)
    this.#restartsBefore = media.restarts
    const times = this.#restarts.count(now)
    const message = `The process for sound was restarted (${times} times within an hour).`
    return [
      ...(media.isAttached ? [] : [problem('media-missing', {}, 'The process for sound is not there.')]),
      ...(times === 0 ? [] : [warning('media-restarted', { times }, message)]),
    ]
  }

  #passwordFindings({ now, wrongPasswords }: Observation): Finding[] {
    this.#passwords.add(now, wrongPasswords - this.#passwordsBefore)
    this.#passwordsBefore = wrongPasswords
    const times = this.#passwords.count(now)
    if (times <= WRONG_PASSWORDS_MAX) return []
    return [warning('wrong-passwords', { times }, `${times} wrong passwords within ten minutes.`)]
  }
}

function certificateFinding(alarm: CertificateAlarm): Finding {
  const { message } = alarm
  if (alarm.type === 'not-renewed') return warning('certificate-not-renewed', { why: message }, message)
  const kind = alarm.what === 'certificate' ? 'certificate-expiring' : 'authority-expiring'
  const make = alarm.level <= 1 ? problem : warning
  return make(kind, { daysLeft: alarm.daysLeft }, message)
}

/** At most one of each kind stands, whichever company's it is. */
function dialPlanFindings({ dialPlans }: Observation): Finding[] {
  return dialPlans.map(({ kind, version, used, problems }) => {
    if (kind === 'unreadable') {
      const message = `Version ${version} of the dial plan cannot be read: calls follow version ${used}.`
      return problem('dial-plan-unreadable', { version, used }, message)
    }
    const mistakes = problems.length
    const message = `Version ${version} of the dial plan has mistakes by now (${mistakes}).`
    return warning('dial-plan-wrong', { version, mistakes }, message)
  })
}

function storeFindings({ store, diskFreeBytes = Number.POSITIVE_INFINITY }: Observation): Finding[] {
  const values = { megabytes: Math.floor(diskFreeBytes / MEGABYTE) }
  if (store.fault === 'disk-full' || diskFreeBytes < DISK_FULL_BYTES)
    return [problem('disk-full', {}, 'The disk of the data folder is full: new calls are refused.')]
  if (store.fault !== undefined)
    return [problem('store-failing', {}, 'The database cannot be written: new calls are refused.')]
  if (diskFreeBytes >= DISK_LOW_BYTES) return []
  return [warning('disk-low', values, `The disk of the data folder has ${values.megabytes} MB left.`)]
}

function warning(kind: AlarmKind, values: Finding['values'], message: string): Finding {
  return { kind, severity: 'warning', values, message }
}

function problem(kind: AlarmKind, values: Finding['values'], message: string): Finding {
  return { kind, severity: 'problem', values, message }
}
