import assert from 'node:assert/strict'
import test from 'node:test'
import { type PersonId, type RecordingId, seconds, type TenantId } from '@rufwerk/core'
import { type BoxId, type BoxSettings, openVoicemail, type VoicemailBook } from '@rufwerk/messaging'
import { MemoryVoicemailStore } from '@rufwerk/messaging/testing'
import { ANNA, message, NOW, recording } from './box-of-anna.ts'

const TENANT = 'tenant' as TenantId
const OTHER = 'other' as TenantId
const BEN = 'ben' as PersonId
const BOX = ANNA as unknown as BoxId
const PIN = { pin: '2580', extensions: ['100'] }
const SETTINGS: BoxSettings = {
  ...({ name: 'Anna', kind: 'personal', owners: [ANNA], asksPinInside: false } as const),
  ...{ callsBackFromOutside: false, takesMessages: true, longestMessage: seconds(60), messagesMax: 10 },
  retention: {},
}

interface Bench {
  readonly store: MemoryVoicemailStore
  readonly book: VoicemailBook
  readonly told: string[]
  readonly gone: RecordingId[]
  readonly mails: { count: number }
}

async function bench(): Promise<Bench> {
  const store = new MemoryVoicemailStore()
  const told: string[] = []
  const gone: RecordingId[] = []
  const mails = { count: 0 }
  const book: VoicemailBook = await openVoicemail({
    store,
    pins: {
      hash: async (pin) => `of ${pin}`,
      verify: async (pin, stored) => (pin === '0000' ? undefined : stored === `of ${pin}`),
    },
    wallTime: () => NOW,
    onChanged: (tenant, owners) => {
      for (const owner of owners) told.push(`${owner} ${book.waitingFor(tenant, owner).unheard}`)
    },
    onSoundGone: (one) => gone.push(one),
    onMailDue: () => {
      mails.count += 1
    },
  })
  assert.deepEqual(await book.add(TENANT, BOX, SETTINGS, PIN), { ok: true, value: undefined })
  told.length = 0
  return { store, book, told, gone, mails }
}

test('VM-K1 a message is told when it is committed, and not when it is not stored', async () => {
  const { store, book, told } = await bench()
  assert.equal(await book.save(TENANT, BOX, message('1')), true)
  assert.equal(await book.markRead(TENANT, message('1').id, true), 'committed')
  assert.equal(await book.markRead(TENANT, message('1').id, true), 'committed')
  assert.deepEqual(told, ['anna 1', 'anna 0'])
  store.outcome = 'not-stored'
  assert.equal(await book.save(TENANT, BOX, message('2')), false)
  assert.equal(await book.markRead(TENANT, message('1').id, false), 'not-stored')
  assert.equal(await book.removeMessage(TENANT, message('1').id), 'not-stored')
  assert.equal(await book.setGreeting(TENANT, BOX, 'own', recording('own')), false)
  for (const refused of [
    await book.change(TENANT, BOX, { ...SETTINGS, name: 'Neu' }),
    await book.setPin(TENANT, BOX, undefined),
    await book.remove(TENANT, BOX),
    await book.add(TENANT, BEN, { ...SETTINGS, owners: [BEN] }),
  ])
    assert.deepEqual(refused, { ok: false, error: 'unavailable' })
  assert.deepEqual(told, ['anna 1', 'anna 0'])
  assert.deepEqual([book.box(TENANT, BOX)?.name, book.box(TENANT, BOX)?.hasPin], ['Anna', true])
})

test('VM-K2 settings change, greetings and PIN stay; what nobody could reach is refused', async () => {
  const { store, book } = await bench()
  await book.setGreeting(TENANT, BOX, 'own', recording('own'))
  assert.ok((await book.change(TENANT, BOX, { ...SETTINGS, name: 'Neu', asksPinInside: true })).ok)
  const { name, greetings, hasPin } = book.box(TENANT, BOX) ?? {}
  assert.deepEqual([name, greetings, hasPin], ['Neu', { own: 'own' }, true])
  const refusals = [
    await book.setPin(TENANT, BOX, undefined),
    await book.setPin(TENANT, BOX, { pin: '1234', extensions: [] }),
    await book.setPin(TENANT, BOX, { pin: '1001', extensions: ['1001'] }),
    await book.add(TENANT, BOX, SETTINGS),
    await book.add(TENANT, 'nobodys', { ...SETTINGS, kind: 'shared', owners: [] }),
    await book.change(TENANT, 'nobody', SETTINGS),
  ]
  assert.deepEqual(
    refusals.map((one) => (one.ok ? 'done' : one.error)),
    [
      'unreachable-without-pin',
      'too-simple',
      'is-the-extension',
      'exists',
      'unreachable-without-pin',
      'not-found',
    ],
  )
  assert.ok((await book.setPin(TENANT, BOX, { pin: '9573', extensions: [] })).ok)
  const again = await openVoicemail({
    store,
    pins: { hash: async () => undefined, verify: async () => undefined },
    wallTime: () => NOW,
    onChanged: () => undefined,
    onSoundGone: () => undefined,
  })
  assert.deepEqual(again.box(TENANT, BOX), book.box(TENANT, BOX))
  assert.deepEqual(await again.setPin(TENANT, BOX, { pin: '9573', extensions: [] }), {
    ok: false,
    error: 'unavailable',
  })
})

test('VM-K2 a PIN is compared with its hash; what cannot be compared is no right PIN', async () => {
  const { book } = await bench()
  assert.equal(await book.checkPin(TENANT, BOX, '2580'), 'right')
  assert.equal(await book.checkPin(TENANT, BOX, '9999'), 'wrong')
  await assert.rejects(book.checkPin(TENANT, BOX, '0000'))
})

test('VM-K3 the sound of what is removed is gone once: message, greeting, box', async () => {
  const { book, gone } = await bench()
  for (const id of ['1', '2']) await book.save(TENANT, BOX, message(id))
  await book.removeMessage(TENANT, message('1').id)
  assert.equal(await book.removeMessage(TENANT, message('1').id), 'not-found')
  await book.setGreeting(TENANT, BOX, 'own', recording('old'))
  await book.setGreeting(TENANT, BOX, 'own', recording('new'))
  await book.setGreeting(TENANT, BOX, 'busy', recording('busy'))
  await book.setGreeting(TENANT, BOX, 'busy')
  assert.deepEqual(gone.splice(0), ['sound of 1', 'old', 'busy'])
  assert.ok((await book.remove(TENANT, BOX)).ok)
  assert.deepEqual(gone, ['sound of 2', 'new'])
  assert.deepEqual([book.box(TENANT, BOX), book.boxes(TENANT).length], [undefined, 0])
})

test('VM-K3 a sweep removes what was kept for long enough', async () => {
  const { book, gone, told } = await bench()
  await book.change(TENANT, BOX, { ...SETTINGS, retention: { allDays: 1 } })
  await book.save(TENANT, BOX, message('old', { receivedAt: (NOW - 2 * 86_400_000) as typeof NOW }))
  await book.save(TENANT, BOX, message('new'))
  told.length = 0
  await book.sweep()
  assert.deepEqual([gone, told], [['sound of old'], ['anna 1']])
})

test('VM-K4 boxes and messages of another company do not exist', async () => {
  const { book } = await bench()
  await book.add(OTHER, BOX, SETTINGS)
  await book.save(TENANT, BOX, message('1'))
  const { id } = message('1')
  assert.equal(await book.message(OTHER, id), undefined)
  assert.equal(await book.markRead(OTHER, id, true), 'not-found')
  assert.equal(await book.removeMessage(OTHER, id), 'not-found')
  assert.equal(book.waitingFor(OTHER, ANNA).unheard, 0)
  assert.equal(await book.checkPin(OTHER, BOX, '2580'), 'wrong')
  assert.equal(await book.checkPin(TENANT, BOX, '2580'), 'right')
})

test('VM-K5 who owns boxes sees what waits in all of them', async () => {
  const { book, told } = await bench()
  await book.add(TENANT, 'office', { ...SETTINGS, kind: 'shared', owners: [ANNA, BEN] })
  await book.save(TENANT, BOX, message('1'))
  await book.save(TENANT, 'office' as BoxId, message('2'))
  assert.deepEqual(told.slice(-3), ['anna 1', 'anna 2', 'ben 1'])
  assert.deepEqual(
    book.boxesOf(TENANT, BEN).map(({ id }) => id),
    ['office'],
  )
  assert.deepEqual([book.boxOf(TENANT, ANNA)?.id, book.boxOf(TENANT, BEN)], [BOX, undefined])
})

test('VM-K6 a mail is due for a message in a box with an address, once that is stored', async () => {
  const { store, book, mails } = await bench()
  assert.ok(await book.save(TENANT, BOX, message('1')))
  const mail = { to: 'anna@example.com', attachesSound: true, deletesAfter: false }
  assert.ok((await book.change(TENANT, BOX, { ...SETTINGS, mail })).ok)
  assert.deepEqual([mails.count, await store.mailsDue(9)], [0, []])
  assert.ok(await book.save(TENANT, BOX, message('2')))
  assert.equal(mails.count, 1)
  assert.deepEqual(
    (await store.mailsDue(9)).map((due) => [due.tenant, due.box, due.message.id]),
    [[TENANT, BOX, message('2').id]],
  )
  store.outcome = 'not-stored'
  assert.equal(await book.save(TENANT, BOX, message('3')), false)
  assert.equal(mails.count, 1)
})

test('VM-K7 changes that cross are all made: settings, greetings, and one box of an id', async () => {
  const { book, gone } = await bench()
  const [first, second] = [recording('1'), recording('2')]
  const made = await Promise.all([
    book.change(TENANT, BOX, { ...SETTINGS, name: 'Anna B.' }),
    book.setGreeting(TENANT, BOX, 'own', first),
    book.setGreeting(TENANT, BOX, 'own', second),
    book.setGreeting(TENANT, BOX, 'busy', recording('3')),
  ])
  assert.deepEqual(
    made.map((one) => one === true || (one !== false && one.ok)),
    [true, true, true, true],
  )
  const box = book.box(TENANT, BOX)
  assert.deepEqual([box?.name, box?.greetings], ['Anna B.', { own: second, busy: recording('3') }])
  assert.deepEqual(gone, [first])
  const [one, other] = await Promise.all([
    book.add(TENANT, BEN, { ...SETTINGS, owners: [BEN] }),
    book.add(TENANT, BEN, { ...SETTINGS, owners: [BEN], name: 'other' }),
  ])
  assert.deepEqual([one.ok, other], [true, { ok: false, error: 'exists' }])
  assert.equal(book.box(TENANT, BEN)?.name, 'Anna')
})
