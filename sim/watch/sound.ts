// Who hears whom. Every leg has its own tone: what its phone sends. Followed by what the media process is
// told, so that a tone that reaches a phone for a moment only is seen, too.
import { ms } from '@rufwerk/core'
import type { FakeEndpoint } from '@rufwerk/testing'
import type { World } from '../world.ts'
import type { Watch } from './watch.ts'

/** Commands of one moment belong together. */
const MOMENT_MS = 1

export class SoundWatch {
  readonly #world: World
  readonly #watch: Watch
  #looking: Disposable | undefined

  constructor(world: World, watch: Watch) {
    this.#world = world
    this.#watch = watch
  }

  /** Something was said to the media process. */
  changed(): void {
    this.#looking ??= this.#world.clock.arm(ms(MOMENT_MS), () => {
      this.#looking = undefined
      this.look()
    })
  }

  look(): void {
    this.#lookAtPairs()
    this.#lookAtMixes()
  }

  /** Who is in a mix has called that room, or was led there by the same person. */
  #lookAtMixes(): void {
    const rooms = new Map<string, string>()
    for (const endpoint of this.#world.media.endpoints.values()) {
      const { source } = endpoint
      if (source.type !== 'mix') continue
      const here = this.#watch.meetingOf.get(this.#callOf(endpoint)) ?? 'no room'
      const before = rooms.get(source.mix) ?? here
      rooms.set(source.mix, here)
      if (before !== here || here === 'no room')
        this.#watch.broken('own-sound', `${endpoint.leg}, in ${here}, is in a mix with others of ${before}`)
    }
  }

  #lookAtPairs(): void {
    const { endpoints } = this.#world.media
    const listeners = new Map<string, FakeEndpoint>()
    for (const listener of endpoints.values()) {
      if (listener.source.type !== 'endpoint') continue
      const speaker = endpoints.get(listener.source.endpoint)
      if (speaker === undefined) continue
      const other = listeners.get(listener.source.endpoint)
      listeners.set(listener.source.endpoint, listener)
      // Until call control is up, what its last run rang is not closed yet.
      if (other !== undefined && this.#world.control !== undefined)
        this.#watch.broken('own-sound', `${speaker.leg} is heard by ${listener.leg} and by ${other.leg}`)
      if (this.#watch.holders.has(speaker.leg))
        this.#watch.broken('own-sound', `${listener.leg} hears ${speaker.leg}, who holds`)
      const [here, there] = [this.#callOf(listener), this.#callOf(speaker)]
      if (here !== there && !this.#watch.areLinked(here, there))
        this.#watch.broken(
          'own-sound',
          `${listener.leg} of call ${here} hears ${speaker.leg} of call ${there}`,
        )
    }
  }

  /** To which call the leg belongs by now. */
  #callOf({ leg, call }: FakeEndpoint): string {
    return this.#watch.callOfLeg.get(leg) ?? call
  }
}
