import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { DeviceId } from '@rufwerk/core'
import { code, newWorld, setUpCompany } from '../src/testing/index.ts'

test('a phone gets a SIP name, a password shown once, and both HA1 with the tenant as realm', async () => {
  const world = await newWorld()
  const { session, person } = await setUpCompany(world)
  const made = await world.accounts.createPhone(session, { person: person.id, name: ' Tisch ' })
  assert.ok(made.ok)
  const { device, password } = made.value
  assert.equal(device.sipName, '100')
  assert.equal(device.algorithm, 'md5')
  assert.match(password, /^[a-kmnp-z2-9]{26}$/)
  const a1 = `100:${device.tenant}:${password}`
  assert.equal(device.ha1.md5, createHash('md5').update(a1).digest('hex'))
  assert.equal(device.ha1.sha256, createHash('sha256').update(a1).digest('hex'))
  assert.ok(!JSON.stringify(await world.store.rosters()).includes(password))
  const directory = world.accounts.directoryOf(device.tenant)
  assert.equal(directory?.bySipName.get('100')?.id, device.id)
  assert.equal(world.accounts.directoryOfDevice(device.id), directory)
})

test('more phones of a person are counted on, up to ten', async () => {
  const world = await newWorld()
  const { session, person } = await setUpCompany(world)
  const phone = { person: person.id, name: 'Telefon', algorithm: 'sha-256' } as const
  const made = await Promise.all(Array.from({ length: 11 }, () => world.accounts.createPhone(session, phone)))
  const names = made.map((each) => (each.ok ? each.value.device.sipName : each.error.code))
  const numbered = Array.from({ length: 9 }, (_, at) => `100-${at + 2}`)
  assert.deepEqual(names, ['100', ...numbered, 'limit-reached'])
})

test('a phone is plain until somebody who may says otherwise; the change is kept and audited', async () => {
  const world = await newWorld()
  const { session, person } = await setUpCompany(world)
  const made = await world.accounts.createPhone(session, { person: person.id, name: 'Tisch' })
  assert.ok(made.ok)
  const { device } = made.value
  assert.equal(device.srtp, 'off')
  const changed = await world.accounts.changePhone(session, device.id, { srtp: 'required' })
  assert.ok(changed.ok)
  const known = world.accounts.directoryOf(device.tenant)?.byDevice.get(device.id)
  assert.deepEqual(known, { ...device, srtp: 'required' })
  const renamed = await world.accounts.changePhone(session, device.id, { name: 'Flur' })
  assert.ok(renamed.ok && renamed.value.srtp === 'required' && renamed.value.name === 'Flur')
  assert.equal(code(await world.accounts.changePhone(session, device.id, { name: '' })), 'name-invalid')
  const nobody = 'nobody' as DeviceId
  assert.equal(code(await world.accounts.changePhone(session, nobody, { srtp: 'on' })), 'unknown-device')
  const [browser] = [await world.accounts.browserDevice(session)]
  assert.ok(browser.ok)
  const { id } = browser.value
  assert.equal(code(await world.accounts.changePhone(session, id, { srtp: 'on' })), 'unknown-device')
  const audit = await world.accounts.audit(session, 10)
  assert.ok(
    audit.ok && audit.value.some(({ act, detail }) => act === 'phone-changed' && detail.srtp === 'required'),
  )
})

test('a browser session has one device, also when asked twice at the same moment', async () => {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const asked = await Promise.all([
    world.accounts.browserDevice(session),
    world.accounts.browserDevice(session),
  ])
  const [first, second] = asked.map((each) => (each.ok ? each.value : undefined))
  assert.match(first?.sipName ?? '', /^100-b-[a-z2-9]{4}$/)
  assert.deepEqual(first, second)
  assert.ok(first && !('ha1' in first), 'A browser has no digest credentials.')
})

test('one removes one’s own devices, an admin anybody’s, a colleague none', async () => {
  const world = await newWorld()
  const { session, person, colleagueLinks } = await setUpCompany(world)
  const [link] = colleagueLinks
  assert.ok(link)
  const came = await world.accounts.signInByLink({ token: link.token, address: '192.0.2.7' })
  assert.ok(came.ok)
  const colleague = came.value.session
  const make = async (owner: typeof person.id) => {
    const made = await world.accounts.createPhone(session, { person: owner, name: 'Telefon' })
    assert.ok(made.ok)
    return made.value.device.id
  }
  const [mine, theirs, alsoTheirs] = [
    await make(person.id),
    await make(link.person.id),
    await make(link.person.id),
  ]
  const removed: DeviceId[] = []
  using _removed = world.accounts.events.on('deviceRemoved', ({ device }) => removed.push(device))
  assert.equal(code(await world.accounts.removeDevice(colleague, mine)), 'not-allowed')
  assert.equal(code(await world.accounts.removeDevice(colleague, theirs)), 'ok')
  assert.equal(code(await world.accounts.removeDevice(session, alsoTheirs)), 'ok')
  assert.equal(code(await world.accounts.removeDevice(session, theirs)), 'unknown-device')
  assert.deepEqual(removed, [theirs, alsoTheirs])
  const forOther = await world.accounts.createPhone(colleague, { person: person.id, name: 'Telefon' })
  assert.equal(code(forOther), 'not-allowed')
})
