// Devices and advisories of an office that remembers what was asked, and how its routes are used rightly.
import type { FleetPort } from '@rufwerk/api/fleet'
import type { FleetReceived } from '@rufwerk/contract/fleet'
import { ok, type Result, wallTime } from '@rufwerk/core'

const ISSUER = { namespace: 'https://issuer.example', addresses: ['https://issuer.example/csaf/'] }
const ADDRESS = 'https://issuer.example/csaf/2023/sa-1.json'
const OTHER_TENANT = 'tenant-other'

export const FLEET_EXAMPLES = {
  fleetExposure: { access: 'admin', query: '?state=affected&from=0&limit=10' },
  fleetTable: { access: 'admin', query: '?language=en' },
  fleetHistory: { access: 'admin', query: '?after=0&until=9&product=App' },
  importFleet: { access: 'admin', query: '?format=table' },
  fleetAdvisories: { access: 'admin' },
  addAdvisory: { access: 'admin', query: `?address=${encodeURIComponent(ADDRESS)}` },
  pollAdvisories: { access: 'admin' },
  fetchAdvisory: { access: 'admin', body: { address: ADDRESS } },
  pinIssuer: { access: 'admin', body: ISSUER },
  unpinIssuer: { access: 'admin', query: `?namespace=${encodeURIComponent(ISSUER.namespace)}` },
  stopAffected: {
    access: 'admin',
    body: { issuer: ISSUER.namespace, advisory: 'SA-1' },
    ofColleague: async () => ({ body: { issuer: ISSUER.namespace, advisory: 'SA-1' } }),
  },
  makeEvidence: { access: 'admin', body: { case: 'F-1', title: 'An app', after: 0, until: 9 } },
  evidenceKey: { access: 'admin' },
  fleetPolicy: { access: 'admin' },
  setFleetPolicy: { access: 'admin', body: { stopsAffected: true } },
} as const

/** One device is affected; another company has no advisory that counts. */
export function fleetOf(): FleetPort {
  const counts = { affected: 1, unknown: 0, underInvestigation: 0, clean: 0 }
  const document = { issuer: ISSUER.namespace, id: 'SA-1', revision: '1', title: 'An app' }
  const because = {
    issuer: ISSUER.namespace,
    advisory: 'SA-1',
    revision: '1',
    product: 'App 1',
    by: 'version',
  }
  const seen = { since: wallTime(1), lastSeen: wallTime(2) }
  const reason = { product: 'App', version: '1', source: 'csv', ...seen, isContradicted: false }
  const nothing = { products: [], changed: [], changedTotal: 0, findings: [] }
  const answered = async (): Promise<Result<FleetReceived, never>> =>
    ok({ outcome: 'counts', document, ...nothing })
  return {
    exposure: async () => ({
      ok: true,
      value: {
        ...{ at: 3, total: 1, all: counts, bySite: [{ name: '', counts }], byPlatform: [] },
        devices: [
          {
            ...{ device: 'hostname pc', names: { hostname: 'pc' }, kind: 'computer', addresses: [] },
            ...{ lastSeen: 2, state: 'affected', unknown: [], reasons: [{ ...reason, because: [because] }] },
          },
        ],
      },
    }),
    table: async (_tenant, language) => ({ ok: true, value: `${language}\r\n` }),
    history: async () => ({ ok: true, value: { runs: [{ device: 'd', from: 1, until: 2 }], total: 1 } }),
    import: async () => ({
      ok: true,
      value: {
        ...{ devices: 0, changes: 0, refused: 0, namesDiffer: 0, cut: 0, unread: 1, remarksLeft: 0 },
        remarks: [{ where: '1', de: 'Leer.', en: 'Empty.' }],
      },
    }),
    advisories: async () => ({
      ok: true,
      value: {
        issuers: [{ ...ISSUER, keys: [] }],
        documents: [{ ...document, counts: true }],
        conflicts: [],
      },
    }),
    ...{ pin: answered, unpin: answered, receive: answered, fetch: answered },
    poll: async () => ok({ feeds: [], counts: 0 }),
    stop: async ({ tenant }) =>
      tenant === OTHER_TENANT
        ? { ok: false, error: 'unknown-advisory' }
        : { ok: true, value: { stopped: 1, without: 0 } },
    evidence: async (_actor, { title }) => ok(new TextEncoder().encode(title)),
    evidenceKey: () => ({ key: 'PEM', fingerprint: 'ab' }),
    policy: async () => ({ stopsAffected: false }),
    setPolicy: async () => ({ ok: true, value: undefined }),
  }
}
