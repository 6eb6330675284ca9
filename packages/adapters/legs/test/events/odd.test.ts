// SUBSCRIBEs of a phone that is known and sends anything.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequest, parseUri } from '@rufwerk/sip'
import { SeededRandom } from '@rufwerk/testing'
import { assertNobodyWatches, scene } from './watcher.ts'

const REQUESTS = 400

const VALUES: Readonly<Record<string, readonly string[]>> = {
  Event: [
    'dialog',
    'dialog;id=1',
    'DIALOG',
    'dialog;sla;ma',
    'message-summary',
    'refer',
    ';',
    'constructor',
    '*',
  ],
  Expires: ['0', '60', '600', '59', '4294967295', '99999999999', '-1', 'soon', ''],
  Accept: ['*/*', 'application/dialog-info+xml;q=0', '', ',,,', 'a', 'application/*', '"'],
  Contact: [
    '<sip:x@10.0.0.9>',
    '<tel:+4930123>',
    '<mailto:a@b>',
    '*',
    '<sip:[::1]:99999>',
    '<sip:x@y;lr;transport=tcp>;expires=0',
    '<sips:x@10.0.0.9?Route=%3Csip:evil%3E>',
    '"a\\"b" <sip:%00@x>',
  ],
  'Record-Route': ['<sip:10.0.0.8;lr>', '<sip:strict@10.0.0.8>', '<sip:a;lr>, <sip:b;lr>'],
  'Retry-After': ['1'],
  Supported: ['eventlist'],
  'Allow-Events': ['dialog'],
}
const USERS = ['101', 'p102', '102', '999', 'a%00b', '%3Cscript%3E', '+49', '10 1', `1${'0'.repeat(500)}`]

test('LEG-EVT20 whatever a SUBSCRIBE holds, it gets one answer; no mistake of ours is met', async () => {
  const made = await scene({ hasBoxes: true })
  const { rig, watcher } = made
  const { phone } = watcher
  const random = new SeededRandom(11)
  const pick = <T>(from: readonly T[]): T => from[random.between(0, from.length - 1)] as T
  phone.onNotify = () => ({ status: pick([200, 200, 481, 503, 699]) })
  let answered = 0
  let sent = 0
  const statuses = new Set<number>()
  while (sent < REQUESTS) {
    const uri = parseUri(`sip:${pick(USERS)}@${pick(['10.0.0.1', 'other.example', '[2001:db8::1]'])}`)
    if (!uri.ok) continue
    const headers = Object.entries(VALUES).flatMap(([name, values]) =>
      random.next() < 0.75 ? [[name, pick(values)] as const] : [],
    )
    sent += 1
    phone.sendWithCredentials(
      newRequest({ ...phone.parts('SUBSCRIBE', '101'), uri: uri.value, headers }),
      (response) => {
        answered += 1
        statuses.add(response?.status ?? 0)
      },
    )
    await rig.clock.pass(300)
  }
  await rig.clock.pass(40_000)
  assert.equal(answered, sent)
  for (const status of [200, 400, 403, 404, 406, 423, 489]) assert.ok(statuses.has(status), String(status))
  assert.ok(!statuses.has(500) && !statuses.has(0), [...statuses].join())
  await assertNobodyWatches(made, 700_000)
})
