// Callers who come in through a trunk, as the phones of the house see them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Destination, LegEvent, OutsideCaller } from '@rufwerk/calls'
import type { CallId, LegId } from '@rufwerk/core'
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
