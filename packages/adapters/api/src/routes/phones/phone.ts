// What the browser needs to become a SIP phone of its session: a ticket, and where there is a relay for its
// sound, short-lived credentials for it.
import { createHash } from 'node:crypto'
import { PhoneTicket } from '@rufwerk/contract'
import { PhoneRelay } from '@rufwerk/contract/relay'
import { type DeviceId, fail, ok } from '@rufwerk/core'
import { accountsRefusal } from '../../accounts-refusal.ts'
import type { ApiPorts } from '../../ports.ts'
import { type Route, signedInRoute } from '../../route.ts'
import type { Tickets } from '../../security/tickets.ts'

export function phoneRoutes({ accounts, settings, relay }: ApiPorts, tickets: Tickets): readonly Route[] {
  return [
    signedInRoute({
      name: 'phoneTicket',
      method: 'post',
      path: '/phone/ticket',
      summary: 'A ticket that opens one SIP WebSocket for the browser device of this session.',
      access: 'person',
      act: 'phoneKey',
      status: 201,
      answer: PhoneTicket,
      run: async ({ who }) => {
        const result = await accounts.browserDevice(who.session)
        if (!result.ok) return fail(accountsRefusal(result.error))
        const device = result.value
        const ticket = tickets.issue({ session: who.session.id, device: device.id })
        if (!ticket.ok) return fail({ code: 'unavailable', retryAfterSeconds: 1 })
        return ok({
          ticket: ticket.value,
          sipUri: `sip:${device.sipName}@${settings.sipDomain}`,
          displayName: who.person.name,
          instance: instanceOf(device.id),
          device: device.id,
          hasRelay: relay !== undefined,
        })
      },
    }),
    signedInRoute({
      name: 'phoneRelay',
      method: 'post',
      path: '/phone/relay',
      summary: 'Credentials for the sound relay, good for ten minutes and for this person only.',
      access: 'person',
      act: 'phoneKey',
      status: 201,
      answer: PhoneRelay,
      refusals: ['not-found'],
      run: async ({ who }) =>
        relay === undefined ? fail({ code: 'not-found' }) : ok(relay.credentialsFor(who.person.id)),
    }),
  ]
}

/** The same instance for the same device, as RFC 5626 §4.1 wants; a version 8 UUID (RFC 9562 §5.8). */
function instanceOf(device: DeviceId): string {
  const hex = createHash('sha256').update(`rufwerk instance ${device}`).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return `urn:uuid:${parts.join('-')}`
}
