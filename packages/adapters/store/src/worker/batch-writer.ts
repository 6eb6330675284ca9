// Writes one batch as one transaction. When a unit breaks a constraint, the batch is written again with a
// savepoint around each unit, so that one conflict costs the others nothing but time.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isAuditInsert, sealAudit } from './audit-sealer.ts'
import { type Batch, COLD, type FromWorker, HOT_SQL, UNIT, type UnitOutcome } from './messages.ts'
import { isSqliteError, sqliteCode } from './sqlite-errors.ts'

/** Prepared statements kept besides the hot ones; the oldest goes first. */
const STATEMENTS_MAX = 256

/** A statement that had to change exactly one row did not. */
class MissedRow extends Error {}

export class BatchWriter {
  readonly #database: DatabaseSync
  readonly #hot: readonly { readonly statement: StatementSync; readonly length: number }[]
  readonly #cold = new Map<string, StatementSync>()
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  /** The transaction wrote entries of the log of administration. */
  #hasAudit = false

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#hot = HOT_SQL.map((sql) => ({
      statement: database.prepare(sql),
      length: sql.split('?').length - 1,
    }))
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
  }

  write(batch: Batch): FromWorker {
    try {
      this.#begin.run()
      for (let at = 0; at < batch.length; ) at = batch[at] === UNIT ? at + 1 : this.#step(batch, at)
      this.#end()
      return { type: 'committed' }
    } catch (error) {
      this.#rollBack()
      return isRowError(error) ? this.#writeCarefully(batch) : failure(error)
    }
  }

  /** For queries, too. */
  prepare(sql: string): StatementSync {
    // It acts when it is prepared: one that is kept would do nothing the second time.
    if (sql.startsWith('PRAGMA')) return this.#database.prepare(sql)
    const known = this.#cold.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    if (this.#cold.size >= STATEMENTS_MAX) {
      const oldest = this.#cold.keys().next()
      if (!oldest.done) this.#cold.delete(oldest.value)
    }
    this.#cold.set(sql, statement)
    return statement
  }

  #writeCarefully(batch: Batch): FromWorker {
    const outcomes: UnitOutcome[] = []
    let why = ''
    try {
      this.#begin.run()
      for (let at = 0; at < batch.length; ) {
        const end = this.#endOfUnit(batch, at)
        this.#database.exec('SAVEPOINT unit')
        try {
          for (let step = at + 1; step < end; ) step = this.#step(batch, step)
          outcomes.push('written')
        } catch (error) {
          if (!isRowError(error)) throw error
          this.#database.exec('ROLLBACK TO unit')
          const isConflict = error instanceof MissedRow || sqliteCode(error) === 'row'
          outcomes.push(isConflict ? 'conflict' : 'wrong')
          why = String(error)
        }
        this.#database.exec('RELEASE unit')
        at = end
      }
      this.#end()
      return { type: 'committed', outcomes, why }
    } catch (error) {
      this.#rollBack()
      return failure(error)
    }
  }

  /** Runs the statement at `at`; returns where the next one begins. */
  #step(batch: Batch, at: number): number {
    const number = batch[at]
    if (number === COLD) {
      const end = at + 4 + Number(batch[at + 3])
      const { changes } = this.prepare(String(batch[at + 1])).run(...batch.slice(at + 4, end))
      if (isAuditInsert(String(batch[at + 1]))) this.#hasAudit = true
      if (batch[at + 2] === 1 && Number(changes) !== 1) throw new MissedRow()
      return end
    }
    const hot = this.#hot[Number(number)]
    if (!hot) throw new TypeError(`no statement ${number}`)
    const end = at + 1 + hot.length
    hot.statement.run(...batch.slice(at + 1, end))
    return end
  }

  #end(): void {
    if (this.#hasAudit) sealAudit(this.#database)
    this.#hasAudit = false
    this.#commit.run()
  }

  #endOfUnit(batch: Batch, start: number): number {
    let at = start + 1
    while (at < batch.length && batch[at] !== UNIT) {
      const number = batch[at]
      const hot = number === COLD ? undefined : this.#hot[Number(number)]
      at += number === COLD ? 4 + Number(batch[at + 3]) : 1 + (hot?.length ?? 0)
    }
    return at
  }

  #rollBack(): void {
    // SQLite may have rolled back by itself, for example when the disk is full.
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }
}

/** An error of one row or statement, and not of the whole database. */
function isRowError(error: unknown): boolean {
  if (!isSqliteError(error)) return true
  return sqliteCode(error) === 'row' || error.errcode === 1
}

function failure(error: unknown): FromWorker {
  const why = error instanceof Error ? error.message : String(error)
  return { type: 'failed', fault: sqliteCode(error) === 'full' ? 'disk-full' : 'failed', why }
}
