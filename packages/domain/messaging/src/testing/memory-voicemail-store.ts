// A VoicemailStore in memory with the rules of the real one; for tests of what is built on it.
import { ms, type RecordingId, type TenantId, type WallTime, wallTime } from '@rufwerk/core'
import type { BoxId, Message, MessageId } from '../box.ts'
import type { DueMessage, Filling, Stored, Take, TenantBox, VoicemailStore } from '../ports.ts'
import { countsOf } from '../summary.ts'

interface Row extends DueMessage {
  readonly isMailDue: boolean
}

export class MemoryVoicemailStore implements VoicemailStore {
  /** What the next changes meet; anything but `committed` writes nothing. */
  outcome: Stored = 'committed'
  #boxes: TenantBox[] = []
  #pins = new Map<string, string>()
  #rows: Row[] = []
  #takes: Take[] = []

  async boxes(): Promise<readonly TenantBox[]> {
    return this.#boxes.map(({ tenant, box }) => ({
      tenant,
      box: { ...box, hasPin: this.#pins.has(`${tenant} ${box.id}`) },
    }))
  }

  async fillings() {
    const all = this.#boxes.map(({ tenant, box }) => ({
      tenant,
      box: box.id,
      filling: this.#fillingOf(tenant, box.id),
    }))
    return all.filter(({ filling }) => filling.messages > 0)
  }

  async fillingOf(tenant: TenantId, box: BoxId): Promise<Filling> {
    return this.#fillingOf(tenant, box)
  }

  putBox(added: TenantBox, takes: Parameters<VoicemailStore['putBox']>[1] = {}): Promise<Stored> {
    return this.#write(() => {
      const { tenant: own, box: changed } = added
      const others = this.#boxes.filter(
        ({ tenant, box }) => tenant !== added.tenant || box.id !== added.box.id,
      )
      this.#boxes = [...others, added]
      this.#takes = this.#takes.filter(({ recording }) => recording !== takes.kept)
      if (takes.gone !== undefined) this.#gone(own, changed.id, takes.gone)
    })
  }

  removeBox(tenant: TenantId, id: BoxId): Promise<Stored> {
    return this.#write(() => {
      const isIt = (of: TenantId, box: string) => of === tenant && box === id
      const removed = this.#boxes.find(({ tenant: own, box }) => isIt(own, box.id))
      this.#boxes = this.#boxes.filter((one) => one !== removed)
      const rows = this.#rows.filter((row) => isIt(row.tenant, row.box))
      this.#rows = this.#rows.filter((row) => !rows.includes(row))
      const greetings = Object.values(removed?.box.greetings ?? {})
      for (const recording of [...rows.map(({ message }) => message.recording), ...greetings])
        this.#gone(tenant, id, recording)
      this.#pins.delete(`${tenant} ${id}`)
    })
  }

  async pinOf(tenant: TenantId, box: BoxId): Promise<string | undefined> {
    return this.#pins.get(`${tenant} ${box}`)
  }

  setPin(tenant: TenantId, box: BoxId, hash: string | undefined): Promise<Stored> {
    return this.#write(() => {
      if (hash === undefined) this.#pins.delete(`${tenant} ${box}`)
      else this.#pins.set(`${tenant} ${box}`, hash)
    })
  }

  async messagesOf(tenant: TenantId, box: BoxId): Promise<readonly Message[]> {
    const own = this.#rows.filter((row) => row.tenant === tenant && row.box === box)
    return own.map(({ message }) => message).toSorted((a, b) => a.receivedAt - b.receivedAt)
  }

  async message(tenant: TenantId, id: MessageId): ReturnType<VoicemailStore['message']> {
    const row = this.#rows.find((one) => one.tenant === tenant && one.message.id === id)
    return row && { box: row.box, message: row.message }
  }

  addMessage(tenant: TenantId, box: BoxId, message: Message, isMailDue: boolean): Promise<Stored> {
    return this.#write(() => {
      this.#rows.push({ tenant, box, message, isMailDue })
      this.#takes = this.#takes.filter(({ recording }) => recording !== message.recording)
    })
  }

  async mailsDue(countMax: number): Promise<readonly DueMessage[]> {
    const due = this.#rows.filter(({ isMailDue }) => isMailDue)
    const sorted = due.toSorted((a, b) => a.message.receivedAt - b.message.receivedAt)
    return sorted.slice(0, countMax).map(({ isMailDue: _, ...row }) => row)
  }

  endMail(tenant: TenantId, id: MessageId): Promise<Stored> {
    return this.#write(() => {
      const isIt = (row: Row) => row.tenant === tenant && row.message.id === id
      this.#rows = this.#rows.map((row) => (isIt(row) ? { ...row, isMailDue: false } : row))
    })
  }

  markRead(tenant: TenantId, id: MessageId, at: WallTime | undefined): Promise<Stored> {
    return this.#write(() => {
      this.#rows = this.#rows.map((row) => {
        if (row.tenant !== tenant || row.message.id !== id) return row
        const { readAt: _, ...message } = row.message
        return { ...row, message: at === undefined ? message : { ...message, readAt: at } }
      })
    })
  }

  removeMessages(tenant: TenantId, ids: readonly MessageId[]): Promise<Stored> {
    return this.#write(() => {
      const rows = this.#rows.filter((row) => row.tenant === tenant && ids.includes(row.message.id))
      this.#rows = this.#rows.filter((row) => !rows.includes(row))
      for (const { box, message } of rows) this.#gone(tenant, box, message.recording)
    })
  }

  addTake(take: Take): Promise<Stored> {
    return this.#write(() => void this.#takes.push(take))
  }

  removeTake(recording: RecordingId): Promise<Stored> {
    return this.#write(() => {
      this.#takes = this.#takes.filter((take) => take.recording !== recording)
    })
  }

  async takes(): Promise<readonly Take[]> {
    return this.#takes
  }

  #gone(tenant: TenantId, box: BoxId, recording: RecordingId): void {
    this.#takes.push({ recording, tenant, box, purpose: 'gone', startedAt: wallTime(0) })
  }

  #fillingOf(tenant: TenantId, box: BoxId): Filling {
    const own = this.#rows.filter((row) => row.tenant === tenant && row.box === box)
    const messages = own.map(({ message }) => message)
    const length = ms(messages.reduce((sum, message) => sum + message.length, 0))
    return { counts: countsOf(messages), messages: messages.length, length }
  }

  async #write(change: () => void): Promise<Stored> {
    if (this.outcome === 'committed') change()
    return this.outcome
  }
}
