// Devices and advisories of the company, for admins: what is asked goes to the thread of the defence, and
// whom an advisory calls affected is stopped by the quarantine, by a person or by what was decided before.
import { type Accounts, type Actor, BY_POLICY } from '@rufwerk/accounts'
import type { FleetPort, FleetProblem } from '@rufwerk/api/fleet'
import type { QuarantineProblem } from '@rufwerk/api/quarantine'
import { publicPem, signingKey } from '@rufwerk/audit'
import type {
  EvidenceKey,
  EvidenceWish,
  FleetAdvisories,
  FleetExposure,
  FleetExposureQuery,
  FleetHistory,
  FleetHistoryQuery,
  FleetImported,
  FleetImportQuery,
  FleetIssuer,
  FleetPolicy,
  FleetPolled,
  FleetReceived,
  FleetStop,
  FleetStopped,
} from '@rufwerk/contract/fleet'
import type { QuarantineActed, Quarantine as QuarantineView } from '@rufwerk/contract/quarantine'
import { type DeviceId, fail, type Log, ok, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { Affected, Defence, DefenceError, NotFetched, Received, Sightings } from '@rufwerk/defence'
import { fingerprintOf } from '@rufwerk/evidence'
import type { Heard, TrunkParty } from '@rufwerk/legs'
import type { Store } from '@rufwerk/store'
import type { AffectedStop, DeviceLook } from './quarantine-desk.ts'
import { exposureView, feedView, importedView, receivedView, runView } from './views.ts'

export interface FleetDeskParts {
  readonly defence: Pick<Defence, 'ask'>
  readonly sightings: Sightings
  readonly accounts: Accounts
  readonly store: Pick<Store, 'setting' | 'saveSetting'>
  /** Of the key that signs evidence, and nothing else: 32 bytes. */
  readonly evidenceSeed: Uint8Array
  readonly quarantine: {
    view(tenant: TenantId): QuarantineView
    stoppedByAdvisory(tenant: TenantId): DeviceId[]
    looked(tenant: TenantId, looks: readonly DeviceLook[]): Promise<void>
    stopAffected(actor: Actor, stop: AffectedStop): Promise<Result<QuarantineActed, QuarantineProblem>>
  }
  /** Stops whom rules about versions forbid now. */
  readonly enforceVersions: (tenant: TenantId) => Promise<unknown>
  readonly wallTime: () => WallTime
  /** Told before somebody is asked. */
  readonly onPublishers?: (tenant: TenantId, urls: readonly string[]) => void
  readonly log: Log
}

/** What the web app says of itself when it registers. */
const OWN_PAGE = 'Rufwerk Web'

type Answer<Value> = Promise<Result<Value, FleetProblem>>

export class FleetDesk implements FleetPort {
  readonly #parts: FleetDeskParts

  constructor(parts: FleetDeskParts) {
    this.#parts = parts
  }

  /** A device has registered, and said what it is. */
  heard(device: DeviceId, { userAgent, address }: Heard): void {
    const { accounts, sightings, wallTime } = this.#parts
    const directory = accounts.directoryOfDevice(device)
    const known = directory?.byDevice.get(device)
    if (directory === undefined || known === undefined) return
    const person = directory.byPerson.get(known.person)
    const site = person && directory.sites.get(person.site)
    sightings.see({
      ...{ seenAt: wallTime(), tenant: directory.tenant.id, device: { account: known.sipName } },
      ...(known.kind === 'browser'
        ? ({ source: 'browser', kind: 'web-app', platform: 'web' } as const)
        : ({ source: 'registration', kind: 'unknown' } as const)),
      ...(person && { person: person.name }),
      ...(site && { site: site.name }),
      ...{ addresses: [address], coverage: 'part' },
      installations: userAgent === undefined ? [] : [foundBy(userAgent, known.kind)],
    })
  }

  /** A call came in through a trunk: another telephone system, or a carrier, has said what it is. */
  heardOfTrunk({ tenant, trunk }: TrunkParty, { userAgent, address }: Heard): void {
    const { sightings, wallTime } = this.#parts
    sightings.see({
      ...{ seenAt: wallTime(), tenant, device: { instance: `trunk ${trunk}` } },
      ...{ source: 'trunk', kind: 'unknown', addresses: [address], coverage: 'part' },
      installations: userAgent === undefined ? [] : [{ userAgent }],
    })
  }

  async exposure(tenant: TenantId, query: FleetExposureQuery): Answer<FleetExposure> {
    const { from, limit, state } = query
    const at = this.#parts.wallTime()
    const wish = { tenant, at, from, limit, ...(state !== undefined && { state }) }
    const page = await this.#parts.defence.ask('exposure', wish)
    if (!page.ok) return page
    const bySipName = this.#parts.accounts.directoryOf(tenant)?.bySipName
    return ok(exposureView(page.value, (account) => bySipName?.get(account)?.id))
  }

  table(tenant: TenantId, language: 'de' | 'en'): Answer<string> {
    return this.#parts.defence.ask('table', { tenant, language, at: this.#parts.wallTime() })
  }

  async history(tenant: TenantId, query: FleetHistoryQuery): Answer<FleetHistory> {
    const { after: from, until, product, version, sha256 } = query
    const page = await this.#parts.defence.ask('ran', {
      ...{ tenant, from, until },
      ...(product !== undefined && { product }),
      ...(version !== undefined && { version }),
      ...(sha256 !== undefined && { sha256 }),
    })
    return page.ok ? ok({ runs: page.value.runs.map(runView), total: page.value.total }) : page
  }

  async import({ tenant }: Actor, format: FleetImportQuery['format'], text: string): Answer<FleetImported> {
    const at = this.#parts.wallTime()
    const imported = await this.#parts.defence.ask('import', { tenant, format, text, at })
    if (!imported.ok) return imported
    if (imported.value.changes > 0) await this.changed(tenant)
    await this.#look(tenant)
    return ok(importedView(imported.value))
  }

  async advisories(tenant: TenantId): Answer<FleetAdvisories> {
    const book = await this.#parts.defence.ask('book', { tenant })
    if (!book.ok) return book
    const { issuers, documents, conflicts } = book.value
    return ok({
      issuers: issuers.map(({ namespace, addresses, keys, provider, feed }) => ({
        ...{ namespace, addresses: [...addresses], keys: [...keys] },
        ...(provider !== undefined && { provider }),
        ...(feed && { feed: feedView(feed) }),
      })),
      documents: [...documents],
      conflicts: [...conflicts],
    })
  }

  async pin({ tenant }: Actor, { keys: publicKeys, provider, ...of }: FleetIssuer): Answer<FleetReceived> {
    const issuer = { ...of, ...(provider !== undefined && { provider }) }
    const pinned = await this.#parts.defence.ask('pin', { tenant, issuer, publicKeys })
    if (pinned.ok && pinned.value.type === 'counts' && provider !== undefined)
      await this.#parts.store.saveSetting(feedsName(tenant), 'asked')
    await this.#tellPublishers(tenant)
    return this.#received(tenant, pinned)
  }

  async unpin({ tenant }: Actor, namespace: string): Answer<FleetReceived> {
    const unpinned = await this.#parts.defence.ask('unpin', { tenant, namespace })
    await this.#tellPublishers(tenant)
    return this.#received(tenant, unpinned)
  }

  async receive(
    { tenant }: Actor,
    text: string,
    published: { readonly address: string; readonly signature?: string },
  ): Answer<FleetReceived> {
    return this.#received(tenant, await this.#parts.defence.ask('receive', { tenant, text, ...published }))
  }

  async poll(tenant: TenantId): Answer<FleetPolled> {
    await this.#tellPublishers(tenant)
    const polled = await this.#parts.defence.ask('poll', { tenant, at: this.#parts.wallTime() })
    if (!polled.ok) return polled
    const { feeds, counts } = polled.value
    for (const [issuer, { problem }] of feeds)
      if (problem) this.#parts.log.warn('fleet.provider', { issuer, problem })
    const acted = counts > 0 ? await this.#applyPolicy(tenant) : undefined
    const views = feeds.map(([namespace, feed]) => ({ namespace, feed: feedView(feed) }))
    return ok({ feeds: views, counts, ...(acted && { acted }) })
  }

  /** The same for every company that has named a list; the thread stays away where nobody has. */
  async pollAll(tenants: readonly TenantId[]): Promise<void> {
    for (const tenant of tenants)
      if ((await this.#parts.store.setting(feedsName(tenant))) !== undefined) await this.poll(tenant)
  }

  async fetch({ tenant }: Actor, address: string): Answer<FleetReceived> {
    await this.#tellPublishers(tenant)
    return this.#received(tenant, await this.#parts.defence.ask('fetch', { tenant, address }))
  }

  async stop(
    actor: Actor,
    stop: FleetStop,
  ): Promise<Result<FleetStopped, QuarantineProblem | DefenceError | 'unknown-advisory'>> {
    const affected = await this.#affected(actor.tenant, stop)
    if (!affected.ok) return affected
    if (affected.value === undefined) return fail('unknown-advisory')
    const { devices, without } = this.#devicesOf(actor.tenant, affected.value)
    const { revision, product } = affected.value
    const acted = await this.#parts.quarantine.stopAffected(actor, { ...stop, revision, product, devices })
    if (!acted.ok) return acted
    const { stopped, waits } = acted.value
    return ok({ stopped, without, ...(waits && { waits }) })
  }

  async evidence(actor: Actor, wish: EvidenceWish, administration: Uint8Array): Answer<Uint8Array> {
    const { accounts, defence, quarantine, evidenceSeed: seed, wallTime, log } = this.#parts
    const { tenant, person } = actor
    const directory = accounts.directoryOf(tenant)
    const stops = new TextEncoder().encode(`${JSON.stringify(quarantine.view(tenant), undefined, 2)}\n`)
    const given = [
      {
        ...{ name: 'administration.jsonl', mediaType: 'application/jsonl', origin: 'rufwerk: rufwerk.db' },
        what: {
          de: 'Wer was verwaltet hat, als Kette mit unterschriebenen Ständen (rufwerk audit verify)',
          en: 'Who administered what, as a chain with signed heads (rufwerk audit verify)',
        },
        content: administration,
      },
      {
        ...{ name: 'quarantine.json', mediaType: 'application/json', origin: 'rufwerk: rufwerk.db' },
        what: {
          de: 'Wer angehalten ist, von wem und warum, und was auf eine zweite Person wartet',
          en: 'Who is stopped, by whom and why, and what waits for a second person',
        },
        content: stops,
      },
    ]
    const about = {
      ...{
        case: wish.case,
        title: wish.title,
        company: directory?.tenant.name ?? tenant,
        madeAt: wallTime(),
      },
      ...{ madeBy: directory?.byPerson.get(person)?.name ?? person, from: wish.after, until: wish.until },
    }
    const language = directory?.tenant.language === 'de' ? 'de' : 'en'
    const made = await defence.ask('evidence', { tenant, about, language, given, seed })
    if (!made.ok) return made
    if ('bundle' in made.value) return ok(made.value.bundle)
    log.error('fleet.evidence', { why: made.value.why })
    return fail('failed')
  }

  evidenceKey(): EvidenceKey {
    const key = signingKey(this.#parts.evidenceSeed)
    return { key: publicPem(key), fingerprint: fingerprintOf(key) }
  }

  async policy(tenant: TenantId): Promise<FleetPolicy> {
    return { stopsAffected: (await this.#parts.store.setting(policyName(tenant))) === 'stops affected' }
  }

  async setPolicy(tenant: TenantId, { stopsAffected }: FleetPolicy): Answer<void> {
    const value = stopsAffected ? 'stops affected' : 'asks'
    if (!(await this.#parts.store.saveSetting(policyName(tenant), value))) return fail('failed')
    await this.#applyPolicy(tenant)
    return ok(undefined)
  }

  /** Reports have changed what is known. */
  async changed(tenant: TenantId): Promise<void> {
    await this.#applyPolicy(tenant)
    await this.#parts.enforceVersions(tenant)
  }

  async #tellPublishers(tenant: TenantId): Promise<void> {
    const book = this.#parts.onPublishers && (await this.#parts.defence.ask('book', { tenant }))
    if (book?.ok !== true) return
    const urls = book.value.issuers.flatMap(({ addresses, provider }) => [
      ...addresses,
      ...(provider ? [provider] : []),
    ])
    this.#parts.onPublishers?.(tenant, urls)
  }

  async #received(
    tenant: TenantId,
    received: Result<Received | NotFetched, FleetProblem>,
  ): Answer<FleetReceived> {
    if (!received.ok) return received
    const acted = received.value.type === 'counts' ? await this.#applyPolicy(tenant) : undefined
    return ok(receivedView(received.value, acted))
  }

  /** Stops by each advisory that counts whom it calls affected now; undefined where no policy wants it. */
  async #applyPolicy(tenant: TenantId): Promise<{ stopped: number; missing: number } | undefined> {
    if (!(await this.policy(tenant)).stopsAffected) return undefined
    const book = await this.#parts.defence.ask('book', { tenant })
    if (!book.ok) return undefined
    const sum = { stopped: 0, missing: 0 }
    for (const { issuer, id: advisory, counts } of book.value.documents) {
      const affected = counts ? await this.#affected(tenant, { issuer, advisory }) : fail('failed')
      if (!affected.ok || affected.value === undefined) continue
      const { devices } = this.#devicesOf(tenant, affected.value)
      const { revision, product } = affected.value
      const stop = { issuer, advisory, revision, product, devices }
      const acted = await this.#parts.quarantine.stopAffected({ tenant, person: BY_POLICY }, stop)
      if (!acted.ok) {
        this.#parts.log.error('fleet.policy', { advisory, why: acted.error })
        continue
      }
      sum.stopped += acted.value.stopped
      sum.missing = Math.max(sum.missing, acted.value.waits?.missing ?? 0)
    }
    return sum
  }

  /** Whether what devices are stopped for is still there, as far as somebody has looked. */
  async #look(tenant: TenantId): Promise<void> {
    const { accounts, defence, quarantine, wallTime } = this.#parts
    const directory = accounts.directoryOf(tenant)
    const bySipName = new Map<string, DeviceId>()
    for (const device of quarantine.stoppedByAdvisory(tenant)) {
      const known = directory?.byDevice.get(device)
      if (known) bySipName.set(known.sipName, device)
    }
    if (bySipName.size === 0) return
    const looks = await defence.ask('looks', { tenant, accounts: [...bySipName.keys()], at: wallTime() })
    if (!looks.ok) return
    const ofDevices = looks.value.flatMap(({ account, ...look }) => {
      const device = bySipName.get(account)
      return device === undefined ? [] : [{ device, ...look }]
    })
    await quarantine.looked(tenant, ofDevices)
  }

  #affected(tenant: TenantId, of: FleetStop) {
    return this.#parts.defence.ask('affected', { tenant, ...of, at: this.#parts.wallTime() })
  }

  /** Devices of this system that use these accounts. */
  #devicesOf(tenant: TenantId, { accounts, without }: Affected) {
    const bySipName = this.#parts.accounts.directoryOf(tenant)?.bySipName
    const devices = accounts.flatMap((account) => bySipName?.get(account)?.id ?? [])
    return { devices, without: without + accounts.length - devices.length }
  }
}

function feedsName(tenant: TenantId): string {
  return `fleet feeds ${tenant}`
}

/** Our own page is a program with a name; what others say of themselves is read as text. */
function foundBy(userAgent: string, kind: 'phone' | 'browser') {
  return kind === 'browser' && userAgent === OWN_PAGE ? { product: OWN_PAGE } : { userAgent }
}

function policyName(tenant: TenantId): string {
  return `fleet policy ${tenant}`
}
