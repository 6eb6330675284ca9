import assert from 'node:assert/strict'
import test from 'node:test'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import type { LiveFact } from '@rufwerk/api'
import type { CallView } from '@rufwerk/calls'
import type { CallId, DeviceId, PersonId } from '@rufwerk/core'
import { Presence } from '../src/presence.ts'

async function bench() {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const people = world.accounts.people(session.tenant)
  const [mia, anna] = people as [(typeof people)[0], (typeof people)[0]]
  const phone = await world.accounts.createPhone(session, { person: anna.id, name: 'Tisch' })
  assert.ok(phone.ok)
  const registered = new Set<DeviceId>()
  const presence = new Presence(world.accounts, (device) => registered.has(device))
  const facts: LiveFact[] = []
  presence.subscribe((fact) => facts.push(fact))
  const view = (state: CallView['state'], to: PersonId | undefined = anna.id): CallView => ({
    call: 'call' as CallId,
    tenant: session.tenant,
    state,
    from: { kind: 'inside', person: mia.id, extension: mia.extension, name: mia.name },
    dialled: '101',
    to,
    ...(to && state === 'ringing' && { rings: [to] }),
    why: { rule: 'extension', values: {} },
  })
  return { presence, registered, device: phone.value.device.id, facts, view, mia: mia.id, anna: anna.id }
}

test('a person is available while a device is registered', async () => {
  const { presence, registered, device, facts, anna } = await bench()
  assert.equal(presence.presenceOf(anna), 'offline')
  registered.add(device)
  presence.registrationsChanged(device)
  assert.equal(presence.presenceOf(anna), 'available')
  assert.deepEqual(
    facts.map((fact) => [fact.type, 'person' in fact && fact.person]),
    [
      ['presence', anna],
      ['devices', anna],
    ],
  )
})

test('who calls is talking, who is called rings, then talks; both are free at the end', async () => {
  const { presence, registered, device, view, mia, anna } = await bench()
  registered.add(device)
  presence.show(view('ringing'))
  assert.deepEqual([presence.presenceOf(mia), presence.presenceOf(anna)], ['talking', 'ringing'])
  presence.show(view('talking'))
  assert.deepEqual([presence.presenceOf(mia), presence.presenceOf(anna)], ['talking', 'talking'])
  assert.equal(presence.calls().length, 1)
  presence.show(view('ended'))
  assert.deepEqual([presence.presenceOf(mia), presence.presenceOf(anna)], ['offline', 'available'])
  assert.equal(presence.size(), 0)
})

test('members of a group ring, and who answered talks', async () => {
  const { presence, view, mia, anna } = await bench()
  presence.show({ ...view('ringing'), to: undefined, rings: [anna] })
  assert.deepEqual([presence.presenceOf(mia), presence.presenceOf(anna)], ['talking', 'ringing'])
  presence.show({ ...view('talking'), to: undefined, answeredBy: anna })
  assert.deepEqual([presence.presenceOf(mia), presence.presenceOf(anna)], ['talking', 'talking'])
  presence.show(view('ended'))
  assert.equal(presence.size(), 0)
})

test('a call to oneself, or to nobody, counts once', async () => {
  const { presence, view, mia } = await bench()
  presence.show(view('ringing', mia))
  assert.equal(presence.presenceOf(mia), 'talking')
  presence.show(view('ended', mia))
  assert.equal(presence.size(), 0)
})
