// WebRTC by node-datachannel as a raw transport: it does ICE (RFC 8445), DTLS and SRTP (RFC 5764); RTP and
// RTCP are ours. All connections of one local address share one UDP port. Deviates from "one port per
// process": the library finds a shared port by its number alone, so a second address gets the next number.
import { fail, type Ms, ok, type Result, seconds } from '@rufwerk/core'
import type { IceDtls } from '@rufwerk/media-control'
import datachannel, { type PeerConnection, type Track } from 'node-datachannel'
import { DATAGRAM_BYTES_MAX, WEBRTC_ADDRESSES_MAX, WEBRTC_PORTS_TRIED } from '../limits.ts'
import { advertise, checkIceDtls, readSyntheticSdp, writeSyntheticSdp } from './synthetic-sdp.ts'
import type { Ends, SourceCheck, Transport, TransportUser } from './transport.ts'

/** Only host candidates are gathered; longer than this means that the port cannot be had. */
const GATHERING_TIMEOUT: Ms = seconds(3)
const OPUS_PAYLOAD_TYPE = 111
/** ICE and DTLS have already proved who sends. */
const ANYBODY: SourceCheck = { accepts: () => true }

/** Where a connection binds, and what comes first among its candidates where the peer is elsewhere. */
export interface MediaAddress {
  readonly address: string
  readonly advertised?: string | undefined
  /** In front of the shared port, for the relay beside us. */
  readonly doorPort?: number | undefined
}

export interface ConnectionListener {
  connected(): void
  disconnected(why: string): void
}

/**
 * Which UDP port the connections of a local address share: the first free one from `first` on that no other
 * address of ours has.
 */
export class SharedPorts {
  readonly #first: number
  readonly #isFree: (address: string, port: number) => boolean
  readonly #ports = new Map<string, number>()

  constructor(first: number, isFree: (address: string, port: number) => boolean) {
    this.#first = first
    this.#isFree = isFree
  }

  portOf(address: string): Result<number, 'limit' | 'no-port'> {
    const known = this.#ports.get(address)
    if (known !== undefined) return ok(known)
    if (this.#ports.size >= WEBRTC_ADDRESSES_MAX) return fail('limit')
    const used = new Set(this.#ports.values())
    for (let port = this.#first; port < this.#first + WEBRTC_PORTS_TRIED; port++) {
      if (used.has(port) || !this.#isFree(address, port)) continue
      this.#ports.set(address, port)
      return ok(port)
    }
    return fail('no-port')
  }
}

export class WebRtcTransport implements Transport {
  readonly type = 'webrtc'
  readonly #user: TransportUser
  readonly #listener: ConnectionListener
  readonly #connection: PeerConnection
  readonly address: string
  readonly advertised: string | undefined
  readonly #told: MediaAddress
  #local: IceDtls | undefined
  #remote: IceDtls | undefined
  #track: Track | undefined
  #isOpen = false
  #isClosed = false
  #isConnected = false
  #isLost = false
  #giveUp: ((why: string) => void) | undefined

  constructor(
    name: string,
    told: MediaAddress,
    port: number,
    user: TransportUser,
    listener: ConnectionListener,
  ) {
    this.#user = user
    this.#listener = listener
    const { address } = told
    this.#told = told
    this.address = address
    this.advertised = told.advertised
    this.#connection = new datachannel.PeerConnection(name, {
      iceServers: [],
      bindAddress: address,
      enableIceUdpMux: true,
      portRangeBegin: port,
      portRangeEnd: port,
      disableAutoNegotiation: true,
    })
    this.#connection.onStateChange((state) => this.#stateChanged(state))
    this.#connection.onTrack((track) => this.#adopt(track))
  }

  /** Describes our end: an answer to `remote`, or an offer without it. */
  async open(remote: IceDtls | undefined): Promise<Result<IceDtls, string>> {
    const gathered = this.#gathered()
    try {
      if (remote) {
        const checked = checkIceDtls(remote)
        if (!checked.ok) return fail(`bad ${checked.error}`)
        this.#connection.setRemoteDescription(writeSyntheticSdp(checked.value), 'offer')
        this.#remote = checked.value
        this.#connection.setLocalDescription('answer')
      } else {
        const audio = new datachannel.Audio('0', 'SendRecv')
        audio.addOpusCodec(OPUS_PAYLOAD_TYPE)
        this.#adopt(this.#connection.addTrack(audio))
        this.#connection.setLocalDescription('offer')
      }
    } catch (error) {
      this.#giveUp?.('given up')
      return fail(String(error))
    }
    const failure = await gathered
    if (failure !== '') return fail(failure)
    const local = readSyntheticSdp(this.#connection.localDescription()?.sdp ?? '')
    if (!local.ok) return local
    this.#local = advertise(local.value, this.#told)
    return ok(this.#local)
  }

  /** The answer to our offer; the same one again changes nothing. */
  connect(remote: IceDtls): Result<undefined, string> {
    if (this.hasRemote(remote)) return ok(undefined)
    const checked = checkIceDtls(remote)
    if (!checked.ok) return fail(`bad ${checked.error}`)
    if (checked.value.setup === 'actpass') return fail('bad setup: an answer chooses') // RFC 8842 §5.3
    if (this.#isClosed || this.#connection.signalingState() !== 'have-local-offer')
      return fail('bad moment: no offer is waiting for an answer')
    try {
      this.#connection.setRemoteDescription(writeSyntheticSdp(checked.value), 'answer')
      this.#remote = checked.value
      return ok(undefined)
    } catch (error) {
      return fail(String(error))
    }
  }

  configure(): void {}

  /** Our password, when `ufrag` is ours. */
  passwordOf(ufrag: string): string | undefined {
    return this.#local?.ufrag === ufrag ? this.#local.pwd : undefined
  }

  /** Whether this is the end that was accepted already. */
  hasRemote({ ufrag, fingerprint }: IceDtls): boolean {
    return ufrag === this.#remote?.ufrag && fingerprint === this.#remote.fingerprint
  }

  ends(): Ends {
    return {
      local: {
        type: 'webrtc',
        address: this.address,
        ...(this.#local ? { ice: this.#local } : {}),
        ...(this.#remote ? { remote: this.#remote } : {}),
      },
      isConnected: this.#isConnected,
    }
  }

  sendRtp(packet: Uint8Array): void {
    if (!this.#isOpen || !this.#track) return
    try {
      this.#track.sendMessageBinary(packet as Buffer)
    } catch {
      this.#isOpen = false // Closed under us; the state change says why.
    }
  }

  sendRtcp(packet: Uint8Array): void {
    this.sendRtp(packet)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#isOpen = false
    this.#giveUp?.('closed')
    // The library lets go of a track's callbacks only when the track itself is closed.
    this.#track?.close()
    this.#track = undefined
    this.#connection.close()
  }

  /** Resolves to '' when all candidates are known, else to what went wrong. */
  #gathered(): Promise<string> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('no candidate in time'), GATHERING_TIMEOUT)
      const settle = (why: string) => {
        clearTimeout(timer)
        this.#giveUp = undefined
        resolve(why)
      }
      this.#giveUp = settle
      this.#connection.onGatheringStateChange((state) => {
        if (state === 'complete') settle('')
      })
    })
  }

  #adopt(track: Track): void {
    if (this.#track || this.#isClosed) return
    this.#track = track
    track.onOpen(() => {
      this.#isOpen = !this.#isClosed
    })
    track.onClosed(() => {
      this.#isOpen = false
    })
    track.onError(() => {
      this.#isOpen = false
    })
    track.onMessage((packet) => this.#arrived(packet))
  }

  #arrived(packet: Buffer): void {
    if (this.#isClosed) return
    const type = packet[1] as number
    if (packet.length > DATAGRAM_BYTES_MAX || packet.length < 2) this.#user.rubbishArrived()
    else if (type >= 192 && type <= 223) this.#user.rtcpArrived(packet)
    else this.#user.rtpArrived(packet, ANYBODY)
  }

  #stateChanged(state: string): void {
    if (this.#isClosed) return
    if (state === 'connected' && !this.#isConnected) {
      this.#isConnected = true
      this.#isLost = false
      this.#listener.connected()
    }
    const isLost = state === 'disconnected' || state === 'failed' || state === 'closed'
    if (!isLost || this.#isLost) return
    this.#isConnected = false
    this.#isLost = true
    this.#listener.disconnected(state)
  }
}

/** Ends the library's threads; at the end of the process or of a test file. */
export function closeWebRtc(): void {
  datachannel.cleanup()
}
