// Queues as calls meet them, without SIP and sound: the real exchange and the real driver over a clock that
// is moved by hand; legs write down what they were told.
import assert from 'node:assert/strict'
import {
  type Caller,
  type CallJournal,
  Exchange,
  type LegEvent,
  type LegPort,
  type LegSource,
} from '@rufwerk/calls'
import {
  type CallId,
  type DeviceId,
  type LegId,
  type LogFields,
  type Ms,
  type PersonId,
  SILENT_LOG,
  seconds,
  type TenantId,
} from '@rufwerk/core'
import { QUEUE_DEFAULTS, type QueueConfig, type QueueEvent, type QueueId } from '@rufwerk/queues'
import { MemoryQueueStore } from '@rufwerk/queues/testing'
import {
  DEFAULT_CODES,
  EMPTY_DIAL_PLAN,
  type RoutingConfig,
  type Trunk,
  type TrunkId,
} from '@rufwerk/routing'
import { FakeStore, VirtualClock } from '@rufwerk/testing'
import { openQueues, type Queues, type QueuesParts } from '../../src/services/queues.ts'

export const TENANT = 'muster' as TenantId
export const SALES = 'sales' as QueueId
/** Who has which extension. */
const PEOPLE = { anna: '100', bernd: '101', carla: '102', david: '103' } as const
export type Name = keyof typeof PEOPLE

export const OUTSIDE: Caller = {
  kind: 'outside',
  tenant: TENANT,
  trunk: 'main' as TrunkId,
  number: '+4940123456',
}

export function person(name: Name): PersonId {
  return name as string as PersonId
}

export function inside(name: Name): Caller {
  const device = `${name}-phone` as DeviceId
  return { kind: 'inside', tenant: TENANT, person: person(name), device, extension: PEOPLE[name], name }
}

export function sales(members: readonly Name[], change: Partial<QueueConfig> = {}): QueueConfig {
  return {
    ...QUEUE_DEFAULTS,
    queue: SALES,
    name: 'Sales',
    members: members.map((name) => ({ agent: person(name), level: 0 })),
    ...change,
  }
}

const TRUNK: Trunk = {
  id: 'main' as TrunkId,
  country: 'de',
  areaCode: '30',
  mainNumber: '+49302312510',
  numbers: [{ number: '+493023125', extensionDigits: 3 }],
  format: 'plus',
  showsFirstCaller: false,
  isForEmergency: false,
}

export const CONFIG: RoutingConfig = {
  tenant: TENANT,
  version: 1,
  country: 'de',
  language: 'de',
  isDemo: false,
  ringTime: seconds(25),
  byExtension: new Map(
    Object.entries(PEOPLE).map(([name, extension]) => [
      extension,
      { person: name as string as PersonId, extension, name, kind: 'person' },
    ]),
  ),
  dialPlan: {
    ...EMPTY_DIAL_PLAN,
    codes: DEFAULT_CODES,
    trunks: [TRUNK],
    services: [
      { kind: 'queue', id: 'sales', extension: '300' },
      { kind: 'queue', id: 'second', extension: '301' },
      { kind: 'queue', id: 'missing', extension: '302' },
    ],
  },
}

/** What is kept over a restart. */
interface Kept {
  readonly clock: VirtualClock
  readonly calls: FakeStore
  readonly store: MemoryQueueStore
  readonly registered: Set<PersonId>
}

export class QueueBench {
  readonly kept: Kept
  readonly exchange: Exchange
  readonly events: QueueEvent[] = []
  readonly complaints: string[] = []
  #queues: Queues | undefined
  #told: string[] = []
  #ids = 0
  readonly #run: string
  /** As after kill -9: nothing is done any more when its time comes. */
  #isDead = false

  constructor(kept: Kept, run: string) {
    this.kept = kept
    this.#run = run
    this.exchange = new Exchange({
      legs: this.#legs(),
      journal: this.#journal(),
      clock: this.#clock(),
      log: this.#log(),
      routing: () => ({ config: CONFIG, live: { contactsOf: (who) => this.#contactsOf(who) } }),
      services: {
        queue: {
          enter: (visit) => this.queues.enter(visit),
          happened: (call, event) => this.queues.happened(call, event),
        },
      },
      newId: () => {
        this.#ids += 1
        return `${this.#run}${this.#ids}`
      },
      seed: () => 7,
      onView: (view) => this.queues.callShown(view),
    })
  }

  /** Everybody's phone is registered, and members of the queues are logged in. */
  static async open(...configs: readonly QueueConfig[]): Promise<QueueBench> {
    const registered = new Set(Object.keys(PEOPLE).map((name) => name as string as PersonId))
    const kept = {
      clock: new VirtualClock(),
      calls: new FakeStore(),
      store: new MemoryQueueStore(),
      registered,
    }
    for (const config of configs) await kept.store.saveQueue(TENANT, config)
    const bench = new QueueBench(kept, 'L')
    await bench.start()
    for (const { members } of configs)
      for (const { agent } of members) bench.queues.take({ type: 'logIn', agent })
    bench.take()
    return bench
  }

  async start(): Promise<void> {
    this.#queues = await openQueues(this.parts())
  }

  get queues(): Queues {
    return this.#queues ?? assert.fail('not started')
  }

  parts(): QueuesParts {
    const { store, registered } = this.kept
    const clock = this.#clock()
    return {
      ...{ tenant: TENANT, store, clock, wallTime: clock.wallTime, seed: 1 },
      log: this.#log(),
      wish: (call, wish) => this.exchange.wish(call, wish),
      isReachable: (who) => registered.has(who),
      config: () => CONFIG,
      onEvent: (event) => this.events.push(event),
    }
  }

  /** As kill -9 after what was written, and another run with the calls that were answered. */
  async restarted(): Promise<QueueBench> {
    await this.queues.close()
    this.#isDead = true
    const next = new QueueBench(this.kept, String.fromCharCode(this.#run.charCodeAt(0) + 1))
    await next.start()
    for (const call of await this.kept.calls.unfinishedCalls())
      next.exchange.restore({ ...call, tenant: TENANT })
    return next
  }

  /** Somebody calls; the leg of the call has its name. */
  call(name: string, extension: string, caller: Caller = OUTSIDE): this {
    const dialled = caller.kind === 'outside' ? `+493023125${extension}` : extension
    const [leg, call] = [name as string as LegId, `call-${name}` as CallId]
    assert.equal(this.exchange.onIncoming({ leg, call, caller, dialled }), 'accepted')
    return this
  }

  leg(leg: string, event: LegEvent): this {
    this.exchange.onLegEvent(leg as string as LegId, event)
    return this
  }

  hangUp(leg: string): this {
    return this.leg(leg, { type: 'ended', by: 'peer' })
  }

  /** What legs were told since. */
  take(): string[] {
    return this.#told.splice(0)
  }

  async pass(length: number): Promise<string[]> {
    await this.kept.clock.pass(length)
    return this.take()
  }

  /** Types of the events since, with the agent where there is one. */
  happened(): string[] {
    return this.events.splice(0).flatMap((event) => {
      const who = 'agent' in event && event.agent !== undefined ? ` ${event.agent}` : ''
      if (event.type === 'agent') return [`${event.agent} ${event.activity}`]
      return event.type === 'ended' ? [`ended ${event.outcome}${who}`] : [`${event.type}${who}`]
    })
  }

  #contactsOf(who: PersonId) {
    return this.kept.registered.has(who) ? [{ device: `${who}-phone` as DeviceId, binding: who }] : []
  }

  #clock() {
    const { now, wallTime, arm } = this.kept.clock
    return {
      ...{ now, wallTime },
      arm: (delay: Ms, callback: () => void) =>
        arm(delay, () => {
          if (!this.#isDead) callback()
        }),
    }
  }

  #journal(): CallJournal {
    const { calls } = this.kept
    return {
      append: (events) => this.#isDead || calls.append(events),
      saveLeg: () => undefined,
      end: (cdr, events) => this.#isDead || calls.end(cdr, events),
      committed: () => calls.committed(),
      isOverloaded: () => false,
    }
  }

  #log() {
    const complain = (event: string, fields?: LogFields): void => {
      this.complaints.push(`${event} ${JSON.stringify(fields ?? {})}`)
    }
    return { ...SILENT_LOG, warn: complain, error: complain }
  }

  #legs(): LegPort {
    const tell = (what: string): void => void this.#told.push(what)
    const over = (leg: LegId): void => {
      // A leg that is told to end ends.
      queueMicrotask(() => this.#isDead || this.exchange.onLegEvent(leg, { type: 'ended', by: 'us' }))
    }
    return {
      dial: ({ leg, destination }) =>
        tell(
          `dial ${leg} ${destination.to === 'contact' ? destination.contact.binding : destination.number}`,
        ),
      ring: (leg) => tell(`ring ${leg}`),
      progress: (leg) => tell(`progress ${leg}`),
      answer: (leg) => tell(`answer ${leg}`),
      end: (leg, { status, cause }) => {
        tell(`end ${leg} ${status} ${cause}`)
        over(leg)
      },
      setSource: (leg, source) => tell(`${leg} hears ${written(source)}`),
      announce: ({ to, sound }) => tell(`${to} is told ${toldOf(sound)}`),
      sendDtmf: () => undefined,
      transferResult: (leg, status) => tell(`told ${leg} ${status}`),
      moveLeg: () => undefined,
      record: () => undefined,
      pauseRecording: async () => false,
      stopRecording: () => undefined,
    }
  }
}

function toldOf(sound: Parameters<LegPort['announce']>[0]['sound']): string {
  if (sound.type === 'prompt') return sound.names.join('+')
  return sound.type === 'tone' ? sound.tone : sound.type
}

function written(source: LegSource): string {
  if (source.type === 'leg') return source.leg
  if (source.type === 'tone') return source.tone
  if (source.type === 'prompt') return source.names.join('+')
  if (source.type !== 'mix') return source.type
  const { mix, isMuted, heardBy } = source
  return `${mix}${isMuted ? ' muted' : ''}${heardBy ? ` for ${heardBy}` : ''}`
}
