// Opens a data folder: the worker locks, migrates and opens the files.
import { type Log, ok, type Result } from '@rufwerk/core'
import type { StoreError } from './errors.ts'
import type { Store } from './ports.ts'
import { WorkerReady } from './worker-thread.ts'

export interface StoreOptions {
  /** Created with mode 0700 when absent. */
  readonly dataDir: string
  readonly log: Log
}

/** What can be had before there is a folder to open: code, and a thread that touches no file until then. */
export interface StoreReady {
  readonly worker: WorkerReady
  readonly code: Promise<typeof import('./assemble-store.ts')>
}

export function prepareStore(): StoreReady {
  return { worker: new WorkerReady(), code: import('./assemble-store.ts') }
}

/** Locks the data folder, migrates, opens. On failure nothing new is left behind. */
export async function openStore(
  { dataDir, log }: StoreOptions,
  ready: StoreReady = prepareStore(),
): Promise<Result<Store, StoreError>> {
  const [started, { assembleStore }] = await Promise.all([ready.worker.open(dataDir, log), ready.code])
  return started.ok ? ok(await assembleStore(started.value, log)) : started
}
