// What phones may watch in an exchange in memory: its people, their calls as they are shown, and boxes that a
// test fills.
import type { CallView } from '@rufwerk/calls'
import type { CallId, PersonId } from '@rufwerk/core'
import type { DeviceCredentials, WaitingMessages, WatchedCall, WatchPort } from '@rufwerk/legs'

export class FakeWatch implements WatchPort {
  /** By extension. */
  readonly people = new Map<string, PersonId>()
  /** Messages by person, where there is voicemail. */
  readonly boxes = new Map<PersonId, WaitingMessages>()
  readonly messagesOf?: NonNullable<WatchPort['messagesOf']>
  /** Whether lamps name the other side. */
  isRemoteShown = false
  /** Told when the calls of a person are others. */
  onChanged: (person: PersonId) => void = () => undefined
  readonly #views = new Map<CallId, CallView>()

  constructor(hasBoxes: boolean) {
    if (hasBoxes) this.messagesOf = (person) => this.boxes.get(person) ?? { unheard: 0, heard: 0 }
  }

  personAt(extension: string, _watcher: DeviceCredentials): PersonId | undefined {
    return this.people.get(extension)
  }

  callsOf(person: PersonId): readonly WatchedCall[] {
    return [...this.#views.values()].flatMap((view) => {
      const call = watchedCall(view, person)
      if (call === undefined || !this.isRemoteShown) return call ?? []
      return { ...call, remote: { number: view.dialled, name: 'A "name" <&>' } }
    })
  }

  show(view: CallView): void {
    const before = this.#views.get(view.call)
    if (view.state === 'ended') this.#views.delete(view.call)
    else this.#views.set(view.call, view)
    for (const person of new Set([...peopleOf(before), ...peopleOf(view)])) this.onChanged(person)
  }
}

function peopleOf(view: CallView | undefined): readonly PersonId[] {
  if (view === undefined) return []
  const people = [callerOf(view), view.answeredBy, ...(view.rings ?? [])]
  return people.filter((person) => person !== undefined)
}

function watchedCall(view: CallView, person: PersonId): WatchedCall | undefined {
  const { call } = view
  const state = view.state === 'talking' ? 'confirmed' : 'early'
  if (callerOf(view) === person) return { call, direction: 'initiator', state }
  if (view.rings?.includes(person)) return { call, direction: 'recipient', state: 'early' }
  return view.answeredBy === person ? { call, direction: 'recipient', state } : undefined
}

function callerOf({ from }: CallView): PersonId | undefined {
  return from.kind === 'inside' ? from.person : undefined
}
