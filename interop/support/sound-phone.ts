// A phone of our own that calls, speaks a tone all the time and keeps what it hears: for measurements at the
// end that holds, where other phones stop listening. Puts on hold in each of the three forms phones use.
import type { Socket } from 'node:dgram'
import { header, mediaOf, openUdp, plainSdp, type RawMessage, RawPhone } from './raw-sip.ts'
import { readSoundPacket, type SoundPacket, soundOf, tonePacket } from './rtp.ts'
import type { PhoneAccount } from './server.ts'
import { type Window, windowsOf } from './tone.ts'
import { sleep } from './wait.ts'

const ADDRESS = '127.0.0.1'
const PACKET_MS = 20
const SSRC = 0x5041_1c3d
/** Packets on their way when a measurement ends. */
const LATE_MS = 200

/** RFC 3264 §8.4: a direction, or, as before that, an address where nobody is. */
export type HoldForm = 'sendonly' | 'inactive' | '0.0.0.0'

export class SoundPhone {
  readonly #sip: RawPhone
  readonly #rtp: Socket
  readonly #hertz: number
  readonly #packets: SoundPacket[] = []
  #established: RawMessage | undefined
  #sending: NodeJS.Timeout | undefined
  #seq = 10
  #version = 1

  private constructor(sip: RawPhone, rtp: Socket, hertz: number) {
    this.#sip = sip
    this.#rtp = rtp
    this.#hertz = hertz
    rtp.on('message', (bytes) => {
      const packet = readSoundPacket(bytes)
      if (packet !== undefined) this.#packets.push(packet)
    })
  }

  static async open(account: PhoneAccount, hertz: number): Promise<SoundPhone> {
    return new SoundPhone(await RawPhone.open(account), await openUdp(ADDRESS), hertz)
  }

  /** Returns once somebody has answered; from then on it speaks, on hold too. */
  async call(number: string): Promise<void> {
    const body = plainSdp(this.#rtp.address().port)
    const answered = await this.#sip.ask({ method: 'INVITE', dials: number, body })
    if (answered.status !== 200) throw new Error(`the call was not answered:\n${answered.text}`)
    this.#established = answered
    const { address, port } = mediaOf(answered.text)
    this.#speak(address, port)
  }

  /** The direction that the answer gave. */
  hold(form: HoldForm): Promise<string> {
    return this.#change((text) =>
      form === '0.0.0.0' ? text.replace(/^c=.*$/m, 'c=IN IP4 0.0.0.0') : `${text}a=${form}\r\n`,
    )
  }

  resume(): Promise<string> {
    return this.#change((text) => text)
  }

  /** What it hears from now on for so long. */
  async listen(durationMs: number): Promise<Window[]> {
    const startedAt = performance.now()
    await sleep(durationMs + LATE_MS)
    return windowsOf(soundOf(this.#packets, startedAt, durationMs))
  }

  /** The call as a Replaces of its other end names it (RFC 3891 §6.1). */
  get replaces(): string {
    const { text } = this.#call
    const tagOf = (name: string): string => /tag=([^;\s]+)/.exec(header(text, name) ?? '')?.[1] ?? ''
    return `${header(text, 'Call-ID')};to-tag=${tagOf('To')};from-tag=${tagOf('From')}`
  }

  /** From now on requests of the other side get 200. */
  answersRequests(): void {
    this.#sip.answersRequests = true
  }

  /** REFER in the call (RFC 3515); from then on it answers what comes, NOTIFY and BYE too. */
  refer(target: string): Promise<RawMessage> {
    this.answersRequests()
    this.#seq += 2
    const headers = [`Refer-To: <${target}>`]
    return this.#sip.askWithin(this.#call, { method: 'REFER', seq: this.#seq, headers })
  }

  /** First lines of the bodies of NOTIFYs, and the methods of other requests, as they came. */
  told(): readonly string[] {
    return this.#sip.received.flatMap(({ status, text }) => {
      if (status > 0) return []
      const [method = ''] = text.split(' ', 1)
      return method === 'NOTIFY' ? [text.split('\r\n\r\n')[1]?.trim() ?? ''] : [method]
    })
  }

  async hangUp(): Promise<void> {
    if (this.#established === undefined) return
    this.#seq += 2
    await this.#sip.hangUp(this.#established, this.#seq)
    this.#established = undefined
  }

  close(): void {
    clearInterval(this.#sending)
    this.#sip.close()
    this.#rtp.close()
  }

  get #call(): RawMessage {
    if (this.#established === undefined) throw new Error('there is no call')
    return this.#established
  }

  async #change(write: (text: string) => string): Promise<string> {
    this.#seq += 2
    this.#version += 1
    const text = plainSdp(this.#rtp.address().port).replace('o=- 1 1 ', `o=- 1 ${this.#version} `)
    const request = { method: 'INVITE', seq: this.#seq, body: write(text) }
    const answered = await this.#sip.askWithin(this.#call, request)
    if (answered.status !== 200) throw new Error(`the change was not accepted:\n${answered.text}`)
    if (header(answered.text, 'Content-Type') !== 'application/sdp') throw new Error('an answer without SDP')
    return /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(answered.text)?.[1] ?? 'sendrecv'
  }

  #speak(address: string, port: number): void {
    const tone = { hertz: this.#hertz, ssrc: SSRC, durationMs: 0 }
    const startedAt = performance.now()
    let index = 0
    this.#sending = setInterval(() => {
      for (const due = (performance.now() - startedAt) / PACKET_MS; index < due; index += 1)
        this.#rtp.send(tonePacket(tone, index), port, address)
    }, PACKET_MS / 2)
  }
}
