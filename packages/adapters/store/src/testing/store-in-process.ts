// The real store without its thread, for simulations: the same journal, group commit, statements and tables,
// over a database in memory, on a clock that is given. A crash loses exactly what was not committed.
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Log } from '@rufwerk/core'
import { assembleStore } from '../assemble-store.ts'
import { type GroupClock, GroupWriter } from '../group-writer.ts'
import type { Store } from '../ports.ts'
import { BatchWriter } from '../worker/batch-writer.ts'
import type { Batch, Cell, FromWorker } from '../worker/messages.ts'
import { MIGRATIONS } from '../worker/migrations.ts'

export interface DiskOptions {
  readonly clock: GroupClock
  readonly log: Log
  /** How long the next transaction takes, in ms; half of it passes after the commit, before it is told. */
  readonly commitMs: () => number
  /** True while there is no room: nothing is written. */
  readonly isFull?: () => boolean
  /** Told after each commit. */
  readonly onCommit?: () => void
}

/** One opening of the store, and its timers. */
interface Run {
  readonly armed: Set<Disposable>
  isOpen: boolean
}

/** What survives a crash: the database, and how often it was opened. */
export class SimulatedDisk {
  readonly #options: DiskOptions
  readonly #database = new DatabaseSync(':memory:')
  /** Those of `rows`, which are few and asked often. */
  readonly #statements = new Map<string, StatementSync>()
  #generation = 0
  #run: Run = { armed: new Set(), isOpen: false }

  constructor(options: DiskOptions) {
    this.#options = options
    for (const { sql } of MIGRATIONS) this.#database.exec(sql)
  }

  /** Opens the store for the next run. The run before must have crashed, or closed. */
  async open(): Promise<Store> {
    const run: Run = { armed: new Set(), isOpen: true }
    this.#run = run
    this.#generation += 1
    const batches = new BatchWriter(this.#database)
    const clock = this.#clockOf(run)
    const writer: GroupWriter = new GroupWriter((batch) => write(batch), this.#options.log, clock)
    const write = (batch: Batch): void => {
      const half = this.#options.commitMs() / 2
      clock.arm(half, () => {
        const answer: FromWorker = this.#options.isFull?.()
          ? { type: 'failed', fault: 'disk-full', why: 'simulated' }
          : batches.write(batch)
        if (answer.type === 'committed') this.#options.onCommit?.()
        if (answer.type !== 'committed' && answer.type !== 'failed') throw new TypeError(answer.type)
        clock.arm(half, () => writer.answered(answer))
      })
    }
    const query = async (sql: string, parameters: readonly Cell[]) => batches.prepare(sql).all(...parameters)
    const close = async (): Promise<void> => {
      await writer.drain()
      this.crash()
    }
    return assembleStore({ writer, query, generation: this.#generation, close }, this.#options.log)
  }

  /** From now on nothing that the last run handed over is written or answered. */
  crash(): void {
    this.#run.isOpen = false
    for (const timer of [...this.#run.armed]) timer[Symbol.dispose]()
  }

  /** What is committed now, for whoever checks promises. */
  rows(sql: string, ...parameters: readonly Cell[]): readonly Readonly<Record<string, unknown>>[] {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement.all(...parameters)
  }

  /** Changes the database behind the store's back. */
  change(sql: string): void {
    this.#database.exec(sql)
  }

  #clockOf(run: Run): GroupClock {
    const { clock } = this.#options
    return {
      now: () => clock.now(),
      arm: (delayMs, callback) => {
        if (!run.isOpen) return { [Symbol.dispose]: () => undefined }
        const timer = clock.arm(delayMs, () => {
          run.armed.delete(entry)
          callback()
        })
        const entry: Disposable = {
          [Symbol.dispose]: () => {
            run.armed.delete(entry)
            timer[Symbol.dispose]()
          },
        }
        run.armed.add(entry)
        return entry
      },
    }
  }
}
