// One company in the thread: reports and advisories go through the machines of fleet and advisories, what
// comes out is written down, and then it counts.
import {
  type AdvisoryBook,
  type BookInput,
  type BookOutput,
  countingAdvisories,
  step as stepBook,
} from '@rufwerk/advisories/book'
import { indexAdvisories } from '@rufwerk/advisories/match'
import type { Csaf } from '@rufwerk/advisories/read'
import { signingKey } from '@rufwerk/audit'
import { readReport } from '@rufwerk/collectors'
import { type Entry, makeBundle } from '@rufwerk/evidence'
import {
  type Change,
  type DeviceReport,
  type Inventory,
  ranBetween,
  step as stepInventory,
} from '@rufwerk/fleet'
import {
  differenceOf,
  type Exposed,
  type Exposure,
  exposureCsv,
  exposureOf,
  STATES,
} from '@rufwerk/fleet/exposure'
import { importOsquery, importTable } from '@rufwerk/fleet/imports'
import { PAGE_MAX } from '../limits.ts'
import type {
  Affected,
  AffectedWish,
  Book,
  Changed,
  Document,
  EvidenceMade,
  EvidenceWish,
  ExposurePage,
  ExposureWish,
  Feed,
  Imported,
  ImportWish,
  Look,
  LooksWish,
  NotFetched,
  PinWish,
  PlaybookAct,
  PlaybookActed,
  PlaybookPage,
  PlaybookWish,
  Polled,
  RanWish,
  Received,
  ReceiveWish,
  RunPage,
  Search,
  SearchesPage,
  SearchRefused,
  SearchWish,
  Taken,
  VersionStops,
  VersionsPage,
} from '../messages.ts'
import { readPublicKey } from '../openpgp-key.ts'
import { CompanyCases } from './company-cases.ts'
import { CompanyPlaybooks } from './company-playbooks.ts'
import { CompanySearches } from './company-searches.ts'
import type { CompanyStore } from './company-store.ts'
import { CompanyVersions } from './company-versions.ts'
import { indicatorEntries } from './export-indicators.ts'
import { type FetchOptions, fetchDocument } from './fetch-document.ts'
import { pollProvider, toldFeed } from './poll-provider.ts'
import { signerOfAny } from './signature.ts'

type Stored = Extract<BookOutput, { readonly type: 'stored' }>

export class Company {
  readonly cases: CompanyCases
  readonly versions: CompanyVersions
  readonly #searches: CompanySearches
  readonly #playbooks: CompanyPlaybooks
  readonly #store: CompanyStore
  #inventory: Inventory
  #book: AdvisoryBook
  /** Of the inventory and the advisories as they are; made when somebody asks. */
  #exposure: Exposure | undefined

  constructor(store: CompanyStore) {
    this.#store = store
    this.#inventory = store.inventory()
    this.#book = store.book()
    this.cases = new CompanyCases(store)
    this.versions = new CompanyVersions(store)
    this.#searches = new CompanySearches(store)
    this.#playbooks = new CompanyPlaybooks(store)
  }

  take(reports: readonly DeviceReport[]): Taken {
    const { state, out } = stepInventory(this.#inventory, reports)
    const changes = out.flatMap((one) => (one.type === 'change' ? [one.change] : []))
    this.#store.keepInventory(this.#inventory, state, changes)
    this.#inventory = state
    this.#exposure = undefined
    const count = (type: (typeof out)[number]['type']): number =>
      out.reduce((sum, one) => (one.type === type ? sum + 1 : sum), 0)
    const refused = count('refused')
    return {
      ...{ devices: reports.length - refused, changes: changes.length, refused },
      namesDiffer: count('names-differ'),
      cut: out.reduce((sum, one) => (one.type === 'cut' ? sum + one.installations : sum), 0),
    }
  }

  import({ format, text, at }: ImportWish): Imported {
    const { tenant } = this.#inventory
    if (format === 'collector') {
      const read = readReport(text, at, tenant)
      if (read.ok) return { ...this.take([read.value]), unread: 0, remarks: [], remarksLeft: 0 }
      const { de, en, place } = read.error
      const nothing = { devices: 0, changes: 0, refused: 0, namesDiffer: 0, cut: 0 }
      return { ...nothing, unread: 1, remarks: [{ where: place, de, en }], remarksLeft: 0 }
    }
    const settings = { tenant, seenAt: at }
    const { reports, ...told } =
      format === 'osquery' ? importOsquery(text, settings) : importTable(text, settings)
    return { ...this.take(reports), ...told }
  }

  pin({ issuer, publicKeys }: PinWish): Received {
    const keys = publicKeys.map((armored) => ({ armored, key: readPublicKey(armored) }))
    const fingerprints = keys.flatMap(({ key }) => key?.fingerprint ?? [])
    if (fingerprints.length < keys.length) return { type: 'refused', why: 'pin-malformed' }
    const received = this.#decide({ type: 'pin', issuer: { ...issuer, keys: fingerprints } })
    if (received.type !== 'counts') return received
    for (const { armored, key } of keys) if (key) this.#store.keepKey(key.fingerprint, armored)
    this.#store.forgetDone(issuer.namespace)
    return received
  }

  unpin(namespace: string): Received {
    return this.#decide({ type: 'unpin', namespace })
  }

  async receive({ text, address, signature }: ReceiveWish): Promise<Received> {
    const pinned = new Set([...this.#book.issuers.values()].flatMap(({ keys }) => keys))
    const keys = this.#store.keys().filter(({ fingerprint }) => pinned.has(fingerprint))
    const signer = await signerOfAny(text, signature, keys)
    const from = { address, ...(signer.ok && { key: signer.value }) }
    const received = this.#decide({ type: 'receive', text, from })
    return received.type === 'refused' && received.why === 'issuer-unproven' && !signer.ok && keys.length > 0
      ? { ...received, signature: signer.error }
      : received
  }

  /** From where it is published, with its signature where a key has to have signed (CSAF 2.0 §7.1.19). */
  async fetch(address: string, fetching: FetchOptions): Promise<Received | NotFetched> {
    if (!this.isPinnedFolder(address)) return { type: 'not-fetched', why: 'address' }
    const fetched = await fetchDocument(address, fetching)
    if (!fetched.ok) return { type: 'not-fetched', why: fetched.error }
    const isSigned = [...this.#book.issuers.values()].some(
      ({ addresses, keys }) => keys.length > 0 && addresses.some((folder) => address.startsWith(folder)),
    )
    const signature = isSigned ? await fetchDocument(`${address}.asc`, fetching) : undefined
    if (signature?.ok === false && signature.error === 'unreachable')
      return { type: 'not-fetched', why: 'unreachable' }
    const wish = { text: fetched.value, address }
    return this.receive(signature?.ok ? { ...wish, signature: signature.value } : wish)
  }

  /** Asks one provider after the other what is new. */
  async poll(at: number, fetching: FetchOptions): Promise<Polled> {
    const feeds: [string, Feed][] = []
    let counts = 0
    for (const { namespace, provider } of this.#book.issuers.values()) {
      if (provider === undefined) continue
      const polled = await pollProvider(
        { namespace, provider },
        {
          ...{ at, before: this.#store.feed(namespace), done: this.#store.doneWith(namespace) },
          get: (address) => fetchDocument(address, fetching),
          take: (address) => this.fetch(address, fetching),
          isAllowed: (address) => this.isPinnedFolder(address),
          keepDone: (listed) => this.#store.keepDone(namespace, listed),
        },
      )
      this.#store.keepFeed(namespace, polled.feed)
      feeds.push([namespace, toldFeed(polled.feed)])
      counts += polled.counts
    }
    return { feeds, counts }
  }

  /** Whether somebody is pinned who publishes there: nothing else is fetched. */
  isPinnedFolder(address: string): boolean {
    // As it will be asked for: no `..` leads out of the folder.
    if (URL.parse(address)?.href !== address) return false
    return [...this.#book.issuers.values()].some(({ addresses }) =>
      addresses.some((folder) => address.startsWith(folder)),
    )
  }

  book(): Book {
    const { issuers, documents, conflicts } = this.#book
    return {
      issuers: [...issuers.values()].map((issuer) => {
        const feed = issuer.provider === undefined ? undefined : this.#store.feed(issuer.namespace)
        return { ...issuer, ...(feed && { feed: toldFeed(feed) }) }
      }),
      documents: [...documents.values()].map((advisory) => {
        const { publisher, tracking, title } = advisory.csaf.document
        const counts = issuers.has(publisher.namespace)
        return { issuer: publisher.namespace, id: tracking.id, revision: tracking.version, title, counts }
      }),
      conflicts,
    }
  }

  exposure({ at, state, from, limit }: ExposureWish): ExposurePage {
    const { devices, all, bySite, byPlatform } = this.#exposed(at)
    const wanted =
      state === undefined
        ? STATES.flatMap((one) => devices.filter((device) => device.state === one))
        : devices.filter((device) => device.state === state)
    return {
      ...{ at, all, bySite: [...bySite], byPlatform: [...byPlatform], total: wanted.length },
      devices: wanted.slice(from, from + Math.min(limit, PAGE_MAX)),
    }
  }

  table(language: 'de' | 'en', at: number): string {
    return exposureCsv(this.#exposed(at), language)
  }

  ran({ from, until, product, version, sha256 }: RanWish): RunPage {
    const filter = {
      ...(product !== undefined && { product }),
      ...(version !== undefined && { version }),
      ...(sha256 !== undefined && { sha256 }),
    }
    const runs = ranBetween(this.#store.history(), this.#inventory, [from, until], filter)
    return { runs: runs.slice(0, PAGE_MAX), total: runs.length }
  }

  judged(): VersionsPage {
    return this.versions.page(this.#inventory)
  }

  versionStops(): readonly VersionStops[] {
    return this.versions.stops(this.#inventory)
  }

  playbook({ at, ...of }: PlaybookWish): PlaybookPage | undefined {
    const csaf = this.#counting(of)
    return csaf && this.#playbooks.page(csaf, at)
  }

  actPlaybook({ at, act, ...of }: PlaybookWish & { readonly act: PlaybookAct }): PlaybookActed | undefined {
    const csaf = this.#counting(of)
    return csaf && this.#playbooks.act(csaf, act, at)
  }

  addIndicators({ bytes, ...wish }: SearchWish & { readonly bytes: Uint8Array }) {
    return this.#known(wish.case, () => this.#searches.addIndicators(wish, bytes))
  }

  searchLog({ bytes, ...wish }: SearchWish & { readonly bytes: Uint8Array }): Search | SearchRefused {
    return this.#known(wish.case, () => this.#searches.searchLog(wish, bytes))
  }

  searchOwn(wish: SearchWish): Search | SearchRefused {
    return this.#known(wish.case, () => this.#searches.searchOwn(wish, this.#inventory))
  }

  searches(id: string): SearchesPage | undefined {
    return this.cases.get(id) && this.#searches.page(id)
  }

  #known<Answer>(id: string, work: () => Answer): Answer | SearchRefused {
    return this.cases.get(id) === undefined ? { refused: 'unknown-case' } : work()
  }

  looks({ accounts, at }: LooksWish): readonly Look[] {
    const wanted = new Set(accounts)
    const looks = this.#exposed(at).devices.flatMap((device): Look[] => {
      const { account } = device.names
      const { wholeAt, partAt } = this.#inventory.devices.get(device.device) ?? {}
      const seenAt = partAt ?? wholeAt
      if (account === undefined || !wanted.has(account) || seenAt === undefined) return []
      const coverage = partAt === undefined ? 'everything' : 'part'
      return [{ account, seenAt, coverage, isThere: device.state === 'affected' }]
    })
    return [...Map.groupBy(looks, ({ account }) => account)].map(([account, all]) => ({
      account,
      seenAt: Math.min(...all.map(({ seenAt }) => seenAt)),
      coverage: all.every(({ coverage }) => coverage === 'everything') ? 'everything' : 'part',
      isThere: all.some(({ isThere }) => isThere),
    }))
  }

  /** What is known of the devices, the history of that time, and advisories as they came, signed. */
  evidence({ about, language, given, seed }: EvidenceWish): EvidenceMade {
    const origin = 'rufwerk: defence.db'
    const history = function* (changes: Iterable<Change>): Generator<string> {
      for (const one of changes) if (one.at >= about.from && one.at <= about.until) yield JSON.stringify(one)
    }
    const lines = [...history(this.#store.history())].map((line) => `${line}\n`).join('')
    const entries: Entry[] = [
      {
        ...{ name: 'exposure.csv', mediaType: 'text/csv', origin },
        what: {
          de: 'Geräte und wer nach den geltenden Warnungen betroffen, unbekannt oder nicht betroffen war, als dies erstellt wurde',
          en: 'Devices, and who was affected, unknown or clean by the advisories that counted when this was made',
        },
        content: encoded(this.table(language, about.madeAt)),
      },
      {
        ...{ name: 'history.jsonl', mediaType: 'application/jsonl', origin },
        what: {
          de: 'Was sich in diesem Zeitraum an Geräten und Programmen geändert hat, wie es gemeldet wurde',
          en: 'What changed about devices and programs in this time, as it was reported',
        },
        content: encoded(lines),
      },
      {
        ...{ name: 'issuers.json', mediaType: 'application/json', origin },
        what: {
          de: 'Wessen Warnungen gelten, welche es gibt und welche einander widersprechen',
          en: 'Whose advisories count, which there are, and which contradict each other',
        },
        content: encoded(`${JSON.stringify(this.book(), undefined, 2)}\n`),
      },
      ...this.#store.documents().map(({ issuer, id, revision, document }, at) => ({
        ...{ name: `advisory-${at + 1}.json`, mediaType: 'application/json', origin: issuer },
        what: { de: `Warnung ${id}, Fassung ${revision}`, en: `Advisory ${id}, revision ${revision}` },
        content: encoded(document),
      })),
      {
        ...{ name: 'playbooks.json', mediaType: 'application/json', origin },
        what: {
          de: 'Was die Warnungen empfehlen, wer es übernommen hat und womit es belegt ist',
          en: 'What the advisories recommend, who took it over, and the evidence that it was done',
        },
        content: encoded(`${JSON.stringify(this.#store.playbooks(), undefined, 2)}\n`),
      },
      {
        ...{ name: 'searches.json', mediaType: 'application/json', origin },
        what: {
          de: 'Wonach in welchen Protokollen gesucht und was gefunden wurde, entschärft',
          en: 'What was searched for in which logs, and what was found, defanged',
        },
        content: encoded(
          `${JSON.stringify({ indicators: this.#store.indicatorsOf(), searches: this.#store.searchesOf() }, undefined, 2)}\n`,
        ),
      },
      ...indicatorEntries(this.#store.indicatorsOf(), about.madeAt),
      {
        ...{ name: 'cases.json', mediaType: 'application/json', origin },
        what: {
          de: 'Was gemeldet wurde, was dazu getan wurde und womit es geschlossen wurde',
          en: 'What was reported, what was done about it, and with which evidence it was closed',
        },
        content: encoded(this.cases.text()),
      },
      ...given,
    ]
    const made = makeBundle(about, entries, signingKey(seed))
    return made.ok ? { bundle: made.value } : { why: made.error }
  }

  affected({ issuer, advisory, at }: AffectedWish): Affected | undefined {
    const counting = this.#counting({ issuer, advisory })
    if (counting === undefined) return undefined
    const said = (device: Exposed) =>
      device.reasons
        .flatMap(({ because }) => because)
        .find((one) => one.issuer === issuer && one.advisory === advisory)
    const found = this.#exposed(at).devices.filter((one) => one.state === 'affected' && said(one))
    const accounts = found.flatMap(({ names }) => names.account ?? [])
    const [first] = found
    return {
      revision: counting.document.tracking.version,
      product: (first && said(first)?.productName) ?? '',
      accounts: [...new Set(accounts)],
      without: found.length - accounts.length,
    }
  }

  #counting({ issuer, advisory }: Pick<PlaybookWish, 'issuer' | 'advisory'>): Csaf | undefined {
    return countingAdvisories(this.#book).find(
      ({ csaf }) => csaf.document.publisher.namespace === issuer && csaf.document.tracking.id === advisory,
    )?.csaf
  }

  #exposed(at: number): Exposure {
    this.#exposure ??= exposureOf(this.#inventory, indexAdvisories(countingAdvisories(this.#book)), at)
    return this.#exposure
  }

  #decide(input: BookInput): Received {
    const { state, out } = stepBook(this.#book, input)
    const stored = out.find((one) => one.type === 'stored')
    for (const one of out) {
      if (one.type === 'malformed')
        return {
          type: 'malformed',
          findings: one.findings.map(({ pointer, de, en }) => ({ where: pointer, de, en })),
        }
      if (one.type === 'conflict') this.#store.keepConflict(one.conflict)
      if (one.type === 'conflict') this.#book = state
      if (one.type === 'refused' || one.type === 'known' || one.type === 'conflict') return one
    }
    const text = input.type === 'receive' ? input.text : undefined
    if (stored !== undefined && text !== undefined) this.#store.keepDocument(nameOf(stored), text)
    else this.#store.keepIssuers(state)
    const before = this.#exposed(0)
    this.#book = state
    this.#exposure = undefined
    return {
      type: 'counts',
      ...(stored && { document: documentOf(stored) }),
      changed: differenceOf(before, this.#exposed(before.at)).map(changedOf),
    }
  }
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)

function nameOf({ advisory }: Stored) {
  const { publisher, tracking } = advisory.csaf.document
  return { issuer: publisher.namespace, id: tracking.id, revision: tracking.version }
}

function documentOf(stored: Stored): Document {
  return { ...nameOf(stored), title: stored.advisory.csaf.document.title, changes: stored.changes }
}

function changedOf({ device, before, after }: ReturnType<typeof differenceOf>[number]): Changed {
  return { device, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}
