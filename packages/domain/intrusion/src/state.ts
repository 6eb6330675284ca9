// Who attacks, who is blocked, and who has proved to be one of ours.
import { get, NO_PIECES, type Pieces } from './pieces.ts'
import { type Address, sourceOf } from './source.ts'

/** What was observed. Of a scanner the behaviour counts; what it calls itself decides nothing. */
export type AttackKind =
  /** A name that nobody has was tried. */
  | 'unknown-name'
  | 'wrong-credentials'
  /** A number that nobody has, set out to be found, was called or registered by who proved nothing. */
  | 'canary'
  /** OPTIONS and the like of a stranger. */
  | 'stranger'
  /** A message that cannot be read. */
  | 'unreadable'

export type Counts = Readonly<Partial<Record<AttackKind, number>>>

/** `udp`: nothing proves that the sender is where its packets say, so connections are let alone. */
export type Scope = 'udp' | 'all'

export interface Block {
  readonly since: number
  readonly until: number
  readonly scope: Scope
  /** Messages that were not listened to. */
  readonly dropped: number
}

/** Somebody who was observed. */
export interface Source {
  /** As of `at`; some are forgiven since. */
  readonly points: { readonly proven: number; readonly unproven: number }
  readonly at: number
  /** When something was observed or dropped last. */
  readonly seenAt: number
  readonly counts: Counts
  /** Blocks before, since it was forgotten last. */
  readonly level: number
  readonly block?: Block
}

export interface AttackEvent {
  /** Rises by one with each event. */
  readonly number: number
  readonly at: number
  readonly what: /** Something was observed. */
    | 'noticed'
    /** The same over a flow that belongs to a device of ours: it is told and never blocked. */
    | 'inside'
    | 'blocked'
    | 'released'
    /** A device of ours, or somebody through a trunk, has called a canary. */
    | 'canary-called'
    /** Rules against toll fraud refused a call. */
    | 'toll-refused'
  readonly kind?: AttackKind
  /** As `addressName` shows it. */
  readonly source?: string
  /** The name or number that was tried. */
  readonly name?: string
  /** The id of a person, or `company`. */
  readonly who?: string
  /** The rule of routing that refused, or why a block has ended. */
  readonly why?: string
  readonly until?: number
  readonly scope?: Scope
  readonly counts?: Counts
}

export interface Intrusion {
  readonly sources: Pieces<Source>
  /** How many of them have a block, and how many are there by forgeable packets only. */
  readonly blocked: number
  readonly unproven: number
  /** Flows over which a device proved who it is: when, and at which source. */
  readonly flows: Pieces<{ readonly at: number; readonly source: string }>
  /** Sources where that happened, and when last. */
  readonly known: Pieces<number>
  /** When something was told last, by whom it is about. */
  readonly told: Pieces<number>
  readonly isOn: boolean
  /** Since the start. */
  readonly counts: Counts
  readonly tolls: number
  readonly canaries: number
  /** Observations, flows and events for which there was no place. */
  readonly overflow: number
  readonly lastNumber: number
  /** The newest last. */
  readonly events: readonly AttackEvent[]
}

export const EMPTY_INTRUSION: Intrusion = {
  sources: NO_PIECES,
  blocked: 0,
  unproven: 0,
  flows: NO_PIECES,
  known: NO_PIECES,
  told: NO_PIECES,
  isOn: true,
  counts: {},
  tolls: 0,
  canaries: 0,
  overflow: 0,
  lastNumber: 0,
  events: [],
}

/** Where a message comes from. */
export interface Origin {
  readonly address: Address
  readonly flow: string
  /** The packets prove nothing about where they come from. */
  readonly isForgeable: boolean
}

/** What stands against listening to it. Costs one comparison as long as nobody is blocked. */
export function blockOf(state: Intrusion, { address, flow, isForgeable }: Origin, at: number) {
  if (state.blocked === 0) return undefined
  const block = get(state.sources, sourceOf(address))?.block
  if (block === undefined || at >= block.until) return undefined
  if (block.scope === 'udp' && !isForgeable) return undefined
  return get(state.flows, flow) === undefined ? block : undefined
}

/** Whether phones of ours have been there. */
export function isKnown({ known }: Intrusion, source: string): boolean {
  return get(known, source) !== undefined
}

export interface BlockedSource {
  readonly source: string
  readonly block: Block
  readonly counts: Counts
  readonly level: number
  /** Phones of ours have been there. */
  readonly isKnown: boolean
}

/** The one that lasts longest first. */
export function blockedSources({ sources, known }: Intrusion, at: number): BlockedSource[] {
  const found: BlockedSource[] = []
  for (const piece of sources.pieces)
    for (const [source, { block, counts, level }] of piece ?? [])
      if (block !== undefined && at < block.until)
        found.push({ source, block, counts, level, isKnown: get(known, source) !== undefined })
  return found.toSorted((a, b) => b.block.until - a.block.until)
}
