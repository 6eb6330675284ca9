// /me: what people set for themselves: their state, and where every call of theirs goes. The same rules as
// behind the codes of their phones.
import type { Directory } from '@rufwerk/accounts'
import { NewOwnForwarding, OwnForwarding, OwnPlace, OwnState } from '@rufwerk/contract/me'
import { fail, ok, type Result } from '@rufwerk/core'
import { placeOfAddress } from '@rufwerk/routing/emergency'
import type { OwnSettings, SettingProblem } from '@rufwerk/routing/own'
import type { Refusal } from '../../error.ts'
import type { ApiPorts, DialPlanPort, OwnSettingsPort } from '../../ports.ts'
import { type Route, signedInRoute } from '../../route.ts'

export function meRoutes({ ownSettings, dialPlans }: ApiPorts): readonly Route[] {
  return [
    ...(ownSettings === undefined ? [] : [...stateRoutes(ownSettings), ...forwardRoutes(ownSettings)]),
    ...(dialPlans === undefined ? [] : [placeRoute(dialPlans)]),
  ]
}

/** The place of an emergency call from the browser that asks: its phone comes from the same address. */
function placeRoute({ book }: DialPlanPort): Route {
  return signedInRoute({
    name: 'ownPlace',
    method: 'get',
    path: '/me/place',
    summary: 'Whether this browser is at a site, as the networks of sites in the dial plan say.',
    access: 'person',
    status: 200,
    answer: OwnPlace,
    run: async ({ who, peer }) => {
      const config = book.config(who.person.tenant)
      const place = config === undefined ? 'no-networks' : placeOfAddress(config, peer.address)
      if (place === 'no-networks') return ok({})
      if (place === 'elsewhere') return ok({ isKnown: false })
      const site = who.directory.sites.get(place.site)
      return ok({ isKnown: true, site: { id: place.site, name: site?.name ?? place.site } })
    },
  })
}

function stateRoutes(own: OwnSettingsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'ownState',
      method: 'get',
      path: '/me/state',
      summary: "One's state, which forwarding goes by.",
      access: 'person',
      status: 200,
      answer: OwnState,
      run: async ({ who }) => ok({ state: own.of(who.person.id).state }),
    }),
    signedInRoute({
      name: 'setOwnState',
      method: 'put',
      path: '/me/state',
      summary: "Sets one's state for the next call.",
      access: 'person',
      body: OwnState,
      status: 200,
      answer: OwnState,
      run: async ({ who, body }) => {
        const set = await own.setState(who.person.id, body.state)
        return set.ok ? ok({ state: set.value.state }) : fail(refusalOf(set.error))
      },
    }),
  ]
}

function forwardRoutes(own: OwnSettingsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'ownForwarding',
      method: 'get',
      path: '/me/forwarding',
      summary: 'Where every call of oneself goes.',
      access: 'person',
      status: 200,
      answer: OwnForwarding,
      run: async ({ who }) => ok(forwardView(own.of(who.person.id), who.directory)),
    }),
    signedInRoute({
      name: 'setOwnForwarding',
      method: 'put',
      path: '/me/forwarding',
      summary: 'Forwards every call of oneself, if one may call there.',
      access: 'person',
      body: NewOwnForwarding,
      status: 200,
      answer: OwnForwarding,
      refusals: ['conflict'],
      run: async ({ who, body }) => told(await own.forwardTo(who.person.id, body.to), who.directory),
    }),
    signedInRoute({
      name: 'removeOwnForwarding',
      method: 'delete',
      path: '/me/forwarding',
      summary: 'Calls go as the dial plan says again.',
      access: 'person',
      status: 200,
      answer: OwnForwarding,
      run: async ({ who }) => told(await own.forwardOff(who.person.id), who.directory),
    }),
  ]
}

function told(
  set: Result<OwnSettings, SettingProblem>,
  directory: Directory,
): Result<OwnForwarding, Refusal> {
  return set.ok ? ok(forwardView(set.value, directory)) : fail(refusalOf(set.error))
}

function forwardView({ forward }: OwnSettings, directory: Directory): OwnForwarding {
  switch (forward?.to) {
    case 'person': {
      const person = directory.byPerson.get(forward.person)
      return person ? { person: { id: person.id, name: person.name, extension: person.extension } } : {}
    }
    case 'extension':
      return { extension: forward.extension }
    case 'outside':
      return { number: forward.number }
    default:
      return {}
  }
}

function refusalOf(problem: SettingProblem): Refusal {
  switch (problem) {
    case 'unknown':
      return { code: 'bad-request', field: 'to', message: 'This is neither an extension nor a number.' }
    case 'not-permitted':
      return { code: 'forbidden', field: 'to', message: 'This number may not be called.' }
    case 'emergency':
      return { code: 'forbidden', field: 'to', message: 'Calls are not forwarded to emergency numbers.' }
    case 'loop':
      return { code: 'conflict', field: 'to', message: 'From there calls would come back.' }
    case 'not-stored':
      return { code: 'unavailable' }
    case 'nobody':
      return { code: 'not-found' }
  }
}
