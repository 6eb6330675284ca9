// The telephone on JsSIP: one user agent, registered over a WebSocket that a ticket opens. JsSIP is loaded
// when the phone starts, not before. Implements the port of state/phone.ts.
import type { PhoneTicket } from '@rufwerk/contract'
import type { UA } from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRequest } from 'jssip/lib/SIPMessage'
import type { RTCSessionEvent } from 'jssip/lib/UA'
import type { CallFact } from '../state/call.ts'
import type { PhoneFact, TelephonePort } from '../state/phone.ts'
import { RequestFailed } from './api.ts'
import { openMicrophone, stopStream, troubleOf } from './microphone.ts'
import type { RelayCredentials } from './relay.ts'
import { type DialogMessage, type Direction, SipCall } from './sip-call.ts'
import { instanceOfTab, type Tab } from './tab.ts'
import { TicketSocket } from './ticket-socket.ts'

const REGISTER_SECONDS = 120
/** JsSIP's pause between two tries to connect again; each of them asks for a while (see TicketSocket). */
const RECOVERY_SECONDS_MIN = 1
const RECOVERY_SECONDS_MAX = 7
/** The first try comes sooner after a loss: drawn from there, so that not all pages come at once. */
const FIRST_TRY_MS_MAX = 400
/** Before asking again after the registrar refused, or no first ticket could be had. */
const RETRY_MS = 5_000

export interface SipPhonePorts {
  readonly origin: string
  readonly fetchTicket: () => Promise<PhoneTicket>
  readonly relay: RelayCredentials
  readonly tab: () => Promise<Tab>
  readonly onSignedOut: () => void
  readonly devices: () => { readonly microphone?: string; readonly speaker?: string }
  readonly newId: () => string
}

interface IncomingSession {
  readonly session: RTCSession
  readonly request: IncomingRequest & DialogMessage
}

export class SipPhone implements TelephonePort {
  readonly #ports: SipPhonePorts
  readonly #calls = new Map<string, SipCall>()
  readonly #incoming = new Map<string, RTCSession>()
  #onFact: (fact: PhoneFact) => void = () => {}
  #ua: UA | undefined
  #socket: TicketSocket | undefined
  #host = ''
  /** Grows with each start and stop; work of an older run is dropped. */
  #run = 0
  #hasBeenRegistered = false

  constructor(ports: SipPhonePorts) {
    this.#ports = ports
  }

  /** How many calls are kept. */
  size(): number {
    return this.#calls.size + this.#incoming.size
  }

  start(onFact: (fact: PhoneFact) => void): void {
    this.#onFact = onFact
    this.#run += 1
    this.#begin(this.#run).catch((error: unknown) => this.#retry(error))
  }

  stop(): void {
    this.#run += 1
    for (const call of this.#calls.values()) call.end('hang-up')
    this.#ua?.stop()
    this.#ua = undefined
    this.#hasBeenRegistered = false
  }

  dial(id: string, number: string): void {
    const call = this.#open(id, 'outgoing')
    const { microphone } = this.#ports.devices()
    Promise.all([openMicrophone(microphone), this.#ports.relay.configuration()]).then(
      ([stream, pcConfig]) => {
        const ua = this.#ua
        if (call.hasEnded) return stopStream(stream)
        call.setMicrophone(stream)
        if (!ua?.isConnected()) return call.ended({ by: 'network', reason: 'not-registered' })
        const session = ua.call(this.#uriOf(number), {
          mediaStream: stream,
          mediaConstraints: { audio: true, video: false },
          pcConfig,
          eventHandlers: { peerconnection: ({ peerconnection }) => call.listen(peerconnection) },
        })
        call.attach(session)
      },
      (error: unknown) => call.ended({ by: 'us', reason: troubleOf(error) }),
    )
  }

  answer(id: string): void {
    this.#accept(id, () => undefined)
  }

  resume(id: string, as: { readonly isMuted: boolean; readonly isHeld: boolean }): void {
    this.#accept(id, (call) => call.restore(as))
  }

  /** `prepare` gets the call with its microphone, before the server hears of it. */
  #accept(id: string, prepare: (call: SipCall) => void): void {
    const call = this.#calls.get(id)
    const session = this.#incoming.get(id)
    if (!call || !session) return
    const { microphone } = this.#ports.devices()
    Promise.all([openMicrophone(microphone), this.#ports.relay.configuration()]).then(
      ([stream, pcConfig]) => {
        if (call.hasEnded || call.isEndedByUs) return stopStream(stream)
        call.setMicrophone(stream)
        prepare(call)
        session.answer({ mediaStream: stream, pcConfig })
      },
      (error: unknown) => {
        call.ended({ by: 'us', reason: troubleOf(error) })
        if (!session.isEnded()) session.terminate({ status_code: 480 })
      },
    )
  }

  end(id: string, how: 'hang-up' | 'decline' | 'busy' | 'unknown'): void {
    this.#calls.get(id)?.end(how)
  }

  setMuted(id: string, isMuted: boolean): void {
    this.#calls.get(id)?.setMuted(isMuted)
  }

  setHeld(id: string, isHeld: boolean): void {
    this.#calls.get(id)?.setHeld(isHeld)
  }

  sendDigit(id: string, digit: string): void {
    this.#calls.get(id)?.sendDigit(digit)
  }

  transfer(id: string, to: { readonly number: string } | { readonly call: string }): void {
    const call = this.#calls.get(id)
    if ('number' in to) {
      call?.transfer(this.#uriOf(to.number))
      return
    }
    const dialog = this.#calls.get(to.call)?.dialog
    // Who is there is told by the dialog, not by the address.
    if (dialog) call?.transfer(this.#uriOf('0'), dialog)
  }

  #uriOf(number: string): string {
    return `sip:${number.replaceAll('#', '%23')}@${this.#host}`
  }

  /** Other loudspeaker for the calls there are. */
  setSpeaker(speaker: string | undefined): void {
    for (const call of this.#calls.values()) call.setSpeaker(speaker)
  }

  /** Other microphone for the calls there are. */
  setMicrophone(microphone: string | undefined): void {
    for (const call of this.#calls.values()) {
      openMicrophone(microphone).then(
        (stream) => (call.hasEnded ? stopStream(stream) : call.setMicrophone(stream)),
        () => undefined,
      )
    }
  }

  async #begin(run: number): Promise<void> {
    const [ticket, jssip, tab] = await Promise.all([this.#ticket(), import('jssip'), this.#ports.tab()])
    if (run !== this.#run) return
    // The first connection uses this ticket; each later one fetches its own.
    let first: PhoneTicket | undefined = ticket
    const socket = new TicketSocket(this.#ports.origin, {
      fetchTicket: () => {
        const ready = first
        first = undefined
        return ready ? Promise.resolve(ready) : this.#ticket()
      },
      hasCall: () => this.#calls.size > 0,
      open: (url, subprotocols) => new WebSocket(url, subprotocols),
    })
    this.#socket = socket
    const [, name = '', host = ''] = /^sips?:([^@]+)@([^;>]+)/.exec(ticket.sipUri) ?? []
    this.#host = host
    const device = ticket.device.toLowerCase().replace(/[^a-z0-9]/g, '')
    // RFC 3261 §10.2.4: each UA registers under a Call-ID of its own. That tells a page that was loaded anew
    // from one that connects again.
    const ua = new jssip.UA({
      sockets: socket as unknown as import('jssip/lib/Socket').Socket,
      uri: ticket.sipUri,
      contact_uri: `sip:${name}@${device}${tab.id}.invalid;transport=ws`,
      display_name: ticket.displayName,
      instance_id: instanceOfTab(ticket.instance, tab).replace(/^urn:/, ''),
      register: true,
      register_expires: REGISTER_SECONDS,
      session_timers: false,
      connection_recovery_min_interval: RECOVERY_SECONDS_MIN,
      connection_recovery_max_interval: RECOVERY_SECONDS_MAX,
      user_agent: 'Rufwerk Web',
    })
    this.#ua = ua
    this.#listen(ua, run)
    ua.start()
  }

  #listen(ua: UA, run: number): void {
    const isOurs = (): boolean => run === this.#run
    ua.on('registered', () => {
      if (!isOurs()) return
      this.#hasBeenRegistered = true
      this.#onFact({ type: 'connection', connection: { state: 'registered' } })
    })
    let wasConnected = false
    ua.on('connected', () => {
      wasConnected = true
    })
    ua.on('disconnected', () => {
      if (!isOurs()) return
      this.#onFact({ type: 'connection', connection: this.#lost() })
      if (wasConnected) setTimeout(() => isOurs() && connectAgain(ua), Math.random() * FIRST_TRY_MS_MAX)
      wasConnected = false
    })
    ua.on('registrationFailed', ({ response }) => {
      if (!isOurs()) return
      const status = response?.status_code ?? 0
      const connection = status === 0 ? this.#lost() : ({ state: 'refused', status } as const)
      this.#onFact({ type: 'connection', connection })
      setTimeout(() => isOurs() && ua.isConnected() && ua.register(), RETRY_MS)
    })
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if (isOurs() && String(event.originator) === 'remote')
        this.#onIncoming(event as unknown as IncomingSession)
    })
  }

  #onIncoming({ session, request }: IncomingSession): void {
    const id = this.#ports.newId()
    const { uri, display_name: name } = session.remote_identity
    // RFC 4538: the server knows the dialog of a page before, and gives its call back.
    const dialog = request.getHeader('Target-Dialog')
    const call = this.#open(id, dialog ? 'returning' : 'incoming')
    this.#incoming.set(id, session)
    session.on('peerconnection', ({ peerconnection }) => call.listen(peerconnection))
    call.attach(session, request)
    if (dialog) {
      this.#onFact({ type: 'returning', call: id, dialog })
      return
    }
    const number = uri.user ?? ''
    this.#onFact({ type: 'incoming', call: id, party: name ? { number, name } : { number } })
  }

  #open(id: string, direction: Direction): SipCall {
    const { speaker } = this.#ports.devices()
    const path = {
      canSignal: () => this.#ua?.isConnected() ?? false,
      reconnect: () => this.#socket?.drop(),
      configuration: () => this.#ports.relay.configuration(),
    }
    const call = new SipCall(direction, speaker, path, (fact: CallFact) => {
      if (fact.type === 'ended') {
        this.#calls.delete(id)
        this.#incoming.delete(id)
      }
      this.#onFact({ type: 'call', call: id, fact })
    })
    this.#calls.set(id, call)
    return call
  }

  async #ticket(): Promise<PhoneTicket> {
    try {
      const ticket = await this.#ports.fetchTicket()
      this.#ports.relay.isOffered = ticket.hasRelay
      return ticket
    } catch (error) {
      if (error instanceof RequestFailed && error.status === 401) this.#ports.onSignedOut()
      throw error
    }
  }

  #lost(): { readonly state: 'reconnecting' | 'connecting' } {
    return { state: this.#hasBeenRegistered ? 'reconnecting' : 'connecting' }
  }

  #retry(error: unknown): void {
    const run = this.#run
    // No ticket: the server will be back. Anything else: JsSIP could not be loaded or not be started.
    const state = error instanceof RequestFailed ? 'reconnecting' : 'outdated'
    this.#onFact({ type: 'connection', connection: { state } })
    setTimeout(() => {
      if (run === this.#run) this.#begin(run).catch((next: unknown) => this.#retry(next))
    }, RETRY_MS)
  }
}

/** Does nothing where it connects already. JsSIP's types do not know it. */
function connectAgain(ua: UA): void {
  const { transport } = ua as unknown as { readonly transport: { connect(): void } | null }
  transport?.connect()
}
