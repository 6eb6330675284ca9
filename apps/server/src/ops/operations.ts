// What those who run the system see and do, put together from the parts: readiness, metrics, alarms, traces,
// and the orderly end.
import { statfs } from 'node:fs/promises'
import type { NotReady, OperationsPort } from '@rufwerk/api'
import type { Draining } from '@rufwerk/contract/operations'
import type { CallId, Log, WallTime } from '@rufwerk/core'
import type { SipTrace } from '@rufwerk/legs'
import type { CertificateStore, SipSockets, Timers } from '@rufwerk/net'
import type { PlanTrouble } from '@rufwerk/routing/versions'
import type { Store } from '@rufwerk/store'
import type { Flags } from '../flags.ts'
import type { MediaLink } from '../media-link.ts'
import type { Telephony } from '../telephony.ts'
import { VERSION } from '../version.ts'
import { Alarms, type Finding } from './alarms.ts'
import { type Figures, metricsText } from './metrics.ts'
import { WATCH_INTERVAL, Watch } from './watch.ts'

const DAY_MS = 86_400_000

export interface OperationsParts {
  readonly flags: Flags
  readonly store: Store
  readonly sockets: SipSockets
  readonly media: MediaLink
  readonly egress: { refused(): number }
  readonly certificates: CertificateStore
  readonly trace: SipTrace
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly log: Log
  /** Undefined until there is a tenant. */
  readonly telephony: () => Telephony | undefined
  /** The sockets of SIP are open. */
  readonly isListening: () => boolean
  readonly web: () => Figures['web']
  readonly backupFindings: () => readonly Finding[]
  readonly dialPlanTroubles: () => readonly PlanTrouble[]
  /** What is wrong with emergency calls and with what calls cost. */
  readonly found: () => readonly Finding[]
  /** Takes no new calls, waits at most so many seconds, and ends the process. */
  readonly stop: (drainSeconds: number) => void
}

export class Operations implements OperationsPort {
  readonly #parts: OperationsParts
  readonly #alarms: Alarms
  readonly #watch: Watch
  #diskFreeBytes: number | undefined
  #isDraining = false
  #timer: Disposable | undefined

  constructor(parts: OperationsParts) {
    const { log, wallTime, timers } = parts
    this.#parts = parts
    this.#alarms = new Alarms(log, wallTime)
    this.#watch = new Watch(timers.now(), wallTime())
    void this.#look()
  }

  notReady(): readonly NotReady[] {
    const { store, media } = this.#parts
    const reasons: NotReady[] = []
    if (this.#isDraining) reasons.push('draining')
    if (!this.#parts.isListening()) reasons.push('starting')
    if (store.figures().fault !== undefined) reasons.push('store-failing')
    else if (store.journal.isOverloaded()) reasons.push('store-overloaded')
    if (!media.figures().isAttached) reasons.push('media-missing')
    return reasons
  }

  metrics(): string {
    return metricsText(this.#figures())
  }

  mayReadMetrics(address: string): boolean {
    return this.#parts.flags.metricsFrom.includes(address.replace(/^::ffff:/i, ''))
  }

  alarms() {
    return this.#alarms.standing()
  }

  trace(call: CallId) {
    return this.#parts.trace.read(call)
  }

  switchTrace(isOn: boolean): void {
    this.#parts.log.info('trace switched', { isOn })
    this.#parts.trace.switch(isOn)
  }

  drain(seconds = this.#parts.flags.drainSeconds): Draining {
    this.#parts.stop(seconds)
    return { calls: this.#parts.telephony()?.exchange.views().length ?? 0, seconds }
  }

  /** No new calls from now on; said by `notReady`. */
  drainBegun(): void {
    this.#isDraining = true
    this.#parts.telephony()?.exchange.drain()
  }

  close(): void {
    this.#timer?.[Symbol.dispose]()
  }

  async #look(): Promise<void> {
    const { flags, store, media, certificates, timers, wallTime, log } = this.#parts
    try {
      const { bavail, bsize } = await statfs(flags.data)
      this.#diskFreeBytes = bavail * bsize
    } catch (error) {
      this.#diskFreeBytes = undefined
      log.debug('free space unknown', { error: String(error) })
    }
    const diskFreeBytes = this.#diskFreeBytes
    const findings = this.#watch.look({
      now: timers.now(),
      wallTime: wallTime(),
      certificates: certificates.alarms(),
      store: store.figures(),
      media: media.figures(),
      wrongPasswords: this.#wrongPasswords(),
      dialPlans: this.#parts.dialPlanTroubles(),
      found: this.#parts.found(),
      trunks: this.#parts.telephony()?.userAgent.trunkStates() ?? [],
      ...(diskFreeBytes === undefined ? {} : { diskFreeBytes }),
    })
    this.#alarms.report([...findings, ...this.#parts.backupFindings()])
    this.#timer = timers.arm(WATCH_INTERVAL, () => void this.#look())
  }

  #wrongPasswords(): number {
    const { refusedCredentials = 0, refusedGuesses = 0 } = this.#parts.telephony()?.userAgent.counts() ?? {}
    return refusedCredentials + refusedGuesses + this.#parts.web().wrongPasswords
  }

  #figures(): Figures {
    const { sockets, store, media, trace, certificates, wallTime } = this.#parts
    const telephony = this.#parts.telephony()
    const notAfter = certificates.state()?.notAfter
    return {
      version: VERSION,
      net: sockets.counts(),
      connections: sockets.size(),
      ...(telephony && {
        legs: { counts: telephony.userAgent.counts(), sizes: telephony.userAgent.sizes() },
        trunks: telephony.userAgent.trunkStates(),
      }),
      calls: telephony?.exchange.views() ?? [],
      store: store.figures(),
      media: media.figures(),
      trace: trace.sizes(),
      web: this.#parts.web(),
      ...(notAfter !== undefined && { certificateDays: (notAfter - wallTime()) / DAY_MS }),
      ...(this.#diskFreeBytes !== undefined && { diskFreeBytes: this.#diskFreeBytes }),
      clockJumps: this.#watch.clockJumps,
      egressRefused: this.#parts.egress.refused(),
      isDraining: this.#isDraining,
      alarms: this.#alarms.standing(),
    }
  }
}
