// What every store must do for voicemail, as cases on a fresh one.
import assert from 'node:assert/strict'
import type { ContractCase } from '@rufwerk/accounts/testing'
import { ms, type PersonId, type RecordingId, seconds, type TenantId, wallTime } from '@rufwerk/core'
import type { Box, BoxId, Message, MessageId, Take } from '@rufwerk/messaging'
import type { Store } from '../ports.ts'

const T0 = 1_790_000_000_000
const tenant = 'tenant-1' as TenantId
const other = 'tenant-2' as TenantId
const box = 'person-1' as BoxId
const recording = (name: string) => name as RecordingId

const BOX: Box = {
  id: box,
  name: 'Anna „Süd“',
  kind: 'personal',
  owners: ['person-1' as PersonId],
  hasPin: false,
  asksPinInside: false,
  callsBackFromOutside: false,
  greetings: {},
  takesMessages: true,
  longestMessage: seconds(180),
  messagesMax: 100,
  retention: { allDays: 30 },
}

function message(id: string, change: Partial<Message> = {}): Message {
  return {
    id: id as MessageId,
    recording: recording(`of ${id}`),
    receivedAt: wallTime(T0),
    length: ms(5_000),
    from: '+4930123456',
    isUrgent: false,
    ...change,
  }
}

function take(name: string, change: Partial<Take> = {}): Take {
  return {
    ...{ recording: recording(name), tenant, box, purpose: 'message', startedAt: wallTime(T0) },
    ...change,
  }
}

async function haveBoxes(store: Store): Promise<void> {
  const rest = { country: 'de', language: 'de', isDemo: false, version: 1, createdAt: wallTime(T0) } as const
  const tenants = [tenant, other].map((id) => ({
    type: 'putTenant' as const,
    tenant: { id, name: id, ...rest },
  }))
  assert.equal(await store.accounts.apply(tenants), 'committed')
  for (const company of [tenant, other])
    assert.equal(await store.voicemail.putBox({ tenant: company, box: BOX }), 'committed')
}

export const voicemailContract: readonly ContractCase<Store>[] = [
  {
    name: 'a box is what it was set to last, with its PIN, which setting it does not touch',
    run: async ({ voicemail, ...store }) => {
      await haveBoxes({ voicemail, ...store })
      assert.equal(await voicemail.setPin(tenant, box, 'hash'), 'committed')
      const changed: Box = { ...BOX, name: 'Neu', greetings: { own: recording('own') } }
      assert.equal(await voicemail.putBox({ tenant, box: changed }), 'committed')
      const boxes = new Map((await voicemail.boxes()).map((one) => [one.tenant, one.box]))
      assert.deepEqual(boxes.get(tenant), { ...changed, hasPin: true })
      assert.deepEqual(boxes.get(other), BOX)
      assert.equal(await voicemail.pinOf(tenant, box), 'hash')
      assert.equal(await voicemail.pinOf(other, box), undefined)
      assert.equal(await voicemail.setPin(tenant, box, undefined), 'committed')
      assert.equal(await voicemail.pinOf(tenant, box), undefined)
    },
  },
  {
    name: 'messages are counted, oldest first, apart by company',
    run: async ({ voicemail, ...store }) => {
      await haveBoxes({ voicemail, ...store })
      const first = message('1', { isUrgent: true, name: 'Grüße' })
      const second = message('2', { receivedAt: wallTime(T0 + 1), from: undefined })
      const { from: _, ...hidden } = second
      for (const one of [hidden, first])
        assert.equal(await voicemail.addMessage(tenant, box, one, false), 'committed')
      assert.deepEqual(await voicemail.messagesOf(tenant, box), [first, hidden])
      assert.deepEqual(await voicemail.messagesOf(other, box), [])
      assert.equal(await voicemail.message(other, first.id), undefined)
      assert.equal(await voicemail.markRead(other, first.id, wallTime(T0)), 'committed')
      assert.deepEqual(await voicemail.message(tenant, first.id), { box, message: first })
      assert.equal(await voicemail.markRead(tenant, first.id, wallTime(T0 + 9)), 'committed')
      assert.equal((await voicemail.message(tenant, first.id))?.message.readAt, T0 + 9)
      const counts = { unheard: 1, heard: 1, urgent: { unheard: 0, heard: 1 } }
      const filling = { counts, messages: 2, length: 10_000 }
      assert.deepEqual(await voicemail.fillingOf(tenant, box), filling)
      assert.deepEqual(await voicemail.fillings(), [{ tenant, box, filling }])
      const none = { unheard: 0, heard: 0, urgent: { unheard: 0, heard: 0 } }
      assert.deepEqual(await voicemail.fillingOf(other, box), { counts: none, messages: 0, length: 0 })
    },
  },
  {
    name: 'the take of a message ends with it; the sound of what is removed is remembered until it is erased',
    run: async ({ voicemail, ...store }) => {
      await haveBoxes({ voicemail, ...store })
      const begun = take('of 1', { from: '100', name: 'Ben' })
      assert.equal(await voicemail.addTake(begun), 'committed')
      assert.deepEqual(await voicemail.takes(), [begun])
      assert.equal(await voicemail.addMessage(tenant, box, message('1'), false), 'committed')
      assert.deepEqual(await voicemail.takes(), [])
      assert.equal(await voicemail.removeMessages(other, ['1' as MessageId]), 'committed')
      assert.equal((await voicemail.messagesOf(tenant, box)).length, 1)
      assert.equal(await voicemail.removeMessages(tenant, ['1' as MessageId]), 'committed')
      assert.deepEqual(await voicemail.messagesOf(tenant, box), [])
      const gone = async () =>
        (await voicemail.takes()).map((one) => `${one.purpose} ${one.recording}`).toSorted()
      assert.deepEqual(await gone(), ['gone of 1'])
      const kept = { ...BOX, greetings: { own: recording('new') } }
      assert.equal(await voicemail.addTake(take('new', { purpose: 'greeting' })), 'committed')
      const takes = { kept: recording('new'), gone: recording('old') }
      assert.equal(await voicemail.putBox({ tenant, box: kept }, takes), 'committed')
      assert.deepEqual(await gone(), ['gone of 1', 'gone old'])
      assert.equal(await voicemail.addMessage(tenant, box, message('2'), false), 'committed')
      assert.equal(await voicemail.removeBox(tenant, box), 'committed')
      assert.deepEqual(await gone(), ['gone new', 'gone of 1', 'gone of 2', 'gone old'])
      for (const one of await voicemail.takes())
        assert.equal(await voicemail.removeTake(one.recording), 'committed')
      assert.deepEqual(await gone(), [])
      assert.deepEqual(
        (await voicemail.boxes()).map((one) => one.tenant),
        [other],
      )
    },
  },
  {
    name: 'the mail about a message is due until its end is told, or the message is removed',
    run: async ({ voicemail, ...store }) => {
      await haveBoxes({ voicemail, ...store })
      const mail = { to: 'anna@example.com', attachesSound: true, deletesAfter: false }
      assert.equal(await voicemail.putBox({ tenant, box: { ...BOX, mail } }), 'committed')
      const boxes = await voicemail.boxes()
      assert.deepEqual(boxes.find((one) => one.tenant === tenant)?.box.mail, mail)
      const later = message('1', { receivedAt: wallTime(T0 + 2) })
      const [first, second] = [message('2'), message('3', { receivedAt: wallTime(T0 + 1) })]
      for (const one of [later, first, second])
        assert.equal(await voicemail.addMessage(tenant, box, one, true), 'committed')
      assert.equal(await voicemail.addMessage(tenant, box, message('4'), false), 'committed')
      assert.deepEqual(await voicemail.mailsDue(2), [
        { tenant, box, message: first },
        { tenant, box, message: second },
      ])
      assert.equal(await voicemail.endMail(other, first.id), 'committed')
      assert.equal((await voicemail.mailsDue(9)).length, 3)
      assert.equal(await voicemail.endMail(tenant, first.id), 'committed')
      assert.equal(await voicemail.removeMessages(tenant, [second.id]), 'committed')
      assert.deepEqual(await voicemail.mailsDue(9), [{ tenant, box, message: later }])
      assert.equal((await voicemail.messagesOf(tenant, box)).length, 3)
    },
  },
]
