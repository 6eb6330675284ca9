// Backups: a door of their own, so that the tools need not load the store.
import { Worker } from 'node:worker_threads'
import { fail, type Result } from '@rufwerk/core'
import type { BackupTold } from './main.ts'
import type { BackupMade, BackupWish } from './make.ts'

export { type BackupKey, newBackupKey } from './key.ts'
export type { BackupMade, BackupWish } from './make.ts'
export { type Restored, type RestoreProblem, restoreBackup, verifyBackup } from './restore.ts'
export { backupsAmong, type Kept, madeAt } from './rotation.ts'

/** In a thread of its own. The error is a sentence. */
export function runBackup(wish: BackupWish): Promise<Result<BackupMade, string>> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./main.ts', import.meta.url), { workerData: wish })
    worker.once('message', (told: BackupTold) => resolve(told))
    worker.once('error', (error) => resolve(fail(String(error))))
    worker.once('exit', () => resolve(fail('the thread has ended')))
  })
}
