import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceCredentials } from '@rufwerk/legs'
import { writeSdp } from '@rufwerk/sdp'
import { type CallOptions, ExchangeRig, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'
import { assertNothingLeft, prack } from './two-phones.ts'

type Mode = NonNullable<DeviceCredentials['srtp']>

async function phones(caller: Mode, callee: Mode): Promise<[ExchangeRig, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig()
  const a = await rig.registered('100', { srtp: caller })
  return [rig, a, await rig.registered('101', { srtp: callee })]
}

/** The keys of a text, in order. */
const keysIn = (text: string): string[] => [...text.matchAll(/inline:([^\s|]+)/g)].map(([, key = '']) => key)

function srtpOf(rig: ExchangeRig, call: SimulatedCall | undefined) {
  const found = [...rig.media.endpoints.values()].find(({ configured }) => {
    return (
      configured?.remote?.rtp.port === call?.rtpPort &&
      configured?.remote?.rtp.address === call?.phone.options.at.address
    )
  })
  return found?.configured?.srtp
}

async function endAtRest(rig: ExchangeRig, call: SimulatedCall): Promise<void> {
  call.hangUp()
  await assertNothingLeft(rig)
}

test('LEG-SRTP1 each leg has keys of its own, and media gets those of the descriptions', async () => {
  const [rig, a, b] = await phones('on', 'required')
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  const other = b.calls[0]
  const [ours, theirs] = [srtpOf(rig, call), srtpOf(rig, other)]
  assert.deepEqual(keysIn(call.remoteText), [ours?.local.keySalt])
  assert.ok(keysIn(Buffer.from(call.lastInvite?.body ?? '').toString()).includes(ours?.remote.keySalt ?? ''))
  assert.ok(keysIn(other?.remoteText ?? '').includes(theirs?.local.keySalt ?? ''))
  const all = [ours?.local, ours?.remote, theirs?.local, theirs?.remote].map((key) => key?.keySalt)
  assert.equal(new Set(all).size, 4)
  assert.match(call.remoteText, /RTP\/SAVP/)
  await endAtRest(rig, call)
  assert.deepEqual(
    rig.store.cdrs[0]?.quality.map(({ quality }) => quality.isEncrypted),
    [true, true],
  )
})

test('LEG-SRTP2 required: without keys the caller gets 488, no callee is called in plain', async () => {
  const [rig, a, b] = await phones('required', 'required')
  const plain = rig.addPhone('p100')
  const call = plain.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.statuses.at(-1), 488)
  assert.equal(b.calls.length, 0)
  b.onCall = (other) => other.reject(488)
  const next = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(next.state, 'ended')
  assert.equal(b.calls.length, 1)
  assert.match(b.calls[0]?.remoteText ?? '', /RTP\/SAVP /)
})

test('LEG-SRTP3 on: a phone that refuses RTP/SAVP with 488 is called again with RTP/AVP', async () => {
  const [rig, a, b] = await phones('off', 'on')
  b.onCall = (other) => {
    if (/RTP\/SAVP/.test(other.remoteText)) other.reject(488)
    else other.answer()
  }
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.equal(b.calls.length, 2)
  assert.deepEqual(keysIn(b.calls[1]?.remoteText ?? ''), [])
  assert.deepEqual([srtpOf(rig, call), srtpOf(rig, b.calls[1])], [undefined, undefined])
  await endAtRest(rig, call)
  assert.deepEqual(
    rig.store.cdrs[0]?.quality.map(({ quality }) => quality.isEncrypted),
    [false, false],
  )
})

test('LEG-SRTP4 off: RTP/SAVP gets 488, nothing of ours has keys', async () => {
  const [rig, a, b] = await phones('off', 'off')
  const secured = rig.addPhone('p100', { srtp: 'required' })
  const call = secured.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.statuses.at(-1), 488)
  const plain = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(plain.state, 'talking')
  assert.deepEqual(keysIn(`${plain.remoteText}${b.calls[0]?.remoteText}`), [])
  await endAtRest(rig, plain)
})

test('LEG-SRTP5 keys are the same in 183 and 200 and after a hold, and new in the next call', async () => {
  const [rig, a, b] = await phones('on', 'on')
  b.onCall = (other) => {
    other.ring(183)
    b.arm(500, () => other.answer())
  }
  const call = a.dial('101')
  await rig.clock.pass(300)
  const early = keysIn(call.remoteText)
  await rig.clock.pass(600)
  assert.deepEqual(keysIn(call.remoteText), early)
  const before = srtpOf(rig, call)
  call.reInvite('sendonly')
  await rig.clock.pass(300)
  call.reInvite('sendrecv')
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [200, 200])
  assert.deepEqual(srtpOf(rig, call), before)
  call.hangUp()
  const next = a.dial('101')
  await rig.clock.pass(1_000)
  assert.notDeepEqual(keysIn(next.remoteText), early)
  await endAtRest(rig, next)
})

test('LEG-SRTP6 no key is stored, journaled or logged', async () => {
  const [rig, a, b] = await phones('required', 'required')
  const call = a.dial('101')
  await rig.clock.pass(300)
  call.reInvite('sendonly')
  await rig.clock.pass(300)
  const keys = [...keysIn(call.remoteText), ...keysIn(b.calls[0]?.remoteText ?? '')]
  assert.ok(keys.length > 2)
  const kept = JSON.stringify([
    ...rig.store.legs.values(),
    rig.store.events,
    rig.store.cdrs,
    rig.views,
    rig.complaints,
  ])
  assert.ok(rig.store.legs.size > 0)
  for (const key of keys) assert.equal(kept.includes(key), false)
  assert.equal(kept.includes('inline:'), false)
  await endAtRest(rig, call)
})

test('LEG-SRTP7 on: an INVITE without offer gets keys in RTP/AVP, and SRTP where it answers so', async () => {
  const [rig, a] = await phones('on', 'off')
  const call = a.dial('101', { hasOffer: false })
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.match(call.remoteText, /m=audio \d+ RTP\/AVP /)
  assert.ok(keysIn(call.remoteText).includes(srtpOf(rig, call)?.local.keySalt ?? ''))
  call.reInvite('sendonly')
  await rig.clock.pass(300)
  assert.deepEqual(keysIn(call.remoteText), [srtpOf(rig, call)?.local.keySalt])
  await endAtRest(rig, call)
  assert.equal(rig.store.cdrs[0]?.quality[0]?.quality.isEncrypted, true)
})

test('LEG-SRTP7 on: a caller without SRTP talks in plain, also after a hold', async () => {
  const [rig] = await phones('on', 'off')
  const plain = rig.addPhone('p100')
  const call = plain.dial('101', { hasOffer: false })
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.equal(srtpOf(rig, call), undefined)
  call.reInvite('sendonly')
  await rig.clock.pass(300)
  assert.deepEqual([call.answers, srtpOf(rig, call)], [[200], undefined])
  await endAtRest(rig, call)
  assert.equal(rig.store.cdrs[0]?.quality[0]?.quality.isEncrypted, false)
})

test('LEG-SRTP7 a reliable 183 to an INVITE without offer has the keys, too', async () => {
  const [rig, a, b] = await phones('on', 'off')
  b.onCall = (other) => other.ring(183)
  const call = a.dial('101', { hasOffer: false, headers: [['Supported', '100rel']] })
  await rig.clock.pass(300)
  assert.equal(call.statuses.at(-1), 183)
  assert.match(call.remoteText, /RTP\/AVP /)
  assert.equal(keysIn(call.remoteText).length, 4)
  call.cancel()
  await endAtRest(rig, call)
})

const PLAIN_ANSWER = (port: number, lines = ''): string =>
  `v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8\r\n${lines}`

test('LEG-SRTP7 broken keys or, where required, none: the call ends, nothing went out in plain', async () => {
  for (const [mode, body] of [
    ['on', PLAIN_ANSWER(4_000, 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:broken\r\n')],
    ['required', PLAIN_ANSWER(4_000)],
    ['required', PLAIN_ANSWER(4_000).replace('RTP/AVP', 'RTP/SAVP')],
  ] as const) {
    const [rig, a] = await phones(mode, 'off')
    const call = a.dial('101', { hasOffer: false, body })
    await rig.clock.pass(300)
    assert.match(call.remoteText, mode === 'on' ? /RTP\/AVP / : /RTP\/SAVP /)
    assert.equal(keysIn(call.remoteText).length, 4)
    assert.equal(call.state, 'ended')
    assert.ok(
      !rig.media.commands.some((sent) => sent.type === 'configure' && sent.remote?.rtp.port === 4_000),
    )
    await endAtRest(rig, call)
  }
})

test('LEG-SRTP7 what is encrypted does not become plain by an answer', async () => {
  const [rig, a] = await phones('on', 'off')
  const call = a.dial('101', { hasOffer: false })
  await rig.clock.pass(300)
  const before = srtpOf(rig, call)
  assert.ok(before)
  rig.media.commands.length = 0
  Object.assign(a.options, { srtp: 'off' }) // From now on the phone answers in plain.
  rig.replaceMedia()
  rig.userAgent.mediaLost()
  rig.userAgent.mediaFound([])
  await rig.clock.pass(2_000)
  assert.equal(call.state, 'ended')
  assert.ok(
    !rig.media.commands.some(
      (sent) =>
        sent.type === 'configure' &&
        sent.srtp === undefined &&
        sent.remote?.rtp.address === a.options.at.address,
    ),
  )
  rig.media.refused.length = 0
  await endAtRest(rig, call)
})

test('LEG-SRTP8 new keys for another media process; a restart of call control keeps them', async () => {
  const [rig, a, b] = await phones('on', 'required')
  const call = a.dial('101')
  await rig.clock.pass(300)
  const other = b.calls[0]
  const before = [srtpOf(rig, call)?.local, srtpOf(rig, other)?.local]
  rig.kill()
  await rig.startAgain()
  await rig.clock.pass(1_000)
  assert.deepEqual([srtpOf(rig, call)?.local, srtpOf(rig, other)?.local], before)
  call.reInvite('sendrecv')
  await rig.clock.pass(300)
  assert.deepEqual(keysIn(call.remoteText), [srtpOf(rig, call)?.local.keySalt])
  assert.deepEqual([srtpOf(rig, call)?.local, srtpOf(rig, other)?.local], before)
  const middle = [srtpOf(rig, call)?.local.keySalt, srtpOf(rig, other)?.local.keySalt]
  rig.replaceMedia()
  rig.userAgent.mediaLost()
  rig.userAgent.mediaFound([])
  await rig.clock.pass(2_000)
  const after = [srtpOf(rig, call)?.local.keySalt, srtpOf(rig, other)?.local.keySalt]
  for (const [at, key] of after.entries()) assert.ok(key !== undefined && key !== middle[at])
  assert.ok(keysIn(other?.remoteText ?? '').includes(after[1] ?? ''))
  await endAtRest(rig, call)
})

const RELIABLE = { habits: { reliable: 'Supported' } } as const

/** 100 has a phone with reliable 1xx; 101 gives early sound for 500 ms, then answers. */
async function earlyCall(mode: Mode, options: CallOptions): Promise<[ExchangeRig, SimulatedCall]> {
  const [rig, , b] = await phones(mode, 'off')
  b.onCall = (other) => {
    other.ring(183)
    b.arm(500, () => other.answer())
  }
  const call = rig.addPhone('p100', { srtp: mode, ...RELIABLE }).dial('101', options)
  await rig.clock.pass(300)
  assert.ok(call.statuses.includes(183))
  return [rig, call]
}

/** What the phone said last. */
function textOf({ local }: SimulatedCall): string {
  assert.ok(local)
  return writeSdp(local)
}

/** The media process has the keys of both descriptions that stand, under one tag. */
function assertAgreed(rig: ExchangeRig, call: SimulatedCall): void {
  const srtp = srtpOf(rig, call)
  assert.ok(srtp)
  const lineOf = (text: string, keySalt: string) =>
    /a=crypto:(\d+ \w+) /.exec(text.split('\r\n').find((line) => line.includes(keySalt)) ?? '')?.[1]
  const theirs = lineOf(textOf(call), srtp.remote.keySalt)
  assert.ok(theirs)
  assert.equal(lineOf(call.remoteText, srtp.local.keySalt), theirs)
}

/** What was agreed on before the 200 is the same after it, and on the way. */
async function assertStays(rig: ExchangeRig, call: SimulatedCall): Promise<void> {
  const early = srtpOf(rig, call)
  await rig.clock.pass(800)
  assert.equal(call.state, 'talking')
  assert.deepEqual(srtpOf(rig, call), early)
  assertAgreed(rig, call)
}

test('LEG-SRTP10 the offer is in our 183, the keys of the caller are in its PRACK', async () => {
  for (const mode of ['on', 'required'] as const) {
    const [rig, call] = await earlyCall(mode, { hasOffer: false })
    assert.match(call.remoteText, mode === 'on' ? /RTP\/AVP / : /RTP\/SAVP /)
    assert.deepEqual(call.answers, [200])
    assertAgreed(rig, call)
    await assertStays(rig, call)
    assert.equal(call.lastResponse?.body.length, 0)
    await endAtRest(rig, call)
    assert.equal(rig.store.cdrs[0]?.quality[0]?.quality.isEncrypted, true)
  }
})

test('LEG-SRTP10 the offer is in the INVITE, our keys are in the 183, the PRACK has none', async () => {
  const [rig, call] = await earlyCall('required', {})
  assert.deepEqual(call.answers, [200])
  assertAgreed(rig, call)
  await assertStays(rig, call)
  await endAtRest(rig, call)
})

test('LEG-SRTP10 a PRACK with another offer brings other keys, its 200 ours', async () => {
  const [rig, a, b] = await phones('required', 'off')
  b.onCall = (other) => {
    other.ring(183)
    b.arm(1_000, () => other.answer())
  }
  const call = a.dial('101', { headers: [['Supported', '100rel']] })
  await rig.clock.pass(300)
  assertAgreed(rig, call)
  const other = Buffer.alloc(30, 7).toString('base64')
  const offer = textOf(call)
    .replace(/(a=crypto:1 \w+_80 inline:)[^\s|]+/, `$1${other}`)
    .replace(/^(o=- \d+) \d+/m, '$1 9')
  const answer = prack(call, offer)
  await rig.clock.pass(200)
  const agreed = srtpOf(rig, call)
  assert.equal(agreed?.remote.keySalt, other)
  assert.deepEqual(keysIn(answer.text), [agreed?.local.keySalt])
  await rig.clock.pass(1_000)
  assert.equal(call.state, 'talking')
  assert.deepEqual(srtpOf(rig, call), agreed)
  await endAtRest(rig, call)
})

test('LEG-SRTP10 a callee with reliable 1xx: its keys are in the 183', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100', { srtp: 'off' })
  rig.addDevice('101', { srtp: 'required' })
  const b = rig.addPhone('p101', { srtp: 'required', ...RELIABLE })
  b.register()
  await rig.clock.pass(100)
  b.onCall = (other) => {
    other.ring(183)
    b.arm(500, () => other.answer())
  }
  const call = a.dial('101')
  await rig.clock.pass(300)
  const [other] = b.calls
  assert.ok(other)
  assert.deepEqual(other.requests, ['PRACK'])
  assertAgreed(rig, other)
  await assertStays(rig, other)
  await endAtRest(rig, call)
})

test('LEG-SRTP10 a PRACK without the keys that it owes', async () => {
  for (const [mode, body, isPlain] of [
    ['on', PLAIN_ANSWER(4_000), true],
    ['on', PLAIN_ANSWER(4_000, 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:broken\r\n'), false],
    ['required', PLAIN_ANSWER(4_000), false],
    ['required', PLAIN_ANSWER(4_000).replace('RTP/AVP', 'RTP/SAVP'), false],
  ] as const) {
    const [rig, call] = await earlyCall(mode, { hasOffer: false, body })
    await rig.clock.pass(800)
    assert.equal(call.state, isPlain ? 'talking' : 'ended', body)
    const plain = rig.media.commands.filter(
      (sent) => sent.type === 'configure' && sent.remote?.rtp.port === 4_000,
    )
    assert.equal(plain.length > 0, isPlain)
    await endAtRest(rig, call)
  }
})
