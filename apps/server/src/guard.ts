// The defence alone, beside another phone system: devices, advisories, cases and evidence, with accounts,
// mail, backups and the log of administration. No telephony: nothing here listens for phones or carries
// sound.
import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import { createPasswordHasher, openAccounts } from '@rufwerk/accounts'
import { createApi, loadWebApp } from '@rufwerk/api'
import { createLog, createRandomPool, minutes, type WallTime, wallTime } from '@rufwerk/core'
import { TimerWheel } from '@rufwerk/net'
import { loadMasterKey, openStore } from '@rufwerk/store'
import { runBackup } from '@rufwerk/store/backup'
import { openCertificates, orderCertificate } from './certificates.ts'
import { Egress } from './egress.ts'
import { readEnvironment } from './flags.ts'
import { openFleet } from './fleet/open-fleet.ts'
import { QuarantineDesk } from './fleet/quarantine-desk.ts'
import { attendLauncher, readyForLauncher } from './launcher-link.ts'
import { ownAddresses } from './listen.ts'
import { MailOffice } from './mail/mail-office.ts'
import { AuditLog } from './records/audit-log.ts'
import { Backups } from './records/backups.ts'
import { VERSION } from './version.ts'
import { openDoors, WEB_APP } from './web/doors.ts'
import { originOf, startLines } from './web/link.ts'

/** A wrong flag, a taken port, a data folder that cannot be used: starting again would not help. */
const EXIT_CONFIGURATION = 2
/** The host part of addresses that nobody has here (RFC 2606). */
const SIP_DOMAIN = 'rufwerk.invalid'

function giveUp(message: string): never {
  process.stderr.write(`rufwerk: ${message}\n`)
  process.exit(EXIT_CONFIGURATION)
}

const environment = readEnvironment(process.env)
if (!environment) giveUp('start it with npm run rufwerk -- guard.')
const { flags, mediaSocket } = environment
attendLauncher(mediaSocket, () => false)
const randomBytes = createRandomPool(randomFillSync)
const now = (): WallTime => wallTime(Date.now())
const log = createLog(flags.logLevel, (line) => void process.stderr.write(line), now)
const timers = new TimerWheel({ onError: (error) => log.error('timer failed', { error: String(error) }) })

const egress = new Egress(flags, log)
const opened = await openStore({ dataDir: flags.data, log })
if (!opened.ok) giveUp(`${opened.error.message} The folder is chosen with --data.`)
const store = opened.value
const masterKey = await loadMasterKey(flags.data)
if (!masterKey.ok) giveUp(`${masterKey.error.message} The folder is chosen with --data.`)
const key = masterKey.value
const shared = { store, timers, randomBytes, wallTime: now, log }

const passwords = createPasswordHasher(randomBytes)
const accounts = await openAccounts({ ...shared, store: store.accounts, passwords })
const mail = new MailOffice({ ...shared, key: key.keyFor('mail') })
egress.add(() => mail.targets())
const quarantine = new QuarantineDesk({
  ...{ ...shared, accounts },
  // Devices of another phone system are stopped there.
  onStopped: () => undefined,
  tell: () => undefined,
  tellAdmins: () => undefined,
})
for (const { tenant } of accounts.directories()) await mail.open(tenant.id)
accounts.events.on('directoryChanged', ({ tenant }) => void mail.open(tenant.id))
const fleet = openFleet({
  ...{ ...shared, folder: flags.data, accounts, quarantine },
  mailerOf: (id) => mail.mailerOf(id),
  evidenceSeed: key.keyFor('evidence'),
  onPublishers: (id, urls) => egress.publishers(id, urls),
})
const audit = new AuditLog({ ...shared, key: key.keyFor('audit') })
const backups = await new Backups({
  ...{ ...shared, dataDir: flags.data, folder: flags.backupFolder ?? join(flags.data, 'backups') },
  ...{ program: VERSION, run: runBackup },
}).open()

const trust = await openCertificates({ flags, addresses: ownAddresses(), timers, wallTime: now, log })
if (!trust.ok) giveUp(trust.error)
const certificates = trust.value

const nobody = {
  history: { callsOf: async () => ({ calls: [] }), call: async () => undefined },
  live: {
    presenceOf: () => 'offline' as const,
    calls: () => [],
    isRegistered: () => false,
    subscribe: () => ({ [Symbol.dispose]: () => undefined }),
  },
}
const webApp = await loadWebApp(WEB_APP)
if (!webApp.ok) log.warn('web app missing', { why: webApp.error })
const api = createApi({
  ...(webApp.ok && { web: webApp.value }),
  ...{ accounts, audit, backups, certificates, mail, ...nobody, randomBytes, log },
  ...{ fleet: fleet.desk, fleetWork: fleet.work, search: fleet.search, cases: fleet.cases, egress },
  clock: timers,
  isOverloaded: () => store.journal.isOverloaded(),
  settings: {
    ...{ version: VERSION, isDemo: false, sipDomain: SIP_DOMAIN, phoneServer: { server: '', port: 0 } },
    origin: originOf(flags),
    ...(flags.hostNames.length > 0 && { hostNames: flags.hostNames }),
  },
})
const doors = await openDoors(api, { flags, certificates, log })
if (!doors.ok) giveUp(doors.error)
void orderCertificate(certificates, flags, log)

const sweep = (): void => {
  // What is expired is refused anyway: a sweep that fails waits for the next one.
  accounts.sweep().catch((error: unknown) => log.warn('sweep failed', { error: String(error) }))
  timers.arm(minutes(10), sweep)
}
sweep()

let isEnding = false
async function end(): Promise<void> {
  if (isEnding) return
  isEnding = true
  backups.close()
  audit.close()
  api.close()
  mail.close()
  if (doors.ok) await doors.value.close()
  certificates.close()
  await fleet.close()
  await store.close()
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end())

readyForLauncher()
process.stdout.write(`Rufwerk ${VERSION}, guard: no telephony.\n`)
for (const line of await startLines(accounts, flags)) process.stdout.write(`${line}\n`)
