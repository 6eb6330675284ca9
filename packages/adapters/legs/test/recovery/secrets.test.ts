// Keys over a restart of call control: they are not stored, and yet what is said again has them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'
import { withoutSecrets, withSecrets } from '../../src/recovery/secrets.ts'
import { assertNothingLeft } from '../two-phones.ts'

const keysIn = (text: string): string[] => [...text.matchAll(/inline:([^\s|]+)/g)].map(([, key = '']) => key)

function localKey(rig: ExchangeRig, { phone, rtpPort }: SimulatedCall): string | undefined {
  const found = [...rig.media.endpoints.values()].find(({ configured }) => {
    const at = configured?.remote?.rtp
    return at?.port === rtpPort && at.address === phone.options.at.address
  })
  return found?.configured?.srtp?.local.keySalt
}

async function secured(): Promise<[ExchangeRig, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig()
  const a = await rig.registered('100', { srtp: 'required' })
  return [rig, a, await rig.registered('101', { srtp: 'required' })]
}

/** Call control ends while what it promises is being stored, and is started again. */
async function killedAtCommit(rig: ExchangeRig, work: () => void): Promise<void> {
  const gate = Promise.withResolvers<boolean>()
  rig.store.gate = gate.promise
  work()
  await rig.clock.pass(300)
  rig.kill()
  gate.resolve(true)
  assert.equal(JSON.stringify([...rig.store.legs.values()]).includes('inline:'), false)
  await rig.startAgain()
  await rig.clock.pass(500)
}

async function endAtRest(rig: ExchangeRig, call: SimulatedCall): Promise<void> {
  call.hangUp()
  await assertNothingLeft(rig)
}

/** The call, which stands although call control died before its 200 was out. */
async function dialledAndKilled(rig: ExchangeRig, dial: () => SimulatedCall): Promise<SimulatedCall> {
  let call: SimulatedCall | undefined
  await killedAtCommit(rig, () => {
    call = dial()
  })
  assert.equal(call?.state, 'talking')
  return call
}

test('LEG-SRTP9 a 200 that is said after the restart has the key of the endpoint', async () => {
  const [rig, a] = await secured()
  const call = await dialledAndKilled(rig, () => a.dial('101'))
  assert.match(call.remoteText, /^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:/m)
  assert.deepEqual(keysIn(call.remoteText), [localKey(rig, call)])
  await endAtRest(rig, call)
})

test('LEG-SRTP9 so has the 200 to a re-INVITE', async () => {
  const [rig, a] = await secured()
  const call = a.dial('101')
  await rig.clock.pass(300)
  const before = localKey(rig, call)
  call.remoteText = ''
  await killedAtCommit(rig, () => call.reInvite('sendonly'))
  assert.deepEqual([call.answers, keysIn(call.remoteText)], [[200], [before]])
  assert.equal(localKey(rig, call), before)
  await endAtRest(rig, call)
})

test('LEG-SRTP9 an offer in the 200 has keys; what comes of it is agreed on by a re-INVITE', async () => {
  const [rig, a] = await secured()
  const call = await dialledAndKilled(rig, () => a.dial('101', { hasOffer: false }))
  await rig.clock.pass(2_000)
  assert.deepEqual(call.requests, ['INVITE'])
  assert.equal(keysIn(call.remoteText).length, 4)
  assert.ok(keysIn(call.remoteText).includes(localKey(rig, call) ?? ''))
  await endAtRest(rig, call)
})

test('LEG-SRTP9 later descriptions go on with the key; another endpoint has a new one', async () => {
  const [rig, a] = await secured()
  const call = a.dial('101')
  await rig.clock.pass(300)
  const before = localKey(rig, call)
  for (let run = 0; run < 2; run += 1) {
    rig.kill()
    await rig.startAgain()
    await rig.clock.pass(500)
    call.reInvite(run === 0 ? 'sendonly' : 'sendrecv')
    await rig.clock.pass(300)
    assert.deepEqual([keysIn(call.remoteText), localKey(rig, call)], [[before], before])
  }
  rig.kill()
  rig.replaceMedia()
  await rig.startAgain()
  await rig.clock.pass(2_000)
  assert.ok(keysIn(call.remoteText).includes(localKey(rig, call) ?? ''))
  assert.ok(!keysIn(call.remoteText).includes(before ?? ''))
  await endAtRest(rig, call)
})

test('LEG-SRTP9 only tag and suite of a line are stored, and nothing of one that cannot be read', () => {
  const key = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj' // RFC 4568 §4
  const text = (lines: readonly string[]): string => ['m=audio 4000 RTP/SAVP 8', ...lines, ''].join('\r\n')
  const stored = withoutSecrets(
    text([
      `a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4`,
      `a=crypto:8 ${key} inline:${key}`,
      `a=crypto:${key}`,
      `a=crypto:9 AES_CM_128_HMAC_SHA1_32 inline:${key}x`,
      'a=key-mgmt:mikey AQAFgM',
    ]),
  )
  assert.deepEqual(stored.split('\n'), ['m=audio 4000 RTP/SAVP 8', 'a=crypto:7 AES_CM_128_HMAC_SHA1_80'])
  const bytes = (size: number): Uint8Array => new Uint8Array(size).fill(1)
  const again = withSecrets(`${stored}\na=crypto:1 NULL\na=crypto:2 constructor x`, undefined, bytes)
  assert.equal(again, text([`a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:${'AQEB'.repeat(10)}`]))
})
