// The server: store, accounts, telephony and web side, built from top to bottom. Reading this file is reading
// the architecture. Started by the launcher, which passes the flags and the media process's socket.
import { randomFillSync } from 'node:crypto'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { createPasswordHasher, openAccounts, type Tenant } from '@rufwerk/accounts'
import {
  createLog,
  createRandomPool,
  type Flow,
  minutes,
  ms,
  type PersonId,
  type WallTime,
  wallTime,
} from '@rufwerk/core'
import { SipTrace } from '@rufwerk/legs'
import {
  Carriers,
  localAddresses,
  SipResolver,
  SipSockets,
  TimerWheel,
  writeSocketAddress,
} from '@rufwerk/net'
import { openOwnSettings } from '@rufwerk/routing/own'
import { StreamFramer } from '@rufwerk/sip'
import { createDemo, loadMasterKey, openStore, prepareStore, sealedRooms, sealWith } from '@rufwerk/store'
import { openAddresses } from './addresses.ts'
import { AttackDesk } from './attacks/attack-desk.ts'
import { openCertificates, orderCertificate } from './certificates.ts'
import { NOBODY, openDialPlans, placeOfPrompt, reviewPlans } from './dial-plans.ts'
import { Egress } from './egress.ts'
import { readEnvironment } from './flags.ts'
import { openFleet } from './fleet/open-fleet.ts'
import { QuarantineDesk } from './fleet/quarantine-desk.ts'
import { tellAdmins } from './fleet/tell-admins.ts'
import { tellStopped } from './fleet/tell-stopped.ts'
import { attendLauncher, readyForLauncher, untilNeeded } from './launcher-link.ts'
import { listenSip, ownAddresses, phoneServer } from './listen.ts'
import { MailOffice } from './mail/mail-office.ts'
import { openMediaLink } from './media-link.ts'
import { EarlyStop, stopOnce } from './ops/stop.ts'
import { TollWatch } from './ops/toll-watch.ts'
import { PlanChecks } from './plan-check/plan-checks.ts'
import { Presence } from './presence.ts'
import { Converter } from './prompts/converter.ts'
import { openPrompts } from './prompts/prompts.ts'
import { CallRecordings } from './recordings/call-recordings.ts'
import { SoundFiles } from './recordings/sound-files.ts'
import { Recovery } from './recovery.ts'
import { openVoicemailService } from './services/open-voicemail.ts'
import { canRing, startQueues } from './services/queues-start.ts'
import { openRooms } from './services/rooms-desk.ts'
import { Telephony } from './telephony.ts'
import { followTrunkFile } from './trunk-file.ts'
import { familiesOf, Trunks } from './trunks.ts'
import { PRODUCT, VERSION } from './version.ts'
import { originOf, startLines } from './web/link.ts'

/** A wrong flag, a taken port, a data folder that cannot be used: starting again would not help. */
const EXIT_CONFIGURATION = 2
/** The same story in every demonstration. */
const DEMO_SEED = 101
/** Browsers are known by their flow, so the host part of their addresses is nobody's name (RFC 2606). */
const SIP_DOMAIN = 'rufwerk.invalid'
/** Phones that connect again wait so long at most for those in calls to hear each other. */
const REOPENED_WITHIN = ms(1_000)
/** And for browsers in calls to be connected to theirs. */
const CONNECTED_WITHIN = ms(500)
/** In the data folder: how carriers are reached, with passwords. */
const TRUNK_FILE = 'trunks.json'
/** In the data folder and beside the control socket, as the media process finds them. */
const RECORDINGS_FOLDER = 'recordings'
const MESSAGES_FOLDER = 'messages'

function giveUp(message: string): never {
  process.stderr.write(`rufwerk: ${message}\n`)
  process.exit(EXIT_CONFIGURATION)
}

const environment = readEnvironment(process.env)
if (!environment) giveUp('start it with npm start.')
const { flags, mediaSocket } = environment
// Until there is a tenant, nobody can register: what arrives is dropped.
let telephony: Telephony | undefined
const callsUp = (): number => telephony?.exchange.size() ?? 0
attendLauncher(mediaSocket, () => callsUp() > 0)
// A third of what has to be loaded: phones need not wait for it.
const loadWebSide = () => import('./web/web-side.ts')
const storeReady = prepareStore()
const isLoaded = await untilNeeded(() => Promise.all([loadWebSide(), storeReady.code]))
const randomBytes = createRandomPool(randomFillSync)
const now = (): WallTime => wallTime(Date.now())
const log = createLog(flags.logLevel, (line) => void process.stderr.write(line), now)

const egress = new Egress(flags, log)

const opened = await openStore({ dataDir: flags.data, log }, storeReady)
if (!opened.ok) giveUp(`${opened.error.message} The folder is chosen with --data.`)
const store = opened.value
const masterKey = await loadMasterKey(flags.data)
if (!masterKey.ok) giveUp(`${masterKey.error.message} The folder is chosen with --data.`)
const trunkSeal = sealWith(masterKey.value.keyFor('trunks'))

if (flags.isDemo) {
  const made = await createDemo(store, { now: now(), seed: DEMO_SEED, randomBytes })
  if (made === 'not-stored') giveUp('the demonstration could not be stored; is the disk full?')
}

const timers = new TimerWheel({ onError: (error) => log.error('timer failed', { error: String(error) }) })
const passwords = createPasswordHasher(randomBytes)
const accounts = await openAccounts({
  store: store.accounts,
  passwords,
  wallTime: now,
  randomBytes,
  log,
})
const { ringSeconds } = flags
const prompts = await openPrompts(
  {
    folder: join(flags.data, 'prompts'),
    builtInFolder: join(import.meta.dirname, '../../media/prompts'),
    ...{ converter: new Converter(log), log },
    placeOf: (id, file) =>
      placeOfPrompt(dialPlans.config(id), file) ?? telephony?.queues.desk.placeOfSound(file),
  },
  accounts.directories().map((directory) => directory.tenant.id),
)
const hasPrompt: typeof prompts.has = (tenant, language, name) => prompts.has(tenant, language, name)
const dialPlans = await openDialPlans({
  ...{ accounts, store, checker: new PlanChecks(log), ringSeconds, wallTime: now, log },
  hasPrompt,
})

const trace = new SipTrace(now, flags.isTraced)
let isListening = false
/** A tenant's telephony is being built. */
let isStarting = false
/** Resolves when the telephone side of a tenant that is there already stands. */
const isBuilt = Promise.withResolvers<void>()
const recovery = new Recovery({ store, timers, log, telephony: () => isBuilt.promise.then(() => telephony) })
const media = openMediaLink({
  path: mediaSocket,
  generation: store.generation,
  log,
  onAttached: (attached) => recovery.attached(attached),
  onDead: () => void recovery.dead(),
})
const addresses = openAddresses({
  flags,
  timers,
  randomBytes,
  log,
  onChanged: () => sockets.addressesChanged(),
})
if (!addresses.ok) giveUp(addresses.error)
const sockets = new SipSockets({
  receiver: {
    onMessage: (flow: Flow, bytes) => telephony?.onMessage(flow, bytes),
    onFlowClosed: (flow: Flow) => telephony?.onFlowClosed(flow),
  },
  newFramer: () => new StreamFramer(),
  timers,
  log,
  randomBytes,
  addresses: addresses.value,
  isExpected: (address) => telephony?.userAgent.isTrunkPeer(address) ?? false,
})
const resolver = new SipResolver({
  timers,
  random: Math.random,
  transports: ['tls', 'tcp', 'udp'],
  families: familiesOf(localAddresses().map(({ address }) => address)),
})
const plannedTrunks = () => {
  const [directory] = accounts.directories()
  return (directory && dialPlans.config(directory.tenant.id)?.dialPlan?.trunks) ?? []
}
const trunks = {
  book: new Trunks(plannedTrunks),
  network: new Carriers({ sockets, resolver, log }),
}
egress.add(() => trunks.book.targets())
const directoryWith = (person: PersonId) =>
  accounts.directories().find(({ byPerson }) => byPerson.has(person))
const own = await openOwnSettings({
  store: store.ownSettings,
  configOf: (id) => dialPlans.config(id),
  tenantOf: (person) => directoryWith(person)?.tenant.id,
  live: () => telephony?.live ?? NOBODY,
  onChanged: (person) => telephony?.queues.port.reachabilityChanged(person),
  ...{ wallTime: now, log },
})
const attacks = new AttackDesk({
  ...{ store, timers, wallTime: now, host: hostname(), version: VERSION, log },
  isCarrier: (address) => telephony?.userAgent.isTrunkPeer(address) ?? false,
  closeFlow: (flow) => sockets.closeFlow(flow),
  configOf: (id) => dialPlans.config(id),
  nameOf: (person) => directoryWith(person as PersonId)?.byPerson.get(person as PersonId)?.name,
})
egress.add(() => attacks.targets())
const tolls = new TollWatch({
  onRefused: (payer, rule) => attacks.tollRefused(payer, rule),
  now: () => timers.now(),
  nameOf: (person) => directoryWith(person)?.byPerson.get(person)?.name,
  log,
})
const presence = new Presence(accounts, (device) => telephony?.isRegistered(device) ?? false)

const soundFiles = new SoundFiles({
  store: store.soundFiles,
  legs: () => telephony?.userAgent,
  masterKey: masterKey.value.keyFor('recordings'),
  folder: join(flags.data, RECORDINGS_FOLDER),
  messagesFolder: join(dirname(mediaSocket), MESSAGES_FOLDER),
  timers,
  wallTime: now,
  randomBytes,
  log,
})

const callRecordings = new CallRecordings({
  soundFiles,
  store: store.recordings,
  languageOf: (id) => accounts.directoryOf(id)?.tenant.language ?? 'en',
  exchange: () => telephony?.exchange,
  timers,
  wallTime: now,
  log,
})

const mail = new MailOffice({
  ...{ store, key: masterKey.value.keyFor('mail'), timers, wallTime: now, log },
})

egress.add(() => mail.targets())

const quarantine = new QuarantineDesk({
  ...{ store, accounts, wallTime: now, randomBytes, log },
  onStopped: (device, sipName) => telephony?.userAgent.removeDevice(device, sipName),
  tell: (id, device) =>
    tellStopped({ accounts, mailer: mail.mailerOf(id), origin: originOf(flags), log }, device),
  tellAdmins: (id, decided) =>
    tellAdmins({ accounts, mailerOf: (of) => mail.mailerOf(of), origin: originOf(flags), log }, id, decided),
})

const fleet = openFleet({
  ...{ folder: flags.data, accounts, store, quarantine, timers, randomBytes },
  ...{ wallTime: now, log },
  mailerOf: (id) => mail.mailerOf(id),
  evidenceSeed: masterKey.value.keyFor('evidence'),
  onPublishers: (id, urls) => egress.publishers(id, urls),
})

const voicemail = await openVoicemailService({
  ...{ store, accounts, passwords, soundFiles, prompts, timers, wallTime: now, randomBytes, log },
  telephony: () => telephony,
  configOf: (id) => dialPlans.config(id),
})

const roomStore = sealedRooms(store.rooms, { key: masterKey.value.keyFor('rooms'), log })

async function startTelephony(tenant: Tenant): Promise<void> {
  if (telephony || isStarting) return
  isStarting = true
  const queues = await startQueues({
    ...{ accounts, tenant: tenant.id, store: store.queues, clock: timers, wallTime: now, log },
    seed: Buffer.from(randomBytes(4)).readUInt32BE(),
    wish: (call, wish) => telephony?.exchange.wish(call, wish) ?? false,
    isReachable: (person) => canRing(telephony?.live, person),
    config: () => dialPlans.config(tenant.id),
    hasSound: (file) => prompts.hasFile(tenant.id, file),
    ownBox: (person) => voicemail.book.boxOf(tenant.id, person)?.id,
    tell: (fact) => presence.tell(fact),
  })
  const rooms = await openRooms({
    ...{ accounts, tenant: tenant.id, store: roomStore, clock: timers, wallTime: now, log },
    tell: (fact) => presence.tell(fact),
    telephony: () => telephony,
  })
  await mail.open(tenant.id)
  await quarantine.open(tenant.id)
  await attacks.open(tenant.id)
  const started = new Telephony(
    {
      accounts,
      store,
      sockets,
      timers,
      media,
      presence,
      queues,
      rooms,
      own,
      tolls,
      quarantine,
      fleet: fleet.desk,
      attacks,
      voicemail,
      log,
      wallTime: now,
      randomBytes,
      // A new one in each run: which nonces were used is forgotten, so those of the run before must be stale.
      nonceKey: masterKey.ok ? masterKey.value.keyFor(`digest-nonce-${store.generation}`) : randomBytes(32),
      configOf: (id) => dialPlans.config(id),
      product: PRODUCT,
      trace,
      trunks,
      soundFiles,
      callRecordings,
    },
    tenant,
  )
  telephony = started
  const trunkFile = { path: join(flags.data, TRUNK_FILE), seal: trunkSeal, timers, log }
  await followTrunkFile({ ...trunkFile, tenant, trunks: trunks.book })
  await callRecordings.load(tenant.id)
  await started.userAgent.restore()
  await started.rememberUsage(store, now())
  if (isListening) started.resume()
}

const [tenant] = accounts.directories().map((directory) => directory.tenant)
if (flags.isDemo && tenant && !tenant.isDemo) {
  giveUp(`${flags.data} holds a company already; give the demonstration a folder of its own with --data.`)
}
if (tenant) await startTelephony(tenant)
isBuilt.resolve()
accounts.events.on('directoryChanged', (directory) => void startTelephony(directory.tenant))
accounts.events.on('deviceRemoved', ({ device, sipName }) =>
  telephony?.userAgent.removeDevice(device, sipName),
)
const hosts = flags.sipHosts.length > 0 ? flags.sipHosts : ownAddresses()
const trusting = openCertificates({
  flags,
  addresses: [...hosts, ...flags.nat.publicAddresses],
  timers,
  wallTime: now,
  log,
})
await media.ready
await voicemail.recover()
callRecordings.adopt(await soundFiles.recover())
void callRecordings.sweep()
const trust = await trusting
if (!trust.ok) giveUp(trust.error)
const certificates = trust.value
const sipPorts = { port: flags.sipPort, tlsPort: flags.sipTlsPort }
let register = phoneServer({ addresses: hosts, tlsAddresses: hosts }, sipPorts)
const earlyStop = new EarlyStop()
const openWeb = async () => {
  const { openWebSide } = await loadWebSide()
  return openWebSide({
    ...{
      flags,
      store,
      accounts,
      sockets,
      media,
      certificates,
      trace,
      timers,
      randomBytes,
      log,
      wallTime: now,
    },
    ...{ dialPlans, hasPrompt, prompts, presence, own, tolls, mail, quarantine, voicemail },
    ...{ fleet: fleet.desk, fleetWork: fleet.work, search: fleet.search, cases: fleet.cases, attacks },
    egress,
    ...{ callRecordings, soundFiles },
    ...{
      turnSecret: masterKey.value.keyFor('turn'),
      auditKey: masterKey.value.keyFor('audit'),
      sipDomain: SIP_DOMAIN,
    },
    register: () => register,
    isListening: () => isListening,
    trunkFile: join(flags.data, TRUNK_FILE),
    trunkSeal,
    telephony: () => telephony,
    stop: (drainSeconds) => earlyStop.begin(drainSeconds),
  })
}
// A browser in a call needs longest until it is heard again. Where its side is loaded, it connects while the
// endpoints of phones are opened, and before phones do that are heard without a connection.
const earlyWeb = isLoaded ? await openWeb() : undefined
await telephony?.userAgent.reopened(REOPENED_WITHIN)
quarantine.enforceAll()
const beforeConnections = async (): Promise<void> => {
  isListening = true
  telephony?.resume()
  if (earlyWeb) await telephony?.userAgent.connected(CONNECTED_WITHIN)
}
const listening = await listenSip(sockets, {
  ...{ hosts: flags.sipHosts, ...sipPorts },
  identity: certificates,
  allowPublic: flags.nat.allowPublic,
  beforeConnections,
  log,
})
if (!listening.ok) giveUp(listening.error)
register = phoneServer(listening.value, sipPorts)
const opening = earlyWeb ?? (await openWeb())
if (!opening.ok) giveUp(opening.error)
const webSide = opening.value
void orderCertificate(certificates, flags, log)

const sweep = (): void => {
  // What is expired is refused anyway: a sweep that fails waits for the next one.
  accounts.sweep().catch((error: unknown) => log.warn('sweep failed', { error: String(error) }))
  voicemail.sweep().catch((error: unknown) => log.warn('sweep failed', { error: String(error) }))
  timers.arm(minutes(10), sweep)
}
sweep()
reviewPlans(dialPlans, timers)
void voicemail.mailThrough((id) => mail.mailerOf(id))

const stopping = stopOnce({
  calls: callsUp,
  drain: () => webSide.drainBegun(),
  hangUpAll: () => {
    media.expectEnd()
    telephony?.hangUpAll()
  },
  close: async () => {
    callRecordings.close()
    soundFiles.close()
    mail.close()
    attacks.close()
    await sockets.close()
    await webSide.close()
    certificates.close()
    if (addresses.ok) addresses.value.close()
    media.close()
    await telephony?.queues.close()
    await fleet.close()
    await store.close()
    process.exit(0)
  },
  log,
})
earlyStop.opened(stopping)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => stopping.begin(flags.drainSeconds))

readyForLauncher()
const registrar = writeSocketAddress({ address: register.server, port: register.port })
process.stdout.write(`Rufwerk ${VERSION}. Phones register at ${registrar}.\n`)
for (const line of await startLines(accounts, flags)) process.stdout.write(`${line}\n`)
