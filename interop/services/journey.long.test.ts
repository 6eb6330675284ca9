// One caller from outside, over a carrier, through all that a company has: receptionist, queue, agent, a
// transfer that nobody answers, voicemail. Every prompt is heard, and the message holds what was said.
import assert from 'node:assert/strict'
import test from 'node:test'
import { OTHER_MAX } from '../demo/announcement.ts'
import { measured } from '../support/sound.ts'
import { Company } from './company.ts'
import { callBack, ON_THE_WAY, travel } from './journey.ts'

test('receptionist, queue, agent, transfer, voicemail: all is heard, and the message is there', async (t) => {
  await using company = await Company.open('open')
  await measured(async () => {
    const { sounds, other, message, records } = await travel(company)
    assert.deepEqual(Object.keys(sounds), ON_THE_WAY)
    assert.ok(other <= OTHER_MAX, `another announcement is ${other.toFixed(2)} alike as well`)
    assert.equal(message.from, company.customerNumber)
    assert.deepEqual(
      records.map(({ status }) => status),
      [200, 200],
    )
    t.diagnostic(`another announcement ${other.toFixed(2)} alike`)
    for (const [name, value] of Object.entries(sounds)) t.diagnostic(`${name} ${value.toFixed(2)} alike`)
    t.diagnostic(`${message.toneMs} ms of the tone in a message of ${message.lengthMs} ms`)
  })
  await callBack(company)
})
