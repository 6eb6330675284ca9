// Which legs are in which mix, and what is played to all of them and goes on. An entry begins with the first
// leg and ends with the last.
import type { AnnouncedSound, MixId } from '@rufwerk/media-control'
import type { Leg } from './leg.ts'

interface Mix {
  readonly legs: Set<Leg>
  announced: AnnouncedSound | undefined
}

export class MixBook {
  readonly #mixes = new Map<MixId, Mix>()
  readonly #mixOf = new Map<Leg, MixId>()

  /** A leg is in one mix at most: it leaves the one before. */
  enter(leg: Leg, id: MixId): void {
    if (this.#mixOf.get(leg) === id) return
    this.leave(leg)
    const known = this.#mixes.get(id)
    if (known === undefined) this.#mixes.set(id, { legs: new Set([leg]), announced: undefined })
    else known.legs.add(leg)
    this.#mixOf.set(leg, id)
  }

  /** The one place where a leg goes, and with the last one its mix. */
  leave(leg: Leg): void {
    const id = this.#mixOf.get(leg)
    if (id === undefined) return
    this.#mixOf.delete(leg)
    const mix = this.#mixes.get(id)
    mix?.legs.delete(leg)
    if (mix?.legs.size === 0) this.#mixes.delete(id)
  }

  mixOf(leg: Leg): MixId | undefined {
    return this.#mixOf.get(leg)
  }

  legsOf(id: MixId): Iterable<Leg> {
    return this.#mixes.get(id)?.legs ?? []
  }

  /** It calls for help, or is that help; or somebody does in the mix that it is in. */
  hasHelp(leg: Leg): boolean {
    if (leg.isEmergency) return true
    const mix = this.#mixOf.get(leg)
    if (mix === undefined) return false
    for (const other of this.legsOf(mix)) if (other.isEmergency) return true
    return false
  }

  /** What goes on being played to all. */
  announcedIn(id: MixId): AnnouncedSound | undefined {
    return this.#mixes.get(id)?.announced
  }

  announce(id: MixId, sound: AnnouncedSound | undefined): void {
    const mix = this.#mixes.get(id)
    if (mix !== undefined) mix.announced = sound
  }

  size(): number {
    return this.#mixes.size + this.#mixOf.size
  }
}
