import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CALL_OPTION_TAGS, hasOptionTag, refuseExtensions } from '@rufwerk/sip/session'
import { requestWith as request } from '../messages.ts'

test('OPT-1 what is required and not done here is refused: 420 with Unsupported', () => {
  const refusal = refuseExtensions(request('INVITE', 'Require: 100rel, foo', 'Require: bar, foo'))
  assert.deepEqual(refusal, { status: 420, headers: [['Unsupported', 'foo, bar']] })
  assert.equal(refuseExtensions(request('INVITE', 'Proxy-Require: foo'))?.status, 420)
})

test('OPT-1 the refusal is no echo: few are named, long ones not', () => {
  const many = Array.from({ length: 100 }, (_, index) => `tag${index}`).join(', ')
  const [name, value] = refuseExtensions(request('INVITE', `Require: ${many}`))?.headers[0] ?? []
  assert.equal(name, 'Unsupported')
  assert.equal(value?.split(', ').length, 32)
  const long = `Require: ${'x'.repeat(8_000)}`
  assert.deepEqual(refuseExtensions(request('INVITE', long, long)), { status: 420, headers: [] })
  assert.deepEqual(refuseExtensions(request('INVITE', long, 'Require: foo'))?.headers, [
    ['Unsupported', 'foo'],
  ])
})

test('OPT-2 what is done here passes, in any case of letters', () => {
  assert.equal(refuseExtensions(request('INVITE', 'Require: 100REL, timer')), undefined)
  assert.equal(refuseExtensions(request('REGISTER', 'Require: outbound, path')), undefined)
  assert.equal(refuseExtensions(request('INVITE', 'Require:')), undefined)
  assert.equal(refuseExtensions(request('INVITE', 'Supported: foo')), undefined)
})

test('OPT-3 the caller may know more tags, or fewer', () => {
  assert.equal(refuseExtensions(request('INVITE', 'Require: replaces'), ['replaces']), undefined)
  assert.equal(refuseExtensions(request('INVITE', 'Require: path'), CALL_OPTION_TAGS)?.status, 420)
})

test('OPT-4 ACK and CANCEL are never refused for it', () => {
  assert.equal(refuseExtensions(request('ACK', 'Require: foo')), undefined)
  assert.equal(refuseExtensions(request('CANCEL', 'Require: foo')), undefined)
})

test('OPT-5 tags are found over all lines', () => {
  const { headers } = request('INVITE', 'Supported: foo', 'k: Timer')
  assert(hasOptionTag(headers, 'Supported', 'timer'))
  assert.equal(hasOptionTag(headers, 'Require', 'timer'), false)
})
