// Messages of a number: found, exported and erased, and nobody else's.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { type PersonalSearch, readNumberKey } from '@rufwerk/calls/records'
import { ms, type RecordingId, type TenantId, type WallTime, wallTime } from '@rufwerk/core'
import type { BoxId, Message, MessageId } from '@rufwerk/messaging'
import { personalVoicemail } from '../../src/services/voicemail-personal.ts'
import { ANNA, House, TENANT } from './voicemail-house.ts'

const number = readNumberKey('+4930123456', 'de')
const SEARCH: PersonalSearch = { tenant: TENANT, number: number.ok ? number.value : assert.fail() }

function message(id: string, receivedAt: WallTime, from?: string): Message {
  return {
    id: id as MessageId,
    recording: `recording-${id}` as RecordingId,
    receivedAt,
    length: ms(5000),
    isUrgent: false,
    ...(from && { from }),
  }
}

/** Anna's box with two messages of the number, one of another, and one of nobody. */
async function box() {
  const house = await House.open()
  const messages = [
    message('one', wallTime(2000), '+4930123456'),
    message('two', wallTime(1000), '030123456'),
    message('other', wallTime(3000), '+4930999999'),
    message('hidden', wallTime(4000)),
  ]
  for (const one of messages) assert.ok(await house.book.save(TENANT, ANNA as string as BoxId, one))
  const sound = async (recording: RecordingId) => Readable.from([Buffer.from(`sound of ${recording}`)])
  return { house, source: personalVoicemail({ book: house.book, sound }) }
}

test('messages of a number are found in whatever form it was written', async () => {
  const { source } = await box()
  assert.deepEqual(await source.find(SEARCH), { count: 2, held: 0, oldest: 1000, newest: 2000 })
  const stranger = { ...SEARCH, tenant: 'others' as TenantId }
  assert.deepEqual(await source.find(stranger), { count: 0, held: 0 })
})

test('an export has what is kept beside each message, and its sound', async () => {
  const { source } = await box()
  const files = new Map<string, string>()
  for await (const { path, content } of source.export(SEARCH))
    files.set(path, Buffer.concat(await Array.fromAsync(content)).toString())
  assert.deepEqual([...files.keys()].toSorted(), ['one.json', 'one.wav', 'two.json', 'two.wav'])
  assert.equal(files.get('one.wav'), 'sound of recording-one')
  assert.match(files.get('two.json') ?? '', /"from": "030123456"/)
})

test('an export whose sound cannot be read now fails instead of leaving it out', async () => {
  const { house } = await box()
  const source = personalVoicemail({ book: house.book, sound: async () => 'busy' as const })
  await assert.rejects(Array.fromAsync(source.export(SEARCH)), /too many/)
})

test('what is erased goes with its sound; the others stay', async () => {
  const { house, source } = await box()
  assert.deepEqual(await source.erase(SEARCH), { erased: 2, held: 0, unfinished: 0 })
  const left = await house.book.messages(TENANT, ANNA as string as BoxId)
  assert.deepEqual(left.map(({ id }) => id).toSorted(), ['hidden', 'other'])
  assert.deepEqual(house.erased.toSorted(), ['recording-one', 'recording-two'])
  assert.deepEqual(await source.erase(SEARCH), { erased: 0, held: 0, unfinished: 0 })
})
