import { fail, type Result } from '@rufwerk/core'
import type { StoreError } from './errors.ts'

export interface MasterKey {
  /** 32 bytes for one purpose, always the same for the same purpose and key file (HKDF-SHA-256). */
  keyFor(purpose: string): Uint8Array
}

/** Reads the key file of a data folder (mode 0600), or makes it. */
export async function loadMasterKey(_dataDir: string): Promise<Result<MasterKey, StoreError>> {
  return fail({ code: 'failed', message: 'not yet' })
}
