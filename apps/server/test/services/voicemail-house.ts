// A company with boxes and nobody at the telephone but the test: what callers do comes in as events of
// visits, what voicemail does is written down in words. No sound, no sockets, no real time.

import type { Caller, Visit, VisitEvent, VisitWish } from '@rufwerk/calls'
import {
  type CallId,
  type DeviceId,
  type LegId,
  ms,
  type PersonId,
  type RecordingId,
  SILENT_LOG,
  seconds,
  type TenantId,
} from '@rufwerk/core'
import { type BoxSettings, openVoicemail, type VoicemailBook } from '@rufwerk/messaging'
import { MemoryVoicemailStore } from '@rufwerk/messaging/testing'
import type { TrunkId } from '@rufwerk/routing'
import { VirtualClock } from '@rufwerk/testing'
import { Voicemail } from '../../src/services/voicemail.ts'
import type { Sounds } from '../../src/services/voicemail-visit.ts'

export const TENANT = 'tenant' as TenantId
export const ANNA = 'anna' as PersonId
export const BEN = 'ben' as PersonId
export const PIN = '2580'

export const OUTSIDE: Caller = {
  kind: 'outside',
  tenant: TENANT,
  trunk: 'trunk' as TrunkId,
  number: '+4930123456',
}

export function insideOf(person: PersonId, extension: string): Caller {
  return { kind: 'inside', tenant: TENANT, person, device: 'phone' as DeviceId, extension, name: person }
}

export const SETTINGS: BoxSettings = {
  name: 'Anna',
  kind: 'personal',
  owners: [ANNA],
  asksPinInside: false,
  callsBackFromOutside: false,
  takesMessages: true,
  longestMessage: seconds(60),
  messagesMax: 3,
  retention: {},
}

export class House {
  readonly clock = new VirtualClock()
  readonly store = new MemoryVoicemailStore()
  /** What callers heard and what became of their calls. */
  readonly said: string[] = []
  readonly lamps: string[] = []
  readonly admins = new Set<PersonId>([ANNA])
  readonly prompts: string[] = []
  takesPrompts = true
  readonly recording = new Set<RecordingId>()
  readonly erased: RecordingId[] = []
  readonly opened = new Map<RecordingId, number>()
  book!: VoicemailBook
  service!: Voicemail
  #ids = 0
  #ended = new Set<CallId>()

  static async open(): Promise<House> {
    const house = new House()
    await house.start()
    await house.book.add(TENANT, ANNA, SETTINGS, { pin: PIN, extensions: ['100'] })
    house.lamps.length = 0
    return house
  }

  /** Begins anew with what is stored. */
  async start(): Promise<void> {
    const { clock, store } = this
    const newId = (): string => this.#newId('id')
    this.book = await openVoicemail({
      store,
      pins: {
        hash: async (pin) => `of ${pin}`,
        verify: async (pin, stored) => stored === `of ${pin}`,
      },
      wallTime: clock.wallTime,
      onChanged: (tenant, owners) => {
        for (const owner of owners) {
          const { unheard, heard } = this.book.waitingFor(tenant, owner)
          this.lamps.push(`${owner} ${unheard}/${heard}`)
        }
      },
      onSoundGone: (recording) => void this.service.forget(recording),
    })
    this.service = new Voicemail({
      book: this.book,
      takes: store,
      sounds: this.#sounds(newId),
      wish: (call, wish) => this.#wished(call, wish),
      clock,
      newId,
      log: SILENT_LOG,
      speakerOf: () => ({ language: 'en', timeZone: 'Europe/Berlin' }),
      extensionsOf: () => ['100'],
      prompts: {
        mayRecord: (_, person) => this.admins.has(person),
        keep: async (_, by, prompt, recording) => {
          if (this.erased.includes(recording)) return false
          this.prompts.push(`${prompt} by ${by}`)
          return this.takesPrompts
        },
      },
    })
  }

  /** A call comes to the box. */
  async visit(
    caller: Caller,
    greeting: 'listen' | 'noAnswer',
    box: string = ANNA,
    records?: string,
    isAnswered = false,
  ): Promise<Guest> {
    const why = { rule: 'voicemail', values: { id: box } } as const
    const call = this.#newId('call') as CallId
    const node = { do: 'voicemail', why, box, greeting, ...(records && { records }) } as const
    const visit: Visit = { call, leg: `leg of ${call}` as LegId, caller, node, isAnswered }
    this.service.enter(visit)
    const guest = new Guest(this, call)
    await guest.pass()
    return guest
  }

  /** The end of what is being recorded is told. */
  async recorded(length: number): Promise<void> {
    for (const recording of [...this.recording]) {
      this.recording.delete(recording)
      this.service.recorded(recording, ms(length))
    }
    await this.clock.pass(1)
  }

  /** What was said since the last time. */
  heard(): string {
    return this.said.splice(0).join(' | ')
  }

  #newId(of: string): string {
    this.#ids += 1
    return `${of}${this.#ids}`
  }

  #sounds(newId: () => string): Sounds {
    return {
      begin: (_, purpose) => {
        const recording = newId() as RecordingId
        this.said.push(`record ${purpose}`)
        this.recording.add(recording)
        return recording
      },
      stop: () => void this.said.push('stop'),
      open: async (recording) => {
        if (this.erased.includes(recording)) return undefined
        this.opened.set(recording, (this.opened.get(recording) ?? 0) + 1)
        return `message/${recording}`
      },
      close: (recording) => {
        const left = (this.opened.get(recording) ?? 0) - 1
        if (left > 0) this.opened.set(recording, left)
        else this.opened.delete(recording)
      },
      erase: async (recording) => {
        this.erased.push(recording)
        return true
      },
    }
  }

  #wished(call: CallId, wish: VisitWish): boolean {
    if (this.#ended.has(call)) return false
    if (wish.type === 'answer') this.said.push('answer')
    if ((wish.type === 'answer' || wish.type === 'hear') && wish.source.type === 'prompt')
      this.said.push(wish.source.names.map((name) => name.replace(/^en-(voicemail-)?/, '')).join(' '))
    if (wish.type === 'go') this.said.push(`go ${JSON.stringify(wish.target)}`)
    if (wish.type === 'dial') this.said.push(`dial ${wish.dialled}`)
    if (wish.type !== 'end' && wish.type !== 'go' && wish.type !== 'dial') return true
    if (wish.type === 'end') this.said.push('end')
    this.#ended.add(call)
    queueMicrotask(() => this.service.happened(call, { type: 'left' }))
    return true
  }
}

/** Who called. */
export class Guest {
  readonly #house: House
  readonly #call: CallId

  constructor(house: House, call: CallId) {
    this.#house = house
    this.#call = call
  }

  async pass(length = 1): Promise<void> {
    await this.#house.clock.pass(length)
  }

  async presses(keys: string): Promise<void> {
    for (const key of keys) await this.#happens({ type: 'key', key })
  }

  enters(pin: string): Promise<void> {
    return this.presses(`${pin}#`)
  }

  /** The prompt is over. */
  hearsItAll(): Promise<void> {
    return this.#happens({ type: 'soundEnded' })
  }

  hangsUp(): Promise<void> {
    return this.#happens({ type: 'left' })
  }

  async #happens(event: VisitEvent): Promise<void> {
    this.#house.service.happened(this.#call, event)
    await this.pass()
  }
}
