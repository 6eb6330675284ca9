// The boxes of all tenants. They are kept in memory in step with the store, because each call and each lamp
// asks for them; messages stay in the store. A change is committed first and then told.
import {
  fail,
  ms,
  ok,
  type PersonId,
  type RecordingId,
  type Result,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import {
  type Box,
  type BoxId,
  type BoxProblem,
  checkBox,
  type GreetingKind,
  isOwner,
  type Message,
  type MessageId,
} from './box.ts'
import { BOXES_PER_TENANT_MAX } from './limits.ts'
import { checkPin, PinGuard, type PinOutcome, type PinProblem } from './pin.ts'
import type { Filling, FoundMessage, PinHasher, Stored, VoicemailStore } from './ports.ts'
import { type Counts, expiredMessages } from './summary.ts'

export type VoicemailRefusal =
  | 'not-found'
  | 'exists'
  | 'too-many-boxes'
  /** The store cannot take it, or too many PINs are being hashed. */
  | 'unavailable'
  | BoxProblem
  | PinProblem

type Outcome = Promise<Result<void, VoicemailRefusal>>

/** What may be set of a box; its PIN and its greetings have ways of their own. */
export type BoxSettings = Omit<Box, 'id' | 'hasPin' | 'greetings'>

export interface VoicemailPorts {
  readonly store: VoicemailStore
  readonly pins: PinHasher
  readonly wallTime: () => WallTime
  /** What waits in a box, or who owns it, is something else now. */
  readonly onChanged: (tenant: TenantId, owners: readonly PersonId[]) => void
  /** Nothing names this sound any more. */
  readonly onSoundGone: (recording: RecordingId) => void
  /** A mail about a message is to be sent; it stays so in the store until its end is told there. */
  readonly onMailDue?: () => void
}

interface Kept {
  readonly tenant: TenantId
  box: Box
  filling: Filling
}

const EMPTY: Filling = {
  counts: { unheard: 0, heard: 0, urgent: { unheard: 0, heard: 0 } },
  messages: 0,
  length: ms(0),
}

export async function openVoicemail(ports: VoicemailPorts): Promise<VoicemailBook> {
  const book = new VoicemailBook(ports)
  await book.load()
  return book
}

export class VoicemailBook {
  readonly #ports: VoicemailPorts
  /** By tenant and box; removed with the box. */
  readonly #kept = new Map<string, Kept>()
  readonly #guard: PinGuard
  #turn: Promise<unknown> = Promise.resolve()

  constructor(ports: VoicemailPorts) {
    this.#ports = ports
    this.#guard = new PinGuard({ matches: (key, pin) => this.#matches(key, pin) })
  }

  async load(): Promise<void> {
    const { store } = this.#ports
    for (const { tenant, box } of await store.boxes())
      this.#kept.set(keyOf(tenant, box.id), { tenant, box, filling: EMPTY })
    for (const { tenant, box, filling } of await store.fillings()) {
      const kept = this.#kept.get(keyOf(tenant, box))
      if (kept) kept.filling = filling
    }
  }

  box(tenant: TenantId, id: string): Box | undefined {
    return this.#kept.get(keyOf(tenant, id))?.box
  }

  /** A personal box has the id of its owner. */
  boxOf(tenant: TenantId, person: PersonId): Box | undefined {
    const box = this.box(tenant, person)
    return box?.kind === 'personal' ? box : undefined
  }

  boxes(tenant: TenantId): readonly Box[] {
    return [...this.#kept.values()].filter((kept) => kept.tenant === tenant).map(({ box }) => box)
  }

  /** One's own and those one shares. */
  boxesOf(tenant: TenantId, person: PersonId): readonly Box[] {
    return this.boxes(tenant).filter((box) => isOwner(box, person))
  }

  fillingOf(tenant: TenantId, box: BoxId): Filling {
    return this.#kept.get(keyOf(tenant, box))?.filling ?? EMPTY
  }

  /** For the lamp: all boxes that this person owns, together. */
  waitingFor(tenant: TenantId, person: PersonId): Omit<Counts, 'urgent'> {
    const counts = this.boxesOf(tenant, person).map(({ id }) => this.fillingOf(tenant, id).counts)
    return {
      unheard: counts.reduce((sum, { unheard }) => sum + unheard, 0),
      heard: counts.reduce((sum, { heard }) => sum + heard, 0),
    }
  }

  messages(tenant: TenantId, box: BoxId): Promise<readonly Message[]> {
    return this.#ports.store.messagesOf(tenant, box)
  }

  message(tenant: TenantId, id: MessageId): Promise<FoundMessage | undefined> {
    return this.#ports.store.message(tenant, id)
  }

  /** A new box; `pin` for one that cannot be reached without. */
  add(tenant: TenantId, id: string, settings: BoxSettings, pin?: Pin): Outcome {
    return this.#inTurn(() => this.#add(tenant, id, settings, pin))
  }

  change(tenant: TenantId, id: string, settings: BoxSettings): Outcome {
    return this.#inTurn(() => this.#change(tenant, id, settings))
  }

  remove(tenant: TenantId, id: string): Outcome {
    return this.#inTurn(() => this.#remove(tenant, id))
  }

  /** The recording takes the place of the one before; without one the standard greeting does. */
  setGreeting(tenant: TenantId, id: BoxId, kind: GreetingKind, recording?: RecordingId): Promise<boolean> {
    return this.#inTurn(() => this.#setGreeting(tenant, id, kind, recording))
  }

  /** One change of a box after the other: each is made of what the one before has left. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(change)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #add(tenant: TenantId, id: string, settings: BoxSettings, pin?: Pin): Outcome {
    if (this.box(tenant, id) !== undefined) return fail('exists')
    if (this.boxes(tenant).length >= BOXES_PER_TENANT_MAX) return fail('too-many-boxes')
    const wanted: Box = { ...settings, id: id as BoxId, hasPin: pin !== undefined, greetings: {} }
    const checked = checkBox(wanted)
    if (!checked.ok) return checked
    const hash = pin && (await this.#hash(pin))
    if (hash && !hash.ok) return hash
    const { store } = this.#ports
    const stored = await store.putBox({ tenant, box: wanted })
    if (stored !== 'committed') return fail('unavailable')
    if (hash && (await store.setPin(tenant, wanted.id, hash.value)) !== 'committed')
      return fail('unavailable')
    this.#kept.set(keyOf(tenant, id), { tenant, box: wanted, filling: EMPTY })
    this.#tell(tenant, wanted.owners)
    return ok(undefined)
  }

  async #change(tenant: TenantId, id: string, settings: BoxSettings): Outcome {
    const before = this.box(tenant, id)
    if (before === undefined) return fail('not-found')
    const { hasPin, greetings } = before
    const checked = checkBox({ ...settings, id: before.id, hasPin, greetings })
    if (!checked.ok) return checked
    const told = [...new Set([...before.owners, ...settings.owners])]
    return (await this.#put(tenant, checked.value, told)) ? ok(undefined) : fail('unavailable')
  }

  async #remove(tenant: TenantId, id: string): Outcome {
    const kept = this.#kept.get(keyOf(tenant, id))
    if (kept === undefined) return fail('not-found')
    const { store, onSoundGone } = this.#ports
    const messages = await store.messagesOf(tenant, kept.box.id)
    if ((await store.removeBox(tenant, kept.box.id)) !== 'committed') return fail('unavailable')
    this.#kept.delete(keyOf(tenant, id))
    for (const { recording } of messages) onSoundGone(recording)
    for (const recording of Object.values(kept.box.greetings)) onSoundGone(recording)
    this.#tell(tenant, kept.box.owners)
    return ok(undefined)
  }

  /** Without a PIN the box is reached from its owners' phones only. */
  async setPin(tenant: TenantId, id: string, pin: Pin | undefined): Outcome {
    const before = this.box(tenant, id)
    if (before === undefined) return fail('not-found')
    const checked = checkBox({ ...before, hasPin: pin !== undefined })
    if (!checked.ok) return checked
    const hash = pin && (await this.#hash(pin))
    if (hash && !hash.ok) return hash
    const stored = await this.#ports.store.setPin(tenant, before.id, hash?.value)
    if (stored !== 'committed') return fail('unavailable')
    const kept = this.#kept.get(keyOf(tenant, id))
    if (kept) kept.box = { ...kept.box, hasPin: pin !== undefined }
    return ok(undefined)
  }

  /** Rejects when it cannot be compared; that has been counted as wrong. */
  checkPin(tenant: TenantId, id: BoxId, pin: string): Promise<PinOutcome> {
    return this.#guard.check(keyOf(tenant, id), pin, this.#ports.wallTime())
  }

  /** With it the take of its recording is over. False when it is not stored: the take stays. */
  async save(tenant: TenantId, box: BoxId, message: Message): Promise<boolean> {
    const { store, onMailDue } = this.#ports
    const isMailDue = this.box(tenant, box)?.mail !== undefined
    if ((await store.addMessage(tenant, box, message, isMailDue)) !== 'committed') return false
    await this.#count(tenant, box)
    if (isMailDue) onMailDue?.()
    return true
  }

  async markRead(tenant: TenantId, id: MessageId, isRead: boolean): Promise<Stored | 'not-found'> {
    const { store, wallTime } = this.#ports
    const found = await store.message(tenant, id)
    if (found === undefined) return 'not-found'
    if ((found.message.readAt !== undefined) === isRead) return 'committed'
    const stored = await store.markRead(tenant, id, isRead ? wallTime() : undefined)
    if (stored === 'committed') await this.#count(tenant, found.box)
    return stored
  }

  async removeMessage(tenant: TenantId, id: MessageId): Promise<Stored | 'not-found'> {
    const found = await this.#ports.store.message(tenant, id)
    return found === undefined ? 'not-found' : this.#removeAll(tenant, found.box, [found.message])
  }

  async #setGreeting(
    tenant: TenantId,
    id: BoxId,
    kind: GreetingKind,
    recording?: RecordingId,
  ): Promise<boolean> {
    const box = this.box(tenant, id)
    if (box === undefined) return false
    const { [kind]: before, ...others } = box.greetings
    const greetings = recording === undefined ? others : { ...others, [kind]: recording }
    const takes = { ...(recording && { kept: recording }), ...(before && { gone: before }) }
    const isStored = await this.#put(tenant, { ...box, greetings }, [], takes)
    if (isStored && before !== undefined) this.#ports.onSoundGone(before)
    return isStored
  }

  /** Removes the messages whose time is over, and forgets wrong PINs of long ago. */
  async sweep(): Promise<void> {
    const { store, wallTime } = this.#ports
    const now = wallTime()
    this.#guard.tidy(now)
    for (const { tenant, box, filling } of [...this.#kept.values()]) {
      const { oldDays, allDays } = box.retention
      if (filling.messages === 0 || (oldDays === undefined && allDays === undefined)) continue
      const messages = await store.messagesOf(tenant, box.id)
      const expired = new Set(expiredMessages(messages, box.retention, now))
      const gone = messages.filter(({ id }) => expired.has(id))
      if (gone.length > 0) await this.#removeAll(tenant, box.id, gone)
    }
  }

  /** Boxes, and those with wrong PINs. */
  size(): number {
    return this.#kept.size + this.#guard.size()
  }

  async #removeAll(tenant: TenantId, box: BoxId, messages: readonly Message[]): Promise<Stored> {
    const { store, onSoundGone } = this.#ports
    const stored = await store.removeMessages(
      tenant,
      messages.map(({ id }) => id),
    )
    if (stored !== 'committed') return stored
    for (const { recording } of messages) onSoundGone(recording)
    await this.#count(tenant, box)
    return stored
  }

  async #put(
    tenant: TenantId,
    box: Box,
    told: readonly PersonId[],
    takes?: Parameters<VoicemailStore['putBox']>[1],
  ): Promise<boolean> {
    if ((await this.#ports.store.putBox({ tenant, box }, takes)) !== 'committed') return false
    const kept = this.#kept.get(keyOf(tenant, box.id))
    // A PIN may have been set meanwhile.
    if (kept) kept.box = { ...box, hasPin: kept.box.hasPin }
    this.#tell(tenant, told)
    return true
  }

  /** The store counts, so that two calls at once cannot miscount; its answers keep their order. */
  async #count(tenant: TenantId, box: BoxId): Promise<void> {
    const filling = await this.#ports.store.fillingOf(tenant, box)
    const kept = this.#kept.get(keyOf(tenant, box))
    if (kept === undefined) return
    kept.filling = filling
    this.#tell(tenant, kept.box.owners)
  }

  #tell(tenant: TenantId, owners: readonly PersonId[]): void {
    if (owners.length > 0) this.#ports.onChanged(tenant, owners)
  }

  async #hash({ pin, extensions }: Pin): Promise<Result<string, VoicemailRefusal>> {
    const checked = checkPin(pin, extensions)
    if (!checked.ok) return checked
    const hash = await this.#ports.pins.hash(pin)
    return hash === undefined ? fail('unavailable') : ok(hash)
  }

  async #matches(key: BoxId, pin: string): Promise<boolean> {
    const kept = this.#kept.get(key)
    const stored = kept && (await this.#ports.store.pinOf(kept.tenant, kept.box.id))
    const isRight = await this.#ports.pins.verify(pin, stored)
    if (isRight === undefined) throw new Error('too many PINs are being compared')
    return isRight
  }
}

export interface Pin {
  readonly pin: string
  /** Of the owners, which are no PIN. */
  readonly extensions: readonly string[]
}

/** Boxes of two tenants may have the same id. */
function keyOf(tenant: TenantId, box: string): BoxId {
  return `${tenant} ${box}` as BoxId
}
