// The phone's view model against a telephone that only records what it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallFact } from '../src/state/call.ts'
import {
  CALLS_MAX,
  currentCall,
  ENDED_SHOWN_MS,
  FAILURE_SHOWN_MS,
  isWaiting,
  PENDING_MS,
  Phone,
  REMEMBERED_MS,
  TRANSFER_FAILURE_SHOWN_MS,
} from '../src/state/phone.ts'

function openPhone(memory: { text: string | null } = { text: null }) {
  const commands: string[] = []
  const sounds: string[] = []
  const clock = { now: 1_000 }
  const timers: { delayMs: number; callback: () => void }[] = []
  let count = 0
  const record =
    (name: string) =>
    (...facts: unknown[]): void => {
      commands.push([name, ...facts].join(' '))
    }
  const phone = new Phone({
    telephone: {
      start: () => record('start')(),
      stop: record('stop'),
      dial: record('dial'),
      answer: record('answer'),
      resume: (call, { isMuted, isHeld }) => record('resume')(call, isMuted, isHeld),
      end: record('end'),
      setMuted: record('setMuted'),
      setHeld: record('setHeld'),
      sendDigit: record('sendDigit'),
      transfer: (call, to) => record('transfer')(call, 'number' in to ? to.number : `with ${to.call}`),
    },
    memory: { read: () => memory.text, write: (text) => Object.assign(memory, { text }) },
    sound: { play: (sound) => sounds.push(sound), playDigit: (digit) => sounds.push(`key ${digit}`) },
    newId: () => `call${++count}`,
    now: () => clock.now,
    after: (delayMs, callback) => timers.push({ delayMs, callback }),
  })
  const fact = (call: string, what: CallFact): void => phone.onFact({ type: 'call', call, fact: what })
  const register = (): void => phone.onFact({ type: 'connection', connection: { state: 'registered' } })
  const ring = (call: string): void =>
    phone.onFact({ type: 'incoming', call, party: { number: '101', name: 'Anna' } })
  return { phone, commands, sounds, timers, clock, fact, register, ring }
}

test('an outgoing call goes through preparing, calling, ringing and talking', () => {
  const { phone, commands, sounds, fact, register } = openPhone()
  register()
  assert.equal(phone.dial(' 1 0-1 ', 'Anna'), true)
  assert.deepEqual(commands, ['dial call1 101'])
  const states = (['sent', 'ringing', 'answered'] as const).map((type) => {
    fact(
      'call1',
      type === 'ringing' ? { type, isAudible: false } : type === 'sent' ? { type } : { type, at: 5 },
    )
    return phone.state.get().calls[0]?.state
  })
  assert.deepEqual(states, ['calling', 'ringing', 'talking'])
  assert.deepEqual(sounds, ['ringback', 'none'])
})

test('early media silences our own ringback', () => {
  const { phone, sounds, fact, register } = openPhone()
  register()
  phone.dial('101')
  fact('call1', { type: 'ringing', isAudible: false })
  fact('call1', { type: 'ringing', isAudible: true })
  fact('call1', { type: 'ringing', isAudible: false })
  assert.deepEqual(sounds, ['ringback', 'none'])
})

test('without a registration the call ends at once and says why', () => {
  const { phone, commands } = openPhone()
  phone.dial('101')
  const call = phone.state.get().calls[0]
  assert.ok(call?.state === 'ended' && call.end.reason === 'not-registered')
  assert.deepEqual(commands, [])
})

test('what is dialled before the registration is dialled after it, once', () => {
  const { phone, commands, register } = openPhone()
  phone.dialWhenReady('*43')
  assert.deepEqual(commands, [])
  register()
  register()
  assert.deepEqual(commands, ['dial call1 *43'])
})

test('what was dialled long before the registration is forgotten', () => {
  const { phone, commands, clock, register } = openPhone()
  phone.dialWhenReady('*43')
  clock.now += PENDING_MS + 1
  register()
  assert.deepEqual(commands, [])
})

test('nothing is dialled for text that is no number', () => {
  const { phone, register } = openPhone()
  register()
  for (const text of ['', '   ', 'Anna', '10a1', '+']) assert.equal(phone.dial(text), false, text)
})

test('answering a second call holds the first', () => {
  const { phone, commands, fact, register, ring } = openPhone()
  register()
  ring('a')
  phone.answer('a')
  fact('a', { type: 'answered', at: 1 })
  ring('b')
  phone.answer('b')
  assert.deepEqual(commands, ['answer a', 'setHeld a true', 'answer b'])
  fact('a', { type: 'held', by: 'us' })
  fact('b', { type: 'answered', at: 2 })
  assert.equal(currentCall(phone.state.get().calls)?.id, 'b')
  phone.toggleHold('a')
  assert.deepEqual(commands.slice(3), ['setHeld b true', 'setHeld a false'])
})

test('a third caller hears busy and is not shown', () => {
  const { phone, commands, register, ring } = openPhone()
  register()
  for (const id of ['a', 'b', 'c']) ring(id)
  assert.equal(phone.state.get().calls.length, CALLS_MAX)
  assert.deepEqual(commands, ['end c busy'])
})

test('ringing sounds once, and as a knock while one talks', () => {
  const { sounds, fact, register, ring, phone } = openPhone()
  register()
  ring('a')
  assert.deepEqual(sounds, ['ring'])
  phone.answer('a')
  fact('a', { type: 'answered', at: 1 })
  ring('b')
  assert.deepEqual(sounds, ['ring', 'none', 'call-waiting'])
})

test('declining, muting and digits reach the telephone only when the call allows it', () => {
  const { phone, commands, fact, register, ring } = openPhone()
  register()
  ring('a')
  phone.toggleMute('a')
  phone.sendDigit('a', '5')
  phone.decline('a')
  assert.deepEqual(commands, ['end a decline'])
  fact('a', { type: 'answered', at: 1 })
  phone.toggleMute('a')
  fact('a', { type: 'muted', isMuted: true })
  phone.toggleMute('a')
  phone.sendDigit('a', '5')
  phone.sendDigit('a', 'x')
  phone.decline('a')
  assert.deepEqual(commands.slice(1), ['setMuted a true', 'setMuted a false', 'sendDigit a 5'])
})

test('an ended call leaves the screen after a while, a failure later', () => {
  const { phone, timers, fact, register, ring } = openPhone()
  register()
  ring('a')
  fact('a', { type: 'answered', at: 1_000 })
  fact('a', { type: 'ended', end: { by: 'peer', reason: 'hung-up' }, at: 61_000 })
  const call = phone.state.get().calls[0]
  assert.ok(call?.state === 'ended' && call.talkedMs === 60_000)
  phone.dial('105')
  fact('call1', { type: 'ended', end: { by: 'peer', reason: 'busy' }, at: 2 })
  assert.deepEqual(
    timers.map(({ delayMs }) => delayMs),
    [ENDED_SHOWN_MS, FAILURE_SHOWN_MS],
  )
  for (const { callback } of timers) callback()
  assert.deepEqual(phone.state.get().calls, [])
})

test('facts about calls that are gone change nothing', () => {
  const { phone, fact, register } = openPhone()
  register()
  const before = phone.state.get()
  fact('nobody', { type: 'answered', at: 1 })
  assert.equal(phone.state.get(), before)
})

test('a waiting call is not the one the call bar is about', () => {
  const { phone, register, ring } = openPhone()
  register()
  ring('a')
  assert.equal(currentCall(phone.state.get().calls), undefined)
  assert.equal(phone.state.get().calls.some(isWaiting), true)
})

test('signing out forgets every call', () => {
  const { phone, commands, register, ring } = openPhone()
  register()
  ring('a')
  phone.stop()
  assert.deepEqual(phone.state.get(), { connection: { state: 'off' }, calls: [] })
  assert.deepEqual(commands, ['stop'])
})

const TALKING = { type: 'answered', at: 5_000, dialog: 'one' } as const
const returning = (phone: Phone, call: string, dialog: string): void =>
  phone.onFact({ type: 'returning', call, dialog })

/** A page that talks: `call1` when it dialled, `a` when it was called. */
function talkingPage(memory: { text: string | null }, direction: 'outgoing' | 'incoming' = 'outgoing') {
  const page = openPhone(memory)
  page.register()
  if (direction === 'outgoing') page.phone.dial('101', 'Anna')
  else {
    page.ring('a')
    page.phone.answer('a')
  }
  page.fact(direction === 'outgoing' ? 'call1' : 'a', TALKING)
  return page
}

test('a call that the server gives back to the next page goes on as it was, without a ring', () => {
  const memory = { text: null }
  talkingPage(memory).fact('call1', { type: 'muted', isMuted: true })
  const after = openPhone(memory)
  returning(after.phone, 'back', 'one')
  const expected = { direction: 'outgoing', party: { number: '101', name: 'Anna' }, state: 'talking' }
  assert.deepEqual(after.phone.state.get().calls, [
    {
      ...{ ...expected, id: 'back', since: 5_000, isMuted: true, heldBy: 'nobody', dialogs: ['one'] },
      isReturning: true,
    },
  ])
  assert.deepEqual(after.commands, ['resume back true false'])
  assert.deepEqual(after.sounds, [])
})

test('a call that we held comes back held', () => {
  const memory = { text: null }
  talkingPage(memory, 'incoming').fact('a', { type: 'held', by: 'us' })
  const after = openPhone(memory)
  returning(after.phone, 'back', 'one')
  const [call] = after.phone.state.get().calls
  assert.ok(call?.state === 'talking' && call.heldBy === 'us' && call.direction === 'incoming')
  assert.deepEqual(after.commands, ['resume back false true'])
})

test('a call that is given back to the page that still has it replaces it', () => {
  const { phone, commands, fact } = talkingPage({ text: null })
  returning(phone, 'back', 'one')
  assert.deepEqual(commands.slice(1), ['end call1 hang-up', 'resume back false false'])
  fact('call1', { type: 'ended', at: 6_000, end: { by: 'us', reason: 'hung-up' } })
  const [call, ...others] = phone.state.get().calls
  assert.ok(call?.state === 'talking' && call.id === 'back' && call.since === 5_000)
  assert.deepEqual(others, [])
})

test('a call that this tab never had is not answered', () => {
  const { phone, commands, register } = openPhone({ text: '[{"dialogs":["other"]}]' })
  register()
  returning(phone, 'back', 'one')
  assert.deepEqual(phone.state.get().calls, [])
  assert.deepEqual(commands, ['end back unknown'])
})

test('the page may be loaded again before the call is back, and after it', () => {
  const memory = { text: null }
  talkingPage(memory)
  const second = openPhone(memory)
  second.register()
  const third = openPhone(memory)
  third.register()
  returning(third.phone, 'back', 'one')
  third.fact('back', { ...TALKING, at: 9_000, dialog: 'two' })
  for (const dialog of ['two', 'one']) {
    const { phone, commands } = openPhone({ ...memory })
    returning(phone, 'again', dialog)
    assert.deepEqual(commands, ['resume again false false'], dialog)
    phone.onFact({ type: 'call', call: 'again', fact: { type: 'answered', at: 12_000, dialog: 'three' } })
    const [call] = phone.state.get().calls
    assert.ok(call?.state === 'talking' && call.since === 5_000 && call.isReturning === undefined)
  }
})

test('calls that are over, or do not come back in time, are forgotten', () => {
  const memory = { text: null as string | null }
  const before = talkingPage(memory)
  const late = openPhone(memory)
  late.register()
  assert.equal(late.timers[0]?.delayMs, REMEMBERED_MS)
  late.timers[0]?.callback()
  assert.equal(memory.text, '[]')
  before.fact('call1', { type: 'muted', isMuted: true })
  assert.notEqual(memory.text, '[]')
  before.fact('call1', { type: 'ended', at: 7, end: { by: 'us', reason: 'hung-up' } })
  assert.equal(memory.text, '[]')
})

test('what cannot be read of the page before is forgotten', () => {
  for (const text of [
    '',
    '{',
    '{}',
    '[1]',
    '[{"dialogs":[1]}]',
    '[{"dialogs":["one"]}]',
    'x'.repeat(20_000),
  ]) {
    const { phone, commands } = openPhone({ text })
    returning(phone, 'back', 'one')
    assert.deepEqual(commands, ['end back unknown'], text.slice(0, 40))
  }
})

const hungUp = { type: 'ended', end: { by: 'peer', reason: 'hung-up' }, at: 9 } as const

test('a call is led on: it says so, and ends as transferred when the server takes it', () => {
  const { phone, commands, fact, register } = openPhone()
  register()
  phone.dial('101', 'Anna')
  assert.equal(phone.transfer('call1', '102'), false, 'it does not talk yet')
  fact('call1', { type: 'answered', at: 5 })
  assert.equal(phone.transfer('call1', 'Ben'), false, 'that is no number')
  assert.equal(phone.transfer('call1', '1 02', 'Ben'), true)
  assert.equal(phone.transfer('call1', '103'), false, 'it is being led already')
  assert.deepEqual(commands.slice(1), ['transfer call1 102'])
  fact('call1', hungUp)
  const [call] = phone.state.get().calls
  assert.deepEqual(call?.state === 'ended' && call.end, {
    by: 'peer',
    reason: 'transferred',
    to: { number: '102', name: 'Ben' },
  })
})

test('a call that could not be led on goes on, and says for a while that nobody was there', () => {
  const { phone, timers, fact, register } = openPhone()
  register()
  phone.dial('101')
  fact('call1', { type: 'answered', at: 5 })
  phone.transfer('call1', '102')
  fact('call1', { type: 'transferFailed' })
  const transfer = () => {
    const [call] = phone.state.get().calls
    return call?.state === 'talking' ? call.transfer?.state : 'over'
  }
  assert.equal(transfer(), 'failed')
  timers.find(({ delayMs }) => delayMs === TRANSFER_FAILURE_SHOWN_MS)?.callback()
  assert.equal(transfer(), undefined)
  fact('call1', hungUp)
  const [call] = phone.state.get().calls
  assert.equal(call?.state === 'ended' && call.end.reason, 'hung-up')
})

test('that a transfer failed is not taken back by one that began since', () => {
  const { phone, timers, fact, register } = openPhone()
  register()
  phone.dial('101')
  fact('call1', { type: 'answered', at: 5 })
  phone.transfer('call1', '102')
  fact('call1', { type: 'transferFailed' })
  phone.transfer('call1', '103')
  for (const { callback } of timers) callback()
  const [call] = phone.state.get().calls
  assert.deepEqual(call?.state === 'talking' && call.transfer, { state: 'asked', to: { number: '103' } })
})

test('the other sides of two calls are connected; both calls end as transferred', () => {
  const { phone, commands, fact, register } = openPhone()
  register()
  phone.dial('101', 'Anna')
  fact('call1', { type: 'answered', at: 5 })
  phone.dial('102', 'Ben')
  phone.connect('call1', 'call2')
  assert.deepEqual(
    commands,
    ['dial call1 101', 'setHeld call1 true', 'dial call2 102'],
    'Ben has not answered',
  )
  fact('call2', { type: 'answered', at: 6 })
  phone.connect('call1', 'call2')
  assert.equal(commands.at(-1), 'transfer call1 with call2')
  fact('call1', hungUp)
  fact('call2', hungUp)
  const ends = phone.state.get().calls.map((call) => call.state === 'ended' && call.end)
  assert.deepEqual(ends, [
    { by: 'peer', reason: 'transferred', to: { number: '102', name: 'Ben' } },
    { by: 'peer', reason: 'transferred', to: { number: '101', name: 'Anna' } },
  ])
})
