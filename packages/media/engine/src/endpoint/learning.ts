// Which source address is the peer (symmetric RTP). Pure: addresses in, a verdict out.
// The signalled address is believed at once. Another one (NAT) must first send a consistent run of packets.
// Then the source is locked: everything from elsewhere is refused, so that nobody can slip into a call.
import { LEARN_PACKETS, LEARN_PACKETS_SAME_HOST, LEARN_SEQUENCE_STEP_MAX } from '../limits.ts'

type LearningState = 'closed' | 'open' | 'locked-elsewhere' | 'locked'

export class SourceLearning {
  /** Where to send: the locked source, before that the signalled one; port 0 means nowhere. */
  address = ''
  port = 0
  #state: LearningState = 'closed'
  #signalledAddress = ''
  #signalledPort = 0
  #candidateAddress = ''
  #candidatePort = 0
  #candidateSsrc = 0
  #candidateSequence = 0
  #candidateRun = 0

  get state(): LearningState {
    return this.#state
  }

  /** The address of the peer's description. A changed one unlocks; the same one changes nothing. */
  signalled(address: string, port: number): void {
    if (this.#state !== 'closed' && address === this.#signalledAddress && port === this.#signalledPort) return
    this.#signalledAddress = address
    this.#signalledPort = port
    this.address = address
    this.port = port
    this.#candidateRun = 0
    this.#state = 'open'
  }

  /** Whether this valid RTP packet comes from the peer. */
  accepts(address: string, port: number, ssrc: number, sequence: number): boolean {
    if (this.#state === 'locked') return port === this.port && address === this.address
    return this.#learns(address, port, ssrc, sequence)
  }

  /** Whether RTCP from this host may be believed; its port is the peer's own choice behind a NAT. */
  acceptsControl(address: string): boolean {
    return this.#state !== 'closed' && (address === this.address || address === this.#signalledAddress)
  }

  #learns(address: string, port: number, ssrc: number, sequence: number): boolean {
    if (this.#state === 'closed') return false
    if (port === this.#signalledPort && address === this.#signalledAddress) {
      this.#lock('locked', address, port)
      return true
    }
    // The signalled source may still take over from a learned one, nobody else may.
    if (this.#state === 'locked-elsewhere') return port === this.port && address === this.address
    if (!this.#continues(address, port, ssrc, sequence)) {
      this.#candidateAddress = address
      this.#candidatePort = port
      this.#candidateSsrc = ssrc
      this.#candidateRun = 0
    }
    this.#candidateSequence = sequence
    this.#candidateRun += 1
    const needed = address === this.#signalledAddress ? LEARN_PACKETS_SAME_HOST : LEARN_PACKETS
    if (this.#candidateRun < needed) return false
    this.#lock('locked-elsewhere', address, port)
    return true
  }

  #continues(address: string, port: number, ssrc: number, sequence: number): boolean {
    if (port !== this.#candidatePort || address !== this.#candidateAddress) return false
    const step = (sequence - this.#candidateSequence) & 0xffff
    return ssrc === this.#candidateSsrc && step >= 1 && step <= LEARN_SEQUENCE_STEP_MAX
  }

  #lock(state: LearningState, address: string, port: number): void {
    this.#state = state
    this.address = address
    this.port = port
    this.#candidateRun = 0
  }
}
