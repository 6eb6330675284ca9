// /cases/{id}/indicators and /cases/{id}/searches, for admins: what a case looks for, and what was found.
import { CaseSearches, IndicatorsRead, SearchQuery, SearchResult } from '@rufwerk/contract/searches'
import { fail, ok, type Result } from '@rufwerk/core'
import type { Refusal } from '../../error.ts'
import type { ApiPorts } from '../../ports.ts'
import { type Route, signedInRoute } from '../../route.ts'
import type { SearchProblem } from './search-port.ts'

const INDICATORS_BYTES_MAX = 16 * 1024 * 1024
/** Packed logs are a tenth of that. */
const LOG_BYTES_MAX = 64 * 1024 * 1024

const REFUSALS: Readonly<Record<SearchProblem, Refusal>> = {
  busy: { code: 'unavailable', message: 'Other lists are being read. Try again in a moment.' },
  failed: { code: 'unavailable' },
  'unknown-case': { code: 'not-found', message: 'There is no such case.' },
  full: { code: 'limit-reached' },
  nothing: { code: 'bad-request', message: 'Nothing to search for was found in this file.' },
  'no-indicators': {
    code: 'conflict',
    message: 'The case has nothing to search for yet: send indicators first.',
  },
  unreadable: { code: 'bad-request', message: 'The file is packed, and broken or too large once unpacked.' },
}

const shared = {
  access: 'admin',
  status: 200,
  refusals: ['bad-request', 'conflict', 'limit-reached', 'not-found', 'unavailable'],
} as const

export function searchRoutes({ search }: ApiPorts): readonly Route[] {
  if (search === undefined) return []
  return [
    signedInRoute({
      ...shared,
      name: 'addIndicators',
      method: 'post',
      path: '/cases/{id}/indicators',
      summary: 'What to search for: a list, CSV, CSAF, STIX 2.1 or Sigma. Kept defanged, never resolved.',
      act: 'upload',
      upload: INDICATORS_BYTES_MAX,
      query: SearchQuery,
      answer: IndicatorsRead,
      run: async ({ who, id, query, upload }) =>
        told(await search.addIndicators(who.session, id, query.name, upload)),
    }),
    signedInRoute({
      ...shared,
      name: 'searchLog',
      method: 'post',
      path: '/cases/{id}/searches',
      summary: 'Searches a log of a proxy, resolver or firewall, also packed by gzip. Only hits are kept.',
      act: 'upload',
      upload: LOG_BYTES_MAX,
      query: SearchQuery,
      answer: SearchResult,
      run: async ({ who, id, query, upload }) =>
        told(await search.searchLog(who.session, id, query.name, upload)),
    }),
    signedInRoute({
      ...shared,
      name: 'searchOwn',
      method: 'post',
      path: '/cases/{id}/searches/own',
      summary: 'Searches what is known of the devices: addresses they called from, files that were found.',
      answer: SearchResult,
      run: async ({ who, id }) => told(await search.searchOwn(who.session, id)),
    }),
    signedInRoute({
      ...shared,
      name: 'caseSearches',
      method: 'get',
      path: '/cases/{id}/searches',
      summary: 'What was searched for where, and what was found.',
      answer: CaseSearches,
      run: async ({ who, id }) => told(await search.searches(who.session.tenant, id)),
    }),
  ]
}

function told<Value>(result: Result<Value, SearchProblem>): Result<Value, Refusal> {
  return result.ok ? ok(result.value) : fail(REFUSALS[result.error])
}
