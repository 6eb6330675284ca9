// Who is stopped, why and by whom, and what waits for a second person.

/** Of a client: of an account, a device or a session, as the inventory knows it. */
export type ClientId = string

export type Actor =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'policy'; readonly id: string }

export type Reason =
  | {
      readonly kind: 'advisory'
      readonly issuer: string
      readonly advisory: string
      readonly revision: string
      readonly product: string
    }
  | { readonly kind: 'policy'; readonly policy: string }
  | { readonly kind: 'person'; readonly why: string }

export interface Stop {
  readonly client: ClientId
  readonly at: number
  readonly by: Actor
  /** The second person, where there was one. */
  readonly confirmedBy?: string
  /** The newest last. */
  readonly reasons: readonly Reason[]
  /** When somebody was told to remove what is not wanted there. */
  readonly removalAskedAt?: number
  /** When a later look at everything no longer showed it. */
  readonly closedAt?: number
}

/** Something that waits until enough people agree. */
export interface Request {
  readonly id: string
  readonly does: 'stop' | 'release'
  readonly clients: readonly ClientId[]
  readonly reason: Reason
  readonly by: Actor
  readonly at: number
  /** People who have agreed, whoever asked among them. */
  readonly agreed: readonly string[]
}

/** How many one actor stopped without a second person. */
export interface Alone {
  readonly by: Actor
  readonly at: number
  readonly clients: number
}

export interface Quarantine {
  readonly stops: ReadonlyMap<ClientId, Stop>
  readonly requests: ReadonlyMap<string, Request>
  /** Of the last day, oldest first. */
  readonly alone: readonly Alone[]
  /** By client: what it was released from by two people. It is not stopped again for the same. */
  readonly spared: ReadonlyMap<ClientId, readonly string[]>
}

export const EMPTY_QUARANTINE: Quarantine = {
  stops: new Map(),
  requests: new Map(),
  alone: [],
  spared: new Map(),
}

/** The same for the same reason: a newer revision of an advisory is another one. */
export function reasonKey(reason: Reason): string {
  switch (reason.kind) {
    case 'advisory':
      return JSON.stringify(['advisory', reason.issuer, reason.advisory, reason.revision])
    case 'policy':
      return JSON.stringify(['policy', reason.policy])
    case 'person':
      return JSON.stringify(['person', reason.why])
  }
}

export const isSameActor = (a: Actor, b: Actor): boolean => a.kind === b.kind && a.id === b.id
