// /quarantine, for admins: who is stopped, stopping, letting go, and agreeing to what another one asked.
import {
  Quarantine,
  QuarantineActed,
  QuarantineRelease,
  QuarantineRemoval,
  QuarantineStop,
} from '@rufwerk/contract/quarantine'
import { type DeviceId, fail, ok, type Result } from '@rufwerk/core'
import type { Refusal } from '../error.ts'
import type { ApiPorts } from '../ports.ts'
import type { QuarantineAct, QuarantinePort, QuarantineProblem } from '../quarantine-port.ts'
import { type Route, signedInRoute, type Visitor } from '../route.ts'

export const QUARANTINE_REFUSALS: Readonly<Record<QuarantineProblem, Refusal>> = {
  nobody: { code: 'conflict', message: 'All of these devices are stopped already.' },
  'unknown-device': {
    code: 'not-found',
    field: 'devices',
    message: 'One of these is no device of this company.',
  },
  'not-stopped': { code: 'conflict', message: 'None of these devices is stopped.' },
  'unknown-request': {
    code: 'not-found',
    message: 'Nothing waits under this name; it may be done, or too old.',
  },
  'same-person': { code: 'conflict', message: 'Another person has to agree.' },
  full: { code: 'limit-reached' },
  'not-stored': { code: 'unavailable' },
}

const NOTES = {
  stop: 'quarantine-stop',
  release: 'quarantine-release',
  removal: 'quarantine-removal',
  agree: 'quarantine-agreed',
  withdraw: 'quarantine-withdrawn',
} as const

export function quarantineRoutes(ports: ApiPorts): readonly Route[] {
  const { quarantine } = ports
  if (quarantine === undefined) return []
  const act = (who: Visitor, wanted: QuarantineAct) => performed(ports, quarantine, who, wanted)
  const shared = { access: 'admin', noted: 'by-itself', answer: QuarantineActed, status: 200 } as const
  return [
    signedInRoute({
      name: 'quarantine',
      method: 'get',
      path: '/quarantine',
      summary: 'Devices that are stopped, and what waits for a second person.',
      access: 'admin',
      status: 200,
      answer: Quarantine,
      run: async ({ who }) => ok(quarantine.view(who.person.tenant)),
    }),
    signedInRoute({
      ...shared,
      name: 'stopDevices',
      method: 'post',
      path: '/quarantine/stops',
      summary: 'Stops devices: they call for help only. More than a tenth of all needs a second person.',
      body: QuarantineStop,
      refusals: ['conflict', 'not-found', 'limit-reached', 'unavailable'],
      run: ({ who, body }) => act(who, { type: 'stop', devices: body.devices as DeviceId[], why: body.why }),
    }),
    signedInRoute({
      ...shared,
      name: 'releaseDevices',
      method: 'post',
      path: '/quarantine/releases',
      summary: 'Asks for devices to be let go; another person has to agree. Their secrets are void then.',
      body: QuarantineRelease,
      refusals: ['conflict', 'limit-reached', 'unavailable'],
      run: ({ who, body }) =>
        act(who, { type: 'release', devices: body.devices as DeviceId[], why: body.why }),
    }),
    signedInRoute({
      ...shared,
      name: 'askForRemoval',
      method: 'post',
      path: '/quarantine/removals',
      summary: 'Notes that what devices are stopped for was asked to be removed: a later look closes them.',
      body: QuarantineRemoval,
      refusals: ['conflict', 'unavailable'],
      run: ({ who, body }) =>
        act(who, { type: 'removal', devices: body.devices as DeviceId[], why: body.why }),
    }),
    signedInRoute({
      ...shared,
      name: 'agreeToQuarantine',
      method: 'post',
      path: '/quarantine/requests/{id}/agree',
      summary: 'Agrees to what another person asked for.',
      refusals: ['conflict', 'not-found', 'limit-reached', 'unavailable'],
      run: ({ who, id }) => act(who, { type: 'agree', request: id }),
    }),
    signedInRoute({
      ...shared,
      name: 'withdrawFromQuarantine',
      method: 'delete',
      path: '/quarantine/requests/{id}',
      summary: 'Takes back what waits for a second person.',
      refusals: ['not-found', 'unavailable'],
      run: ({ who, id }) => act(who, { type: 'withdraw', request: id }),
    }),
  ]
}

async function performed(
  { accounts, log }: ApiPorts,
  quarantine: QuarantinePort,
  { session }: Visitor,
  act: QuarantineAct,
): Promise<Result<QuarantineActed, Refusal>> {
  const acted = await quarantine.act(session, act)
  if (!acted.ok) return fail(QUARANTINE_REFUSALS[acted.error])
  const { stopped, released, waits } = acted.value
  const subject = 'request' in act ? act.request : (waits?.request ?? '')
  const noted = await accounts.note(session, NOTES[act.type], subject, {
    stopped: String(stopped),
    released: String(released),
    ...('why' in act && { why: act.why, devices: act.devices.slice(0, 20).join(' ') }),
  })
  // It is done already, and better so than not at all.
  if (!noted.ok) log.error('audit.not-noted', { act: NOTES[act.type], why: noted.error.code })
  return acted
}
