// Plain RTP: a pair of sockets and the question who the peer is. RTCP comes on its own port or on the same
// one (RFC 5761); both are read, sending follows the peer's description.
import type { RtpRemote, SrtpKeys } from '@rufwerk/media-control'
import { DATAGRAM_BYTES_MAX } from '../limits.ts'
import { SourceLearning } from './learning.ts'
import type { PairListener, PortPair } from './ports.ts'
import { SrtpEnds } from './srtp-ends.ts'
import type { Ends, SourceCheck, Transport, TransportUser } from './transport.ts'

const RTCP_TYPE_MIN = 192
const RTCP_TYPE_MAX = 223

export class PlainTransport implements Transport, PairListener, SourceCheck {
  readonly type = 'rtp'
  readonly pair: PortPair
  readonly advertised: string
  readonly #user: TransportUser
  readonly #release: (pair: PortPair) => void
  readonly #learning = new SourceLearning()
  #srtp: SrtpEnds | undefined
  #isMuxed = false
  #isClosed = false
  #rtcpAddress = ''
  #rtcpPort = 0
  /** Source of the packet that is being looked at: spares an object per packet. */
  #address = ''
  #port = 0

  /** `advertised`: what the peer is told instead of the address of the pair. */
  constructor(
    pair: PortPair,
    user: TransportUser,
    release: (pair: PortPair) => void,
    advertised: string = pair.address,
  ) {
    this.pair = pair
    this.advertised = advertised
    this.#user = user
    this.#release = release
    pair.listener = this
  }

  configure(remote: RtpRemote | undefined, srtp: SrtpKeys | undefined): void {
    if (srtp === undefined) this.#srtp = undefined
    else if (this.#srtp === undefined) this.#srtp = new SrtpEnds(srtp)
    else this.#srtp.rekey(srtp)
    if (!remote) return
    this.#learning.signalled(remote.rtp.address, remote.rtp.port)
    this.#isMuxed = remote.rtcp.port === remote.rtp.port && remote.rtcp.address === remote.rtp.address
    this.#rtcpAddress = remote.rtcp.address
    this.#rtcpPort = remote.rtcp.port
  }

  rtpArrived(packet: Buffer, address: string, port: number): void {
    const type = packet[1] as number
    if (type >= RTCP_TYPE_MIN && type <= RTCP_TYPE_MAX) this.#controlArrived(packet, address)
    else if (packet.length > DATAGRAM_BYTES_MAX) this.#user.rubbishArrived()
    else {
      const plain = this.#srtp === undefined ? packet : this.#unprotect(this.#srtp, packet, address, port)
      if (plain.length === 0) {
        this.#user.rubbishArrived()
        return
      }
      this.#address = address
      this.#port = port
      this.#user.rtpArrived(plain, this)
    }
  }

  rtcpArrived(packet: Buffer, address: string, port: number): void {
    if (!this.#controlArrived(packet, address)) return
    // Behind a NAT the peer's RTCP comes from another port than it said, and is answered there.
    this.#rtcpAddress = address
    this.#rtcpPort = port
  }

  accepts(ssrc: number, sequence: number): boolean {
    return this.#learning.accepts(this.#address, this.#port, ssrc, sequence)
  }

  sendRtp(packet: Uint8Array): void {
    if (this.#isClosed || this.#learning.port === 0) return
    const sent = this.#srtp === undefined ? packet : this.#srtp.protect(packet)
    if (sent.length > 0) this.pair.sendRtp(sent, this.#learning.port, this.#learning.address)
  }

  sendRtcp(packet: Uint8Array): void {
    const { address, port } = this.#learning
    if (this.#isClosed || (this.#isMuxed ? port : this.#rtcpPort) === 0) return
    const sent = this.#srtp === undefined ? packet : this.#srtp.protectRtcp(packet)
    if (sent.length === 0) return
    if (this.#isMuxed) this.pair.sendRtp(sent, port, address)
    else this.pair.sendRtcp(sent, this.#rtcpPort, this.#rtcpAddress)
  }

  ends(): Ends {
    const { port } = this.pair
    const { state } = this.#learning
    const isConnected = state === 'locked' || state === 'locked-elsewhere'
    const heardFrom = { address: this.#learning.address, port: this.#learning.port }
    return {
      local: { type: 'rtp', rtp: { address: this.advertised, port }, rtcpPort: port + 1 },
      isConnected,
      ...(isConnected ? { heardFrom } : {}),
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#release(this.pair)
  }

  /** Only what is authentic may teach where the peer is; once that is known, strangers cost nothing. */
  #unprotect(srtp: SrtpEnds, packet: Buffer, address: string, port: number): Buffer {
    const isStranger =
      this.#learning.state === 'locked' &&
      (port !== this.#learning.port || address !== this.#learning.address)
    return isStranger ? packet.subarray(0, 0) : srtp.unprotect(packet)
  }

  #controlArrived(packet: Buffer, address: string): boolean {
    const isBelieved = packet.length <= DATAGRAM_BYTES_MAX && this.#learning.acceptsControl(address)
    const plain = isBelieved && this.#srtp !== undefined ? this.#srtp.unprotectRtcp(packet) : packet
    const isGood = isBelieved && plain.length > 0
    if (isGood) this.#user.rtcpArrived(plain)
    else this.#user.rubbishArrived()
    return isGood
  }
}
