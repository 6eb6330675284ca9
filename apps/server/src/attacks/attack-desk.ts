// Attacks on telephony: the machine of @rufwerk/intrusion between the SIP side, which asks for each message
// whether it is to be listened to, and admins, who see what goes on. Kept in memory: a block is made again
// within seconds.
import type { Actor } from '@rufwerk/accounts'
import type { AttackSettingsProblem, AttacksPort } from '@rufwerk/api/attacks'
import type { AttackSettings, Attacks } from '@rufwerk/contract/attacks'
import {
  type Flow,
  fail,
  type Instant,
  isReliable,
  type Log,
  ms,
  ok,
  type Result,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import type { Configuration } from '@rufwerk/egress'
import {
  type AttackEvent,
  addressName,
  blockedSources,
  blockOf,
  EMPTY_INTRUSION,
  type Intrusion,
  type IntrusionInput,
  isKnown,
  Lane,
  sourceOf,
  step,
  TICK_EVERY_MS,
} from '@rufwerk/intrusion'
import { cefOf, severityOf, syslogOf } from '@rufwerk/intrusion/messages'
import type { GatePort, IncomingCall, Sighting } from '@rufwerk/legs'
import type { Timers } from '@rufwerk/net'
import type { RoutingConfig } from '@rufwerk/routing'
import type { Store } from '@rufwerk/store'
import type { Finding } from '../ops/alarms.ts'
import { CanaryCalls } from './canary-calls.ts'
import { DEFAULT_SETTINGS, leadsSomewhere, readSettings, type Usable, usableOf } from './settings.ts'
import { SyslogSender } from './syslog-sender.ts'

/** Blocks that one answer shows; those that last longest. */
const BLOCKS_SHOWN_MAX = 500

export interface AttackDeskParts {
  readonly store: Pick<Store, 'setting' | 'saveSetting'>
  readonly timers: Timers
  readonly wallTime: () => WallTime
  /** Whether a carrier of ours stands at this address. */
  readonly isCarrier: (address: string) => boolean
  readonly closeFlow: (flow: string) => void
  readonly configOf: (tenant: TenantId) => RoutingConfig | undefined
  readonly nameOf: (person: string) => string | undefined
  /** How this machine and this program are called. */
  readonly host: string
  readonly version: string
  readonly log: Log
}

export class AttackDesk implements GatePort, AttacksPort {
  readonly #parts: AttackDeskParts
  readonly #syslog: SyslogSender
  readonly #lane = new Lane()
  readonly #canaryCalls = new CanaryCalls()
  #state: Intrusion = EMPTY_INTRUSION
  /** Messages by source that were not listened to since the last tick; as many as there are blocks. */
  #dropped = new Map<string, number>()
  #usable: Usable
  /** Whose calls are served. */
  #tenant: TenantId | undefined
  #timer: Disposable | undefined

  constructor(parts: AttackDeskParts) {
    this.#parts = parts
    this.#syslog = new SyslogSender(parts.timers)
    const usable = usableOf(DEFAULT_SETTINGS, () => false)
    if (!usable.ok) throw new Error(usable.error.message)
    this.#usable = usable.value
  }

  /** Reads what is set; what cannot be read is told, and is as at the beginning. */
  async open(tenant: TenantId): Promise<void> {
    if (this.#tenant !== undefined) return
    this.#tenant = tenant
    const text = await this.#parts.store.setting(nameOf(tenant))
    const settings = text === undefined ? undefined : readSettings(text)
    // A canary that became somebody's number meanwhile is looked at when it is set again.
    const usable = settings && usableOf(settings, () => false)
    if (text !== undefined && usable?.ok !== true)
      this.#parts.log.error('settings of attacks cannot be read', { tenant })
    if (usable?.ok) this.#use(usable.value)
    this.#arm()
  }

  blockOf(flow: Flow): 'proven' | 'forgeable' | undefined {
    if (this.#state.blocked === 0) return undefined
    const block = blockOf(this.#state, originOf(flow), this.#parts.timers.now())
    return block && (block.scope === 'all' ? 'proven' : 'forgeable')
  }

  mayPass(flow: Flow): boolean {
    const source = sourceOf(flow.remote.address)
    if (isKnown(this.#state, source) && this.#lane.take(source, this.#parts.timers.now())) return true
    this.#dropped.set(source, (this.#dropped.get(source) ?? 0) + 1)
    if (isReliable(flow.transport)) this.#parts.closeFlow(flow.id)
    return false
  }

  observe(flow: Flow, { kind, name, dialled, isAnswer = false }: Sighting): void {
    const { address } = flow.remote
    const { canaries, isSpared } = this.#usable
    const canary = kind === 'stranger' ? undefined : [name, dialled].find((one) => canaries.has(one ?? ''))
    const tried = canary ?? name ?? dialled
    this.#take({
      ...{ type: 'observed', at: this.#parts.timers.now(), address, flow: flow.id },
      kind: canary === undefined ? kind : 'canary',
      isProven: isAnswer || isReliable(flow.transport),
      isSpared: isSpared(address) || this.#parts.isCarrier(address),
      ...(tried !== undefined && { name: tried }),
    })
  }

  authenticated({ id: flow, remote: { address } }: Flow): void {
    this.#take({ type: 'authenticated', at: this.#parts.timers.now(), address, flow })
  }

  closed({ id: flow }: Flow): void {
    this.#take({ type: 'closed', flow })
  }

  /** A call that began: of somebody who is known to a number that nobody should know. */
  called({ caller, dialled, address }: Pick<IncomingCall, 'caller' | 'dialled' | 'address'>): void {
    if (!this.#usable.canaries.has(dialled)) return
    const isInside = caller.kind === 'inside'
    const who = isInside ? caller.person : 'outside'
    const from = address === undefined ? {} : { address }
    const at = this.#parts.timers.now()
    this.#take({ type: 'canary-called', at, who, number: dialled, ...from })
    // Whoever calls from outside may have mistyped.
    if (isInside) this.#canaryCalls.note(who, dialled, at)
  }

  /** Rules against toll fraud refused a call. `who`: a person or `company`. */
  tollRefused(who: string, rule: string): void {
    this.#take({ type: 'toll-refused', at: this.#parts.timers.now(), who, rule })
  }

  findings(): readonly Finding[] {
    return this.#canaryCalls.findings(this.#parts.timers.now(), this.#parts.nameOf)
  }

  view(tenant: TenantId): Attacks | undefined {
    if (tenant !== this.#tenant) return undefined
    const { counts, tolls, canaries, overflow, events, blocked } = this.#state
    const sources = blockedSources(this.#state, this.#parts.timers.now()).slice(0, BLOCKS_SHOWN_MAX)
    return {
      settings: this.#usable.settings,
      blocks: sources.map(({ source, block, counts: why, level, isKnown: isOffice }) => ({
        ...{ id: source.replaceAll('.', '_'), source: addressName(source), scope: block.scope },
        ...{ since: this.#wallOf(block.since), until: this.#wallOf(block.until) },
        ...{ times: level, isKnown: isOffice, counts: why },
        dropped: block.dropped + (this.#dropped.get(source) ?? 0),
      })),
      ...{ blocked, counts, canaryCalls: canaries, tollRefusals: tolls, overflow },
      events: events.toReversed().map((event) => this.#shown(event)),
      syslog: this.#syslog.figures(),
    }
  }

  release({ tenant }: Actor, id: string): boolean {
    const source = id.replaceAll('_', '.')
    const isBlocked = this.#isBlocked(source)
    if (tenant !== this.#tenant || !isBlocked) return false
    this.#take({ type: 'release', at: this.#parts.timers.now(), source })
    return true
  }

  async change({ tenant }: Actor, settings: AttackSettings): Promise<Result<void, AttackSettingsProblem>> {
    const config = this.#parts.configOf(tenant)
    const usable = usableOf(settings, (number) => leadsSomewhere(config, number))
    if (!usable.ok) return usable
    if (!(await this.#parts.store.saveSetting(nameOf(tenant), JSON.stringify(settings))))
      return fail('not-stored')
    this.#use(usable.value)
    return ok(undefined)
  }

  /** Everything that is remembered. */
  size(): number {
    const { sources, flows, known, told } = this.#state
    const own = this.#dropped.size + this.#lane.size() + this.#canaryCalls.size()
    return sources.size + flows.size + known.size + told.size + own
  }

  /** Where its events are sent. */
  targets(): Pick<Configuration, 'servers'> {
    const { syslog } = this.#usable.settings
    if (syslog === undefined) return { servers: [] }
    const { host, port, transport: protocol } = syslog
    return { servers: [{ host, port, protocol, why: 'syslog' }] }
  }

  close(): void {
    this.#timer?.[Symbol.dispose]()
    this.#syslog.close()
  }

  #use(usable: Usable): void {
    this.#usable = usable
    this.#syslog.aim(usable.settings.syslog)
    const at = this.#parts.timers.now()
    this.#take({ type: 'switch', at, isOn: usable.settings.isOn })
    for (const { source } of blockedSources(this.#state, at))
      if (usable.isSpared(addressName(source).replace('/64', ''))) this.#take({ type: 'release', at, source })
  }

  #arm(): void {
    this.#timer = this.#parts.timers.arm(ms(TICK_EVERY_MS), () => {
      const at = this.#parts.timers.now()
      const dropped = this.#dropped
      this.#dropped = new Map()
      for (const [source, count] of dropped) this.#take({ type: 'dropped', at, source, count })
      this.#take({ type: 'tick', at })
      this.#arm()
    })
  }

  #take(input: IntrusionInput): void {
    const { state, out } = step(this.#state, input)
    this.#state = state
    for (const { event } of out) this.#tell(event)
  }

  #tell(told: AttackEvent): void {
    const { log, host, version } = this.#parts
    const event = this.#shown(told)
    if (severityOf(told) !== 'notice') {
      const { what, source, who, name, scope, why } = told
      log.warn('attack', { what, source, who, name, scope, why })
    }
    const { syslog } = this.#usable.settings
    if (syslog === undefined) return
    const writer = { host, app: 'rufwerk' }
    const product = { vendor: 'Rufwerk', product: 'Rufwerk', version }
    this.#syslog.send(syslogOf(event, writer, syslog.format === 'cef' ? cefOf(event, product) : undefined))
  }

  /** With times of the clock, and people by name. */
  #shown(event: AttackEvent): AttackEvent {
    const { at, until, who } = event
    const name = who === undefined ? undefined : (this.#parts.nameOf(who) ?? who)
    return {
      ...event,
      at: this.#wallOf(at),
      ...(until !== undefined && { until: this.#wallOf(until) }),
      ...(name !== undefined && { who: name }),
    }
  }

  #isBlocked(source: string): boolean {
    return blockedSources(this.#state, this.#parts.timers.now()).some((one) => one.source === source)
  }

  /** Of the monotonic time in which the machine lives. */
  #wallOf(at: number): number {
    const { wallTime, timers } = this.#parts
    const now: Instant = timers.now()
    return Math.round(wallTime() + at - now)
  }
}

function originOf({ id: flow, transport, remote: { address } }: Flow) {
  return { address, flow, isForgeable: !isReliable(transport) }
}

function nameOf(tenant: TenantId): string {
  return `attacks ${tenant}`
}
