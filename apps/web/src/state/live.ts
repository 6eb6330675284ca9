// What the server pushes while one looks: presence, calls that last, and that lists have changed.
import type { CallView, LiveMessage, Presence } from '@rufwerk/contract'
import { Cell, type Readable } from './observable.ts'

/** Views of calls kept for explaining how they ended. */
export const VIEWS_MAX = 32

export interface LiveState {
  readonly isConnected: boolean
  /** True from the first loss of the connection until it is back. */
  readonly isLost: boolean
  readonly presence: ReadonlyMap<string, Presence>
  /** Newest last. */
  readonly views: readonly CallView[]
}

/** Lists that must be asked for again. */
export type StaleList = 'calls' | 'people' | 'devices'

export class Live {
  readonly #cell = new Cell<LiveState>({ isConnected: false, isLost: false, presence: new Map(), views: [] })
  readonly #onStale: (list: StaleList) => void
  readonly #later: (work: () => void) => void

  /** `later`: after a moment of its own for each page, because all of them lose their server at once. */
  constructor(onStale: (list: StaleList) => void, later: (work: () => void) => void) {
    this.#onStale = onStale
    this.#later = later
  }

  get state(): Readable<LiveState> {
    return this.#cell
  }

  onConnected(): void {
    const wasLost = this.#cell.get().isLost
    this.#cell.set({ ...this.#cell.get(), isConnected: true, isLost: false })
    if (!wasLost) return
    this.#later(() => {
      this.#onStale('calls')
      this.#onStale('people')
      this.#onStale('devices')
    })
  }

  onLost(): void {
    this.#cell.set({ ...this.#cell.get(), isConnected: false, isLost: true })
  }

  /** Takes a message off the socket. What is not one of ours is dropped. */
  onMessage(message: LiveMessage): void {
    const state = this.#cell.get()
    switch (message.type) {
      case 'snapshot':
        this.#cell.set({
          ...state,
          presence: new Map(Object.entries(message.presence)),
          views: message.calls.slice(-VIEWS_MAX),
        })
        break
      case 'presence':
        this.#cell.set({
          ...state,
          presence: new Map(state.presence).set(message.person, message.presence),
        })
        break
      case 'call': {
        const others = state.views.filter((view) => view.call !== message.call.call)
        this.#cell.set({ ...state, views: [...others, message.call].slice(-VIEWS_MAX) })
        break
      }
      case 'calls-changed':
        this.#onStale('calls')
        break
      case 'people-changed':
        this.#onStale('people')
        break
      case 'devices-changed':
        this.#onStale('devices')
        break
      default:
        break
    }
  }
}

/** The newest view of a call that this person made to this number. */
export function viewOfDialled(
  views: readonly CallView[],
  person: string,
  number: string,
): CallView | undefined {
  return views.findLast((view) => view.from.person === person && view.dialled === number)
}
