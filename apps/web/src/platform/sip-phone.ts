// The telephone on JsSIP: one user agent, registered over a WebSocket that a ticket opens. JsSIP is loaded
// when the phone starts, not before. Implements the port of state/phone.ts.
import type { PhoneTicket } from '@rufwerk/contract'
import type { UA } from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { RTCSessionEvent } from 'jssip/lib/UA'
import type { CallFact } from '../state/call.ts'
import type { PhoneFact, TelephonePort } from '../state/phone.ts'
import { RequestFailed } from './api.ts'
import { openMicrophone, stopStream, troubleOf } from './microphone.ts'
import type { RelayCredentials } from './relay.ts'
import { SipCall } from './sip-call.ts'
import { TicketSocket } from './ticket-socket.ts'

const REGISTER_SECONDS = 120
const RECOVERY_SECONDS_MIN = 1
const RECOVERY_SECONDS_MAX = 10
/** Before asking again after the registrar refused, or no first ticket could be had. */
const RETRY_MS = 5_000

export interface SipPhonePorts {
  readonly origin: string
  readonly fetchTicket: () => Promise<PhoneTicket>
  readonly relay: RelayCredentials
  readonly onSignedOut: () => void
  readonly devices: () => { readonly microphone?: string; readonly speaker?: string }
  readonly newId: () => string
}

export class SipPhone implements TelephonePort {
  readonly #ports: SipPhonePorts
  readonly #calls = new Map<string, SipCall>()
  readonly #incoming = new Map<string, RTCSession>()
  #onFact: (fact: PhoneFact) => void = () => {}
  #ua: UA | undefined
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
        const session = ua.call(`sip:${number.replaceAll('#', '%23')}@${this.#host}`, {
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
    const call = this.#calls.get(id)
    const session = this.#incoming.get(id)
    if (!call || !session) return
    const { microphone } = this.#ports.devices()
    Promise.all([openMicrophone(microphone), this.#ports.relay.configuration()]).then(
      ([stream, pcConfig]) => {
        if (call.hasEnded || call.isEndedByUs) return stopStream(stream)
        call.setMicrophone(stream)
        session.answer({ mediaStream: stream, pcConfig })
      },
      (error: unknown) => {
        call.ended({ by: 'us', reason: troubleOf(error) })
        if (!session.isEnded()) session.terminate({ status_code: 480 })
      },
    )
  }

  end(id: string, how: 'hang-up' | 'decline' | 'busy'): void {
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
    const [ticket, jssip] = await Promise.all([this.#ticket(), import('jssip')])
    if (run !== this.#run) return
    // The first connection uses this ticket; each later one fetches its own.
    let first: PhoneTicket | undefined = ticket
    const socket = new TicketSocket(this.#ports.origin, {
      fetchTicket: () => {
        const ready = first
        first = undefined
        return ready ? Promise.resolve(ready) : this.#ticket()
      },
      open: (url, subprotocols) => new WebSocket(url, subprotocols),
    })
    const [, name = '', host = ''] = /^sips?:([^@]+)@([^;>]+)/.exec(ticket.sipUri) ?? []
    this.#host = host
    const ua = new jssip.UA({
      sockets: socket as unknown as import('jssip/lib/Socket').Socket,
      uri: ticket.sipUri,
      contact_uri: `sip:${name}@${ticket.device.toLowerCase().replace(/[^a-z0-9]/g, '')}.invalid;transport=ws`,
      display_name: ticket.displayName,
      instance_id: ticket.instance.replace(/^urn:/, ''),
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
    ua.on('disconnected', () => {
      if (isOurs()) this.#onFact({ type: 'connection', connection: this.#lost() })
    })
    ua.on('registrationFailed', ({ response }) => {
      if (!isOurs()) return
      const status = response?.status_code ?? 0
      const connection = status === 0 ? this.#lost() : ({ state: 'refused', status } as const)
      this.#onFact({ type: 'connection', connection })
      setTimeout(() => isOurs() && ua.isConnected() && ua.register(), RETRY_MS)
    })
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if (isOurs() && String(event.originator) === 'remote') this.#onIncoming(event.session)
    })
  }

  #onIncoming(session: RTCSession): void {
    const id = this.#ports.newId()
    const { uri, display_name: name } = session.remote_identity
    const call = this.#open(id, 'incoming')
    this.#incoming.set(id, session)
    session.on('peerconnection', ({ peerconnection }) => call.listen(peerconnection))
    call.attach(session)
    const number = uri.user ?? ''
    this.#onFact({ type: 'incoming', call: id, party: name ? { number, name } : { number } })
  }

  #open(id: string, direction: 'outgoing' | 'incoming'): SipCall {
    const { speaker } = this.#ports.devices()
    const call = new SipCall(direction, speaker, (fact: CallFact) => {
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
