// The advisories of a company: issuers that somebody pinned, the newest revision of each of their documents,
// and what did not fit together. A function of a state and an input; signatures were checked by whoever
// calls.
import { ADVISORIES_MAX, CONFLICTS_MAX, ISSUERS_MAX, PINS_MAX } from '../limits.ts'
import { compareDocumentVersions } from '../read/document-version.ts'
import type { Finding } from '../read/finding.ts'
import { type Advisory, readAdvisory } from '../read/read.ts'
import { type Change, difference } from './difference.ts'

export interface Issuer {
  /** `document.publisher.namespace`. */
  readonly namespace: string
  /** Fingerprints of keys that sign; where there are any, one of them must have signed. */
  readonly keys: readonly string[]
  /** Folders, `https://…/`, from which documents may come where there are no keys. */
  readonly addresses: readonly string[]
  /** Address of its provider-metadata.json, when it is asked by itself what is new. */
  readonly provider?: string
}

export interface Conflict {
  readonly namespace: string
  readonly id: string
  readonly version: string
}

export interface AdvisoryBook {
  readonly issuers: ReadonlyMap<string, Issuer>
  readonly documents: ReadonlyMap<string, Advisory>
  readonly conflicts: readonly Conflict[]
}

export type BookInput =
  | { readonly type: 'pin'; readonly issuer: Issuer }
  | { readonly type: 'unpin'; readonly namespace: string }
  | { readonly type: 'receive'; readonly text: string; readonly from: Origin }

export interface Origin {
  /** Of the key whose signature was checked and is good. */
  readonly key?: string
  readonly address?: string
}

export type Refusal = 'issuer-unpinned' | 'issuer-unproven' | 'draft' | 'older' | 'full' | 'pin-malformed'

export type BookOutput =
  | { readonly type: 'malformed'; readonly findings: readonly Finding[] }
  | { readonly type: 'refused'; readonly why: Refusal }
  /** Two different documents with one publisher, id and version: the one before stays, nothing is merged. */
  | { readonly type: 'conflict'; readonly conflict: Conflict }
  | { readonly type: 'known' }
  | { readonly type: 'stored'; readonly advisory: Advisory; readonly changes: readonly Change[] }
  /** What counts has changed, so every installation is matched again. */
  | { readonly type: 'rematch' }

export interface BookStep {
  readonly state: AdvisoryBook
  readonly out: readonly BookOutput[]
}

export const EMPTY_BOOK: AdvisoryBook = { issuers: new Map(), documents: new Map(), conflicts: [] }

export function step(state: AdvisoryBook, input: BookInput): BookStep {
  switch (input.type) {
    case 'pin':
      return pin(state, input.issuer)
    case 'unpin':
      return unpin(state, input.namespace)
    case 'receive':
      return receive(state, input.text, input.from)
  }
}

/** What counts: documents of issuers that are pinned now. */
export function countingAdvisories({ issuers, documents }: AdvisoryBook): Advisory[] {
  return [...documents.values()].filter(({ csaf }) => issuers.has(csaf.document.publisher.namespace))
}

const refuse = (state: AdvisoryBook, why: Refusal): BookStep => ({ state, out: [{ type: 'refused', why }] })

function pin(state: AdvisoryBook, issuer: Issuer): BookStep {
  const pins = issuer.keys.length + issuer.addresses.length
  const isFolder = (address: string) => /^https:\/\/[^\s?#]+\/$/.test(address)
  const isFile = (address: string) => /^https:\/\/[^\s?#]+[^\s?#/]$/.test(address)
  const isAsked = issuer.provider === undefined || isFile(issuer.provider)
  if (pins === 0 || pins > PINS_MAX || !issuer.addresses.every(isFolder) || !isAsked)
    return refuse(state, 'pin-malformed')
  if (!state.issuers.has(issuer.namespace) && state.issuers.size >= ISSUERS_MAX) return refuse(state, 'full')
  const issuers = new Map(state.issuers).set(issuer.namespace, issuer)
  return { state: { ...state, issuers }, out: [{ type: 'rematch' }] }
}

/** The documents stay, and count again when the issuer is pinned again. */
function unpin(state: AdvisoryBook, namespace: string): BookStep {
  const issuers = new Map(state.issuers)
  if (!issuers.delete(namespace)) return refuse(state, 'issuer-unpinned')
  return { state: { ...state, issuers }, out: [{ type: 'rematch' }] }
}

function isProven({ keys, addresses }: Issuer, from: Origin): boolean {
  if (keys.length > 0) return from.key !== undefined && keys.includes(from.key)
  const { address } = from
  if (address === undefined || /(?:^|\/)\.\.?(?:\/|$)|%2e|\\/i.test(address)) return false
  return addresses.some((folder) => address.startsWith(folder))
}

function receive(state: AdvisoryBook, text: string, from: Origin): BookStep {
  const read = readAdvisory(text)
  if (!read.ok) return { state, out: [{ type: 'malformed', findings: read.error }] }
  const { publisher, tracking } = read.value.csaf.document
  const issuer = state.issuers.get(publisher.namespace)
  if (!issuer) return refuse(state, 'issuer-unpinned')
  if (!isProven(issuer, from)) return refuse(state, 'issuer-unproven')
  // CSAF 2.0 §3.2.1.12.7: a draft is for its issuer only.
  if (tracking.status === 'draft') return refuse(state, 'draft')
  const key = JSON.stringify([publisher.namespace, tracking.id])
  const before = state.documents.get(key)
  if (!before && state.documents.size >= ADVISORIES_MAX) return refuse(state, 'full')
  const order = before ? compareDocumentVersions(tracking.version, before.csaf.document.tracking.version) : 1
  if (order < 0) return refuse(state, 'older')
  if (order === 0 && before?.canonical === read.value.canonical) return { state, out: [{ type: 'known' }] }
  if (order === 0)
    return conflict(state, { namespace: publisher.namespace, id: tracking.id, version: tracking.version })
  const documents = new Map(state.documents).set(key, read.value)
  const changes = difference(before, read.value)
  return {
    state: { ...state, documents },
    out: [{ type: 'stored', advisory: read.value, changes }, { type: 'rematch' }],
  }
}

function conflict(state: AdvisoryBook, found: Conflict): BookStep {
  const isKnown = state.conflicts.some(
    ({ namespace, id, version }) =>
      namespace === found.namespace && id === found.id && version === found.version,
  )
  const conflicts = isKnown ? state.conflicts : [...state.conflicts, found].slice(-CONFLICTS_MAX)
  return { state: { ...state, conflicts }, out: [{ type: 'conflict', conflict: found }] }
}
