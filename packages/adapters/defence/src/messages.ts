// What is asked of the thread of the defence, and what it answers. Plain data: it goes from thread to thread.
import type { Change as AdvisoryChange, Conflict, Issuer, Refusal } from '@rufwerk/advisories/book'
import type { Case, CasesInput, CasesOutput, Figures } from '@rufwerk/cases'
import type { About, Entry, NotMade } from '@rufwerk/evidence'
import type { DeviceReport, Run, RunFilter } from '@rufwerk/fleet'
import type { Counts, Exposed, State } from '@rufwerk/fleet/exposure'
import type { Remark } from '@rufwerk/fleet/imports'
import type { Searched } from '@rufwerk/indicators/logs'
import type {
  PlaybookFigures,
  PlaybookInput,
  PlaybookRefusal,
  PlaybookStep,
} from '@rufwerk/quarantine/playbook'
import type { AllowedVersions } from '@rufwerk/quarantine/policy'
import type { CaseOrders } from './case-messages.ts'
import type { Unproven } from './thread/signature.ts'

/** Of a list: a table with a header, results of osquery, or what one of our collectors wrote. */
export const IMPORT_FORMATS = ['table', 'osquery', 'collector'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** Each order with the answer it gets. All of them are about one company, but reports. */
export interface Orders extends CaseOrders {
  readonly report: { readonly ask: { readonly reports: readonly DeviceReport[] }; readonly answer: Taken }
  readonly import: { readonly ask: ImportWish; readonly answer: Imported }
  readonly pin: { readonly ask: PinWish; readonly answer: Received }
  readonly unpin: { readonly ask: { readonly namespace: string }; readonly answer: Received }
  readonly receive: { readonly ask: ReceiveWish; readonly answer: Received }
  readonly fetch: { readonly ask: { readonly address: string }; readonly answer: Received | NotFetched }
  /** Asks each issuer that names one what is new, and takes it in. */
  readonly poll: { readonly ask: { readonly at: number }; readonly answer: Polled }
  readonly book: { readonly ask: object; readonly answer: Book }
  readonly exposure: { readonly ask: ExposureWish; readonly answer: ExposurePage }
  readonly table: {
    readonly ask: { readonly language: 'de' | 'en'; readonly at: number }
    readonly answer: string
  }
  readonly ran: { readonly ask: RanWish; readonly answer: RunPage }
  readonly stepCases: {
    readonly ask: { readonly input: CasesInput }
    readonly answer: readonly CasesOutput[]
  }
  readonly caseList: { readonly ask: { readonly limit: number }; readonly answer: ListedCases }
  readonly case: { readonly ask: { readonly id: string }; readonly answer: Case | undefined }
  readonly looks: { readonly ask: LooksWish; readonly answer: readonly Look[] }
  readonly versions: { readonly ask: object; readonly answer: VersionsPage }
  readonly setVersions: {
    readonly ask: { readonly rules: readonly AllowedVersions[] }
    readonly answer: VersionsPage
  }
  /** Whom the rules that are enforced stop. */
  readonly versionStops: { readonly ask: object; readonly answer: readonly VersionStops[] }
  /** Undefined: no such document counts. */
  readonly playbook: { readonly ask: PlaybookWish; readonly answer: PlaybookPage | undefined }
  readonly actPlaybook: {
    readonly ask: PlaybookWish & { readonly act: PlaybookAct }
    readonly answer: PlaybookActed | undefined
  }
  readonly addIndicators: {
    readonly ask: SearchWish & { readonly bytes: Uint8Array }
    readonly answer: IndicatorsRead | SearchRefused
  }
  readonly searchLog: {
    readonly ask: SearchWish & { readonly bytes: Uint8Array }
    readonly answer: Search | SearchRefused
  }
  /** Over what is known of the devices. */
  readonly searchOwn: { readonly ask: SearchWish; readonly answer: Search | SearchRefused }
  /** Undefined: no such case. */
  readonly searches: { readonly ask: { readonly case: string }; readonly answer: SearchesPage | undefined }
  readonly evidence: { readonly ask: EvidenceWish; readonly answer: EvidenceMade }
  readonly affected: { readonly ask: AffectedWish; readonly answer: Affected | undefined }
}

export type OrderName = keyof Orders
export type Ask<Name extends OrderName> = Orders[Name]['ask'] & { readonly tenant: string }

export interface Envelope {
  readonly id: number
  readonly name: OrderName
  readonly ask: Ask<OrderName>
}

export type FromThread =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly why: string }

export interface Taken {
  /** Reports that were taken in. */
  readonly devices: number
  /** Entries of the history. */
  readonly changes: number
  /** Reports that were not. */
  readonly refused: number
  /** Reports with names of several devices. */
  readonly namesDiffer: number
  /** Installations beyond what is kept of a device. */
  readonly cut: number
}

export interface ImportWish {
  readonly format: ImportFormat
  readonly text: string
  readonly at: number
}

export interface Imported extends Taken {
  /** Rows that were not read: what they said is unknown. */
  readonly unread: number
  readonly remarks: readonly (Remark | Sentence)[]
  readonly remarksLeft: number
}

/** What is wrong, for people. */
export interface Sentence {
  /** A line, or a place in a document. */
  readonly where: string
  readonly de: string
  readonly en: string
}

export interface PinWish {
  /** Its `keys` are those of `publicKeys`. */
  readonly issuer: Omit<Issuer, 'keys'>
  /** In OpenPGP's armor. */
  readonly publicKeys: readonly string[]
}

export interface ReceiveWish {
  readonly text: string
  /** Where it was published, by the word of whoever hands it in. */
  readonly address: string
  /** OpenPGP, detached, in armor. */
  readonly signature?: string
}

/** How it went when a provider was asked last. */
export interface Feed {
  readonly askedAt: number
  /** Why not all of it could be asked. */
  readonly problem?: 'unreachable' | 'not-found' | 'too-large' | 'unreadable' | 'other-issuer' | 'full'
  /** Documents that it lists, and entries of its lists that cannot be read. */
  readonly listed: number
  readonly unread: number
  /** Documents that were taken since it was pinned, and refused for good. */
  readonly taken: number
  readonly refused: number
  /** Listed, and not to be had, or not proven: asked for again, after what is new. The first of them. */
  readonly missed: readonly string[]
  readonly missedTotal: number
  /** Others that it lists and that were not asked for yet. */
  readonly left: number
}

export interface Polled {
  readonly feeds: readonly (readonly [namespace: string, feed: Feed])[]
  /** So many documents count now that did not before. */
  readonly counts: number
}

export type NotFetched = {
  readonly type: 'not-fetched'
  readonly why: 'address' | 'unreachable' | 'status' | 'size'
}

export type Received =
  | { readonly type: 'malformed'; readonly findings: readonly Sentence[] }
  /** `signature`: what is wrong with it, where a key has to have signed. */
  | { readonly type: 'refused'; readonly why: Refusal; readonly signature?: Unproven }
  | { readonly type: 'conflict'; readonly conflict: Conflict }
  | { readonly type: 'known' }
  /** `changed`: devices whose state it changes. */
  | { readonly type: 'counts'; readonly document?: Document; readonly changed: readonly Changed[] }

export interface Document {
  readonly issuer: string
  readonly id: string
  readonly revision: string
  readonly title: string
  readonly changes: readonly AdvisoryChange[]
}

export interface Changed {
  readonly device: string
  readonly before?: State
  readonly after?: State
}

export interface Book {
  readonly issuers: readonly (Issuer & { readonly feed?: Feed })[]
  readonly documents: readonly (Omit<Document, 'changes'> & { readonly counts: boolean })[]
  readonly conflicts: readonly Conflict[]
}

export interface ExposureWish {
  readonly at: number
  readonly state?: State
  /** So many are left out from the beginning; the affected come first. */
  readonly from: number
  readonly limit: number
}

export interface ExposurePage {
  readonly at: number
  readonly all: Counts
  readonly bySite: readonly (readonly [string, Counts])[]
  readonly byPlatform: readonly (readonly [string, Counts])[]
  readonly devices: readonly Exposed[]
  /** Devices in this state, or of all. */
  readonly total: number
}

export interface RanWish extends RunFilter {
  readonly from: number
  readonly until: number
}

export interface RunPage {
  readonly runs: readonly Run[]
  readonly total: number
}

export interface LooksWish {
  readonly accounts: readonly string[]
  readonly at: number
}

/** The last look at the disks of the devices that use an account; none where nobody has looked. */
export interface Look {
  readonly account: string
  /** Of several devices, the oldest. */
  readonly seenAt: number
  /** `everything`: all of them were looked through. */
  readonly coverage: 'everything' | 'part'
  /** An advisory that counts calls something affected on one of them. */
  readonly isThere: boolean
}

export interface ListedCases {
  readonly figures: Figures
  /** Open ones first, the newest first. */
  readonly cases: readonly Case[]
}

export interface Judged {
  readonly device: string
  readonly account?: string
  readonly person?: string
  /** Of the rule. */
  readonly rule: string
  readonly judgement: 'allowed' | 'forbidden' | 'unknown'
  readonly version?: string
  readonly userAgent?: string
}

export interface VersionsPage {
  readonly rules: readonly AllowedVersions[]
  /** Forbidden ones first, then those that nobody can read; the first of them. */
  readonly judged: readonly Judged[]
  readonly forbidden: number
  readonly unknown: number
}

export interface VersionStops {
  readonly rule: string
  readonly product: string
  readonly accounts: readonly string[]
}

export interface SearchWish {
  /** Id of a case. */
  readonly case: string
  /** Of the file, by the word of whoever sends it. */
  readonly name: string
  readonly by: string
  readonly at: number
}

/** `nothing`: no indicator was read. `unreadable`: packed, and broken or too large. */
export interface SearchRefused {
  readonly refused: 'unknown-case' | 'full' | 'nothing' | 'no-indicators' | 'unreadable'
}

export interface IndicatorsRead {
  readonly name: string
  readonly format: string
  readonly indicators: number
  readonly rules: number
  readonly remarks: readonly Sentence[]
  readonly remarksLeft: number
}

export interface Search extends Omit<Searched, 'hits' | 'hitsBeyond'> {
  readonly name: string
  readonly kind: 'log' | 'own'
  readonly at: number
  readonly by: string
  readonly hits: Searched['hits']
  /** Hits that are counted only. */
  readonly hitsBeyond: number
}

export interface SearchesPage {
  readonly indicators: readonly {
    readonly name: string
    readonly at: number
    readonly by: string
    readonly format: string
    readonly indicators: number
    readonly rules: number
  }[]
  readonly searches: readonly Search[]
}

export interface PlaybookWish {
  readonly issuer: string
  readonly advisory: string
  readonly at: number
}

export interface PlaybookPage extends PlaybookFigures {
  readonly steps: readonly (Omit<PlaybookStep, 'key'> & { readonly id: string })[]
}

type ActOf<Input> = Input extends { readonly key: string }
  ? Omit<Input, 'key'> & { readonly step: string }
  : never
/** `step`: the id of one. */
export type PlaybookAct = ActOf<PlaybookInput>
export type PlaybookActed = { readonly page: PlaybookPage } | { readonly refused: PlaybookRefusal }

export interface EvidenceWish {
  readonly about: About
  readonly language: 'de' | 'en'
  /** What other parts have: who administered what, who is stopped. */
  readonly given: readonly Entry[]
  /** Of the key that signs: 32 bytes. */
  readonly seed: Uint8Array
}

export type EvidenceMade = { readonly bundle: Uint8Array } | { readonly why: NotMade }

export interface AffectedWish {
  readonly issuer: string
  readonly advisory: string
  readonly at: number
}

/** Who is affected by one document, as it stands now. */
export interface Affected {
  readonly revision: string
  readonly product: string
  /** Accounts of the telephone system that these use. */
  readonly accounts: readonly string[]
  /** Affected devices of which no account is known. */
  readonly without: number
}
