// Calls that are with a box, on a clock of the test: what is said, kept, and told to lamps; crashes; and what
// somebody tries who is not meant to.
import assert from 'node:assert/strict'
import test from 'node:test'
import { fail, ok, type PersonId, type RecordingId, seconds, type TenantId } from '@rufwerk/core'
import type { BoxId } from '@rufwerk/messaging'
import { VoicemailSounds } from '../../src/services/voicemail-sounds.ts'
import { ANNA, BEN, House, insideOf, OUTSIDE, PIN, SETTINGS, TENANT } from './voicemail-house.ts'

const BOX = ANNA as unknown as BoxId

async function leaveMessage(house: House, length = 20_000): Promise<void> {
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  await guest.hearsItAll()
  await guest.hangsUp()
  await house.recorded(length)
  house.said.length = 0
}

test('a call that was answered before is answered by the box, and its own over a restart', async () => {
  const house = await House.open()
  await house.visit(OUTSIDE, 'noAnswer', BOX, undefined, true)
  assert.equal(house.heard(), 'answer | greeting tone')
})

test('a message is recorded after the tone, kept before that is said, and lights the lamp', async () => {
  const house = await House.open()
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  assert.equal(house.heard(), 'answer | greeting tone')
  await guest.hearsItAll()
  assert.equal(house.heard(), 'record message')
  await guest.presses('#')
  await house.recorded(20_000)
  assert.equal(house.heard(), 'stop | review-keys')
  assert.deepEqual(house.lamps, [])
  await guest.presses('1')
  assert.equal(house.heard(), 'saved goodbye')
  assert.deepEqual(house.lamps, ['anna 1/0'])
  await guest.hearsItAll()
  assert.equal(house.heard(), 'end')
  const [message] = await house.book.messages(TENANT, BOX)
  assert.deepEqual([message?.from, message?.length, message?.isUrgent], ['+4930123456', 20_000, false])
  assert.equal(house.service.size(), 0)
  assert.deepEqual(await house.store.takes(), [])
})

test('who hangs up while speaking has left a message, unless nothing was said', async () => {
  const house = await House.open()
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  await guest.hearsItAll()
  await guest.hangsUp()
  assert.deepEqual(house.lamps, [])
  await house.recorded(5_000)
  assert.deepEqual(house.lamps, ['anna 1/0'])
  const silent = await house.visit(OUTSIDE, 'noAnswer')
  await silent.hearsItAll()
  await silent.hangsUp()
  await house.recorded(1_000)
  assert.deepEqual(house.lamps, ['anna 1/0'])
  assert.equal(house.erased.length, 1)
  assert.equal(house.service.size(), 0)
})

test('what is too short is erased, and the caller may try again', async () => {
  const house = await House.open()
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  await guest.hearsItAll()
  await guest.presses('#')
  await house.recorded(500)
  assert.equal(house.heard(), 'answer | greeting tone | record message | stop | too-short tone')
  assert.equal(house.erased.length, 1)
  await guest.hearsItAll()
  assert.equal(house.heard(), 'record message')
})

test('a full box says so, and records nothing', async () => {
  const house = await House.open()
  for (let count = 0; count < SETTINGS.messagesMax; count += 1) await leaveMessage(house)
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  assert.equal(house.heard(), 'answer | greeting box-full')
  await guest.hearsItAll()
  assert.equal(house.heard(), 'end')
  assert.equal((await house.book.messages(TENANT, BOX)).length, SETTINGS.messagesMax)
})

test('a message that cannot be stored is not called saved; it is kept at the next start', async () => {
  const house = await House.open()
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  await guest.hearsItAll()
  await guest.presses('#')
  await house.recorded(20_000)
  house.store.outcome = 'not-stored'
  house.said.length = 0
  await guest.presses('1')
  assert.equal(house.heard(), 'not-saved goodbye')
  house.store.outcome = 'committed'
  await house.start()
  await house.service.recover(async () => seconds(20))
  assert.equal((await house.book.messages(TENANT, BOX)).length, 1)
})

test('a message that could not be stored is kept by a sweep, once, when nobody decides', async () => {
  const house = await House.open()
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  await guest.hearsItAll()
  await guest.presses('#')
  await house.recorded(20_000)
  house.store.outcome = 'not-stored'
  await guest.presses('1')
  house.store.outcome = 'committed'
  const sweep = () => house.service.sweep(async () => seconds(20))
  await sweep()
  assert.deepEqual(await house.book.messages(TENANT, BOX), [], 'a write may be under way')
  await house.clock.pass(600_001)
  for (let times = 0; times < 2; times += 1) await sweep()
  const [message, ...more] = await house.book.messages(TENANT, BOX)
  assert.deepEqual([message?.length, message?.from, more], [20_000, '+4930123456', []])
  assert.deepEqual([await house.store.takes(), house.erased], [[], []])
})

test('a sweep leaves alone what is still spoken, the twin', async () => {
  const house = await House.open()
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  await guest.hearsItAll()
  await house.clock.pass(600_001)
  await house.service.sweep(async () => seconds(20))
  assert.deepEqual(await house.book.messages(TENANT, BOX), [])
  await house.recorded(5_000)
  await guest.presses('1')
  assert.equal((await house.book.messages(TENANT, BOX)).length, 1)
})

test('without a store nothing is recorded, the call ends, and nothing waits for an end', async () => {
  const house = await House.open()
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  house.store.outcome = 'not-stored'
  await guest.hearsItAll()
  assert.equal(house.heard(), 'answer | greeting tone | record message | stop | end')
  assert.equal(house.service.size(), 0)
  await house.recorded(0)
  assert.equal(house.heard(), '')
})

test('the owner hears the message by phone, which puts the lamp out', async () => {
  const house = await House.open()
  await leaveMessage(house)
  const anna = await house.visit(insideOf(ANNA, '100'), 'listen')
  assert.equal(house.heard(), 'answer | number-1 new-messages number-0 old-messages main-keys')
  await anna.presses('1')
  const said = house.heard()
  assert.match(
    said,
    /^received-at today at number-\d+ (oh )?(number-\d+ )?am from-number plus number-4 .* message\/id\d+$/,
  )
  await anna.hearsItAll()
  assert.equal(house.heard(), 'message-keys')
  assert.deepEqual(house.lamps.slice(-1), ['anna 0/1'])
  assert.equal(house.opened.size, 1)
  await anna.presses('3')
  assert.equal(house.heard(), 'deleted no-more-messages main-keys')
  assert.deepEqual(house.lamps.slice(-1), ['anna 0/0'])
  assert.equal(house.erased.length, 1)
  await anna.presses('#')
  await anna.hearsItAll()
  assert.equal(house.heard(), 'goodbye | end')
  assert.deepEqual([house.opened.size, house.service.size()], [0, 0])
})

test('a message that is heard again and again is made ready once, and put away with the call', async () => {
  const house = await House.open()
  await leaveMessage(house)
  const anna = await house.visit(insideOf(ANNA, '100'), 'listen')
  await anna.presses('1')
  for (let times = 0; times < 3; times += 1) {
    await anna.hearsItAll()
    house.said.length = 0
    await anna.presses('1')
    assert.match(house.heard(), /message\/id\d+$/)
  }
  assert.deepEqual([...house.opened.values()], [1])
  await anna.hangsUp()
  assert.deepEqual([house.opened.size, house.service.size()], [0, 0])
})

test('a message that could not be made ready, as with a full disk, can be when there is room', async () => {
  let isFull = true
  const released: string[] = []
  const sounds = new VoicemailSounds({
    prepare: async () => {
      if (isFull) throw new Error('ENOSPC')
      return ok({ prompt: 'message/m', lengthMs: 1, release: () => released.push('m') })
    },
    begin: () => assert.fail(),
    ...{ stop: () => undefined, open: async () => fail('unknown'), erase: async () => true },
  })
  const recording = 'r' as RecordingId
  assert.equal(await sounds.open(recording), undefined)
  assert.equal(sounds.size(), 0)
  isFull = false
  assert.equal(await sounds.open(recording), 'message/m')
  sounds.close(recording)
  await Promise.resolve()
  assert.deepEqual([sounds.size(), released], [0, ['m']])
})

test('a greeting is recorded by phone, heard by callers, and erased with the next one', async () => {
  const house = await House.open()
  const record = async (): Promise<void> => {
    const anna = await house.visit(insideOf(ANNA, '100'), 'listen')
    await anna.presses('31')
    await anna.hearsItAll()
    await anna.presses('#')
    await house.recorded(5_000)
    await anna.presses('1')
    assert.match(house.heard(), /record greeting \| stop \| recorded-keys \| greeting-saved greeting-keys$/)
    await anna.hangsUp()
  }
  await record()
  const first = house.book.box(TENANT, ANNA)?.greetings.own
  await house.visit(OUTSIDE, 'noAnswer')
  assert.equal(house.heard(), `answer | message/${first} tone`)
  await record()
  await house.clock.pass(1)
  assert.deepEqual(house.erased, [first])
  assert.deepEqual(await house.store.takes(), [])
})

test('a greeting that cannot be read gives way to the standard one', async () => {
  const house = await House.open()
  house.erased.push('lost' as RecordingId)
  await house.book.setGreeting(TENANT, BOX, 'own', 'lost' as RecordingId)
  await house.visit(OUTSIDE, 'noAnswer')
  assert.equal(house.heard(), 'answer | greeting tone')
})

test('a call to a box that is not there hears so', async () => {
  const house = await House.open()
  await house.visit(OUTSIDE, 'noAnswer', 'nobody')
  assert.equal(house.heard(), 'go {"to":"announcement","prompt":"out-of-order"}')
  assert.equal(house.service.size(), 0)
})

test('by the star key and the PIN an owner gets in from any telephone', async () => {
  const house = await House.open()
  const anna = await house.visit(OUTSIDE, 'noAnswer')
  await anna.presses('*')
  await anna.enters(PIN)
  assert.equal(house.heard(), 'answer | greeting tone | enter-pin | no-messages main-keys')
})

test('a colleague, or somebody outside, does not get in without the PIN', async () => {
  for (const caller of [insideOf(BEN, '101'), OUTSIDE]) {
    const house = await House.open()
    await leaveMessage(house)
    const guest = await house.visit(caller, 'listen')
    await guest.presses('1')
    await guest.enters('1')
    assert.equal(house.heard(), 'answer | enter-pin | wrong-pin enter-pin')
    await guest.enters('9999')
    await guest.enters('8888')
    assert.equal(house.heard(), 'wrong-pin enter-pin | wrong-pin goodbye')
  }
})

test('who guesses PINs in many calls waits; the right PIN does not help meanwhile', async () => {
  const house = await House.open()
  for (let count = 0; count < 5; count += 1) {
    const guest = await house.visit(OUTSIDE, 'listen')
    await guest.enters(`90${count}1`)
    await guest.hangsUp()
  }
  house.said.length = 0
  const anna = await house.visit(OUTSIDE, 'listen')
  await anna.enters(PIN)
  assert.equal(house.heard(), 'answer | enter-pin | locked goodbye')
  await anna.hangsUp()
  await house.clock.pass(61_000)
  const later = await house.visit(OUTSIDE, 'listen')
  await later.enters(PIN)
  assert.equal(house.heard(), 'answer | enter-pin | no-messages main-keys')
})

test('after a crash a message goes on being recorded, and is kept when the caller hangs up', async () => {
  const house = await House.open()
  const guest = await house.visit(OUTSIDE, 'noAnswer')
  await guest.hearsItAll()
  await house.start()
  await house.service.recover(async () => undefined)
  assert.equal(house.service.size(), 1)
  await house.recorded(7_000)
  const [message] = await house.book.messages(TENANT, BOX)
  assert.deepEqual([message?.length, message?.from], [7_000, '+4930123456'])
  assert.deepEqual(house.lamps.slice(-1), ['anna 1/0'])
  assert.equal(house.service.size(), 0)
})

test('after a crash a greeting that was being recorded is erased, as is what was to be erased', async () => {
  const house = await House.open()
  await leaveMessage(house)
  const anna = await house.visit(insideOf(ANNA, '100'), 'listen')
  await anna.presses('31')
  await anna.hearsItAll()
  const [message] = await house.book.messages(TENANT, BOX)
  assert.ok(message)
  await house.store.removeMessages(TENANT, [message.id])
  await house.start()
  await house.service.recover(async () => seconds(5))
  assert.deepEqual(house.erased.toSorted(), [message.recording, ...house.recording].toSorted())
  assert.deepEqual(await house.store.takes(), [])
  assert.deepEqual(house.book.box(TENANT, ANNA)?.greetings, {})
})

test('messages go when their time is over, their sound too', async () => {
  const house = await House.open()
  await house.book.change(TENANT, ANNA, { ...SETTINGS, retention: { allDays: 1 } })
  await leaveMessage(house)
  await house.book.sweep()
  assert.equal(house.erased.length, 0)
  await house.clock.pass(86_400_000)
  await house.book.sweep()
  await house.clock.pass(1)
  assert.equal((await house.book.messages(TENANT, BOX)).length, 0)
  assert.equal(house.erased.length, 1)
  assert.deepEqual(await house.store.takes(), [])
})

test('a box of the same id in another company is another box', async () => {
  const house = await House.open()
  const other = 'other' as TenantId
  await house.book.add(other, ANNA, SETTINGS)
  await leaveMessage(house)
  assert.deepEqual(house.book.waitingFor(other, ANNA as PersonId), { unheard: 0, heard: 0 })
  const [message] = await house.book.messages(TENANT, BOX)
  assert.ok(message)
  assert.equal(await house.book.message(other, message.id), undefined)
  assert.equal(await house.book.removeMessage(other, message.id), 'not-found')
  assert.equal((await house.book.messages(TENANT, BOX)).length, 1)
})

test('who calls back does it under the own rules; from outside only where the box allows it', async () => {
  const house = await House.open()
  await leaveMessage(house)
  const anna = await house.visit(insideOf(ANNA, '100'), 'listen')
  await anna.presses('14')
  assert.match(house.heard(), /\| dial \+4930123456$/)
  for (const isAllowed of [false, true]) {
    await house.book.change(TENANT, ANNA, { ...SETTINGS, callsBackFromOutside: isAllowed })
    const outside = await house.visit(OUTSIDE, 'listen')
    await outside.enters(PIN)
    await outside.presses('24')
    const said = house.heard()
    assert.match(said, isAllowed ? /go {"to":"outside","number":"\+4930123456"}$/ : /may-not-call-back/)
  }
})

test('an admin records an announcement by phone, after the PIN, and the recording goes', async () => {
  const house = await House.open()
  const anna = await house.visit(insideOf(ANNA, '100'), 'listen', ANNA, 'recorded-1')
  assert.equal(house.heard(), 'answer | enter-pin')
  await anna.enters(PIN)
  assert.equal(house.heard(), 'record-prompt tone')
  await anna.hearsItAll()
  await anna.presses('#')
  await house.recorded(9_000)
  assert.equal(house.heard(), 'record greeting | stop | recorded-keys')
  await anna.presses('1')
  assert.equal(house.heard(), 'prompt-saved goodbye')
  assert.deepEqual(house.prompts, ['recorded-1 by anna'])
  assert.equal(house.erased.length, 1)
  await anna.hearsItAll()
  assert.deepEqual([await house.store.takes(), house.service.size()], [[], 0])
  assert.deepEqual(house.book.box(TENANT, ANNA)?.greetings, {})
})

test('who is no admin, or not any more, records no announcement; a failure is told', async () => {
  const house = await House.open()
  const keep = async () => {
    const anna = await house.visit(insideOf(ANNA, '100'), 'listen', ANNA, 'recorded-1')
    await anna.enters(PIN)
    await anna.hearsItAll()
    await anna.presses('#')
    await house.recorded(9_000)
    house.said.length = 0
    return anna
  }
  house.takesPrompts = false
  await (await keep()).presses('1')
  assert.equal(house.heard(), 'not-saved goodbye')
  const second = await keep()
  house.admins.clear()
  house.prompts.length = 0
  await second.presses('1')
  assert.equal(house.heard(), 'not-saved goodbye')
  await house.visit(insideOf(ANNA, '100'), 'listen', ANNA, 'recorded-1')
  assert.equal(house.heard(), 'go {"to":"announcement","prompt":"not-permitted"}')
  assert.deepEqual([house.prompts, house.erased.length], [[], 2])
  assert.deepEqual(await house.store.takes(), [])
})
