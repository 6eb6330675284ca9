// What the pages about security ask of the server. Apart from what every page can ask: for admins, and loaded
// with their pages.
import type {
  CaseAct,
  CaseDetail,
  CaseList,
  SuspicionReceived,
  SuspicionReport,
} from '@rufwerk/contract/cases'
import type {
  FleetAdvisories,
  FleetExposure,
  FleetImported,
  FleetImportQuery,
  FleetIssuer,
  FleetPolicy,
  FleetPolled,
  FleetReceived,
  FleetStop,
  FleetStopped,
} from '@rufwerk/contract/fleet'
import type { Quarantine, QuarantineActed, QuarantineStop } from '@rufwerk/contract/quarantine'
import { BASE, request } from './api.ts'

/** For everybody who is signed in. */
export const reportSuspicion = (body: SuspicionReport) => request<SuspicionReceived>('POST', '/reports', body)

/** Devices of one answer. */
export const DEVICES_PER_PAGE = 100

export const securityApi = {
  exposure: (state: string, from: number) =>
    request<FleetExposure>('GET', `/fleet/exposure?state=${state}&from=${from}&limit=${DEVICES_PER_PAGE}`),
  importList: (format: FleetImportQuery['format'], file: Blob) =>
    request<FleetImported>('POST', `/fleet/imports?format=${format}`, file),
  advisories: () => request<FleetAdvisories>('GET', '/fleet/advisories'),
  /** `signature`: its .asc file, where its issuer has keys. */
  addAdvisory: (file: Blob, address: string, signature: string | undefined) => {
    const query = new URLSearchParams({ address, ...(signature !== undefined && { signature }) })
    return request<FleetReceived>('POST', `/fleet/advisories?${query}`, file)
  },
  pollAdvisories: () => request<FleetPolled>('POST', '/fleet/advisories/poll'),
  fetchAdvisory: (address: string) => request<FleetReceived>('POST', '/fleet/advisories/fetch', { address }),
  pin: (issuer: FleetIssuer) => request<FleetReceived>('PUT', '/fleet/issuers', issuer),
  unpin: (namespace: string) =>
    request<FleetReceived>('DELETE', `/fleet/issuers?namespace=${encodeURIComponent(namespace)}`),
  policy: () => request<FleetPolicy>('GET', '/fleet/policy'),
  setPolicy: (body: FleetPolicy) => request<void>('PUT', '/fleet/policy', body),
  stopAffected: (body: FleetStop) => request<FleetStopped>('POST', '/fleet/stops', body),
  cases: () => request<CaseList>('GET', '/cases'),
  case: (id: string) => request<CaseDetail>('GET', `/cases/${encodeURIComponent(id)}`),
  actOnCase: (id: string, act: CaseAct) =>
    request<CaseDetail>('POST', `/cases/${encodeURIComponent(id)}/acts`, act),
  quarantine: () => request<Quarantine>('GET', '/quarantine'),
  stopDevices: (body: QuarantineStop) => request<QuarantineActed>('POST', '/quarantine/stops', body),
  removal: (body: QuarantineStop) => request<QuarantineActed>('POST', '/quarantine/removals', body),
  release: (body: QuarantineStop) => request<QuarantineActed>('POST', '/quarantine/releases', body),
  agree: (id: string) =>
    request<QuarantineActed>('POST', `/quarantine/requests/${encodeURIComponent(id)}/agree`),
  withdraw: (id: string) =>
    request<QuarantineActed>('DELETE', `/quarantine/requests/${encodeURIComponent(id)}`),
}

/** Where the table for spreadsheets is, in the language of the page. */
export const tableAddress = (language: string): string =>
  `${BASE}/fleet/exposure/table?language=${language.startsWith('de') ? 'de' : 'en'}`
