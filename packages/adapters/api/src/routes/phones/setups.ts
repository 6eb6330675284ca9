// /phones: links and PINs by which phones fetch their settings; the files themselves are in web/provision.ts.
import type { PhoneSetup as StoredSetup } from '@rufwerk/accounts/phones'
import { NewPhone, PhoneAccess, type PhoneSetup, PhoneSetups } from '@rufwerk/contract/phones'
import { type DeviceId, fail, ok, type PersonId } from '@rufwerk/core'
import { addressOf, type PhoneMaker, readMac } from '@rufwerk/provisioning'
import { accountsRefusal } from '../../accounts-refusal.ts'
import type { ApiPorts } from '../../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../../route.ts'

const NAMES: Readonly<Record<PhoneMaker, string>> = { yealink: 'Yealink', snom: 'Snom', linphone: 'Linphone' }
/** Any name is taken with a PIN; phones want one. */
const PIN_USER = 'phone'
const WRONG_MAC = 'This is no hardware address of such a phone.'

export function phonesRoutes(ports: ApiPorts): readonly Route[] {
  return [listRoute(ports), createRoute(ports), closeRoute(ports)]
}

function listRoute({ accounts, provisioning, certificates }: ApiPorts): Route {
  return signedInRoute({
    name: 'phoneSetups',
    method: 'get',
    path: '/phones',
    summary: 'How phones came to their settings, or will: the own ones, for admins all.',
    access: 'person',
    status: 200,
    answer: PhoneSetups,
    run: async ({ who }) => {
      const setups = await accounts.phoneSetups(who.session)
      if (!setups.ok) return fail(accountsRefusal(setups.error))
      return ok({
        isOffered: provisioning !== undefined,
        isPubliclyTrusted: certificates?.state()?.source !== 'local',
        phones: setups.value.flatMap((setup) => setupView(setup, who, provisioning?.wallTime())),
      })
    },
  })
}

function createRoute({ accounts, provisioning }: ApiPorts): Route {
  return signedInRoute({
    name: 'createPhoneSetup',
    method: 'post',
    path: '/phones',
    summary: 'A link, or a PIN, with which a phone or app fetches its settings once.',
    access: 'person',
    act: 'signInLink',
    body: NewPhone,
    status: 201,
    answer: PhoneAccess,
    refusals: ['not-offered', 'limit-reached', 'not-found'],
    run: async ({ who, body }) => {
      if (provisioning === undefined) return fail({ code: 'not-offered' })
      const { maker, way } = body
      const mac = body.mac === undefined ? undefined : readMac(body.mac)
      const isWrongMac = body.mac !== undefined && (mac === undefined || maker === 'linphone')
      if (isWrongMac) return fail({ code: 'bad-request', field: 'mac', message: WRONG_MAC })
      if (way === 'pin' && maker === 'linphone')
        return fail({ code: 'bad-request', field: 'way', message: 'An app takes a link, not a PIN.' })
      const person = (body.person ?? who.person.id) as PersonId
      const made = await accounts.createPhoneSetup(who.session, {
        ...{ maker, way, person, name: body.name ?? NAMES[maker] },
        ...(body.device !== undefined && { device: body.device as DeviceId }),
        ...(mac !== undefined && { mac }),
        // What the file tells the phone; both sides must want the same.
        srtp: provisioning.server.transport === 'tls' ? 'required' : 'off',
      })
      if (!made.ok) return fail(accountsRefusal(made.error, { 'mac-invalid': 'mac', 'name-invalid': 'name' }))
      const { device, setup, key } = made.value
      const url = addressOf(maker, way === 'pin' ? provisioning.folder : `${provisioning.folder}${key}/`)
      return ok({
        ...{ id: device.id, sipName: device.sipName, url, expiresAt: setup.expiresAt },
        ...(way === 'pin' && { pin: key, user: PIN_USER }),
      })
    },
  })
}

function closeRoute({ accounts }: ApiPorts): Route {
  return signedInRoute({
    name: 'closePhoneSetup',
    method: 'delete',
    path: '/phones/{id}',
    summary: 'Withdraws the link or PIN of a phone; one that has its settings keeps them.',
    access: 'person',
    status: 204,
    run: async ({ who, id }) => {
      const result = await accounts.closePhoneSetup(who.session, id as DeviceId)
      return result.ok ? ok(undefined) : fail(accountsRefusal(result.error))
    },
  })
}

function setupView(setup: StoredSetup, { directory }: Visitor, now = 0): PhoneSetup[] {
  const device = directory.byDevice.get(setup.device)
  if (device === undefined) return []
  const { maker, way, mac, createdAt, expiresAt, used } = setup
  const isLate = setup.state === 'open' && expiresAt <= now
  return [
    {
      ...{ id: device.id, person: device.person, name: device.name, maker, way, createdAt, expiresAt },
      ...(mac !== undefined && { mac }),
      state: isLate ? 'expired' : setup.state,
      ...(used && { used }),
    },
  ]
}
