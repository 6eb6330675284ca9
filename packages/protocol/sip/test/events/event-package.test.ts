// RFC 6665 §4.2.1: what a SUBSCRIBE is answered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSubscribe, readEvent, SUBSCRIBE_LIMITS, writeEvent } from '@rufwerk/sip/events'
import { requestWith } from '../messages.ts'

const NONE = { ofDevice: 0, ofTenant: 0, total: 0 }
const answer = (
  lines: readonly string[],
  count: Parameters<typeof answerSubscribe>[1] | 'none' = NONE,
): string => {
  const result = answerSubscribe(requestWith('SUBSCRIBE', ...lines), count === 'none' ? undefined : count)
  if (result.ok) return `${result.value.event} ${result.value.id ?? '-'} ${result.value.expiresS}`
  return [result.error.status, ...result.error.headers.map((line) => line.join(': '))].join(', ')
}

test('EVT-1 a package that is not done here, and none: 489 with Allow-Events', () => {
  const refusal = '489, Allow-Events: dialog, message-summary'
  for (const lines of [
    [],
    ['Event: presence'],
    ['Event: toString'],
    ['Event: ;id=1'],
    ['Event: dialog;id="a b"'],
  ])
    assert.equal(answer(lines), refusal)
  assert.equal(answer([`Event: dialog;id=${'x'.repeat(129)}`]), refusal)
})

test('EVT-1 a package that cannot be had now is not named', () => {
  const request = requestWith('SUBSCRIBE', 'Event: message-summary')
  const refusal = (packages: Parameters<typeof answerSubscribe>[3]) => {
    const result = answerSubscribe(request, NONE, SUBSCRIBE_LIMITS, packages)
    return result.ok ? undefined : result.error
  }
  assert.deepEqual(refusal(['dialog']), { status: 489, headers: [['Allow-Events', 'dialog']] })
  assert.deepEqual(refusal([]), { status: 489, headers: [] })
  assert.equal(refusal(['message-summary']), undefined)
})

test('EVT-2 granted is what was asked, else an hour, at most two', () => {
  assert.equal(answer(['Event: dialog']), 'dialog - 3600')
  assert.equal(answer(['o: Message-Summary;id=7', 'Expires: 600']), 'message-summary 7 600')
  assert.equal(answer(['Event: dialog', 'Expires: 4294967295']), 'dialog - 7200')
  assert.equal(answer(['Event: dialog', 'Expires: soon']), 'dialog - 3600')
})

test('EVT-3 too brief: 423 with Min-Expires; 0 is never too brief', () => {
  assert.equal(answer(['Event: dialog', 'Expires: 59']), '423, Min-Expires: 60')
  assert.equal(answer(['Event: dialog', 'Expires: 60']), 'dialog - 60')
  assert.equal(answer(['Event: dialog', 'Expires: 0']), 'dialog - 0')
  const request = requestWith('SUBSCRIBE', 'Event: dialog', 'Expires: 3600')
  assert(answerSubscribe(request, NONE, { ...SUBSCRIBE_LIMITS, expiresMinS: 9000 }).ok)
})

test('EVT-4 a phone that cannot read the body: 406 with Accept', () => {
  assert.equal(
    answer(['Event: dialog', 'Accept: application/pidf+xml']),
    '406, Accept: application/dialog-info+xml',
  )
  for (const type of ['Application/Dialog-Info+XML;q=1', 'a/b, */*', 'application/*'])
    assert.equal(answer(['Event: dialog', `Accept: ${type}`]), 'dialog - 3600')
})

test('EVT-5 limits per device, company and over all; refreshes and ends are not refused by them', () => {
  const full = { ofDevice: 100, ofTenant: 100, total: 100 }
  assert.equal(answer(['Event: dialog'], full), '403')
  assert.equal(answer(['Event: dialog'], { ...NONE, total: 100_000 }), '503, Retry-After: 60')
  assert.equal(answer(['Event: dialog'], { ...NONE, ofTenant: 50_000 }), '503, Retry-After: 60')
  assert.equal(answer(['Event: dialog', 'Expires: 0'], full), '403')
  assert.equal(answer(['Event: dialog', 'Expires: 0'], 'none'), 'dialog - 0')
  assert.equal(answer(['Event: dialog'], 'none'), 'dialog - 3600')
})

test('EVT-6 the Event of a NOTIFY is that of its SUBSCRIBE', () => {
  const read = (line: string) => readEvent(requestWith('SUBSCRIBE', `Event: ${line}`).headers)
  assert.deepEqual(read('Refer;id=93809824'), { event: 'refer', id: '93809824' })
  assert.equal(writeEvent({ event: 'refer', id: '93809824' }), 'refer;id=93809824')
  assert.equal(writeEvent({ event: 'dialog' }), 'dialog')
})
