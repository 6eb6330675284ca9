// What may still come in when there is no room for anything else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SipRequest, TransactionLayer } from '@rufwerk/sip'
import { countingBytes, requestOf, TestDriver, testFlow } from '../../src/testing.ts'

test('TX-X1 what its user calls urgent has the reserve, too', () => {
  const limits = { serverTransactionsMax: 0, inDialogReserve: 1 }
  const isUrgent = ({ uri }: SipRequest): boolean => uri.user === '112'
  const d = new TestDriver(new TransactionLayer({ randomBytes: countingBytes(), limits, isUrgent }))
  const get = (branch: string, user: string) => {
    const lines = [
      `INVITE sip:${user}@192.0.2.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK${branch};rport`,
      ...['From: <sip:101@pbx>;tag=them', `To: <sip:${user}@pbx>`, `Call-ID: ${branch}`, 'CSeq: 1 INVITE'],
    ]
    return d.perform(d.layer.receive(requestOf(`${lines.join('\r\n')}\r\n\r\n`), testFlow())).words()
  }
  assert.deepEqual(get('a', '102'), ['send 503', 'dropped limit'])
  assert.deepEqual(get('b', '112'), ['request INVITE'])
  assert.deepEqual(get('c', '112'), ['send 503', 'dropped limit'])
})
