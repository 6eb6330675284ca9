// Makes the batch that the worker writes from units that wait. Where units of one batch put the same thing,
// a leg's state or a call's next events, one row says it: all of a batch is one transaction, so nobody can
// see what lay between, before a crash or after it.
import { type Batch, type Cell, UNIT } from './worker/messages.ts'

/** A row that is made when it is sent, and not at all when a later one of the batch takes its place. */
export interface LateRow {
  /** Rows of one key take each other's place: a slot of `legs`, or a call's events. */
  readonly key: string
  /**
   * `before`: those of this batch that this one takes the place of, oldest first. Gives the same each time.
   */
  cells(before: readonly LateRow[]): readonly Cell[]
}

export interface BatchUnit {
  /** Hot statements, flat: number, parameters, number, parameters … */
  readonly cells: readonly Cell[]
  /** Written after them. */
  readonly late?: LateRow | undefined
}

/** One mark per unit, also where nothing is left to write for it: outcomes are counted by it. */
export function composeBatch(units: readonly BatchUnit[]): Batch {
  const rowsOf = new Map<string, LateRow[]>()
  for (const { late } of units) {
    if (late === undefined) continue
    const rows = rowsOf.get(late.key)
    if (rows) rows.push(late)
    else rowsOf.set(late.key, [late])
  }
  const batch: Batch = []
  for (const { cells, late } of units) {
    batch.push(UNIT)
    for (const cell of cells) batch.push(cell)
    const rows = late && rowsOf.get(late.key)
    if (late === undefined || rows?.at(-1) !== late) continue
    for (const cell of late.cells(rows.slice(0, -1))) batch.push(cell)
  }
  return batch
}
