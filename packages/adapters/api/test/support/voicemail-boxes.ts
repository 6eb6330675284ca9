// Boxes with a message for the tests of routes.
import assert from 'node:assert/strict'
import type { Person } from '@rufwerk/accounts'
import type { ApiPorts } from '@rufwerk/api'
import { ms, type RecordingId, seconds, type WallTime, wallTime } from '@rufwerk/core'
import { type BoxId, type MessageId, openVoicemail, type PinHasher } from '@rufwerk/messaging'
import { MemoryVoicemailStore } from '@rufwerk/messaging/testing'

/** Empty, in memory. */
export async function boxesOf(pins: PinHasher, now: () => WallTime) {
  const book = await openVoicemail({
    store: new MemoryVoicemailStore(),
    pins,
    wallTime: now,
    onChanged: () => undefined,
    onSoundGone: () => undefined,
  })
  const sound = async () => new Blob(['RIFF']).stream()
  return { book, sound }
}

/** A box with a PIN and a message of 4 s; both have the name of who owns it in their ids. */
export async function giveBox(ports: ApiPorts, owner: Person, name: string): Promise<void> {
  const book = ports.voicemail?.book ?? assert.fail()
  const box = `box-of-${name}`
  const settings = {
    ...{ name, kind: 'shared' as const, owners: [owner.id], asksPinInside: false },
    ...{ callsBackFromOutside: false, takesMessages: true, longestMessage: seconds(60), messagesMax: 10 },
    retention: { allDays: 30 },
  }
  const added = await book.add(owner.tenant, box, settings, { pin: '9573', extensions: [] })
  assert.ok(added.ok)
  const message = { id: `message-of-${name}` as MessageId, recording: `sound-of-${name}` as RecordingId }
  const facts = { receivedAt: wallTime(1_790_000_000_000), length: ms(4_000), from: '100', isUrgent: false }
  assert.ok(await book.save(owner.tenant, box as BoxId, { ...message, ...facts }))
}
