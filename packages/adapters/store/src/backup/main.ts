// The thread of one backup.
import { parentPort, workerData } from 'node:worker_threads'
import { type BackupMade, type BackupWish, makeBackup } from './make.ts'

export type BackupTold =
  | { readonly ok: true; readonly value: BackupMade }
  | { readonly ok: false; readonly error: string }

parentPort?.postMessage(told(workerData as BackupWish))

function told(wish: BackupWish): BackupTold {
  try {
    return { ok: true, value: makeBackup(wish) }
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) }
  }
}
