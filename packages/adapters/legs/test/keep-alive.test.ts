import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Ms, minutes, ms, seconds } from '@rufwerk/core'
import { ExchangeRig, type RigOptions, type SimulatedPhone } from '@rufwerk/testing'

const OUTSIDE = '203.0.113.7'
const NEVER = minutes(1_000_000)

interface Scene {
  readonly rig: ExchangeRig
  readonly caller: SimulatedPhone
  readonly phone: SimulatedPhone
}

/** 100 in our network, 101 behind a NAT that forgets after 30 s. */
async function scene(
  options: RigOptions = {},
  forgetsAfter: Ms = seconds(30),
  address = OUTSIDE,
): Promise<Scene> {
  const rig = new ExchangeRig(options)
  const caller = await rig.registered('100')
  rig.addDevice('101')
  const phone = rig.addPhone('p101')
  rig.network.putBehindNat(phone.options.at, address, forgetsAfter)
  phone.register()
  await rig.clock.pass(200)
  assert.equal(phone.registered, 200)
  return { rig, caller, phone }
}

async function dial({ rig, caller }: Scene): Promise<number> {
  const call = caller.dial('101')
  await rig.clock.pass(1_000)
  const status = call.statuses.at(-1) ?? 0
  if (call.state === 'talking') call.hangUp()
  else call.cancel()
  return status
}

const contacts = ({ rig }: Scene): number => rig.userAgent.contactsOf(rig.addDevice('101').device).length

test('LEG-KA1 a call reaches a phone behind a NAT that forgets; without OPTIONS it does not', async () => {
  for (const address of [OUTSIDE, '10.99.0.1']) {
    const kept = await scene({}, seconds(30), address)
    await kept.rig.clock.pass(minutes(5))
    assert.equal(await dial(kept), 200)
    assert.ok(kept.phone.optionsReceived >= 11, `${kept.phone.optionsReceived}`)
    assert.ok(kept.phone.optionsReceived <= 13, `${kept.phone.optionsReceived}`)
  }
  const lost = await scene({ limits: { keepAliveEvery: NEVER } })
  await lost.rig.clock.pass(minutes(5))
  assert.notEqual(await dial(lost), 200)
  assert.equal(lost.phone.calls.length, 0)
})

test('LEG-KA1 a phone that is where it says, and one behind a connection, get no OPTIONS', async () => {
  const rig = new ExchangeRig()
  const phones = [await rig.registered('100'), await rig.registered('101', { transport: 'tcp' })]
  await rig.clock.pass(minutes(5))
  assert.deepEqual(
    phones.map(({ optionsReceived }) => optionsReceived),
    [0, 0],
  )
})

/** Its Contact has the port that the NAT gave it, its Via has not. */
function registeringBehindNat() {
  const rig = new ExchangeRig()
  rig.addDevice('101')
  const phone = rig.addPhone('p101')
  rig.network.rebind(phone.options.at, { address: phone.options.at.address, port: 20_001 })
  Object.assign(phone, { contact: phone.contact.replace(/:\d+>/, ':20001>') })
  phone.register()
  return { rig, phone }
}

test('LEG-KA1 a Via that names another port tells a NAT, whatever the Contact says', async () => {
  const { rig, phone } = registeringBehindNat()
  await rig.clock.pass(60_000)
  assert.ok(phone.optionsReceived >= 2)
})

test('LEG-KA1 the same after it could not unregister, because that could not be stored', async () => {
  const { rig, phone } = registeringBehindNat()
  await rig.clock.pass(200)
  rig.store.gate = Promise.resolve(false)
  phone.register(0)
  await rig.clock.pass(200)
  assert.equal(phone.registered, 503)
  const before = phone.optionsReceived
  await rig.clock.pass(60_000)
  assert.ok(phone.optionsReceived - before >= 2)
})

test('LEG-KA2 any final response counts; a contact without one for three OPTIONS is not rung', async () => {
  const s = await scene()
  s.phone.optionsStatus = 481
  await s.rig.clock.pass(minutes(3))
  assert.equal(contacts(s), 1)
  const before = s.rig.registrationChanges.length
  s.rig.network.partition(s.phone.options.at.address, true)
  await s.rig.clock.pass(50_000)
  assert.equal(contacts(s), 1)
  await s.rig.clock.pass(90_000)
  assert.equal(contacts(s), 0)
  assert.equal(s.rig.registrationChanges.length, before + 1)
  assert.equal(await dial(s), 480)
})

test('LEG-KA3 an unreachable contact that answers is rung again, and its presence changes', async () => {
  // The NAT remembers: the next OPTIONS gets through.
  const s = await scene({}, NEVER)
  s.rig.network.partition(s.phone.options.at.address, true)
  await s.rig.clock.pass(minutes(3))
  assert.equal(contacts(s), 0)
  const before = s.rig.registrationChanges.length
  s.rig.network.partition(s.phone.options.at.address, false)
  await s.rig.clock.pass(30_000)
  assert.equal(contacts(s), 1)
  assert.equal(s.rig.registrationChanges.length, before + 1)
  assert.equal(await dial(s), 200)
})

test('LEG-KA3 an unreachable contact that registers again is rung again, at its new port', async () => {
  const s = await scene()
  s.rig.network.partition(s.phone.options.at.address, true)
  await s.rig.clock.pass(minutes(3))
  assert.equal(contacts(s), 0)
  s.rig.network.partition(s.phone.options.at.address, false)
  const before = s.rig.registrationChanges.length
  s.phone.register()
  await s.rig.clock.pass(300)
  assert.equal(contacts(s), 1)
  assert.equal(s.rig.registrationChanges.length, before + 1)
  assert.equal(await dial(s), 200)
  await s.rig.clock.pass(minutes(2))
  assert.equal(await dial(s), 200)
})

test('LEG-KA4 OPTIONS stop with the contact, and every book is empty', async () => {
  for (const isAway of [false, true])
    for (const how of ['unregister', 'expire', 'remove'] as const) {
      const s = await scene({}, NEVER)
      s.caller.register(0)
      await s.rig.clock.pass(20_000)
      if (how === 'unregister') s.phone.register(0)
      await s.rig.clock.pass(200)
      s.rig.network.partition(s.phone.options.at.address, isAway)
      await s.rig.clock.pass(40_000)
      if (how === 'remove') {
        const { device, sipName } = s.rig.addDevice('101')
        s.rig.removeDevice(sipName)
        s.rig.userAgent.removeDevice(device, sipName)
      }
      await s.rig.clock.pass(minutes(15))
      const seen = s.phone.optionsReceived
      assert.deepEqual(Object.values(s.rig.sizes), new Array(9).fill(0), `${how} ${isAway}`)
      await s.rig.clock.pass(minutes(1))
      assert.equal(s.phone.optionsReceived, seen)
    }
})

test('LEG-KA4 a removed contact gets no repetition of an open OPTIONS', async () => {
  const sent: number[] = []
  const s = await scene({
    tap: ({ bytes }) => {
      if (Buffer.from(bytes).toString('latin1').startsWith('OPTIONS ')) sent.push(s.rig.clock.now())
    },
  })
  s.rig.network.partition(s.phone.options.at.address, true)
  while (sent.length < 2) await s.rig.clock.pass(100)
  const { device, sipName } = s.rig.addDevice('101')
  s.rig.userAgent.removeDevice(device, sipName)
  const count = sent.length
  await s.rig.clock.pass(minutes(2))
  assert.equal(sent.length, count)
})

test('LEG-KA5 OPTIONS are spread, and no more a second or open at once than the limits say', async () => {
  const open = new Map<string, number>()
  const perSecond = new Map<number, number>()
  const rig = new ExchangeRig({
    limits: { keepAlivesPerSecondMax: 10, keepAlivesOpenMax: 15, keepAliveEvery: seconds(5) },
    tap: ({ bytes }) => {
      const text = Buffer.from(bytes).toString('latin1')
      if (!text.startsWith('OPTIONS ')) return
      const id = /call-id: (\S+)/i.exec(text)?.[1] ?? ''
      if (open.has(id)) return
      open.set(id, rig.clock.now())
      const second = Math.floor(rig.clock.now() / 1000)
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
    },
  })
  const phones: SimulatedPhone[] = []
  for (let index = 0; index < 60; index += 1) {
    const { sipName } = rig.addDevice(String(100 + index))
    const phone = rig.addPhone(sipName)
    rig.network.putBehindNat(phone.options.at, `203.0.113.${index}`, NEVER)
    phones.push(phone)
    phone.register()
  }
  await rig.clock.pass(30_000)
  assert.ok(Math.max(...perSecond.values()) <= 11)
  assert.ok(phones.every(({ optionsReceived }) => optionsReceived >= 2))
  for (const { options } of phones) rig.network.partition(options.at.address, true)
  const before = open.size
  await rig.clock.pass(ms(25_000))
  assert.ok(open.size - before <= 15, `${open.size - before}`)
})

test('LEG-KA6 a restored contact behind a NAT is kept alive', async () => {
  const s = await scene()
  s.rig.kill()
  await s.rig.startAgain()
  const before = s.phone.optionsReceived
  await s.rig.clock.pass(minutes(3))
  assert.ok(s.phone.optionsReceived - before >= 6)
  assert.equal(contacts(s), 1)
})

/** Where the engine was told to send the sound of both legs: that of the phone behind the NAT first. */
async function told(s: Scene, isCaller: boolean): Promise<string[]> {
  const call = isCaller ? s.phone.dial('100') : s.caller.dial('101')
  await s.rig.clock.pass(500)
  assert.equal(call.state, 'talking')
  const remotes = [...s.rig.media.endpoints.values()].map(({ configured }) => configured?.remote)
  for (const remote of remotes) assert.equal(remote?.rtp.address, remote?.rtcp.address)
  const rtpPort = (isCaller ? call : s.phone.calls.at(-1))?.rtpPort
  const at = remotes.map((remote) => remote?.rtp)
  assert.ok(at.some((one) => one?.port === rtpPort))
  return at.map((one) => one?.address ?? '').sort()
}

test('LEG-KA7 sound to a private address behind a NAT begins where its SIP comes from', async () => {
  for (const isCaller of [true, false]) {
    const s = await scene()
    assert.deepEqual(await told(s, isCaller), [s.caller.options.at.address, OUTSIDE].sort())
  }
})

test('LEG-KA7 a phone in our network gets its sound where its description says', async () => {
  for (const isCaller of [true, false]) {
    const s = await scene({}, NEVER, '10.99.0.1')
    const own = [s.caller.options.at.address, s.phone.options.at.address]
    assert.deepEqual(await told(s, isCaller), own.sort())
  }
})
