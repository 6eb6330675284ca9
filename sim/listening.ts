// What people do with what they are told: agree to a recording or not, speak after the tone, hear what was
// left for them.
import { type EndpointId, ms } from '@rufwerk/core'
import type { SeededRandom, SimulatedCall } from '@rufwerk/testing'
import { press } from './actions/calls.ts'
import { EXTENSIONS } from './company.ts'
import type { World } from './world.ts'

/** How long the words are, after which a message is recorded. */
const TONE_MS = 2500
/** Between two keys of a code. */
const KEY_MS = 150

export class Listening {
  readonly #world: World
  readonly #random: SeededRandom

  constructor(world: World, random: SeededRandom) {
    this.#world = world
    this.#random = random
    world.onPrompt = (endpoint, names) => this.#hears(endpoint, names.join(' '))
  }

  #hears(endpoint: EndpointId, words: string): void {
    const call = this.#world.talkerOf(this.#world.media.endpoints.get(endpoint))
    if (call === undefined) return
    if (words.includes('recording-question')) this.#asked(call)
    else if (words.includes('recording-notice')) this.#isTold(call)
    else if (words.includes('voicemail-tone')) this.#mayspeak(call)
    else if (words.includes('voicemail-review-keys')) this.#reviews(call)
    else if (words.includes('voicemail-main-keys')) this.#press(call, 300, ['1', '1', '1', '2', '#'])
    else if (words.includes('message/')) this.#press(call, 3500, ['2', '#', '3', '1', '5', '*'])
  }

  #asked(call: SimulatedCall): void {
    const choice = this.#random.next()
    if (choice < 0.75) this.#press(call, 200, ['1'])
    else if (choice < 0.87) this.#press(call, 200, ['2', '*', '0'])
  }

  /** That the other one is asked: what they do when it has begun, if it does. */
  #isTold(call: SimulatedCall): void {
    const choice = this.#random.next()
    const then = 3000 + this.#random.between(0, 6000)
    const later = then + this.#random.between(500, 6000)
    const target = EXTENSIONS[this.#random.between(0, EXTENSIONS.length - 1)]
    if (choice < 0.35) for (const at of [then, later]) this.#keyIn(call, at, '*1')
    else if (choice < 0.45) this.#keyIn(call, then, '*1')
    else if (choice < 0.6) {
      this.#whileTalking(call, then, () => (call.mayReInvite ? call.reInvite('sendonly') : undefined))
      this.#whileTalking(call, later, () => (call.mayReInvite ? call.reInvite('sendrecv') : undefined))
    } else if (choice < 0.75)
      this.#whileTalking(call, then, () =>
        call.request('REFER', { headers: [['Refer-To', `<sip:${target}@10.0.0.1>`]] }),
      )
  }

  /** Most hang up when they have said it. */
  #mayspeak(call: SimulatedCall): void {
    const choice = this.#random.next()
    const length = TONE_MS + this.#random.between(200, 9000)
    if (choice < 0.5) this.#later(length, () => call.hangUp())
    else if (choice < 0.85) this.#press(call, length, ['#'])
  }

  #reviews(call: SimulatedCall): void {
    const choice = this.#random.next()
    if (choice < 0.3) this.#later(this.#random.between(100, 2000), () => call.hangUp())
    else if (choice < 0.8) this.#press(call, 300, ['1', '1', '2', '3', '4', '*', '7'])
  }

  #press(call: SimulatedCall, after: number, keys: readonly string[]): void {
    const key = keys[this.#random.between(0, keys.length - 1)] ?? '#'
    this.#keyIn(call, after + this.#random.between(0, 4000), key)
  }

  #keyIn(call: SimulatedCall, after: number, keys: string): void {
    for (const [at, key] of [...keys].entries())
      this.#whileTalking(call, after + at * KEY_MS, () => press(call, key))
  }

  #whileTalking(call: SimulatedCall, after: number, what: () => void): void {
    this.#later(after, () => {
      if (call.state === 'talking') what()
    })
  }

  #later(delay: number, what: () => void): void {
    this.#world.clock.arm(ms(delay), what)
  }
}
