// Messages in boxes: one of each caller who spoke, with that caller's tone alone; none lost, none twice;
// heard by who owns the box.
import type { Command } from '@rufwerk/media-control'
import { OWN_BOX, personAt, TEAM_BOX } from '../company.ts'
import type { Tape } from '../tapes.ts'
import type { World } from '../world.ts'
import type { Watch } from './watch.ts'

/** Shorter is nobody's words. */
const SHORTEST_MS = 2000
/** Over the review of what was recorded, these throw it away. */
const DISCARDING: ReadonlySet<string> = new Set(['3', '*'])

interface Spoken {
  /** Who spoke: an extension or a number. */
  readonly from: string
  /** The server has promised to keep it: it is committed that it is recorded. */
  isTaken: boolean
  /** Who spoke has thrown it away, or began anew. */
  isDiscarded: boolean
  /** As they were stored: one. */
  readonly messages: Set<string>
}

export class MessageWatch {
  readonly #world: World
  readonly #watch: Watch
  readonly #spoken = new Map<Tape, Spoken>()
  #heardByOwners = 0

  constructor(world: World, watch: Watch) {
    this.#world = world
    this.#watch = watch
  }

  told(command: Command): void {
    const { media, tapes } = this.#world
    if (command.type === 'record') {
      const tape = tapes.all.get(command.recording)
      if (tape === undefined || tape.isOfCall || this.#spoken.has(tape)) return
      const caller = this.#world.talkerOf(media.endpoints.get(tape.endpoint))
      const { extension } = caller === undefined ? {} : (this.#world.memberOf(caller)?.device ?? {})
      // Outside, whom we called is who we dialled.
      const from = extension ?? caller?.calledAs ?? caller?.phone.options.user ?? 'nobody'
      this.#spoken.set(tape, { from, isTaken: false, isDiscarded: false, messages: new Set() })
    } else if (command.type === 'setSource' && command.source.type === 'prompt') {
      const leg = media.endpoints.get(command.endpoint)?.leg
      for (const name of command.source.names) this.#played(leg ?? '', command.endpoint, name)
    }
  }

  keyed(leg: string, key: string): void {
    if (!DISCARDING.has(key)) return
    for (const [tape, spoken] of this.#spoken)
      if (tape.leg === leg && tape.endedAt !== undefined) spoken.isDiscarded = true
  }

  /** Something was committed. */
  committed(): void {
    if (this.#spoken.size === 0) return
    const { disk, tapes } = this.#world
    for (const { recording, purpose } of disk.rows(TAKES)) {
      const spoken = this.#spoken.get(tapes.all.get(recording as Tape['recording']) as Tape)
      // A greeting that its owner did not keep is no message.
      if (spoken !== undefined && purpose === 'message') spoken.isTaken = true
    }
    for (const { id, recording, from_number: from } of disk.rows(MESSAGES)) {
      const tape = tapes.all.get(recording as Tape['recording'])
      const spoken = tape && this.#spoken.get(tape)
      if (tape === undefined || spoken === undefined) {
        this.#watch.broken('messages', `message ${id} is of no recording of a caller`)
        continue
      }
      spoken.messages.add(String(id))
      if (spoken.messages.size > 1) this.#watch.broken('messages', `${recording} is there as two messages`)
      if (from !== spoken.from)
        this.#watch.broken('messages', `message ${id} is said to be from ${from}, ${spoken.from} spoke`)
    }
  }

  look(): void {
    for (const tape of this.#spoken.keys()) {
      const other = tape.voices.find(({ leg }) => leg !== tape.leg)
      if (other !== undefined)
        this.#watch.broken('messages', `${other.leg} is heard in the message of ${tape.leg}`)
    }
  }

  lookWhenOver(): void {
    this.committed()
    const open = this.#world.disk.rows(UNSETTLED)
    if (open.length > 0)
      this.#watch.broken('nothing-left', `${open.length} recordings whose end nobody has taken note of`)
    const takes = this.#world.disk.rows(TAKES)
    if (takes.length > 0)
      this.#watch.broken('nothing-left', `take ${takes[0]?.recording}, ${takes[0]?.purpose}`)
    for (const [{ recording, begunAt, endedAt }, spoken] of this.#spoken) {
      if (endedAt === undefined) this.#watch.broken('messages', `${recording} goes on when all have gone`)
      else if (endedAt - begunAt < SHORTEST_MS || !spoken.isTaken || spoken.isDiscarded) continue
      else if (spoken.messages.size === 0)
        this.#watch.broken('messages', `what ${spoken.from} said in ${recording} is lost`)
    }
  }

  figures(): { readonly spoken: number; readonly kept: number; readonly heard: number } {
    const kept = [...this.#spoken.values()].filter(({ messages }) => messages.size > 0).length
    return { spoken: this.#spoken.size, kept, heard: this.#heardByOwners }
  }

  /** To an owner, at a phone of theirs; or again to who is speaking it. */
  #played(leg: string, endpoint: Tape['endpoint'], name: string): void {
    const tape = this.#world.tapes.playedAs(name)
    if (tape === undefined || tape.leg === leg) return
    const call = this.#world.talkerOf(this.#world.media.endpoints.get(endpoint))
    const owner = call && this.#world.memberOf(call)?.device.person
    if (owner !== undefined && OWNERS.has(owner)) this.#heardByOwners += 1
    else this.#watch.broken('messages', `${leg}, who owns no box, hears ${tape.recording}`)
  }
}

const OWNERS: ReadonlySet<string> = new Set([...TEAM_BOX.owners, OWN_BOX.owner].map(personAt))
const TAKES = 'SELECT recording, purpose FROM voicemail_takes'
const MESSAGES = 'SELECT id, recording, from_number FROM voicemail_messages'
const UNSETTLED = 'SELECT recording FROM sound_files WHERE is_settled = 0'
