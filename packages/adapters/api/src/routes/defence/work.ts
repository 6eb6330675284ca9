// /fleet/versions and /fleet/playbook, for admins.
import {
  FleetVersions,
  FleetVersionsState,
  Playbook,
  PlaybookAct,
  PlaybookQuery,
} from '@rufwerk/contract/fleet-work'
import { fail, ok, type Result } from '@rufwerk/core'
import type { Refusal } from '../../error.ts'
import type { ApiPorts } from '../../ports.ts'
import { type Route, signedInRoute } from '../../route.ts'
import type { PlaybookProblem, VersionsProblem } from './work-port.ts'

const BUSY = {
  busy: { code: 'unavailable', message: 'Other lists are being read. Try again in a moment.' },
  failed: { code: 'unavailable' },
} as const
const REFUSALS: Readonly<Record<PlaybookProblem, Refusal>> = {
  ...BUSY,
  'unknown-advisory': { code: 'not-found', message: 'No such advisory counts.' },
  'unknown-step': { code: 'not-found', message: 'The advisory has no such recommendation.' },
  'unknown-person': { code: 'not-found', message: 'There is no such person here.' },
  'no-evidence': { code: 'conflict', message: 'A step is done with evidence only.' },
  'no-owner': { code: 'conflict', message: 'A step is done by whoever took it over: name somebody first.' },
  full: { code: 'limit-reached' },
  'too-long': { code: 'too-large' },
}

const shared = { access: 'admin', status: 200, refusals: ['unavailable'] } as const

export function fleetWorkRoutes({ fleetWork }: ApiPorts): readonly Route[] {
  if (fleetWork === undefined) return []
  return [
    signedInRoute({
      ...shared,
      name: 'fleetVersions',
      method: 'get',
      path: '/fleet/versions',
      summary: 'Which versions of clients are allowed, and who runs another one.',
      answer: FleetVersionsState,
      run: async ({ who }) => versionsTold(await fleetWork.versions(who.session.tenant)),
    }),
    signedInRoute({
      ...shared,
      name: 'setFleetVersions',
      method: 'put',
      path: '/fleet/versions',
      summary: 'Decides which versions of clients are allowed; what is enforced stops at once.',
      body: FleetVersions,
      answer: FleetVersionsState,
      refusals: ['bad-request', 'unavailable'],
      run: async ({ who, body }) => versionsTold(await fleetWork.setVersions(who.session, body)),
    }),
    signedInRoute({
      ...shared,
      name: 'playbook',
      method: 'get',
      path: '/fleet/playbook',
      summary: 'What an advisory recommends: each step with its owner, deadline and evidence.',
      query: PlaybookQuery,
      answer: Playbook,
      refusals: ['not-found', 'unavailable'],
      run: async ({ who, query }) => told(await fleetWork.playbook(who.session.tenant, query)),
    }),
    signedInRoute({
      ...shared,
      name: 'actOnPlaybook',
      method: 'post',
      path: '/fleet/playbook/acts',
      summary: 'Gives a step to somebody, adds evidence, calls it done, or opens it again.',
      body: PlaybookAct,
      answer: Playbook,
      refusals: ['conflict', 'limit-reached', 'not-found', 'too-large', 'unavailable'],
      run: async ({ who, body }) => told(await fleetWork.act(who.session, body)),
    }),
  ]
}

function versionsTold<Value>(result: Result<Value, VersionsProblem>): Result<Value, Refusal> {
  if (result.ok) return result
  const { error } = result
  if (typeof error === 'string') return fail(BUSY[error])
  return fail({ code: 'bad-request', field: error.place, message: 'This range of versions cannot be read.' })
}

function told<Value>(result: Result<Value, PlaybookProblem>): Result<Value, Refusal> {
  return result.ok ? ok(result.value) : fail(REFUSALS[result.error])
}
