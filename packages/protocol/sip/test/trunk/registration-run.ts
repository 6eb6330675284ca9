// A registration client that is told what happens, with a clock of its own; what it does as words. For tests
// only.
import assert from 'node:assert/strict'
import { type Env, instant } from '@rufwerk/core'
import { newResponse, type SipRequest } from '@rufwerk/sip'
import {
  newRegistration,
  planRegistration,
  type RegistrarTarget,
  type Registration,
  type RegistrationOutput,
  type RegistrationPlan,
  type RegistrationSettings,
  stepRegistration,
} from '@rufwerk/sip/trunk'
import type { RegistrationInput } from '../../src/trunk/registration.ts'

export const LOCAL = { address: '192.0.2.1', port: 5060 }
export const FIRST: RegistrarTarget = { transport: 'udp', address: '198.51.100.1', port: 5060 }
export const SECOND: RegistrarTarget = { transport: 'udp', address: '198.51.100.2', port: 5060 }

const SETTINGS: RegistrationSettings = {
  registrar: 'sip:carrier.example',
  aor: 'sip:+4930123@carrier.example',
  authUser: 'acct-7',
  password: 'secret',
  expiresS: 600,
}

export class RegistrationRun {
  readonly plan: RegistrationPlan
  registration: Registration
  now = 0
  sent: SipRequest | undefined
  #out: readonly RegistrationOutput[] = []
  /** Every source of chance gives this share of its range. */
  readonly #chance: number

  constructor(settings: Partial<RegistrationSettings> = {}, chance = 0) {
    this.#chance = chance
    const plan = planRegistration({ ...SETTINGS, ...settings })
    assert(plan.ok)
    this.plan = plan.value
    this.registration = newRegistration(this.env())
  }

  env(): Env {
    const randomBytes = (size: number): Uint8Array =>
      new Uint8Array(size).fill(Math.floor(this.#chance * 256))
    return { now: instant(this.now * 1000), randomBytes }
  }

  /** What happens at a second, and what comes of it. */
  at(second: number, input: RegistrationInput): string {
    this.now = second
    const step = stepRegistration(this.plan, this.registration, input, this.env())
    this.registration = step.registration
    this.#out = step.out
    for (const output of step.out) if (output.type === 'send') this.sent = output.request
    return step.out.map(wordOf).join(', ')
  }

  /** A response to the last REGISTER. */
  answer(second: number, status: number, ...headers: [string, string][]): string {
    assert(this.sent)
    return this.at(second, { type: 'response', response: newResponse(this.sent, status, { headers }) })
  }

  failed(second: number): string {
    return this.at(second, { type: 'failed', seq: this.registration.seq })
  }

  timer(second: number, timer: 'refresh' | 'retry' | 'expiry'): string {
    return this.at(second, { type: 'timer', timer })
  }

  /** Up to the first REGISTER. */
  begun(...targets: RegistrarTarget[]): this {
    this.at(0, { type: 'start', local: LOCAL })
    this.at(0, { type: 'resolved', targets: targets.length > 0 ? targets : [FIRST] })
    return this
  }

  /** Up to its 200. */
  registered(...targets: RegistrarTarget[]): this {
    this.begun(...targets).answer(0, 200)
    return this
  }

  get out(): readonly RegistrationOutput[] {
    return this.#out
  }

  header(name: string): string {
    return this.sent?.headers.all(name).join(' | ') ?? ''
  }
}

function wordOf(output: RegistrationOutput): string {
  switch (output.type) {
    case 'send': {
      const { headers } = output.request
      const has = headers.has('authorization') || headers.has('proxy-authorization') ? '!' : ''
      const isRemoval = headers.get('expires') === '0' ? '-' : ''
      return `${isRemoval}REGISTER${has}>${output.target.address.at(-1)}`
    }
    case 'arm':
      return `+${output.timer}:${output.after / 1000}`
    case 'disarm':
      return `-${output.timer}`
    case 'changed':
      return output.status.state === 'failed' ? `failed ${output.status.why}` : output.status.state
    case 'alarm':
      return `ALARM ${output.why}`
    default:
      return output.type
  }
}
