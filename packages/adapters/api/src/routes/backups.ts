// /backups, for admins: what there is, when they are made, the key, and one now. Backups never leave by HTTP.
import { Backup, BackupPassphrase, BackupSettings, Backups, RecoveryKey } from '@rufwerk/contract/backups'
import { fail, ok, randomId } from '@rufwerk/core'
import type { ApiPorts, BackupsPort } from '../ports.ts'
import { type Route, signedInRoute } from '../route.ts'

/** 160 bits, in groups that can be typed from paper. */
const RECOVERY_KEY_CHARS = 32

export function backupsRoutes(ports: ApiPorts): readonly Route[] {
  const { backups } = ports
  return backups === undefined ? [] : [...makingRoutes(ports, backups), ...keyRoutes(ports, backups)]
}

function makingRoutes({ accounts }: ApiPorts, backups: BackupsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'backups',
      method: 'get',
      path: '/backups',
      summary: 'The backups that there are, and how the last one went.',
      access: 'admin',
      status: 200,
      answer: Backups,
      run: async () => ok(await backups.state()),
    }),
    signedInRoute({
      name: 'makeBackup',
      noted: 'by-itself',
      method: 'post',
      path: '/backups',
      summary: 'Makes one now, and answers when it was read back.',
      access: 'admin',
      act: 'export',
      status: 201,
      answer: Backup,
      run: async ({ who }) => {
        const noted = await accounts.note(who.session, 'backup-made', '')
        if (!noted.ok) return fail({ code: 'unavailable' })
        const made = await backups.run()
        if (made.ok) return made
        const isKeyless = made.error === 'no-key'
        const message = isKeyless ? 'There is no key for backups yet.' : `There is no backup: ${made.error}`
        return fail({ code: isKeyless ? 'conflict' : 'unavailable', message })
      },
    }),
    signedInRoute({
      name: 'changeBackups',
      noted: 'by-itself',
      method: 'put',
      path: '/backups',
      summary: 'Says when backups are made and how many are kept.',
      access: 'admin',
      body: BackupSettings,
      status: 204,
      run: async ({ who, body }) => {
        const noted = await accounts.note(who.session, 'backups-changed', '', { isOn: String(body.isOn) })
        const isStored = noted.ok && (await backups.change(body))
        return isStored ? ok(undefined) : fail({ code: 'unavailable' })
      },
    }),
  ]
}

function keyRoutes({ accounts, randomBytes }: ApiPorts, backups: BackupsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'changeBackupKey',
      noted: 'by-itself',
      method: 'put',
      path: '/backups/key',
      summary: 'Encrypts the next backups with a passphrase; those before need the one before.',
      access: 'admin',
      body: BackupPassphrase,
      status: 204,
      run: async ({ who, body }) => {
        const noted = await accounts.note(who.session, 'backups-changed', '', { key: 'passphrase' })
        const isStored = noted.ok && (await backups.setKey(body.passphrase))
        return isStored ? ok(undefined) : fail({ code: 'unavailable' })
      },
    }),
    signedInRoute({
      name: 'newRecoveryKey',
      noted: 'by-itself',
      method: 'post',
      path: '/backups/recovery-key',
      summary: 'Encrypts the next backups with a new recovery key, which is shown this once.',
      access: 'admin',
      status: 201,
      answer: RecoveryKey,
      run: async ({ who }) => {
        const text = randomId(randomBytes, RECOVERY_KEY_CHARS)
        const recoveryKey = text.replace(/(.{4})(?=.)/g, '$1-')
        const noted = await accounts.note(who.session, 'backups-changed', '', { key: 'recovery key' })
        const isStored = noted.ok && (await backups.setKey(recoveryKey))
        return isStored ? ok({ recoveryKey }) : fail({ code: 'unavailable' })
      },
    }),
  ]
}
