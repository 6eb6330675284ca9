// Whether lamps show what is: somebody has a call or not, and so many messages wait. Judged by the phones
// themselves and by what is stored, not by what the server thinks.
import { OWN_BOX, personAt, TEAM_BOX } from '../company.ts'
import type { Watcher } from '../watchers.ts'
import type { World } from '../world.ts'
import { isExcused } from './endings.ts'
import type { Watch } from './watch.ts'

/** A NOTIFY waits for the one before, at most a second, and may have to be sent again. */
export const LAMP_TIME_MS = 6000

/** What each lamp should have shown and did not; looked at twice, so that what just changed is no lie. */
export class LampWatch {
  readonly #world: World
  readonly #watch: Watch
  #before: ReadonlyMap<Watcher, string> = new Map()

  constructor(world: World, watch: Watch) {
    this.#world = world
    this.#watch = watch
  }

  look(watchers: readonly Watcher[]): void {
    const lies = new Map<Watcher, string>()
    for (const watcher of watchers) {
      const { member, run } = watcher
      // Whose subscription ended with a crash is told when it is begun anew.
      if (run !== this.#world.run || member.isAway || this.#isDoubtful(watcher)) continue
      const lie = this.#lieOf(watcher)
      if (lie !== undefined) lies.set(watcher, lie)
    }
    for (const [watcher, lie] of lies) if (this.#before.get(watcher) === lie) this.#watch.broken('lamps', lie)
    this.#before = lies
  }

  /** Everybody has gone, and every phone has had the time to begin anew. */
  lookWhenOver(watchers: readonly Watcher[]): void {
    for (const watcher of watchers) {
      const lie = this.#lieOf(watcher)
      if (watcher.notified === 0) this.#watch.broken('lamps', `${nameOf(watcher)} was never told anything`)
      else if (lie !== undefined) this.#watch.broken('lamps', lie)
    }
  }

  #lieOf(watcher: Watcher): string | undefined {
    const { event, target, lamp } = watcher
    if (event === 'message-summary') {
      const waiting = this.#waitingFor(target)
      return waiting === lamp.waiting
        ? undefined
        : `${nameOf(watcher)} shows ${lamp.waiting}, ${waiting} wait`
    }
    const calls = this.#callsOf(target)
    if (lamp.isLit) return calls.length > 0 ? undefined : `${nameOf(watcher)} is lit, there is no call`
    // One that a crash left unanswered may ring, or wait for an answer, at the phone alone.
    const talks = calls.find(({ state }) => state === 'talking')
    return talks && `${nameOf(watcher)} is dark, ${talks.phone.options.user} talks`
  }

  /** Who is watched has lost a path, or calls that the server may not know of any more. */
  #isDoubtful({ event, target }: Watcher): boolean {
    if (event !== 'dialog') return false
    // It may have hung up into nothing: then the server has the call for longer.
    return this.#world
      .calls()
      .some((call) => isExcused(this.#world, call) && this.#world.memberOf(call)?.device.extension === target)
  }

  #callsOf(extension: string) {
    const own = this.#world.members.filter(({ device }) => device.extension === extension)
    return own.flatMap(({ phone }) => phone.calls).filter(({ state }) => state !== 'ended')
  }

  #waitingFor(owner: string): string {
    const box = owner === OWN_BOX.owner ? personAt(owner) : TEAM_BOX.id
    const [row] = this.#world.disk.rows(WAITING, box)
    return `${row?.unheard ?? 0}/${row?.heard ?? 0}`
  }
}

const nameOf = ({ member, event, target }: Watcher): string =>
  `the lamp of ${member.device.sipName} for ${event === 'dialog' ? target : `the box of ${target}`}`

const WAITING =
  'SELECT count(*) - count(read_at) AS unheard, count(read_at) AS heard FROM voicemail_messages WHERE box = ?'
