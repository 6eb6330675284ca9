// Queues, rooms, boxes and recordings of one run of call control, put together as apps/server does it.
// What they were told before a crash is read again from the disk.
import type { ServicePort } from '@rufwerk/calls'
import { ROOM_DEFAULTS, type RoomId, type RoomSettings } from '@rufwerk/conferences'
import { type PersonId, seconds, type TenantId } from '@rufwerk/core'
import { QUEUE_DEFAULTS, type QueueConfig, type QueueId } from '@rufwerk/queues'
import type { RoutingConfig } from '@rufwerk/routing'
import type { CallControl } from '@rufwerk/testing'
import { openQueues, type Queues } from '../apps/server/src/services/queues.ts'
import { Rooms } from '../apps/server/src/services/rooms.ts'
import { ThreeWay } from '../apps/server/src/services/rooms-three-way.ts'
import { Sounds, type SoundsParts } from './sounds.ts'

/** As apps/server waits for phones that connect again. */
const BEGIN_AFTER = seconds(2)

export interface ServicesParts extends SoundsParts {
  readonly tenant: TenantId
  readonly seed: number
  readonly config: () => RoutingConfig
  readonly isReachable: (person: PersonId) => boolean
}

export function simulatedQueue(queue: string, members: readonly PersonId[]): QueueConfig {
  return {
    ...QUEUE_DEFAULTS,
    ...{ queue: queue as QueueId, name: queue, music: '' },
    members: members.map((agent, index) => ({ agent, level: index % 2 })),
    ...{ ringTime: seconds(6), restTime: seconds(2), levelDelay: seconds(4), wrapUp: seconds(2) },
    waitMax: seconds(40),
    announce: { first: seconds(3), interval: seconds(15), position: true, wait: true },
  }
}

const ROOM: RoomSettings = {
  ...ROOM_DEFAULTS,
  ...{ room: 'room' as RoomId, name: 'Room', isOpenToOutside: true },
}

export class Services {
  readonly sounds: Sounds
  readonly #parts: ServicesParts
  readonly #run: CallControl
  readonly #rooms: Rooms
  readonly #threeWay: ThreeWay
  #queues: Queues | undefined

  constructor(parts: ServicesParts, run: CallControl) {
    this.#parts = parts
    this.#run = run
    this.sounds = new Sounds(parts, run)
    const { tenant, clock, log } = parts
    const rooms = {
      ...{ tenant, log, wallTime: clock.wallTime },
      clock: { now: clock.now, arm: run.arm },
      wish: (...given: Parameters<CallControl['exchange']['wish']>) => run.exchange.wish(...given),
      announce: (...given: Parameters<CallControl['userAgent']['announce']>) =>
        run.userAgent.announce(...given),
      mixOf: (...given: Parameters<CallControl['userAgent']['mixOf']>) => run.userAgent.mixOf(...given),
      language: () => 'de' as const,
    }
    this.#rooms = new Rooms(rooms, [ROOM])
    this.#threeWay = new ThreeWay({ ...rooms, rooms: this.#rooms, exchange: () => run.exchange })
  }

  /** Before the first call; `isFirst`: in a company that is new. */
  async open(configs: readonly QueueConfig[], isFirst: boolean): Promise<void> {
    const { tenant, clock, log, seed, config, isReachable, store } = this.#parts
    const run = this.#run
    this.#queues = await openQueues({
      ...{ tenant, log, seed, config, isReachable, wallTime: clock.wallTime },
      store: { ...store.queues, loadQueues: async () => configs },
      clock: { now: clock.now, arm: run.arm },
      wish: (call, wish) => run.exchange.wish(call, wish),
    })
    const agents = configs.flatMap(({ members }) => members.map(({ agent }) => agent))
    if (isFirst) for (const agent of new Set(agents)) this.#queues.take({ type: 'logIn', agent })
    await this.sounds.open(isFirst)
  }

  get queues(): Queues {
    if (this.#queues === undefined) throw new Error('the queues are not open yet')
    return this.#queues
  }

  get ports(): Readonly<Record<'queue' | 'conference' | 'voicemail', ServicePort>> {
    return {
      voicemail: this.sounds.service,
      queue: {
        enter: (visit) => this.queues.enter(visit),
        happened: (call, event) => this.queues.happened(call, event),
      },
      conference: this.#threeWay,
    }
  }

  /** Sockets are open, and calls of the run before were taken up. */
  resume(): void {
    this.queues.phonesAreBack()
    if (!this.queues.hasBegun) this.#run.arm(BEGIN_AFTER, () => this.queues.begin())
  }

  /** Who is in a queue or a room, or on the way; zero when nobody is. */
  size(): number {
    return this.queues.size() + this.#rooms.size() + this.#threeWay.size() + this.sounds.size()
  }

  /** Nobody comes any more: what is looked at every now and then is not any more. */
  close(): void {
    this.#rooms.close()
    this.sounds.close()
    void this.queues.close()
  }
}
