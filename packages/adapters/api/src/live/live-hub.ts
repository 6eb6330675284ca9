// The live channel: who listens, and who may hear what. A person hears the presence of the own tenant and
// only the own calls; an admin also hears how many calls there are. Clients say nothing.
import type { Directory } from '@rufwerk/accounts'
import type { CallView } from '@rufwerk/calls'
import { CLOSE_CODES, type CallView as LiveCall, type LiveMessage } from '@rufwerk/contract'
import { type CallId, ms, type PersonId, type SessionId, type TenantId } from '@rufwerk/core'
import { isFrom, liveView } from '../call-views.ts'
import { LIMITS } from '../limits.ts'
import type { ApiPorts, LiveFact } from '../ports.ts'
import type { Visitor } from '../route.ts'
import { CallCounts } from './call-counts.ts'

/** What the hub needs of a WebSocket; has the shape of the one of `ws`. */
export interface LiveSocket {
  readonly bufferedAmount: number
  send(text: string): void
  ping(): void
  close(code: number): void
  terminate(): void
  on(event: 'message' | 'pong' | 'close', listener: () => void): unknown
}

interface Listener {
  readonly socket: LiveSocket
  readonly tenant: TenantId
  readonly person: PersonId
  readonly session: SessionId
  /** Of the directory that it knows. */
  peopleVersion: number
  readonly isSignedIn: () => Promise<boolean>
  /** Pings until the session is looked at. */
  pingsToCheck: number
  /** Answered the last ping. */
  isAlive: boolean
  isClosing: boolean
}

export class LiveHub {
  readonly #ports: ApiPorts
  readonly #listeners = new Set<Listener>()
  readonly #byTenant = new Map<TenantId, Set<Listener>>()
  /** Calls that last, to know whose they are. */
  readonly #calls = new Map<CallId, CallView>()
  readonly #counts: CallCounts
  readonly #subscription: Disposable
  #ping: Disposable | undefined

  constructor(ports: ApiPorts) {
    this.#ports = ports
    this.#counts = new CallCounts(ports.clock, (tenant, counts) => this.#sendCounts(tenant, counts))
    this.#subscription = ports.live.subscribe((fact) => this.#hear(fact))
    for (const view of ports.live.calls()) this.#keep(view)
  }

  /** Whether one more connection of this person fits. */
  hasRoomFor(person: PersonId): boolean {
    if (this.#listeners.size >= LIMITS.liveSocketsMax) return false
    let count = 0
    for (const listener of this.#listeners) if (listener.person === person) count += 1
    return count < LIMITS.liveSocketsPerPersonMax
  }

  /**
   * Takes a fresh connection, whose errors are listened to, and sends the snapshot. `isSignedIn` is asked now
   * and then while it lasts.
   */
  open(
    socket: LiveSocket,
    { session, person, directory }: Visitor,
    isSignedIn: () => Promise<boolean>,
  ): void {
    const listener: Listener = {
      socket,
      tenant: person.tenant,
      person: person.id,
      session: session.id,
      peopleVersion: directory.version,
      isSignedIn,
      pingsToCheck: LIMITS.livePingsPerSessionCheck,
      isAlive: true,
      isClosing: false,
    }
    this.#listeners.add(listener)
    this.#byTenant.set(listener.tenant, (this.#byTenant.get(listener.tenant) ?? new Set()).add(listener))
    socket.on('close', () => this.#remove(listener))
    socket.on('pong', () => {
      listener.isAlive = true
    })
    socket.on('message', () => this.#close(listener, CLOSE_CODES.unexpectedMessage))
    this.#send(listener, this.#snapshotFor(listener, directory))
    if (person.role === 'admin') this.#send(listener, countMessage(this.#counts.of(person.tenant)))
    this.#armPing()
  }

  /** The session has ended: its connections learn so and close. */
  closeSession(session: SessionId): void {
    for (const listener of this.#listeners) {
      if (listener.session === session) this.#close(listener, CLOSE_CODES.signedOut)
    }
  }

  /** Devices change the directory too; only a new version is news about people. */
  peopleChanged({ tenant, version }: Directory): void {
    for (const listener of this.#byTenant.get(tenant.id) ?? []) {
      if (listener.peopleVersion === version) continue
      listener.peopleVersion = version
      this.#send(listener, { type: 'people-changed' })
    }
  }

  size(): number {
    return this.#listeners.size + this.#byTenant.size + this.#calls.size + this.#counts.size()
  }

  close(): void {
    this.#subscription[Symbol.dispose]()
    this.#ping?.[Symbol.dispose]()
    this.#ping = undefined
    this.#counts.close()
    for (const listener of this.#listeners) listener.socket.terminate()
    this.#calls.clear()
  }

  #hear(fact: LiveFact): void {
    if (fact.type === 'presence') {
      const { person, presence } = fact
      for (const listener of this.#byTenant.get(fact.tenant) ?? []) {
        this.#send(listener, { type: 'presence', person, presence })
      }
    } else if (fact.type === 'devices') {
      for (const listener of this.#byTenant.get(fact.tenant) ?? []) {
        if (listener.person === fact.person) this.#send(listener, { type: 'devices-changed' })
      }
    } else if (fact.type === 'call') {
      this.#keep(fact.view)
      const directory = this.#ports.accounts.directoryOf(fact.view.tenant)
      for (const listener of this.#ofCall(fact.view))
        this.#send(listener, { type: 'call', call: this.#seen(fact.view, listener.person, directory) })
    } else if (fact.type === 'quality') {
      const view = this.#calls.get(fact.call)
      const { call, role, quality } = fact
      for (const listener of view ? this.#ofCall(view) : []) {
        this.#send(listener, { type: 'quality', call, role, quality: { ...quality } })
      }
    } else if (fact.type === 'queue' || fact.type === 'agent') {
      this.#hearQueue(fact)
    } else if (fact.type === 'room') {
      const people = this.#ports.accounts.directoryOf(fact.tenant)?.byPerson
      for (const listener of this.#byTenant.get(fact.tenant) ?? []) {
        const { person } = listener
        if (fact.people.includes(person) || people?.get(person)?.role === 'admin')
          this.#send(listener, { type: 'room', room: fact.room })
      }
    } else {
      for (const listener of this.#byTenant.get(fact.tenant) ?? []) {
        if (fact.people.includes(listener.person)) this.#send(listener, { type: 'calls-changed' })
      }
    }
  }

  /** Who waits and what agents do concerns those of the queue. */
  #hearQueue(fact: LiveFact & { readonly type: 'queue' | 'agent' }): void {
    const people = this.#ports.accounts.directoryOf(fact.tenant)?.byPerson
    const concerned = fact.type === 'queue' ? new Set<string>(fact.people) : new Set([fact.agent.agent])
    for (const listener of this.#byTenant.get(fact.tenant) ?? []) {
      const { person } = listener
      if (!concerned.has(person) && people?.get(person)?.role !== 'admin') continue
      this.#send(
        listener,
        fact.type === 'queue' ? { type: 'queue', queue: fact.queue } : { type: 'agent', agent: fact.agent },
      )
    }
  }

  #keep(view: CallView): void {
    this.#counts.change(view.tenant, this.#calls.get(view.call)?.state ?? 'ended', view.state)
    if (view.state === 'ended') this.#calls.delete(view.call)
    else this.#calls.set(view.call, view)
  }

  *#ofCall(view: CallView): Generator<Listener> {
    for (const listener of this.#byTenant.get(view.tenant) ?? []) {
      if (isFrom(view, listener.person) || listener.person === view.to) yield listener
    }
  }

  #seen(view: CallView, person: PersonId, directory: Directory | undefined): LiveCall {
    const mayRecord = view.state === 'talking' && this.#ports.recordings?.mayBegin(view.call, person) === true
    return liveView(view, person, directory, mayRecord)
  }

  #snapshotFor(listener: Listener, directory: Directory): LiveMessage {
    const { live } = this.#ports
    const people = directory.people.map(({ id }) => [id, live.presenceOf(id)] as const)
    const calls = live
      .calls()
      .filter((view) => view.tenant === listener.tenant && view.state !== 'ended')
      .filter((view) => isFrom(view, listener.person) || view.to === listener.person)
    return {
      type: 'snapshot',
      presence: Object.fromEntries(people),
      calls: calls.map((view) => this.#seen(view, listener.person, directory)),
    }
  }

  #sendCounts(tenant: TenantId, counts: { ringing: number; talking: number }): void {
    const people = this.#ports.accounts.directoryOf(tenant)?.byPerson
    for (const listener of this.#byTenant.get(tenant) ?? []) {
      // The role is looked up now: it may have changed since the connection opened.
      if (people?.get(listener.person)?.role === 'admin') this.#send(listener, countMessage(counts))
    }
  }

  #send(listener: Listener, message: LiveMessage): void {
    if (listener.isClosing) return
    if (listener.socket.bufferedAmount > LIMITS.liveBufferBytesMax) {
      this.#close(listener, CLOSE_CODES.tooSlow)
      return
    }
    listener.socket.send(JSON.stringify(message))
  }

  #close(listener: Listener, code: number): void {
    if (listener.isClosing) return
    listener.isClosing = true
    listener.socket.close(code)
  }

  #armPing(): void {
    this.#ping ??= this.#ports.clock.arm(ms(LIMITS.livePingMs), () => {
      this.#ping = undefined
      for (const listener of this.#listeners) {
        if (!listener.isAlive) {
          listener.socket.terminate()
          continue
        }
        listener.isAlive = false
        listener.socket.ping()
        listener.pingsToCheck -= 1
        if (listener.pingsToCheck === 0) this.#checkSession(listener)
      }
      if (this.#listeners.size > 0) this.#armPing()
    })
  }

  /** A page that is only looked at makes no requests; its session must not run out under it. */
  #checkSession(listener: Listener): void {
    listener.pingsToCheck = LIMITS.livePingsPerSessionCheck
    listener.isSignedIn().then(
      (isSignedIn) => {
        if (!isSignedIn) this.#close(listener, CLOSE_CODES.signedOut)
      },
      (error: unknown) =>
        this.#ports.log.warn('live.session-unknown', { message: String(error).slice(0, 300) }),
    )
  }

  #remove(listener: Listener): void {
    this.#listeners.delete(listener)
    const ofTenant = this.#byTenant.get(listener.tenant)
    ofTenant?.delete(listener)
    if (ofTenant?.size === 0) this.#byTenant.delete(listener.tenant)
  }
}

function countMessage({ ringing, talking }: { ringing: number; talking: number }): LiveMessage {
  return { type: 'call-count', ringing, talking }
}
