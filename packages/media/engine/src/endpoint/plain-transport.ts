// Plain RTP: a pair of sockets and the question who the peer is. RTCP comes on its own port or on the same
// one (RFC 5761); both are read, sending follows the peer's description.
import type { RtpRemote } from '@rufwerk/media-control'
import { DATAGRAM_BYTES_MAX } from '../limits.ts'
import { SourceLearning } from './learning.ts'
import type { PairListener, PortPair } from './ports.ts'
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

  configure(remote: RtpRemote | undefined): void {
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
      this.#address = address
      this.#port = port
      this.#user.rtpArrived(packet, this)
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
    this.pair.sendRtp(packet, this.#learning.port, this.#learning.address)
  }

  sendRtcp(packet: Uint8Array): void {
    if (this.#isMuxed) this.sendRtp(packet)
    else if (!this.#isClosed && this.#rtcpPort !== 0)
      this.pair.sendRtcp(packet, this.#rtcpPort, this.#rtcpAddress)
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

  #controlArrived(packet: Buffer, address: string): boolean {
    const isGood = packet.length <= DATAGRAM_BYTES_MAX && this.#learning.acceptsControl(address)
    if (isGood) this.#user.rtcpArrived(packet)
    else this.#user.rubbishArrived()
    return isGood
  }
}
