// Phones of a crowd as the test sees them: what they can be asked for, whatever they are, and those of our
// own, which live in threads (phone-thread.ts).
import { Worker } from 'node:worker_threads'
import type { PhoneAccount } from '../support/server.ts'
import { until } from '../support/wait.ts'
import type { LoopReport } from './clock.ts'
import { type DeskWay, type PhoneState, UNREGISTERED } from './enduring-phone.ts'
import type { Asked, Doors, Said } from './phone-thread.ts'

/** How a phone is connected. */
export type Way = DeskWay | 'browser'

export interface Phone {
  /** For sentences about it. */
  readonly name: string
  readonly way: Way
  readonly state: PhoneState
  /** Calls; resolves when it was answered. */
  call(number: string): Promise<void>
  /** Answers the call that rings, when it does not do so by itself. */
  answer(): Promise<void>
  /** Fails unless the other side agreed. */
  hold(): Promise<void>
  resume(): Promise<void>
  /** Resolves when the other side knows. */
  hangUp(): Promise<void>
  isInCall(): Promise<boolean>
}

/** Some phones and what they heard. */
export interface Ears {
  readonly phones: readonly Phone[]
  /** When packets of sound came from then to then, for each phone, in ms of clock(). */
  arrivals(from: number, to: number): Promise<readonly Float64Array[]>
  /** When the first packet after this came, for each phone. */
  heardAfter(since: number): Promise<readonly (number | undefined)[]>
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

export class DeskPhone implements Phone {
  readonly name: string
  readonly way: DeskWay
  readonly #thread: PhoneThread
  readonly #index: number

  constructor(thread: PhoneThread, index: number, way: DeskWay, name: string) {
    this.#thread = thread
    this.#index = index
    this.way = way
    this.name = name
  }

  get state(): PhoneState {
    return this.#thread.stateOf(this.#index)
  }

  async call(number: string): Promise<void> {
    const status = await this.tryCall(number)
    if (status !== 200) throw new Error(`the call of ${this.name} was answered ${status}`)
  }

  tryCall(number: string): Promise<number> {
    return this.#thread.ask('call', this.#index, number)
  }

  async answer(): Promise<void> {
    // It answers by itself.
  }

  letRing(isRinging: boolean): Promise<void> {
    return this.#thread.ask('letRing', this.#index, isRinging)
  }

  hold(): Promise<void> {
    return this.#change('sendonly', 'recvonly')
  }

  resume(): Promise<void> {
    return this.#change('sendrecv', 'sendrecv')
  }

  async hangUp(): Promise<void> {
    const status = await this.#thread.ask('hangUp', this.#index)
    if (status !== 200) throw new Error(`the BYE of ${this.name} was answered ${status}`)
  }

  async isInCall(): Promise<boolean> {
    return !this.state.hasEnded
  }

  async #change(direction: 'sendonly' | 'sendrecv', wanted: string): Promise<void> {
    const agreed = await this.#thread.ask('change', this.#index, direction)
    if (agreed !== wanted) throw new Error(`${this.name} wants ${direction} and got ${agreed}`)
  }
}

export class PhoneThread implements Ears {
  readonly phones: DeskPhone[] = []
  readonly #worker = new Worker(new URL('./phone-thread.ts', import.meta.url))
  readonly #states: PhoneState[] = []
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0

  constructor() {
    this.#worker.on('message', (said: Said) => this.#heard(said))
    this.#worker.once('error', (error) => this.#fail(new Error(`a thread of phones failed: ${error}`)))
    this.#worker.once('exit', () => this.#fail(new Error('a thread of phones ended')))
  }

  /** Registered when it resolves. `account.port` is that of the transport. */
  async open(account: PhoneAccount, way: DeskWay, name: string): Promise<DeskPhone> {
    const index = this.phones.length
    const phone = new DeskPhone(this, index, way, name)
    this.phones.push(phone)
    await this.ask('open', index, account, way)
    await until(`the registration of ${name}`, () => phone.state.isRegistered)
    return phone
  }

  stateOf(index: number): PhoneState {
    return this.#states[index] ?? UNREGISTERED
  }

  arrivals(from: number, to: number): Promise<Float64Array[]> {
    return this.ask('arrivals', from, to)
  }

  heardAfter(since: number): Promise<(number | undefined)[]> {
    return this.ask('heardAfter', since)
  }

  /** Since it was asked before. */
  loop(): Promise<LoopReport> {
    return this.ask('loop')
  }

  async close(): Promise<void> {
    await this.ask('close')
    await this.#worker.terminate()
  }

  ask<What extends keyof Doors>(
    what: What,
    ...args: Parameters<Doors[What]>
  ): Promise<Awaited<ReturnType<Doors[What]>>> {
    const id = this.#asked++
    const asked: Asked = { id, what, args }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#worker.postMessage(asked)
    })
  }

  #heard(said: Said): void {
    if ('phone' in said) {
      this.#states[said.phone] = said.state
      return
    }
    const waiting = this.#waiting.get(said.id)
    this.#waiting.delete(said.id)
    if ('error' in said) waiting?.reject(new Error(said.error))
    else waiting?.resolve(said.value)
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
