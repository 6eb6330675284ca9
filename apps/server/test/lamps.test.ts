// What lamps are told of calls, and for which company.
import assert from 'node:assert/strict'
import test from 'node:test'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import type { CallView } from '@rufwerk/calls'
import type { CallId, PersonId, TenantId } from '@rufwerk/core'
import type { DeviceCredentials } from '@rufwerk/legs'
import { Lamps } from '../src/lamps.ts'

async function bench() {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const people = world.accounts.people(session.tenant)
  const [mia, anna] = people as [(typeof people)[0], (typeof people)[0]]
  const changed: string[] = []
  const nameOf = (id: PersonId) => people.find((person) => person.id === id)?.extension ?? '?'
  const lamps = new Lamps(world.accounts, (person) => changed.push(nameOf(person)))
  const view = (state: CallView['state'], to?: PersonId, call = 'call'): CallView => ({
    ...(to && (state === 'ringing' ? { rings: [to] } : { answeredBy: to })),
    call: call as CallId,
    tenant: session.tenant,
    state,
    from: { kind: 'inside', person: mia.id, extension: mia.extension, name: mia.name },
    dialled: anna.extension,
    why: { rule: 'extension', values: {} },
  })
  const lampOf = (id: PersonId) => lamps.callsOf(id).map((call) => `${call.direction} ${call.state}`)
  return { lamps, changed, view, lampOf, mia, anna, tenant: session.tenant }
}

test('a lamp rings, is lit and goes out; nobody is told of changes that are none', async () => {
  const { lamps, changed, view, lampOf, mia, anna } = await bench()
  lamps.show(view('ringing', anna.id))
  assert.deepEqual([lampOf(mia.id), lampOf(anna.id)], [['initiator early'], ['recipient early']])
  lamps.show(view('ringing', anna.id))
  assert.deepEqual(changed.splice(0).sort(), [mia.extension, anna.extension].sort())
  lamps.show(view('talking', anna.id))
  lamps.show({ ...view('talking', anna.id), heldBy: 'caller' })
  assert.deepEqual([lampOf(mia.id), lampOf(anna.id)], [['initiator confirmed'], ['recipient confirmed']])
  assert.equal(changed.splice(0).length, 2)
  lamps.show(view('ended', anna.id))
  assert.deepEqual([lampOf(mia.id), lampOf(anna.id), changed.length, lamps.size()], [[], [], 2, 0])
})

test('who is not called any more is free; a second call stays', async () => {
  const { lamps, view, lampOf, mia, anna } = await bench()
  lamps.show(view('ringing', anna.id, 'first'))
  lamps.show(view('talking', undefined, 'second'))
  lamps.show(view('talking', undefined, 'first'))
  assert.deepEqual(lampOf(anna.id), [])
  lamps.show(view('ended', undefined, 'first'))
  assert.deepEqual(lampOf(mia.id), ['initiator confirmed'])
  lamps.show(view('ended', undefined, 'second'))
  assert.equal(lamps.size(), 0)
})

test('members of a group ring until one answers; who was meant and did not answer is free', async () => {
  const { lamps, view, lampOf, mia, anna } = await bench()
  const third = 'third' as PersonId
  lamps.show({ ...view('ringing'), to: anna.id, rings: [anna.id, third] })
  assert.deepEqual([lampOf(anna.id), lampOf(third)], [['recipient early'], ['recipient early']])
  lamps.show({ ...view('talking', third), to: anna.id })
  assert.deepEqual([lampOf(anna.id), lampOf(third)], [[], ['recipient confirmed']])
  lamps.show({ ...view('talking'), rings: [anna.id] })
  assert.deepEqual([lampOf(mia.id), lampOf(anna.id)], [['initiator confirmed'], ['recipient early']])
  lamps.show(view('ended', third))
  assert.equal(lamps.size(), 0)
})

test('a call to oneself is one call; nothing names the other side', async () => {
  const { lamps, view, mia } = await bench()
  lamps.show(view('ringing', mia.id))
  assert.deepEqual(lamps.callsOf(mia.id), [{ call: 'call', direction: 'initiator', state: 'early' }])
  lamps.show(view('ended', mia.id))
  assert.equal(lamps.size(), 0)
})

test('an extension means somebody of the company of the phone, and nobody of another', async () => {
  const { lamps, anna, tenant } = await bench()
  const watcher = (of: TenantId) => ({ tenant: of }) as DeviceCredentials
  assert.equal(lamps.personAt(anna.extension, watcher(tenant)), anna.id)
  assert.equal(lamps.personAt('999', watcher(tenant)), undefined)
  assert.equal(lamps.personAt(anna.extension, watcher('other' as TenantId)), undefined)
})
