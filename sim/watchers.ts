// Phones that watch others, or their own boxes: they subscribe, refresh, begin anew when they are told that
// nothing is known of them, and show what they were told last (RFC 6665, 4235, 3842).
import { ms } from '@rufwerk/core'
import {
  type Dialog,
  dialogFromResponse,
  newRequest,
  nextRequest,
  receiveInDialog,
  type SipRequest,
  type SipResponse,
} from '@rufwerk/sip'
import type { SeededRandom } from '@rufwerk/testing'
import { EXTENSIONS, OWN_BOX, TEAM_BOX } from './company.ts'
import type { Member, World } from './world.ts'

type EventName = 'dialog' | 'message-summary'

/** The shortest that the server takes, in seconds; and when it is refreshed. */
const EXPIRES_S = 60
const REFRESH_MS = 40_000
const WATCHERS = 5

export class Watcher {
  readonly member: Member
  readonly event: EventName
  /** An extension. */
  readonly target: string
  /** As the last NOTIFY says. */
  lamp: Lamp = DARK
  notified = 0
  /** In which run of call control the subscription stands; 0 when it does not. */
  run = 0
  readonly #world: World
  readonly #random: SeededRandom
  #callId = ''
  #dialog: Dialog | undefined
  #isOver = false

  constructor(world: World, random: SeededRandom, what: Pick<Watcher, 'member' | 'event' | 'target'>) {
    this.#world = world
    this.#random = random
    this.member = what.member
    this.event = what.event
    this.target = what.target
    this.#later(random.between(1000, 4000), () => this.#subscribe())
  }

  /** Subscribes no more. */
  stop(): void {
    this.#isOver = true
  }

  /** Undefined: it is none of ours. */
  notify(request: SipRequest): { readonly status: number } | undefined {
    if (request.headers.callId !== this.#callId) return undefined
    if (this.#dialog !== undefined) {
      const next = receiveInDialog(this.#dialog, request)
      if (!next.ok) return { status: 500 }
      this.#dialog = next.value
    }
    this.notified += 1
    this.run = this.#world.run
    if (request.body.length > 0) this.lamp = lampOf(Buffer.from(request.body).toString())
    const state = request.headers.get('subscription-state') ?? ''
    if (state.startsWith('terminated')) this.#lose()
    return { status: 200 }
  }

  #subscribe(): void {
    const { phone, isAway } = this.member
    if (this.#isOver) return
    if (isAway || phone.registered !== 200 || !this.#world.isUp) {
      this.#later(this.#random.between(1000, 3000), () => this.#subscribe())
      return
    }
    const parts = phone.parts('SUBSCRIBE', this.target)
    this.#callId = parts.callId
    this.#dialog = undefined
    const { callId } = parts
    phone.sendWithCredentials(newRequest({ ...parts, headers: this.#headers() }), (response, sent) => {
      if (callId === this.#callId) this.#answered(response, sent)
    })
  }

  #refresh(callId: string): void {
    const dialog = this.#dialog
    if (this.#isOver || callId !== this.#callId || dialog === undefined) return
    const { phone, isAway } = this.member
    if (isAway || !this.#world.isUp) {
      this.#later(this.#random.between(1000, 3000), () => this.#refresh(callId))
      return
    }
    const next = nextRequest(dialog, 'SUBSCRIBE', { headers: this.#headers() })
    this.#dialog = next.dialog
    phone.sendWithCredentials(next.request, (response, sent) => {
      if (callId !== this.#callId) return
      const { seq } = sent.headers.cseq
      if (this.#dialog !== undefined) this.#dialog = { ...this.#dialog, localSeq: seq }
      this.#answered(response, sent)
    })
  }

  #answered(response: SipResponse | undefined, sent: SipRequest): void {
    if (response !== undefined && response.status < 200) return
    if (response === undefined || response.status >= 300) {
      this.#lose()
      return
    }
    this.run = this.#world.run
    if (this.#dialog === undefined) {
      const made = dialogFromResponse(sent, response)
      if (!made.ok) throw new Error(`the server's 200 to SUBSCRIBE makes no dialog: ${made.error}`)
      this.#dialog = { ...made.value, localSeq: sent.headers.cseq.seq }
    }
    const callId = this.#callId
    this.#later(REFRESH_MS, () => this.#refresh(callId))
  }

  /** Nothing is known of it there. */
  #lose(): void {
    this.#callId = ''
    this.#dialog = undefined
    this.run = 0
    this.#later(this.#random.between(500, 3000), () => this.#subscribe())
  }

  #headers(): (readonly [string, string])[] {
    const { contact } = this.member.phone
    return [
      ['Contact', contact],
      ['Event', this.event],
      ['Expires', String(EXPIRES_S)],
    ]
  }

  #later(delay: number, what: () => void): void {
    this.#world.clock.arm(ms(Math.round(delay)), what)
  }
}

/** A lamp that shines, or how much waits in boxes. */
export interface Lamp {
  readonly isLit: boolean
  /** New and old messages, as RFC 3842 writes them; of a lamp for calls empty. */
  readonly waiting: string
}

const DARK: Lamp = { isLit: false, waiting: '' }

function lampOf(text: string): Lamp {
  const waiting = /^Voice-Message: (\d+\/\d+)/m.exec(text)?.[1]
  if (waiting !== undefined) return { isLit: /^Messages-Waiting: yes/m.test(text), waiting }
  const states = [...text.matchAll(/<state>(\w+)/g)].map(([, state]) => state)
  return { isLit: states.some((state) => state !== 'terminated'), waiting: '' }
}

/** Some phones watch a colleague, and one of each owner of a box watches that. */
export function openWatchers(world: World, random: SeededRandom): readonly Watcher[] {
  const owners: readonly string[] = [OWN_BOX.owner, ...TEAM_BOX.owners]
  const watchers: Watcher[] = []
  const add = (member: Member | undefined, event: EventName, target: string): void => {
    if (member !== undefined) watchers.push(new Watcher(world, random, { member, event, target }))
  }
  for (let count = 0; count < WATCHERS; count += 1) {
    const member = world.members[random.between(0, world.members.length - 1)]
    add(member, 'dialog', EXTENSIONS[random.between(0, EXTENSIONS.length - 1)] ?? '100')
  }
  for (const owner of owners) {
    const own = world.members.filter(({ device }) => device.extension === owner)
    add(own[random.between(0, own.length - 1)], 'message-summary', owner)
  }
  for (const { phone } of world.members)
    phone.onNotify = (request) => {
      const own = watchers.filter(({ member }) => member.phone === phone)
      for (const watcher of own) {
        const answer = watcher.notify(request)
        if (answer !== undefined) return answer
      }
      return { status: 481 }
    }
  return watchers
}
