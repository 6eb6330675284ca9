// An exchange for tests: a clock set by hand, legs that write down what they were told, and one call to it.
import assert from 'node:assert/strict'
import {
  type CallEvent,
  type Caller,
  type CallView,
  type Cdr,
  type Clock,
  type Destination,
  Exchange,
  type InsideCaller,
  type LegEvent,
  type LegPort,
  type OutsideCaller,
  type RecorderPort,
  type ServicePort,
  type SettingsPort,
} from '@rufwerk/calls'
import {
  type CallId,
  type DeviceId,
  type LegId,
  type Ms,
  ms,
  type PersonId,
  SILENT_LOG,
  seconds,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import {
  type Contact,
  EMPTY_DIAL_PLAN,
  type Live,
  type RoutingConfig,
  type Trunk,
  type TrunkId,
} from '@rufwerk/routing'

export const TENANT = 'muster' as TenantId
export const CALLER: InsideCaller = {
  kind: 'inside',
  tenant: TENANT,
  person: 'bernd' as PersonId,
  device: 'bernd-phone' as DeviceId,
  extension: '102',
  name: 'Bernd',
}
export const A = 'A' as LegId
export const CALL = 'call' as CallId
export const OUTSIDE: OutsideCaller = {
  kind: 'outside',
  tenant: TENANT,
  trunk: 'main' as TrunkId,
  number: '+4940123456',
}
const TRUNK: Trunk = {
  id: OUTSIDE.trunk,
  country: 'de',
  areaCode: '30',
  mainNumber: '+49302312510',
  numbers: [{ number: '+493023125', extensionDigits: 3 }],
  format: 'plus',
  showsFirstCaller: false,
  isForEmergency: false,
}
const CONFIG: RoutingConfig = {
  tenant: TENANT,
  version: 1,
  country: 'de',
  language: 'de',
  isDemo: false,
  ringTime: seconds(45),
  dialPlan: { ...EMPTY_DIAL_PLAN, trunks: [TRUNK] },
  byExtension: new Map([
    ['100', { person: 'anna' as PersonId, extension: '100', name: 'Anna', kind: 'person' }],
    ['101', { person: 'voice' as PersonId, extension: '101', name: 'Stimme', kind: 'voice' }],
  ]),
}

export interface Given {
  readonly config?: RoutingConfig
  readonly live?: Live
  readonly settings?: SettingsPort
  readonly recorder?: RecorderPort
  /** Runs boxes. */
  readonly voicemail?: ServicePort
  readonly conference?: ServicePort
  readonly queue?: ServicePort
}

/** An exchange whose legs only write down what they were told. */
export class Bench {
  readonly told: string[] = []
  readonly cdrs: Cdr[] = []
  readonly events: CallEvent[] = []
  readonly views: CallView[] = []
  live: Live
  contacts: Contact[] = [{ device: 'anna-phone' as DeviceId, binding: 'b1' }]
  isOverloaded = false
  #now = 1000
  #timers: { at: number; callback: () => void }[] = []
  #ids = 0
  readonly exchange: Exchange

  constructor(legs: Partial<LegPort> = {}, given: Given = {}) {
    this.live = given.live ?? { contactsOf: () => this.contacts }
    const clock: Clock = {
      wallTime: () => wallTime(this.#now),
      arm: (delay: Ms, callback: () => void) => {
        const timer = { at: this.#now + delay, callback }
        this.#timers.push(timer)
        const dispose = (): void => {
          this.#timers = this.#timers.filter((one) => one !== timer)
        }
        return { [Symbol.dispose]: dispose }
      },
    }
    this.exchange = new Exchange({
      legs: {
        dial: ({ leg, destination }) => {
          const to = destination.to === 'contact' ? destination.contact.binding : trunkOf(destination)
          const isForHelp = destination.to === 'trunk' && destination.isEmergency
          this.told.push(`dial ${leg} ${to}${isForHelp ? ' for help' : ''}`)
        },
        ring: (leg) => this.told.push(`ring ${leg}`),
        progress: (leg) => this.told.push(`progress ${leg}`),
        answer: (leg) => this.told.push(`answer ${leg}`),
        end: (leg, { status, cause }) => this.told.push(`end ${leg} ${status} ${cause}`),
        setSource: (leg, source) => {
          const what = source.type === 'leg' ? source.leg : source.type === 'tone' ? source.tone : source.type
          this.told.push(`source ${leg} ${what}`)
        },
        announce: ({ mix, to, sound }) => {
          this.told.push(`announce ${to ?? mix} ${sound.type === 'tone' ? sound.tone : sound.type}`)
        },
        transferResult: (leg, status) => this.told.push(`told ${leg} ${status}`),
        moveLeg: (leg, call) => this.told.push(`move ${leg} ${call}`),
        record: (leg, { recording }) => this.told.push(`record ${leg} ${recording}`),
        pauseRecording: async (leg, recording, isPaused) => {
          this.told.push(`pause ${leg} ${recording} ${isPaused}`)
          return true
        },
        stopRecording: (leg, recording) => this.told.push(`stop ${leg} ${recording}`),
        sendDtmf: (leg, digit, _, isCarried) => this.told.push(`dtmf ${leg} ${digit} ${isCarried}`),
        ...legs,
      },
      journal: {
        append: (events) => void this.events.push(...events),
        saveLeg: () => {},
        end: (cdr, events) => {
          this.cdrs.push(cdr)
          this.events.push(...events)
        },
        committed: async () => true,
        isOverloaded: () => this.isOverloaded,
      },
      clock,
      log: SILENT_LOG,
      routing: () => ({ config: given.config ?? CONFIG, live: this.live }),
      ...(given.settings && { settings: given.settings }),
      services: {
        ...(given.voicemail && { voicemail: given.voicemail }),
        ...(given.conference && { conference: given.conference }),
        ...(given.queue && { queue: given.queue }),
      },
      ...(given.recorder && { recorder: given.recorder }),
      newId: () => {
        this.#ids += 1
        return `B${this.#ids}`
      },
      seed: () => 1,
      onView: (view) => this.views.push(view),
    })
  }

  call(dialled: string, caller: Caller = CALLER): this {
    assert.equal(this.exchange.onIncoming({ leg: A, call: CALL, caller, dialled }), 'accepted')
    return this
  }

  leg(leg: string, event: LegEvent): this {
    this.#now += 1000
    this.exchange.onLegEvent(leg as LegId, event)
    return this
  }

  /** The caller presses a key. */
  key(digit: string): this {
    return this.leg(A, { type: 'dtmf', digit, durationMs: 100, isInBand: true })
  }

  pass(time: Ms): this {
    this.#now += time
    const due = this.#timers.filter((timer) => timer.at <= this.#now)
    for (const timer of due) {
      // One of them may have disposed of another.
      if (!this.#timers.includes(timer)) continue
      this.#timers = this.#timers.filter((one) => one !== timer)
      timer.callback()
    }
    return this
  }

  /** How long it exists. */
  age(): Ms {
    return ms(this.#now - 1000)
  }

  take(): string[] {
    return this.told.splice(0)
  }

  cdr(): Cdr {
    assert.equal(this.cdrs.length, 1, 'exactly one CDR')
    assert.equal(this.exchange.size(), 0, 'nothing is left')
    assert.equal(this.#timers.length, 0, 'no timer is left')
    return this.cdrs[0] as Cdr
  }
}

export const ended: LegEvent = { type: 'ended', by: 'peer' }
export const endedByUs: LegEvent = { type: 'ended', by: 'us' }

function trunkOf({ attempt, number }: Extract<Destination, { to: 'trunk' }>): string {
  return `${attempt.trunk} ${number}`
}
