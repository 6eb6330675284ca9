// Somebody in a crowd who telephones with the web app in Chromium: the same doors as a desk phone. A silence
// is measured in the page to 50 ms, never too short while the page is not late (page/arrivals.ts). Its clock
// is compared with ours to half of the fastest question and answer, 1 to 3 ms; that moves a silence and does
// not change its length.
import type { WebSocket } from 'playwright-core'
import { BrowserPhone } from '../support/chromium.ts'
import type { PageArrivals } from '../support/page/arrivals.ts'
import type { Person, Server } from '../support/server.ts'
import { until } from '../support/wait.ts'
import { clock } from './clock.ts'
import { type PhoneState, UNREGISTERED } from './enduring-phone.ts'
import type { Ears, Phone } from './phones.ts'

const HERTZ = 1000
const QUESTIONS = 10

type PageWorld = {
  readonly arrivals: PageArrivals
  readonly connections: { getTransceivers(): { currentDirection: string | null }[] }[]
}

export class BrowserEnd implements Phone, Ears {
  readonly name: string
  readonly way = 'browser'
  readonly phones: readonly Phone[] = [this]
  readonly #phone: BrowserPhone
  /** From the clock of the page to ours. */
  readonly #offset: number
  #state: PhoneState = { ...UNREGISTERED, isRegistered: true, registrations: 1, registeredAt: clock() }

  private constructor(phone: BrowserPhone, offset: number, name: string) {
    this.#phone = phone
    this.#offset = offset
    this.name = name
    phone.page.on('websocket', (socket) => this.#watch(socket))
  }

  /** `beside`: the page opens in the browser of that one. */
  static async open(server: Server, person: Person, name: string, beside?: BrowserEnd): Promise<BrowserEnd> {
    const phone = await BrowserPhone.start(server, person, HERTZ, {
      notesArrivals: true,
      ...(beside === undefined ? {} : { beside: beside.#phone }),
    })
    const offsets: { readonly tookMs: number; readonly offset: number }[] = []
    for (let question = 0; question < QUESTIONS; question++) {
      const askedAt = clock()
      const now = await phone.page.evaluate(() => (globalThis as unknown as PageWorld).arrivals.now())
      const tookMs = clock() - askedAt
      offsets.push({ tookMs, offset: askedAt + tookMs / 2 - now })
    }
    const [best] = offsets.sort((a, b) => a.tookMs - b.tookMs)
    return new BrowserEnd(phone, best?.offset ?? 0, name)
  }

  get state(): PhoneState {
    return this.#state
  }

  async call(number: string): Promise<void> {
    await this.#phone.dial(number)
    await this.#phone.waitUntilTalking()
  }

  async answer(): Promise<void> {
    await this.#phone.answer()
    await this.#phone.waitUntilTalking()
  }

  async hold(): Promise<void> {
    await this.#phone.hold()
    await this.#agreed('sendonly')
  }

  async resume(): Promise<void> {
    await this.#phone.resume()
    await this.#agreed('sendrecv')
  }

  async hangUp(): Promise<void> {
    await this.#phone.hangUp()
    await this.#phone.waitUntilOver()
  }

  isInCall(): Promise<boolean> {
    return this.#phone.page.getByRole('button', { name: 'Hang up', exact: true }).first().isVisible()
  }

  async arrivals(from: number, to: number): Promise<readonly Float64Array[]> {
    return [Float64Array.from((await this.#take(from)).filter((at) => at <= to))]
  }

  async heardAfter(since: number): Promise<readonly (number | undefined)[]> {
    return [(await this.#take(since))[0]]
  }

  /** The longest time between two of its counts since this was asked before, in ms. */
  slowest(): Promise<number> {
    return this.#phone.page.evaluate(() => (globalThis as unknown as PageWorld).arrivals.slowest())
  }

  close(): Promise<void> {
    return this.#phone.stop()
  }

  async #take(since: number): Promise<number[]> {
    const take = (after: number) => (globalThis as unknown as PageWorld).arrivals.take(after)
    const times = await this.#phone.page.evaluate(take, since - this.#offset)
    return times.map((at) => at + this.#offset)
  }

  /** The answer to the page's offer came, and says so. */
  async #agreed(direction: 'sendonly' | 'sendrecv'): Promise<void> {
    const current = () =>
      (globalThis as unknown as PageWorld).connections.at(-1)?.getTransceivers()[0]?.currentDirection
    const isAgreed = async () => (await this.#phone.page.evaluate(current)) === direction
    await until(`${direction} agreed with ${this.name}`, isAgreed)
  }

  /** Its registrations, from what comes over its WebSocket. */
  #watch(socket: WebSocket): void {
    if (!new URL(socket.url()).pathname.startsWith('/sip')) return
    socket.on('close', () => {
      this.#state = { ...this.#state, isRegistered: false }
    })
    socket.on('framereceived', ({ payload }) => {
      if (!/^SIP\/2\.0 200[\s\S]*^CSeq: *\d+ REGISTER/im.test(String(payload))) return
      const registrations = this.#state.registrations + 1
      this.#state = { ...this.#state, isRegistered: true, registrations, registeredAt: clock() }
    })
  }
}
