// The SIP side of the exchange: a back-to-back user agent (RFC 3261 §6) that registers devices and is one end
// of every leg. Takes bytes with their flow, commands of calls and events of the media process; answers,
// sends, and tells its listener what happened. Knows no call logic.
import type { EndCause, EndedLeg, LegEvent, LegPort, LegSource, StoredLeg } from '@rufwerk/calls'
import type { CallId, DeviceId, EndpointId, Flow, LegId, Ms, PersonId, RecordingId } from '@rufwerk/core'
import type { EndpointSnapshot } from '@rufwerk/media-control'
import type { Binding } from '@rufwerk/sip'
import { flowsByInstance } from '@rufwerk/sip/session'
import { type LegCounts, newCounts, type SizedPart } from './counts.ts'
import { Door } from './door.ts'
import { Subscriptions } from './events/subscriptions.ts'
import { announce } from './leg/announce.ts'
import { type LegContext, random } from './leg/context.ts'
import { sendDigit } from './leg/digits.ts'
import { answerWith, ring } from './leg/incoming.ts'
import type { Leg } from './leg/leg.ts'
import { LegTable } from './leg/leg-table.ts'
import { adoptFlow, loseFlow } from './leg/lost-path.ts'
import { onMediaEvent } from './leg/media-events.ts'
import { dial } from './leg/outgoing.ts'
import { type GoingRecording, Recordings } from './leg/recordings.ts'
import { setSource } from './leg/sources.ts'
import { endLeg, finish, refuse, sendBye } from './leg/teardown.ts'
import { LEG_LIMITS } from './limits.ts'
import type { LegListener, UserAgentOptions, UserAgentPorts } from './ports.ts'
import { TEMPORARY_FAILURE } from './reason.ts'
import { loseMedia } from './recovery/lost-media.ts'
import { Owed } from './recovery/owed.ts'
import { Recovery } from './recovery/recovery.ts'
import { Authentication } from './registration/auth.ts'
import { optionsTo } from './registration/keep-alive.ts'
import { Registrations } from './registration/registrations.ts'
import { Requests } from './requests.ts'
import { Transactions } from './transactions.ts'
import { tellResult } from './transfer/referral.ts'
import { moveLeg } from './transfer/replaced.ts'
import { dialTrunk } from './trunk/outgoing.ts'
import type { TrunkId } from './trunk/settings.ts'
import type { TrunkState } from './trunk/trunk-ports.ts'
import { Trunks } from './trunk/trunks.ts'

type Dial = Parameters<LegPort['dial']>[0]
type RecordOrder = Parameters<LegPort['record']>[1]
type Contact = Extract<Dial['destination'], { to: 'contact' }>['contact']

/** Before `listen`. */
const NOBODY_DECIDES: EndCause = { status: 503, cause: TEMPORARY_FAILURE }

export class UserAgent implements LegPort {
  readonly #ports: UserAgentPorts
  readonly #counts: LegCounts = newCounts()
  readonly #table: LegTable
  readonly #context: LegContext
  readonly #authentication: Authentication
  readonly #registrations: Registrations
  readonly #transactions: Transactions
  readonly #recovery: Recovery
  readonly #subscriptions: Subscriptions
  readonly #requests: Requests
  readonly #door: Door
  #listener: LegListener | undefined
  /** Events that wait until the input that caused them is done with. */
  #events: { readonly leg: LegId; readonly event: LegEvent }[] = []
  #depth = 0

  constructor(ports: UserAgentPorts, options: UserAgentOptions) {
    this.#ports = ports
    this.#table = new LegTable(ports.trace)
    const limits = { ...LEG_LIMITS, ...options.limits }
    const guard = (what: string, work: () => void): void => this.#guard(what, work)
    this.#registrations = new Registrations({
      ...ports,
      limits,
      counts: this.#counts,
      guard,
      keepAlive: {
        random: () => random(this.#context),
        ask: (binding, user) =>
          this.#transactions.request(optionsTo(this.#context, binding), binding.flow, user),
        drop: (transaction) => this.#transactions.drop(transaction),
      },
      onChanged: (device) => {
        this.#subscriptions.registrationsChanged(device)
        options.onRegistrationsChanged?.(device)
      },
      onBound: (...given) => this.#onBound(...given),
      onHeard: options.onHeard,
    })
    this.#authentication = new Authentication({
      ...ports,
      realm: options.realm,
      nonceKey: options.nonceKey,
      limits,
      counts: this.#counts,
      flowsOf: (sipName) => this.#registrations.bindingsOf(sipName).map(({ flow }) => flow),
    })
    this.#transactions = new Transactions({
      ...ports,
      limits,
      counts: this.#counts,
      guard,
      server: {
        onRequest: (...given) => this.#requests.onRequest(...given),
        onAck: (...given) => this.#requests.onAck(...given),
        onCancelled: (...given) => this.#requests.onCancelled(...given),
        onStrayAnswer: (...given) => this.#requests.onStrayAnswer(...given),
      },
    })
    this.#context = {
      ...{ ports, limits, counts: this.#counts },
      product: options.product,
      transactions: this.#transactions,
      registrations: this.#registrations,
      table: this.#table,
      recordings: new Recordings({ ...ports, limits, counts: this.#counts, tell: this.#tellOf }),
      owed: new Owed(ports.timers, limits.restoredFlowMax),
      trunks: new Trunks(ports.trunks, () => this.#context),
      onTrunkHeard: options.onTrunkHeard,
      emit: (leg, event) => this.#events.push({ leg: leg.id, event }),
      mediaGone: (leg) => loseMedia(this.#context, leg, 'connection'),
      isForHelp: (leg) => this.#table.mixes.hasHelp(leg) || this.#listener?.isInEmergency?.(leg.id) === true,
      guard: (leg, what, work) => this.#guardLeg(leg, what, work),
    }
    this.#recovery = new Recovery(this.#context, (leg) => this.#tellEnded(leg))
    this.#subscriptions = new Subscriptions(this.#context, ports.watch)
    const parts = {
      context: this.#context,
      authentication: this.#authentication,
      subscriptions: this.#subscriptions,
    }
    this.#requests = new Requests({ ...parts, listener: this.#decider() })
    this.#door = new Door(parts)
    ports.media.onEvent((event) => this.#run(() => onMediaEvent(this.#context, event)))
  }

  /** Who decides about calls. Set once, before the first message arrives. */
  listen(listener: LegListener): void {
    this.#listener = listener
    this.#context.trunks.load()
  }

  /** Reads stored registrations. Before the sockets are opened. */
  restore(): Promise<void> {
    return this.#registrations.restore()
  }

  /**
   * Takes up the answered legs of the run before, with what is open in the media process, before the sockets
   * are opened. Nothing is sent.
   */
  restoreLegs(stored: readonly StoredLeg[], endpoints: readonly EndpointSnapshot[]): void {
    this.#run(() => this.#recovery.restore(stored, endpoints))
  }

  /**
   * The calls of these legs go on; other legs that were restored are over. Gives the endpoints that go on.
   */
  keepLegs(wanted: ReadonlySet<LegId>): readonly EndpointId[] {
    return this.#recovery.keep(wanted)
  }

  /** These have ended: what a crash may have kept us from saying to them will be said. */
  settleLegs(ended: readonly EndedLeg[]): void {
    this.#run(() => this.#recovery.settle(ended))
  }

  /** Before the sockets open: sound that is back without a word to a peer is back, or this time is over. */
  reopened(within: Ms): Promise<void> {
    return this.#recovery.reopened(within)
  }

  /** Resolves when browsers in calls are connected to their new endpoints, or after this time. */
  readonly connected = (within: Ms): Promise<void> => this.#recovery.connected(within)

  /** The sockets are open: what is due to the peers of the run before is said. */
  resume(): void {
    this.#guard('resume', () => {
      this.#recovery.resume()
      this.#context.trunks.open()
    })
  }

  /** The endpoints are gone: what is not answered ends, the rest waits for another media process. */
  mediaLost(): void {
    this.#guard('media lost', () => {
      this.#context.recordings.mediaLost()
      this.#recovery.mediaLost()
    })
  }

  /** A media process is there with these endpoints; legs without one get another. Gives those that go on. */
  mediaFound(endpoints: readonly EndpointSnapshot[]): readonly EndpointId[] {
    this.#context.recordings.found(endpoints)
    return this.#recovery.mediaFound(new Set(endpoints.map(({ endpoint }) => endpoint)))
  }

  /** One whole message from the network. Never throws. */
  onMessage(flow: Flow, bytes: Uint8Array): void {
    this.#guard('message', () => this.#door.receive(flow, bytes))
  }

  /** A connection is gone, and with it what needed it. */
  onFlowClosed(flow: Flow): void {
    this.#guard('flow closed', () => {
      this.#ports.gate?.closed(flow)
      this.#subscriptions.flowClosed(flow)
      this.#registrations.flowClosed(flow)
      this.#transactions.flowClosed(flow)
      this.#context.trunks.flowClosed(flow)
      // Of a browser we know whose legs they can be, when many connections close at once.
      const { device } = flow
      const legs = device === undefined ? this.#table.all() : this.#table.ofDevice(device as DeviceId)
      for (const leg of legs) {
        if (leg.flow.id === flow.id) this.#guardLeg(leg, 'flow closed', () => loseFlow(this.#context, leg))
      }
    })
  }

  /** Where a device can be called now; highest q first. */
  contactsOf(device: DeviceId): readonly Contact[] {
    const known = this.#ports.devices.byId(device)
    if (known === undefined) return []
    // Flows of one phone are one contact: they are tried one after the other (RFC 5626 §6).
    const phones = flowsByInstance(this.#registrations.reachableOf(known.sipName))
    return phones.flatMap(([newest]) => (newest === undefined ? [] : [{ device, binding: newest.key }]))
  }

  /**
   * Forgets the contacts of a device that was deleted, signed out or stopped, and ends its legs. Calls for
   * help of a stopped one go on.
   */
  removeDevice(device: DeviceId, sipName: string): void {
    this.#guard('remove device', () => {
      this.#subscriptions.removeDevice(device)
      this.#registrations.remove(device, sipName)
      const mayAskForHelp = this.#ports.devices.byId(device)?.quarantine === 'emergency'
      for (const leg of this.#table.ofDevice(device))
        if (!(leg.isEmergency && mayAskForHelp)) endLeg(this.#context, leg, { status: 403, cause: 21 })
    })
  }

  /** The calls of a person are others now: phones that watch the person are told. */
  callsChanged(person: PersonId): void {
    this.#guard('calls changed', () => this.#subscriptions.changed(person, 'dialog'))
  }

  /** What waits in a person's box is something else now. */
  messagesChanged(person: PersonId): void {
    this.#guard('messages changed', () => this.#subscriptions.changed(person, 'message-summary'))
  }

  dial(order: Dial): void {
    this.#run(() => {
      const { destination } = order
      const refusal =
        destination.to === 'trunk'
          ? dialTrunk(this.#context, order, destination)
          : dial(this.#context, order, destination.contact)
      if (refusal === undefined) return
      this.#events.push({ leg: order.leg, event: { type: 'refused', ...refusal } })
    })
  }

  addressOf(leg: LegId): string | undefined {
    return this.#table.get(leg)?.flow.remote.address
  }

  ring(leg: LegId): void {
    this.#command(leg, 'ring', (found) => ring(this.#context, found))
  }

  progress(leg: LegId): void {
    this.#command(leg, 'progress', (found) => answerWith(this.#context, found, 'progress'))
  }

  answer(leg: LegId): void {
    this.#command(leg, 'answer', (found) => answerWith(this.#context, found, 'answer'))
  }

  end(leg: LegId, cause: EndCause): void {
    this.#command(leg, 'end', (found) => endLeg(this.#context, found, cause))
  }

  setSource(leg: LegId, source: LegSource): void {
    this.#command(leg, 'setSource', (found) => setSource(this.#context, found, source))
  }

  announce(announcement: Parameters<LegPort['announce']>[0]): void {
    this.#guard('announce', () => announce(this.#context, announcement))
  }

  /** The mix that the leg is in by now. */
  mixOf(leg: LegId): Pick<Extract<LegSource, { type: 'mix' }>, 'mix' | 'isMuted'> | undefined {
    const source = this.#table.get(leg)?.source
    return source?.type === 'mix' ? source : undefined
  }

  sendDtmf(leg: LegId, digit: string, durationMs: number, isCarried: boolean): void {
    this.#command(leg, 'sendDtmf', (found) => sendDigit(this.#context, found, digit, durationMs, isCarried))
  }

  /** Every trunk that is set. */
  trunkStates(): readonly TrunkState[] {
    return this.#context.trunks.states()
  }

  /** One of them; undefined when there is none with this id. */
  trunkState(trunk: TrunkId): TrunkState | undefined {
    return this.#context.trunks.state(trunk)
  }

  /** Whether a carrier of ours stands at this address: from there messages are taken, wherever it is. */
  isTrunkPeer(address: string): boolean {
    return this.#context.trunks.isPeer(address)
  }

  transferResult(leg: LegId, status: number): void {
    this.#command(leg, 'transferResult', (found) => tellResult(this.#context, found, status))
  }

  moveLeg(leg: LegId, call: CallId): void {
    this.#command(leg, 'moveLeg', (found) => moveLeg(this.#context, found, call))
  }

  record(leg: LegId, order: RecordOrder): void {
    this.#guard('record', () => this.#context.recordings.begin(leg, this.#table.get(leg)?.media, order))
  }

  pauseRecording(leg: LegId, recording: RecordingId, isPaused: boolean, orLater?: boolean): Promise<boolean> {
    return this.#context.recordings.pause(leg, recording, isPaused, orLater)
  }

  stopRecording(leg: LegId, recording: RecordingId): void {
    this.#guard('stop recording', () => this.#context.recordings.stop(leg, recording))
  }

  /** What is recorded of legs, by whatever run it was begun. */
  recordings(): readonly GoingRecording[] {
    return this.#context.recordings.going()
  }

  /** Whether a recording goes on, or its end is still to be told. */
  isRecording(recording: RecordingId): boolean {
    return this.#context.recordings.has(recording)
  }

  /** As it was asked for last, also before a restart. */
  isRecordingPaused(recording: RecordingId): boolean {
    return this.#context.recordings.isPaused(recording)
  }

  counts(): Readonly<LegCounts> {
    return this.#counts
  }

  /**
   * What is alive, by kind: all but `trunks`, `contacts`, `bindings`, `keptAlive`, `subscriptions`,
   * `watching` and `memory` return to zero when nothing is going on; `transactions` only when no contact is
   * kept alive. `bindings` are the entries of all books about contacts, `watching` those of all about
   * subscriptions.
   */
  sizes(): Record<SizedPart, number> {
    const { owed, recordings } = this.#context
    return {
      legs: this.#table.size(),
      transactions: this.#transactions.size(),
      trunks: this.#context.trunks.size(),
      contacts: this.#registrations.contacts(),
      bindings: this.#registrations.size(),
      keptAlive: this.#registrations.keptAlive(),
      subscriptions: this.#subscriptions.subscriptions(),
      watching: this.#subscriptions.size(),
      events: this.#events.length + owed.size() + this.#recovery.size() + recordings.size(),
      memory: this.#authentication.size() + this.#requests.size(),
    }
  }

  /** Drops all timers. Says nothing to anybody: the peers find out when calls are recovered or time out. */
  close(): void {
    this.#transactions.close()
    this.#registrations.close()
    this.#subscriptions.close()
    this.#recovery.close()
    this.#context.owed.close()
    this.#context.recordings.close()
    this.#context.trunks.close()
    for (const leg of this.#table.all()) {
      leg.stopTimers()
      this.#table.remove(leg)
    }
  }

  /** Who decides about calls that come in; events go another way. */
  #decider(): LegListener {
    return {
      onIncoming: (incoming) => this.#listener?.onIncoming(incoming) ?? NOBODY_DECIDES,
      isEmergency: (told) => this.#listener?.isEmergency?.(told) ?? false,
      onLegEvent: () => undefined,
    }
  }

  #onBound(...given: readonly [DeviceId, Binding, Binding | undefined]): void {
    this.#ports.gate?.authenticated(given[1].flow)
    adoptFlow(this.#context, ...given)
    this.#subscriptions.bound(...given)
  }

  #command(id: LegId, what: string, work: (leg: Leg) => void): void {
    const leg = this.#table.get(id)
    if (leg !== undefined) this.#guardLeg(leg, what, () => work(leg))
  }

  /** A leg of a call that goes on, but of which nothing could be restored. */
  #tellEnded(leg: LegId): void {
    this.#tellOf(leg, { type: 'ended', by: 'network', cause: TEMPORARY_FAILURE })
  }

  #tellOf = (leg: LegId, event: LegEvent): void => this.#run(() => this.#events.push({ leg, event }))

  #guardLeg(leg: Leg, what: string, work: () => void): void {
    this.#run(() => {
      try {
        work()
      } catch (error) {
        this.#counts.failures += 1
        this.#ports.log.error('leg failed', {
          leg: leg.id,
          state: leg.state.name,
          what,
          error: String(error),
        })
        this.#abandon(leg)
      }
    })
  }

  /** After a mistake of ours: the leg ends, as politely as its state still allows. */
  #abandon(leg: Leg): void {
    const context = this.#context
    try {
      refuse(context, leg, { status: 500, cause: TEMPORARY_FAILURE })
      const { name } = leg.state
      if (name === 'calling' || name === 'resuming')
        endLeg(context, leg, { status: 500, cause: TEMPORARY_FAILURE })
      if (leg.state.name === 'confirmed') sendBye(context, leg, TEMPORARY_FAILURE)
    } catch (error) {
      this.#ports.log.error('leg could not be ended', { leg: leg.id, error: String(error) })
    }
    finish(context, leg, { type: 'ended', by: 'network', cause: TEMPORARY_FAILURE })
  }

  #guard(what: string, work: () => void): void {
    this.#run(() => {
      try {
        work()
      } catch (error) {
        this.#counts.failures += 1
        this.#ports.log.error('failed', { what, error: String(error) })
      }
    })
  }

  /** Events go out when the outermost input is done with; their listener may give new commands at once. */
  #run(work: () => void): void {
    this.#depth += 1
    try {
      work()
    } finally {
      this.#depth -= 1
      if (this.#depth === 0 && this.#events.length > 0) this.#deliver()
    }
  }

  #deliver(): void {
    this.#depth += 1
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        this.#tell(next.leg, next.event)
      }
    } finally {
      this.#depth -= 1
    }
  }

  #tell(leg: LegId, event: LegEvent): void {
    try {
      this.#listener?.onLegEvent(leg, event)
    } catch (error) {
      this.#counts.failures += 1
      this.#ports.log.error('listener failed', { leg, event: event.type, error: String(error) })
    }
  }
}
