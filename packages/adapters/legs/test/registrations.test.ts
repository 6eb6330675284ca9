import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig, SimulatedPhone } from '@rufwerk/testing'

test('LEG-REG1 a phone registers with one challenge and is listed with its contact', async () => {
  const rig = new ExchangeRig()
  const { device } = rig.addDevice('100')
  const phone = rig.addPhone('p100')
  phone.register(600)
  await rig.clock.pass(100)
  assert.equal(phone.registered, 200)
  assert.equal(rig.userAgent.counts().challenged, 1)
  const [contact] = phone.lastRegister?.headers.contacts ?? []
  const expires = Number(contact?.params.get('expires'))
  assert.ok(expires >= 480 && expires <= 600)
  assert.equal(rig.userAgent.contactsOf(device).length, 1)
  assert.deepEqual(rig.registrationChanges, [device])
})

test('LEG-REG2 the 200 to a REGISTER waits for the commit', async () => {
  const rig = new ExchangeRig()
  rig.addDevice('100')
  const phone = rig.addPhone('p100')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  rig.store.gate = promise
  phone.register()
  await rig.clock.pass(300)
  assert.equal(phone.registered, 0)
  assert.equal(rig.store.bindings.size, 1)
  resolve(true)
  await rig.clock.pass(100)
  assert.equal(phone.registered, 200)
})

test('LEG-REG3 what the store cannot commit is refused with 503 and undone', async () => {
  const rig = new ExchangeRig()
  const { device } = rig.addDevice('100')
  const phone = rig.addPhone('p100')
  const contacts = () => rig.userAgent.contactsOf(device).length
  const isFull = (full: boolean): void => {
    rig.store.gate = Promise.resolve(!full)
  }
  isFull(true)
  phone.register()
  await rig.clock.pass(100)
  assert.equal(phone.registered, 503)
  assert.equal(phone.lastRegister?.headers.get('retry-after'), '30')
  assert.deepEqual([contacts(), rig.store.bindings.size], [0, 0])
  assert.equal(rig.userAgent.sizes().bindings, 0, 'no timer, no binding')
  // The same phone, as soon as the store writes again; and what was known stays known when it does not.
  isFull(false)
  phone.register()
  await rig.clock.pass(100)
  assert.deepEqual([phone.registered, contacts()], [200, 1])
  isFull(true)
  phone.register(0)
  await rig.clock.pass(100)
  assert.deepEqual([phone.registered, contacts()], [503, 1])
  phone.register(3600)
  await rig.clock.pass(100)
  assert.deepEqual([phone.registered, contacts()], [503, 1])
  assert.equal(rig.userAgent.counts().refusedUncommitted, 3)
  await rig.clock.pass(700_000)
  assert.deepEqual([contacts(), rig.userAgent.sizes().bindings], [0, 0], 'it ends when it would have')
})

test('LEG-REG11 a refresh that needs no write is not refused, nor what overtook a refused one', async () => {
  const rig = new ExchangeRig()
  const { device } = rig.addDevice('100')
  const phone = rig.addPhone('p100')
  phone.register()
  await rig.clock.pass(1000)
  rig.store.gate = Promise.resolve(false)
  phone.register()
  await rig.clock.pass(1000)
  assert.equal(phone.registered, 200)
  // Two changes under way; the first cannot be stored, the second can.
  const first = Promise.withResolvers<boolean>()
  rig.store.gate = first.promise
  phone.register(1200)
  await rig.clock.pass(100)
  rig.store.gate = Promise.resolve(true)
  phone.register(2400)
  await rig.clock.pass(100)
  assert.equal(phone.registered, 200)
  first.resolve(false)
  await rig.clock.pass(2_000_000)
  assert.equal(rig.userAgent.contactsOf(device).length, 1)
})

test('LEG-REG4 a device has several contacts, up to the limit', async () => {
  const rig = new ExchangeRig({ limits: { contactsPerDeviceMax: 2 } })
  const { device } = rig.addDevice('100')
  const phones = [rig.addPhone('p100'), rig.addPhone('p100'), rig.addPhone('p100')]
  for (const phone of phones) {
    phone.register()
    await rig.clock.pass(100)
  }
  assert.deepEqual(
    phones.map((phone) => phone.registered),
    [200, 200, 403],
  )
  assert.equal(rig.userAgent.contactsOf(device).length, 2)
})

test('LEG-REG5 contacts expire or are removed, and that is told', async () => {
  const rig = new ExchangeRig()
  const { device } = rig.addDevice('100')
  const phone = rig.addPhone('p100')
  phone.register(60)
  await rig.clock.pass(61_000)
  assert.equal(rig.userAgent.contactsOf(device).length, 0)
  phone.register(600)
  await rig.clock.pass(100)
  phone.register(0)
  await rig.clock.pass(100)
  assert.equal(rig.userAgent.contactsOf(device).length, 0)
  assert.equal(rig.store.bindings.size, 0)
  assert.equal(rig.registrationChanges.length, 4)
})

test('LEG-REG6 after a restart UDP contacts are back for half their time at most, others not', async () => {
  const rig = new ExchangeRig()
  const { device } = await rig.registered('100').then((phone) => rig.addDevice(phone.options.user.slice(1)))
  await rig.registered('101', { transport: 'tcp' })
  assert.equal(rig.store.bindings.size, 2)
  const next = await rig.restarted()
  assert.equal(next.userAgent.contactsOf(device).length, 1)
  assert.equal(next.store.bindings.size, 1)
  await next.clock.pass(599_000)
  assert.equal(next.userAgent.contactsOf(device).length, 1)
  const third = await next.restarted() // Its wall time is that of the first one again.
  await third.clock.pass(902_000)
  assert.equal(third.userAgent.contactsOf(device).length, 0)
})

test("LEG-REG7 a browser's contact is not stored and ends with its connection", async () => {
  const rig = new ExchangeRig()
  const browser = await rig.registered('100', { kind: 'browser' })
  const { device } = rig.addDevice('100', { kind: 'browser' })
  assert.equal(browser.registered, 200)
  assert.equal(rig.store.bindings.size, 0)
  assert.equal(rig.userAgent.contactsOf(device).length, 1)
  rig.network.cut(browser.flow)
  assert.equal(rig.userAgent.contactsOf(device).length, 0)
})

test('LEG-REG8 a removed device loses its contacts and calls', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  const call = a.dial('101')
  await rig.clock.pass(200)
  const { device } = rig.addDevice('101')
  rig.removeDevice('p101')
  rig.userAgent.removeDevice(device, 'p101')
  await rig.clock.pass(60_000)
  assert.equal(call.state, 'ended')
  assert.equal(b.calls[0]?.state, 'ended')
  assert.equal(rig.store.bindings.size, 1)
  assert.equal(rig.store.cdrs.length, 1)
  assert.ok(
    Object.values(rig.leftovers()).every((count) => count === 0),
    JSON.stringify(rig.leftovers()),
  )
})

test('LEG-REG9 registration over TCP and over a phone with SHA-256', async () => {
  const rig = new ExchangeRig()
  const tcp = await rig.registered('100', { transport: 'tcp' })
  const strong = await rig.registered('101', { algorithm: 'sha-256' })
  assert.ok(tcp instanceof SimulatedPhone)
  assert.deepEqual([tcp.registered, strong.registered], [200, 200])
})

test('LEG-REG10 a refresh is stored only when it changed or the stored time does not cover it', async () => {
  const rig = new ExchangeRig()
  const { device } = rig.addDevice('100')
  const phone = rig.addPhone('p100')
  const storedUntil = () => [...rig.store.bindings.values()][0]?.expiresAt ?? 0
  const register = async (expires: number) => {
    phone.register(expires)
    await rig.clock.pass(100)
    assert.equal(phone.registered, 200)
    return storedUntil()
  }
  await rig.clock.pass(0.25) // The monotonic clock has fractions, rows have none.
  const first = await register(600)
  assert.ok(Number.isInteger(first))
  await rig.clock.pass(200_000)
  assert.equal(await register(600), first)
  await rig.clock.pass(200_000)
  const later = await register(600) // 1000 s are told now, 900 s are stored.
  assert.ok(later > first)
  assert.ok((await register(60)) < later, 'a much shorter time is stored')
  // As long as nothing is committed, every 200 waits.
  const { promise, resolve } = Promise.withResolvers<boolean>()
  rig.store.gate = promise
  phone.register(600)
  await rig.clock.pass(100)
  phone.registered = 0
  phone.register(600)
  await rig.clock.pass(100)
  assert.equal(phone.registered, 0)
  resolve(true)
  await rig.clock.pass(100)
  assert.equal(phone.registered, 200)
  const next = await rig.restarted()
  await next.clock.pass(599_000)
  assert.equal(next.userAgent.contactsOf(device).length, 1)
})

test('LEG-REG14 a stored contact that is of no use is dropped, the others are back', async () => {
  const changes = [
    { contact: 'tel' },
    { contact: undefined },
    { flow: undefined },
    { flow: { transport: 'udp', remote: {} } },
    { path: ['<sip:'] },
    { key: 5 },
  ]
  for (const change of changes) {
    const rig = new ExchangeRig()
    await rig.registered('100')
    await rig.registered('101')
    const [row] = rig.store.bindings
    assert.ok(row)
    const [key, stored] = row
    const state = JSON.stringify({ ...JSON.parse(stored.state), ...change })
    rig.store.bindings.set(key, { ...stored, state })
    const next = await rig.restarted()
    const contacts = ['100', '101'].map(
      (extension) => next.userAgent.contactsOf(rig.addDevice(extension).device).length,
    )
    assert.deepEqual(contacts, [0, 1], JSON.stringify(change))
    assert.equal(next.store.bindings.size, 1)
    assert.equal(next.complaints.length, 1)
  }
})
