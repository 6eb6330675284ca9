// All trunks: made, changed and ended as they are set; found by name, by where a request comes from, and by
// the name under which the books of legs have them.
import type { DeviceId, Flow } from '@rufwerk/core'
import type { SipRequest } from '@rufwerk/sip'
import type { LegContext } from '../leg/context.ts'
import { moveFlow } from '../leg/in-dialog.ts'
import type { TrunkParty } from '../ports.ts'
import { TrunkLine } from './line.ts'
import { bookName, planTrunk, type TrunkId, type TrunkSetting, type TrunkSettings } from './settings.ts'
import type { TrunkPorts, TrunkState } from './trunk-ports.ts'

/** Trunks; further ones are left out, and the log says so. */
const TRUNKS_MAX = 200

interface Entry {
  readonly settings: TrunkSettings
  /** Absent: this setting cannot be used. */
  readonly line?: TrunkLine
  readonly wrong?: TrunkSetting
}

export class Trunks {
  readonly #ports: TrunkPorts | undefined
  readonly #context: () => LegContext
  /** Entries come and go in `#follow`. */
  readonly #entries = new Map<TrunkId, Entry>()
  #isOpen = false

  constructor(ports: TrunkPorts | undefined, context: () => LegContext) {
    this.#ports = ports
    this.#context = context
  }

  /** Reads what is set. Nothing is sent before `open`. */
  load(): void {
    this.#follow()
    this.#ports?.book.onChanged(() => this.#follow())
  }

  /** The sockets are open: registrations and watches begin. */
  open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    for (const { line } of this.#entries.values()) line?.start()
  }

  line(trunk: TrunkId): TrunkLine | undefined {
    return this.#entries.get(trunk)?.line
  }

  /** Who is at the other end of a leg, by the name in its books. */
  party(name: DeviceId): TrunkParty | undefined {
    for (const { line } of this.#entries.values())
      if (line?.plan.party.device === name) return line.plan.party
    return undefined
  }

  /**
   * Whose call this is, by the flow that it comes over; From and the like are not asked. Several accounts at
   * one carrier share a flow: then the Contact that was called decides, or the account in To.
   */
  callerOf(request: SipRequest, flow: Flow): TrunkLine | undefined {
    const candidates: TrunkLine[] = []
    for (const { line } of this.#entries.values()) if (line?.recognises(flow)) candidates.push(line)
    if (candidates.length < 2) return candidates[0]
    const { user } = request.uri
    const { user: to } = request.headers.to.uri
    return (
      candidates.find(({ plan }) => plan.contactUser === user) ??
      candidates.find(({ plan }) => plan.settings.account === to || plan.settings.account === user) ??
      candidates[0]
    )
  }

  /** Whether a carrier stands at this address. */
  isPeer(address: string): boolean {
    for (const { line } of this.#entries.values()) if (line?.isPeer(address)) return true
    return false
  }

  /** Whether a carrier speaks over this flow. */
  isFlow(flow: Flow): boolean {
    for (const { line } of this.#entries.values()) if (line?.recognises(flow)) return true
    return false
  }

  toE164(trunk: TrunkId, number: string): string | undefined {
    return this.#ports?.book.toE164(trunk, number)
  }

  states(): readonly TrunkState[] {
    return [...this.#entries.values()].map((entry) => this.#state(entry))
  }

  state(trunk: TrunkId): TrunkState | undefined {
    const entry = this.#entries.get(trunk)
    return entry && this.#state(entry)
  }

  flowClosed(flow: Flow): void {
    for (const { line } of this.#entries.values()) line?.flowClosed(flow)
  }

  /** Timers and what waits; zero without trunks. */
  size(): number {
    let sum = 0
    for (const { line } of this.#entries.values()) sum += line?.size() ?? 0
    return sum
  }

  close(): void {
    for (const { line } of this.#entries.values()) line?.close()
    this.#entries.clear()
  }

  #state({ settings, line }: Entry): TrunkState {
    const calls = this.#context().table.countOfDevice(bookName(settings.id))
    if (line !== undefined) return line.state(calls)
    const { id: trunk, name } = settings
    return { trunk, name, isUp: false, calls, problem: { why: 'settings' } }
  }

  /** Calls that stand go on, whatever becomes of their trunk. */
  #follow(): void {
    const { ports } = this.#context()
    const all = this.#ports?.book.trunks() ?? []
    if (all.length > TRUNKS_MAX) ports.log.error('too many trunks', { trunks: all.length, used: TRUNKS_MAX })
    const wanted = new Map(all.slice(0, TRUNKS_MAX).map((settings) => [settings.id, settings]))
    for (const [id, { settings, line }] of this.#entries) {
      if (wanted.get(id) === settings) continue
      this.#entries.delete(id)
      if (this.#isOpen) line?.stop()
    }
    for (const settings of wanted.values())
      if (!this.#entries.has(settings.id)) this.#enter(settings, this.#ports)
  }

  #enter(settings: TrunkSettings, ports: TrunkPorts | undefined): void {
    const context = this.#context()
    const plan = planTrunk(settings, context.product)
    const { id, name } = settings
    if (!plan.ok || ports === undefined) {
      const wrong = plan.ok ? undefined : plan.error
      context.ports.log.error('trunk cannot be used', { trunk: id, name, setting: wrong })
      this.#entries.set(id, { settings, ...(wrong && { wrong }) })
      return
    }
    const { network } = ports
    const onFlow = (line: TrunkLine, flow: Flow): void => this.#moveLegs(line, flow)
    const line = new TrunkLine(plan.value, { context, network, onFlow })
    this.#entries.set(id, { settings, line })
    if (this.#isOpen) line.start()
  }

  /** Legs whose connection to the carrier was lost go on over the new one. */
  #moveLegs(line: TrunkLine, flow: Flow): void {
    const context = this.#context()
    const { device } = line.plan.party
    for (const leg of context.table.ofDevice(device))
      if (context.table.isLost(leg)) moveFlow(context, leg, flow)
    context.owed.back({ device, flow })
  }
}
