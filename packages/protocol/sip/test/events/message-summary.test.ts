// RFC 3842 §5.2.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUri } from '@rufwerk/sip'
import { writeMessageSummary } from '@rufwerk/sip/events'

test('MWI-1 whether messages wait, whom to call, and how many of which kind', () => {
  const account = parseUri('sip:alice@vmail.example.com')
  assert(account.ok)
  const text = writeMessageSummary({ unheard: 4, heard: 8, urgent: { unheard: 1, heard: 2 } }, account.value)
  const expected = `Messages-Waiting: yes
Message-Account: sip:alice@vmail.example.com
Voice-Message: 4/8 (1/2)
`
  assert.equal(text, expected.replaceAll('\n', '\r\n'))
})

test('MWI-2 only what was not heard lights the lamp', () => {
  assert.equal(
    writeMessageSummary({ unheard: 0, heard: 3 }),
    'Messages-Waiting: no\r\nVoice-Message: 0/3\r\n',
  )
})

test('MWI-3 counts are 0 to 9999, and nothing adds a line', () => {
  const account = { scheme: 'x', host: '', params: new Map(), opaque: 'a\r\nVoice-Message: 9/9' }
  const text = writeMessageSummary({ unheard: 1e9, heard: -1.5 }, account)
  assert.equal(text.split('\r\n').length, 4)
  assert.match(text, /\r\nVoice-Message: 9999\/0\r\n$/)
  assert.match(writeMessageSummary({ unheard: Number.NaN, heard: 2.7 }), /: 0\/2\r\n$/)
})
