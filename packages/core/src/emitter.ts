// A typed emitter for facts with many listeners. A listener that throws does not keep the others from
// hearing; the error goes to `onError`.

export type EventMap = Record<string, unknown>

export class Emitter<Events extends EventMap> {
  #listeners = new Map<keyof Events, Set<(fact: never) => void>>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Listens until the returned value is disposed. */
  on<Name extends keyof Events>(name: Name, listener: (fact: Events[Name]) => void): Disposable {
    const listeners = this.#listeners.get(name) ?? new Set()
    listeners.add(listener as (fact: never) => void)
    this.#listeners.set(name, listeners)
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener as (fact: never) => void)
        if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name)
      },
    }
  }

  emit<Name extends keyof Events>(name: Name, fact: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        ;(listener as (fact: Events[Name]) => void)(fact)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  /** How many listeners are registered, over all names. */
  size(): number {
    let count = 0
    for (const listeners of this.#listeners.values()) count += listeners.size
    return count
  }
}
