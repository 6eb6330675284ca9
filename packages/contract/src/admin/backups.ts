// /backups: encrypted copies of everything, on a schedule and on demand.
import { Time, z } from '../schema.ts'

const SETTINGS = {
  isOn: z.boolean().describe('Once a day.'),
  hour: z.int().min(0).max(23).describe('On the clock of the machine.'),
  newest: z.int().min(1).max(100).describe('So many of the newest are kept,'),
  weeks: z.int().min(0).max(100).describe('and the last one of so many weeks before.'),
}

export const BackupSettings = z.strictObject(SETTINGS).meta({ id: 'BackupSettings' })
export type BackupSettings = z.infer<typeof BackupSettings>

export const Backup = z.object({ name: z.string(), at: Time, bytes: z.int() }).meta({ id: 'Backup' })
export type Backup = z.infer<typeof Backup>

export const Backups = z
  .object({
    ...SETTINGS,
    hasKey: z.boolean().describe('Without one there is no backup.'),
    isRunning: z.boolean(),
    last: z
      .object({ at: Time, isGood: z.boolean(), why: z.string().optional() })
      .optional()
      .describe('The last one that was tried.'),
    backups: z.array(Backup).describe('Newest first.'),
  })
  .meta({ id: 'Backups' })
export type Backups = z.infer<typeof Backups>

export const BackupPassphrase = z
  .strictObject({ passphrase: z.string().trim().min(16).max(512) })
  .meta({ id: 'BackupPassphrase' })
export type BackupPassphrase = z.infer<typeof BackupPassphrase>

export const RecoveryKey = z
  .object({ recoveryKey: z.string().describe('Shown this once; without it no backup can be restored.') })
  .meta({ id: 'RecoveryKey' })
export type RecoveryKey = z.infer<typeof RecoveryKey>
