// A phone of a few lines that watches an extension: answers each NOTIFY and keeps what its lamp shows.
import { header, type RawMessage, type RawPhone } from '../support/raw-sip.ts'
import { until } from '../support/wait.ts'

const LOOK_MS = 10
/** Copied into a response; there may be several of these lines (RFC 3261 §8.2.6.2). */
const COPIED = /^(?:Via|Record-Route|From|To|Call-ID|CSeq)[ \t]*:.*$/gim

export class Watcher {
  readonly phone: RawPhone
  /** What each NOTIFY said, such as `early recipient`. */
  readonly lamps: string[] = []
  /** Their Subscription-State. */
  readonly states: string[] = []
  readonly #timer: NodeJS.Timeout
  #read = 0

  constructor(phone: RawPhone) {
    this.phone = phone
    this.#timer = setInterval(() => this.#answer(), LOOK_MS)
  }

  subscribe(target: string): Promise<RawMessage> {
    const headers = ['Event: dialog', 'Expires: 600']
    return this.phone.ask({ method: 'SUBSCRIBE', dials: target, headers })
  }

  /** In the dialog that `answer` made, along the route that it recorded. */
  refresh(answer: RawMessage, expiresS: number): Promise<RawMessage> {
    const route = header(answer.text, 'Record-Route')
    const headers = ['Event: dialog', `Expires: ${expiresS}`, ...(route ? [`Route: ${route}`] : [])]
    return this.phone.askWithin(answer, { method: 'SUBSCRIBE', headers, seq: 10 })
  }

  async saw(lamp: string): Promise<void> {
    await until(`the lamp ${lamp}`, () => this.lamps.includes(lamp)).catch((error) => {
      throw new Error(`${error}: ${this.lamps}`)
    })
  }

  close(): void {
    clearInterval(this.#timer)
    this.phone.close()
  }

  #answer(): void {
    const { received } = this.phone
    for (; this.#read < received.length; this.#read += 1) {
      const text = received[this.#read]?.text ?? ''
      if (!text.startsWith('NOTIFY ')) continue
      const copied = [...text.matchAll(COPIED)].map(([line]) => line.trimEnd())
      this.phone.send(`${['SIP/2.0 200 OK', ...copied, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`)
      const dialog = /direction="(\w+)">\s*<state>(\w+)/.exec(text)
      this.lamps.push(dialog ? `${dialog[2]} ${dialog[1]}` : 'none')
      this.states.push(header(text, 'Subscription-State') ?? '')
    }
  }
}
