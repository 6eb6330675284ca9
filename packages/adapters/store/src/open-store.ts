import { fail, type Log, type Result } from '@rufwerk/core'
import type { StoreError } from './errors.ts'
import type { Store } from './ports.ts'

export interface StoreOptions {
  /** Created with mode 0700 when absent. */
  readonly dataDir: string
  readonly log: Log
}

/** Locks the data folder, migrates, opens. On failure nothing new is left behind. */
export async function openStore(_options: StoreOptions): Promise<Result<Store, StoreError>> {
  return fail({ code: 'failed', message: 'not yet' })
}
