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

  async #change(write: (text: string) => string): Promise<string> {
    if (this.#established === undefined) throw new Error('there is no call')
    this.#seq += 2
    this.#version += 1
    const text = plainSdp(this.#rtp.address().port).replace('o=- 1 1 ', `o=- 1 ${this.#version} `)
    const request = { method: 'INVITE', seq: this.#seq, body: write(text) }
    const answered = await this.#sip.askWithin(this.#established, request)
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
