// What the main thread and the store's worker say to each other. Writes travel as one flat array of
// primitives per batch, because cloning many small objects costs more than writing them to the disk.
import type { StoreErrorCode } from '../errors.ts'

export type Cell = string | number | null

/** Statements that every call needs; the worker prepares them once, messages name them by number. */
export const HOT_SQL = [
  'INSERT INTO call_events (tenant, number, events) VALUES (?, ?, ?)',
  'INSERT INTO live_calls (number, tenant, call) VALUES (?, ?, ?)',
  'DELETE FROM live_calls WHERE number = ?',
  'INSERT OR REPLACE INTO legs (slot, tenant, number, leg, version, state) VALUES (?, ?, ?, ?, ?, ?)',
  'DELETE FROM legs WHERE slot = ?',
  'INSERT INTO cdrs (number, tenant, call, started_at, from_person, to_person, answered_person, record)' +
    ' VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  'INSERT INTO bindings (device, binding, tenant, expires_at, version, state) VALUES (?, ?, ?, ?, ?, ?)' +
    ' ON CONFLICT (device, binding) DO UPDATE SET' +
    ' expires_at = excluded.expires_at, version = excluded.version, state = excluded.state',
  'DELETE FROM bindings WHERE device = ? AND binding = ?',
] as const

export const HOT = {
  addEvents: 0,
  addLiveCall: 1,
  removeLiveCall: 2,
  putLeg: 3,
  removeLeg: 4,
  addCdr: 5,
  putBinding: 6,
  removeBinding: 7,
} as const

/** Marks the beginning of a unit: statements that are written all or not at all. */
export const UNIT = -1
/** Followed by SQL, 1 when exactly one row must change, the number of parameters, the parameters. */
export const COLD = -2

/** A batch is one transaction. */
export type Batch = Cell[]

export interface Query {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly Cell[]
}

/** The first message: which data folder to open. */
export interface Open {
  readonly dataDir: string
}

export type ToWorker = Open | Batch | Query | 'close'

export interface Opened {
  readonly type: 'opened'
  readonly generation: number
}

export interface Refused {
  readonly type: 'refused'
  readonly code: StoreErrorCode
  readonly message: string
}

/** One per unit: was it written? `conflict` is a constraint, `wrong` a statement that cannot work. */
export type UnitOutcome = 'written' | 'conflict' | 'wrong'

export type FromWorker =
  | Opened
  | Refused
  /** `outcomes` is absent when every unit was written. */
  | { readonly type: 'committed'; readonly outcomes?: readonly UnitOutcome[]; readonly why?: string }
  | { readonly type: 'failed'; readonly fault: 'disk-full' | 'failed'; readonly why: string }
  | { readonly type: 'rows'; readonly id: number; readonly rows: readonly unknown[] }
  | { readonly type: 'queryFailed'; readonly id: number; readonly why: string }
  | { readonly type: 'closed' }
