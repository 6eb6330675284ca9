// What the server of these tests says about devices, advisories and who is stopped. Everything is made up.
import type { CaseDetail, CaseList } from '@rufwerk/contract/cases'
import type {
  FleetAdvisories,
  FleetExposure,
  FleetImported,
  FleetPolicy,
  FleetReceived,
} from '@rufwerk/contract/fleet'
import type { Quarantine } from '@rufwerk/contract/quarantine'

type Device = FleetExposure['devices'][number]
type Counts = FleetExposure['all']

const DAY = 86_400_000
const NOBODY: Counts = { affected: 0, unknown: 0, underInvestigation: 0, clean: 0 }
export const ISSUER = 'https://www.example.org'
const DOCUMENT = { issuer: ISSUER, id: 'EX-2023-1', revision: '2', title: 'Trojan in a phone app' }
const PEOPLE = ['Anna Schmidt', 'Dr. Friederike Müller-Lüdenscheidt', 'Mehmet Yılmaz']

function device(number: number, state: Device['state'], now: number): Device {
  const seen = now - number * 3_600_000
  const isKnown = state !== 'unknown' || number % 2 === 0
  return {
    ...{
      device: `hostname pc-${number}`,
      kind: 'computer',
      platform: number % 3 === 0 ? 'macos' : 'windows',
    },
    ...(number % 3 < 2 && { id: `d${number}` }),
    names: { hostname: `pc-${number}`, account: `${number}` },
    ...{ person: PEOPLE[number % PEOPLE.length] ?? '', site: number % 2 === 0 ? 'Berlin' : 'Leipzig' },
    ...{ addresses: ['192.0.2.7'], lastSeen: seen, state },
    unknown: state === 'unknown' ? [isKnown ? 'version-missing' : 'no-programs-known'] : [],
    reasons: isKnown
      ? [
          {
            ...{ product: 'Phone App', version: '18.12.416', source: 'csv', since: seen - 9 * DAY },
            ...{ lastSeen: seen, isContradicted: number === 4 },
            because: [
              { issuer: ISSUER, advisory: DOCUMENT.id, revision: '2', product: 'Phone App', by: 'version' },
            ],
          },
        ]
      : [],
  }
}

export class FleetAnswers {
  isKnown = false
  advisories: FleetAdvisories = { issuers: [], documents: [], conflicts: [] }
  quarantine: Quarantine = {
    ...{ stopped: 0, removalAsked: 0, closed: 0, fleet: 12, aloneMax: 1 },
    ...{ stops: [], requests: [] },
  }
  cases: CaseList['cases'] = []
  policy: FleetPolicy = { stopsAffected: false }
  imported: FleetImported = {
    ...{ devices: 150, changes: 301, refused: 0, namesDiffer: 0, cut: 0, unread: 0 },
    ...{ remarks: [], remarksLeft: 0 },
  }
  received: FleetReceived = {
    ...{ outcome: 'refused', why: 'issuer-unpinned' },
    ...{ products: [], changed: [], changedTotal: 0, findings: [] },
  }

  /** An advisory counts, 6 of 150 devices are affected, and of 3 nobody knows. */
  fill(): void {
    this.isKnown = true
    const folders = { addresses: [`${ISSUER}/csaf/`], keys: [] }
    this.advisories = {
      issuers: [{ namespace: ISSUER, ...folders }],
      documents: [{ ...DOCUMENT, counts: true }],
      conflicts: [{ namespace: ISSUER, id: DOCUMENT.id, version: '1' }],
    }
  }

  /** Two are stopped, one of them is clean again, and a request waits. */
  stopSome(now: number): void {
    const whom = (number: number) => ({
      ...{ device: `d${number}`, name: `pc-${number}`, extension: `10${number}` },
      person: PEOPLE[number % PEOPLE.length] ?? '',
    })
    this.quarantine = {
      ...{ stopped: 2, removalAsked: 2, closed: 1, fleet: 12, aloneMax: 1 },
      stops: [
        { ...whom(1), at: now - DAY, by: 'Jonas Weber', why: ['EX-2023-1 (2): Phone App'] },
        {
          ...{ ...whom(3), at: now - DAY, by: 'by-policy', confirmedBy: 'Clara Vogel' },
          ...{ why: ['EX-2023-1 (2): Phone App'], closedAt: now },
        },
      ],
      requests: [
        { id: 'r1', does: 'stop', at: now, by: 'Clara Vogel', why: 'EX', missing: 1, devices: [whom(4)] },
        { id: 'r2', does: 'release', at: now, by: 'Jonas Weber', why: 'Neu', missing: 1, devices: [whom(3)] },
      ],
    }
  }

  /** One that is late, one that waits for a second person, and one that is closed. */
  reportSome(now: number): void {
    const hashes = ['a'.repeat(64)]
    const shared = { hashes, level: 2 as const, decisionDue: now + 2 * DAY, reports: 1 }
    const file = { about: 'phone-app-18.12.416.msi', openedAt: now - 2 * DAY, answerDue: now - DAY }
    this.cases = [
      { ...shared, ...file, id: 'k1', status: 'open', reports: 3 },
      {
        ...{ ...shared, id: 'k2', status: 'proposed', verdict: 'false-positive', openedAt: now - DAY },
        ...{ answerDue: now, answeredAt: now - DAY / 2, owner: 'Jonas Weber' },
      },
      {
        ...{ ...shared, id: 'k3', status: 'closed', verdict: 'removed', openedAt: now - 9 * DAY },
        ...{ about: 'Phone App', answerDue: now - 8 * DAY, answeredAt: now - 9 * DAY },
      },
    ]
  }

  #case(id: string): CaseDetail | undefined {
    const one = this.cases.find((known) => known.id === id)
    if (one === undefined) return undefined
    const at = one.openedAt
    const origin = {
      at,
      kind: 'person',
      by: 'Anna Schmidt',
      product: 'Phone App',
      version: '18.12.416',
    } as const
    const words = 'Der Virenscanner meldet:\n<b>Trojan.Gen</b>'
    return {
      ...one,
      origins: [{ ...origin, words }],
      timeline: [
        { at, act: 'opened', by: 'Anna Schmidt', words: 'person p101' },
        { at, act: 'answered', by: 'Jonas Weber', words: 'Danke, wir prüfen das.' },
        { at, act: 'proposed', by: 'Jonas Weber', words: 'false-positive: gebaut und verglichen' },
      ],
      evidence: [
        {
          at,
          by: 'Jonas Weber',
          kind: 'reproduced-build',
          what: 'Noch einmal gebaut',
          sha256: 'b'.repeat(64),
        },
      ],
      ...(one.status !== 'open' && { proposedBy: 'Jonas Weber', why: 'Noch einmal gebaut' }),
    }
  }

  #cases(): CaseList {
    const open = this.cases.filter(({ status }) => status !== 'closed').length
    const late = Number(this.cases.length > 0)
    return { open, closed: this.cases.length - open, lateAnswers: late, lateDecisions: 0, cases: this.cases }
  }

  /** Undefined: there is no such path. */
  answer(route: string, query: URLSearchParams): unknown {
    const [, id] = /^GET \/cases\/(\w+)$/.exec(route) ?? []
    if (id !== undefined) return this.#case(id)
    switch (route) {
      case 'GET /cases':
        return this.#cases()
      case 'GET /fleet/exposure':
        return this.#exposure(query)
      case 'GET /fleet/advisories':
        return this.advisories
      case 'POST /fleet/advisories':
      case 'POST /fleet/advisories/fetch':
      case 'PUT /fleet/issuers':
        return this.received
      case 'POST /fleet/imports':
        return this.imported
      case 'GET /fleet/policy':
        return this.policy
      case 'POST /fleet/stops':
        return { stopped: 0, waits: { request: 'r1', missing: 1 }, without: 2 }
      case 'GET /quarantine':
        return this.quarantine
      case 'POST /quarantine/removals':
      case 'POST /quarantine/stops':
        return { stopped: 1, released: 0 }
      case 'POST /quarantine/releases':
        return { stopped: 0, released: 0, waits: { request: 'r2', missing: 1 } }
      case 'POST /quarantine/requests/r1/agree':
        return { stopped: 1, released: 0 }
      default:
        return undefined
    }
  }

  #exposure(query: URLSearchParams): FleetExposure {
    const at = Date.now()
    const none = { at, devices: [], total: 0, all: NOBODY, bySite: [], byPlatform: [] }
    if (!this.isKnown) return none
    const state = query.get('state') as Device['state']
    const [first, count] = state === 'affected' ? [0, 6] : state === 'unknown' ? [6, 3] : [0, 0]
    const devices = Array.from({ length: count }, (_, number) => device(first + number, state, at))
    const all = { ...NOBODY, affected: 6, unknown: 3, clean: 141 }
    return {
      ...{ at, devices: devices.slice(0, Number(query.get('limit'))), total: count, all },
      bySite: [
        { name: 'Berlin', counts: { ...NOBODY, affected: 3, unknown: 2, clean: 70 } },
        { name: '', counts: { ...NOBODY, clean: 1 } },
        { name: 'Leipzig', counts: { ...NOBODY, affected: 3, unknown: 1, clean: 70 } },
      ],
      byPlatform: [
        { name: 'windows', counts: { ...NOBODY, affected: 4, unknown: 2, clean: 100 } },
        { name: 'macos', counts: { ...NOBODY, affected: 2, unknown: 1, clean: 41 } },
      ],
    }
  }
}
