// /fleet, for admins: the devices of the company, who is affected by what is known, whose advisories count,
// and stopping whom one of them calls affected.
import {
  EvidenceKey,
  EvidenceWish,
  FleetAdvisories,
  FleetAdvisoryFetch,
  FleetAdvisoryQuery,
  FleetExposure,
  FleetExposureQuery,
  FleetHistory,
  FleetHistoryQuery,
  FleetImported,
  FleetImportQuery,
  FleetIssuer,
  FleetIssuerQuery,
  FleetPolicy,
  FleetPolled,
  FleetReceived,
  FleetStop,
  FleetStopped,
  FleetTableQuery,
} from '@rufwerk/contract/fleet'
import { fail, ok, type Result } from '@rufwerk/core'
import type { Refusal } from '../error.ts'
import type { FleetPort, FleetProblem } from '../fleet-port.ts'
import type { ApiPorts } from '../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../route.ts'
import { QUARANTINE_REFUSALS } from './quarantine.ts'

/** Of a list or an advisory. */
const UPLOAD_BYTES_MAX = 16 * 1024 * 1024

/** Of the log of administration that goes into a bundle. */
const LOG_BYTES_MAX = 128 * 1024 * 1024
const PIECE_BYTES = 64 * 1024

const REFUSALS: Readonly<Record<FleetProblem, Refusal>> = {
  busy: { code: 'unavailable', message: 'Other lists are being read. Try again in a moment.' },
  failed: { code: 'unavailable' },
}

const shared = { access: 'admin', status: 200, refusals: ['unavailable'] } as const

export function fleetRoutes(ports: ApiPorts): readonly Route[] {
  const { fleet, quarantine } = ports
  if (fleet === undefined) return []
  const known = [...knowing(fleet), ...advised(fleet), ...proving(ports, fleet)]
  return quarantine === undefined ? known : [...known, ...acting(ports, fleet)]
}

function knowing(fleet: FleetPort): readonly Route[] {
  return [
    signedInRoute({
      ...shared,
      name: 'fleetExposure',
      method: 'get',
      path: '/fleet/exposure',
      summary: 'Who is affected, clean or unknown by the advisories that count, per site and system.',
      query: FleetExposureQuery,
      answer: FleetExposure,
      run: async ({ who, query }) => told(await fleet.exposure(who.session.tenant, query)),
    }),
    signedInRoute({
      ...shared,
      name: 'fleetTable',
      noted: 'access',
      method: 'get',
      path: '/fleet/exposure/table',
      summary: 'The same of all devices as a table for spreadsheets.',
      act: 'export',
      query: FleetTableQuery,
      file: 'text/csv',
      run: async ({ who, query }) => {
        const table = await fleet.table(who.session.tenant, query.language)
        return table.ok ? ok({ name: 'exposure.csv', content: encoded(table.value) }) : told(table)
      },
    }),
    signedInRoute({
      ...shared,
      name: 'fleetHistory',
      method: 'get',
      path: '/fleet/history',
      summary: 'Who ran what between two times.',
      act: 'export',
      query: FleetHistoryQuery,
      answer: FleetHistory,
      run: async ({ who, query }) => told(await fleet.history(who.session.tenant, query)),
    }),
    signedInRoute({
      ...shared,
      name: 'importFleet',
      method: 'post',
      path: '/fleet/imports',
      summary: 'Takes in a list of devices and programs, or the report of a collector.',
      act: 'upload',
      upload: UPLOAD_BYTES_MAX,
      query: FleetImportQuery,
      answer: FleetImported,
      run: async ({ who, query, upload }) =>
        told(await fleet.import(who.session, query.format, decoded(upload))),
    }),
  ]
}

function advised(fleet: FleetPort): readonly Route[] {
  return [
    signedInRoute({
      ...shared,
      name: 'fleetAdvisories',
      method: 'get',
      path: '/fleet/advisories',
      summary: 'Issuers that are pinned, their documents, and what did not fit together.',
      answer: FleetAdvisories,
      run: async ({ who }) => told(await fleet.advisories(who.session.tenant)),
    }),
    signedInRoute({
      ...shared,
      name: 'addAdvisory',
      method: 'post',
      path: '/fleet/advisories',
      summary: 'Takes in an advisory (CSAF 2.0) from a file; the answer says what became of it.',
      act: 'upload',
      upload: UPLOAD_BYTES_MAX,
      query: FleetAdvisoryQuery,
      answer: FleetReceived,
      run: async ({ who, query, upload }) =>
        told(await fleet.receive(who.session, decoded(upload), published(query))),
    }),
    signedInRoute({
      ...shared,
      name: 'pollAdvisories',
      method: 'post',
      path: '/fleet/advisories/poll',
      summary: 'Asks issuers that name their list what is new, as happens once an hour.',
      act: 'upload',
      answer: FleetPolled,
      run: async ({ who }) => told(await fleet.poll(who.session.tenant)),
    }),
    signedInRoute({
      ...shared,
      name: 'fetchAdvisory',
      method: 'post',
      path: '/fleet/advisories/fetch',
      summary: 'Fetches an advisory from a folder of an issuer that is pinned.',
      act: 'upload',
      body: FleetAdvisoryFetch,
      answer: FleetReceived,
      run: async ({ who, body }) => told(await fleet.fetch(who.session, body.address)),
    }),
    signedInRoute({
      ...shared,
      name: 'pinIssuer',
      method: 'put',
      path: '/fleet/issuers',
      summary: 'From now on advisories of this issuer count, proven by its keys or its folders.',
      body: FleetIssuer,
      answer: FleetReceived,
      run: async ({ who, body }) => told(await fleet.pin(who.session, body)),
    }),
    signedInRoute({
      ...shared,
      name: 'unpinIssuer',
      method: 'delete',
      path: '/fleet/issuers',
      summary: 'Advisories of this issuer count no more; they stay.',
      query: FleetIssuerQuery,
      answer: FleetReceived,
      run: async ({ who, query }) => told(await fleet.unpin(who.session, query.namespace)),
    }),
  ]
}

function published({ address, signature }: FleetAdvisoryQuery) {
  return { address, ...(signature !== undefined && { signature }) }
}

function acting(ports: ApiPorts, fleet: FleetPort): readonly Route[] {
  return [
    signedInRoute({
      ...shared,
      name: 'stopAffected',
      noted: 'by-itself',
      method: 'post',
      path: '/fleet/stops',
      summary: 'Stops everybody whom an advisory calls affected. More than a tenth needs a second person.',
      body: FleetStop,
      answer: FleetStopped,
      refusals: ['conflict', 'not-found', 'limit-reached', 'unavailable'],
      run: ({ who, body }) => stopped(ports, fleet, who, body),
    }),
    signedInRoute({
      ...shared,
      name: 'fleetPolicy',
      method: 'get',
      path: '/fleet/policy',
      summary: 'Whether whoever is affected is stopped without a person.',
      answer: FleetPolicy,
      run: async ({ who }) => ok(await fleet.policy(who.session.tenant)),
    }),
    signedInRoute({
      ...shared,
      name: 'setFleetPolicy',
      method: 'put',
      path: '/fleet/policy',
      summary: 'Decides whether whoever is affected is stopped without a person.',
      status: 204,
      body: FleetPolicy,
      run: async ({ who, body }) => told(await fleet.setPolicy(who.session.tenant, body)),
    }),
  ]
}

function proving({ audit }: ApiPorts, fleet: FleetPort): readonly Route[] {
  return [
    signedInRoute({
      ...shared,
      name: 'makeEvidence',
      method: 'post',
      path: '/fleet/evidence',
      summary: 'A signed bundle: devices, history, advisories, stops and the log of administration.',
      act: 'export',
      body: EvidenceWish,
      file: 'application/x-tar',
      refusals: ['limit-reached', 'unavailable'],
      run: async ({ who, body }) => {
        const lines = await audit?.file(who.session.tenant)
        const administration = lines === undefined ? new Uint8Array() : await gathered(lines)
        if (administration === undefined) return fail({ code: 'limit-reached' })
        const made = await fleet.evidence(who.session, body, administration)
        return made.ok ? ok({ name: 'evidence.tar', content: pieces(made.value) }) : told(made)
      },
    }),
    signedInRoute({
      ...shared,
      name: 'evidenceKey',
      method: 'get',
      path: '/fleet/evidence/key',
      summary: 'The key that bundles are signed with.',
      answer: EvidenceKey,
      run: async () => ok(fleet.evidenceKey()),
    }),
  ]
}

/** Undefined: more than a bundle takes. */
async function gathered(lines: AsyncIterable<string>): Promise<Uint8Array | undefined> {
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const line of lines) {
    const part = encoder.encode(line)
    bytes += part.byteLength
    if (bytes > LOG_BYTES_MAX) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES)
    yield new Uint8Array(bytes.subarray(at, at + PIECE_BYTES))
}

async function stopped(
  { accounts, log }: ApiPorts,
  fleet: FleetPort,
  { session }: Visitor,
  wanted: FleetStop,
): Promise<Result<FleetStopped, Refusal>> {
  const done = await fleet.stop(session, wanted)
  if (!done.ok) {
    const { error } = done
    if (error === 'unknown-advisory')
      return fail({ code: 'not-found', message: 'No advisory of this name counts.' })
    return fail(error === 'busy' || error === 'failed' ? REFUSALS[error] : QUARANTINE_REFUSALS[error])
  }
  const { waits, ...figures } = done.value
  const noted = await accounts.note(session, 'quarantine-stop', waits?.request ?? '', {
    ...wanted,
    ...{ stopped: String(figures.stopped), without: String(figures.without) },
  })
  // It is done already, and better so than not at all.
  if (!noted.ok) log.error('audit.not-noted', { act: 'quarantine-stop', why: noted.error.code })
  return done
}

function told<Value>(result: Result<Value, FleetProblem>): Result<Value, Refusal> {
  return result.ok ? result : fail(REFUSALS[result.error])
}

/** What is no UTF-8 becomes a sign that no list and no document has a meaning for. */
function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

async function* encoded(text: string): AsyncIterable<Uint8Array<ArrayBuffer>> {
  yield new TextEncoder().encode(text)
}
