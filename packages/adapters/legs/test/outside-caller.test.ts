// Callers who come in through a trunk, as the phones of the house see them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Destination, LegEvent, OutsideCaller } from '@rufwerk/calls'
import type { CallId, LegId } from '@rufwerk/core'
import { readForwarders } from '@rufwerk/sip/trunk'
import { ExchangeRig, RIG_TENANT } from '@rufwerk/testing'
import { only } from './two-phones.ts'

type TrunkAttempt = Extract<Destination, { to: 'trunk' }>['attempt']

const MAIN = 'main' as TrunkAttempt['trunk']
const HIDDEN: OutsideCaller = { kind: 'outside', tenant: RIG_TENANT, trunk: MAIN }
const KNOWN: OutsideCaller = { ...HIDDEN, number: '+4940123456' }

for (const [caller, from] of [
  [KNOWN, '"+4940123456" <sip:+4940123456@10.0.0.1>'],
  [{ ...KNOWN, name: 'Kurt' }, '"Kurt" <sip:+4940123456@10.0.0.1>'],
  [HIDDEN, '"Anonymous" <sip:anonymous@anonymous.invalid>'],
] as const) {
  test(`LEG-CALL24 a phone sees ${from}`, async () => {
    const rig = new ExchangeRig()
    const phone = await rig.registered('101')
    const contact = rig.userAgent.contactsOf(rig.addDevice('101').device)[0]
    assert.ok(contact)
    const [leg, callerLeg] = ['leg', 'caller-leg'] as LegId[]
    const destination: Destination = { to: 'contact', contact }
    if (leg && callerLeg) rig.userAgent.dial({ call: 'call' as CallId, leg, caller, callerLeg, destination })
    await rig.clock.pass(300)
    const shown = only(phone).lastInvite?.headers.get('from')
    assert.equal(shown?.replace(/;tag=.*/, ''), from)
  })
}

test('LEG-CALL26 a phone is told who forwarded, last first, and shows for whom, if not hidden', async () => {
  const forwarders = [
    { number: '103', name: 'Carla "C"\r\nEvil: y', reason: 'no-answer' },
    { number: '+4930888', reason: 'user-busy' },
  ] as const
  for (const [caller, display, from] of [
    [KNOWN, 'Kurt für Anna', '"Kurt für Anna" <sip:+4940123456@10.0.0.1>'],
    [HIDDEN, undefined, '"Anonymous" <sip:anonymous@anonymous.invalid>'],
  ] as const) {
    const rig = new ExchangeRig()
    const phone = await rig.registered('101')
    const contact = rig.userAgent.contactsOf(rig.addDevice('101').device)[0]
    assert.ok(contact)
    rig.userAgent.dial({
      ...{ call: 'call' as CallId, leg: 'leg' as LegId, callerLeg: 'caller-leg' as LegId, caller },
      destination: { to: 'contact', contact },
      forwarded: { forwarders, ...(display && { display }) },
    })
    await rig.clock.pass(300)
    const { headers } = only(phone).lastInvite ?? {}
    assert.equal(headers?.get('from')?.replace(/;tag=.*/, ''), from)
    assert.deepEqual(
      readForwarders(headers as never).map(({ uri, reason }) => `${uri.user} ${reason}`),
      ['103 no-answer', '+4930888 user-busy'],
    )
    assert.equal(headers?.get('evil'), undefined)
  }
})

test('LEG-CALL25 a leg to a trunk ends with 503 while no trunk is connected', () => {
  const rig = new ExchangeRig()
  const events: LegEvent[] = []
  rig.userAgent.listen({
    onIncoming: () => 'accepted',
    onLegEvent: (_, event) => void events.push(event),
  })
  const attempt: TrunkAttempt = { trunk: MAIN, number: '+49170123', isHidden: false, mayCutOthers: false }
  rig.userAgent.dial({
    call: 'call' as CallId,
    leg: 'leg' as LegId,
    caller: KNOWN,
    callerLeg: 'caller-leg' as LegId,
    destination: { to: 'trunk', attempt, number: '+49170123' },
  })
  assert.deepEqual(events, [{ type: 'refused', status: 503, cause: 38 }])
  assert.equal(rig.userAgent.sizes().legs, 0)
})
