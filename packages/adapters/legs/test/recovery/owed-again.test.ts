// What a crash has kept call control from saying to the legs of calls that are over is said by the next run.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'

interface Scene {
  readonly rig: ExchangeRig
  readonly a: SimulatedPhone
  readonly b: SimulatedPhone
  readonly call: SimulatedCall
  readonly callee: SimulatedCall
  /** What the server sent: method, CSeq and to whom. */
  readonly said: string[]
}

async function scene(transport: 'udp' | 'tcp', onCall?: (call: SimulatedCall) => void): Promise<Scene> {
  const said: string[] = []
  const rig = new ExchangeRig({
    tap: ({ flow, bytes }) => {
      const text = Buffer.from(bytes).toString('latin1')
      const seq = /^CSeq: ?(\d+)/m.exec(text)?.[1]
      if (flow.local.address === '10.0.0.1')
        said.push(`${text.split(' ')[0]} ${seq} to ${flow.remote.address}`)
    },
  })
  const a = await rig.registered('100')
  const b = await rig.registered('101', { transport })
  if (onCall) b.onCall = onCall
  const call = a.dial('101')
  await rig.clock.pass(300)
  const callee = b.calls[0]
  assert.ok(callee)
  said.length = 0
  return { rig, a, b, call, callee, said }
}

/** Killed before the next run has said anything. */
async function killedAgain({ rig }: Scene): Promise<void> {
  rig.kill()
  await rig.startAgain()
  rig.kill()
  await rig.startAgain()
}

async function assertAtRest({ rig }: Scene, records = 1): Promise<void> {
  await rig.clock.pass(100_000)
  const left = Object.entries(rig.leftovers()).filter(([, count]) => count !== 0)
  assert.deepEqual(left, [])
  assert.equal(rig.store.cdrs.length, records)
  assert.deepEqual(rig.complaints, [])
}

test('LEG-REC14 a call that was ringing gets CANCEL and 500 after the second crash, too', async () => {
  const s = await scene('udp', (call) => call.ring())
  await killedAgain(s)
  assert.equal(s.rig.store.cdrs.length, 1, 'the run before made its record')
  await s.rig.clock.pass(1_000)
  assert.equal(s.call.statuses.at(-1), 500)
  assert.deepEqual([s.call.state, s.callee.state], ['ended', 'ended'])
  await assertAtRest(s)
})

test('LEG-REC14 a BYE that was lost before the crash is said again, but not to who hung up', async () => {
  const s = await scene('udp')
  s.rig.network.partition(s.b.options.at.address, true)
  s.call.hangUp()
  await s.rig.clock.pass(300)
  assert.deepEqual([s.call.state, s.callee.state], ['ended', 'talking'])
  s.rig.kill()
  s.rig.network.partition(s.b.options.at.address, false)
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assert.equal(s.callee.state, 'ended')
  assert.deepEqual([s.call.requests, s.callee.requests], [[], ['BYE']])
  await assertAtRest(s)
})

for (const isLed of [true, false])
  test(`LEG-REC14 a BYE to ${isLed ? 'who led the other one elsewhere' : 'who hung up'}`, async () => {
    const s = await scene('udp')
    const { rig, b, call, callee, said } = s
    const c = await rig.registered('102')
    c.onCall = (one) => one.answer()
    if (isLed) callee.request('REFER', { headers: [['Refer-To', '<sip:102@10.0.0.1>']] })
    else callee.hangUp()
    // The call is led on, and nothing of that comes to who asked for it.
    await rig.clock.pass(2)
    rig.network.partition(b.options.at.address, true)
    await rig.clock.pass(1_500)
    assert.equal(c.calls.length, isLed ? 1 : 0)
    rig.kill()
    rig.network.partition(b.options.at.address, false)
    said.length = 0
    await rig.startAgain()
    await rig.clock.pass(1_000)
    const byes = said.filter((line) => line.startsWith('BYE') && line.endsWith(b.options.at.address))
    assert.equal(byes.length, isLed ? 1 : 0)
    assert.equal(callee.state, 'ended')
    call.hangUp()
    await rig.clock.pass(100)
    assert.equal(call.state, 'ended')
    await assertAtRest(s, isLed ? 2 : 1)
  })

test('LEG-REC14 behind a connection it waits for the phone', async () => {
  const s = await scene('tcp')
  s.b.onDisconnected = () => undefined
  s.rig.network.partition(s.b.options.at.address, true)
  s.call.hangUp()
  await s.rig.clock.pass(300)
  await killedAgain(s)
  s.rig.network.partition(s.b.options.at.address, false)
  await s.rig.clock.pass(5_000)
  assert.equal(s.callee.state, 'talking')
  s.b.reconnect()
  s.b.register()
  await s.rig.clock.pass(1_000)
  assert.equal(s.callee.state, 'ended')
  await assertAtRest(s)
})

test('LEG-REC14 a phone that heard it answers 481, and after 64 s nobody is told any more', async () => {
  const s = await scene('udp')
  s.call.hangUp()
  await s.rig.clock.pass(40_000)
  s.rig.kill()
  s.said.length = 0
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assert.deepEqual(
    s.said.map((line) => line.split(' ')[0]),
    ['BYE'],
  )
  await s.rig.clock.pass(30_000)
  s.rig.kill()
  s.said.length = 0
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assert.deepEqual(s.said, [])
  await assertAtRest(s)
})

test('LEG-REC1 no CSeq of a run before is used again, whatever it did not store', async () => {
  const s = await scene('udp')
  const phones = [s.a, s.b].map((phone) => phone.options.at.address)
  const seqs: string[] = []
  for (const address of phones) s.rig.network.partition(address, true)
  for (let run = 0; run < 3; run += 1) {
    s.rig.kill()
    s.rig.replaceMedia(true)
    s.said.length = 0
    await s.rig.startAgain()
    await s.rig.clock.pass(300) // The re-INVITEs are under way, and sent once.
    seqs.push(...s.said.filter((line) => line.startsWith('INVITE')))
  }
  assert.deepEqual([seqs.length, new Set(seqs).size], [6, 6])
  for (const address of phones) s.rig.network.partition(address, false)
  await s.rig.clock.pass(1_000)
  assert.deepEqual([s.call.requests.length, s.callee.requests.length], [1, 1])
  s.call.hangUp()
  await assertAtRest(s)
})
