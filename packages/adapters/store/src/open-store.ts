// Opens a data folder: the worker locks, migrates and opens the files.
import { type Log, ok, type Result } from '@rufwerk/core'
import type { StoreError } from './errors.ts'
import type { Store } from './ports.ts'
import { WorkerThread } from './worker-thread.ts'

export interface StoreOptions {
  /** Created with mode 0700 when absent. */
  readonly dataDir: string
  readonly log: Log
}

/** Locks the data folder, migrates, opens. On failure nothing new is left behind. */
export async function openStore({ dataDir, log }: StoreOptions): Promise<Result<Store, StoreError>> {
  const [started, { assembleStore }] = await Promise.all([
    WorkerThread.start(dataDir, log),
    import('./assemble-store.ts'),
  ])
  return started.ok ? ok(await assembleStore(started.value, log)) : started
}
