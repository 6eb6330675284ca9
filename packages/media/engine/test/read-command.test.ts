import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCommand } from '../src/read-command.ts'

const PCMA = { name: 'PCMA', payloadType: 8, clockRate: 8_000, channels: 1, ptimeMs: 20 }
const OPEN = { endpoint: 'e', tenant: 't', call: 'c', leg: 'l', address: '127.0.0.1' }
const AT = { address: '192.0.2.1', port: 4_000 }
const ICE = { ufrag: 'abcd', pwd: 'x'.repeat(22), fingerprint: 'sha-256 AA', setup: 'active', candidates: [] }
const CONFIGURE = {
  type: 'configure',
  endpoint: 'e',
  remote: { rtp: AT, rtcp: AT },
  direction: 'sendrecv',
  send: PCMA,
  receive: [PCMA],
  dtmf: { payloadType: 101, clockRate: 8_000 },
}

const MIX = { type: 'mix', mix: 'm', isMuted: false }
const RECORD = {
  type: 'record',
  recording: 'r',
  endpoint: 'e',
  file: 'call',
  key: Buffer.alloc(32).toString('base64'),
  tracks: ['received'],
}

test('CMD-1 every well-formed command is read', () => {
  for (const command of [
    { type: 'hello', version: 1, generation: 3 },
    { type: 'openRtp', ...OPEN },
    { type: 'openRtp', ...OPEN, address: '::1' },
    { type: 'openRtp', ...OPEN, wishedPort: 16_000 },
    { type: 'openWebRtc', ...OPEN },
    { type: 'openWebRtc', ...OPEN, remote: ICE },
    { type: 'connectWebRtc', endpoint: 'e', remote: ICE },
    CONFIGURE,
    { ...CONFIGURE, remote: undefined, dtmf: undefined },
    { ...CONFIGURE, receiveDtmf: [] },
    { ...CONFIGURE, receiveDtmf: [CONFIGURE.dtmf, { payloadType: 110, clockRate: 48_000 }] },
    { type: 'setSource', endpoint: 'e', source: { type: 'silence' } },
    { type: 'setSource', endpoint: 'e', source: { type: 'endpoint', endpoint: 'f' } },
    { type: 'setSource', endpoint: 'e', source: { type: 'tone', tone: 'busy', country: 'us' } },
    { type: 'setSource', endpoint: 'e', source: { type: 'prompt', names: ['de-hello'], isLooped: true } },
    { type: 'setSource', endpoint: 'e', source: { type: 'echo' } },
    { type: 'setSource', endpoint: 'e', source: { type: 'parrot', greeting: [] } },
    { type: 'setSource', endpoint: 'e', source: MIX },
    { type: 'setSource', endpoint: 'e', source: { ...MIX, heardBy: [] } },
    { type: 'setSource', endpoint: 'e', source: { ...MIX, isMuted: true, heardBy: ['f', 'g'] } },
    { type: 'announce', mix: 'm', sound: { type: 'silence' } },
    { type: 'announce', mix: 'm', to: 'e', sound: { type: 'tone', tone: 'entry', country: 'de' } },
    { type: 'announce', mix: 'm', sound: { type: 'prompt', names: ['de-hello'], isLooped: true } },
    RECORD,
    { ...RECORD, file: 'tenant/call-1_a', tracks: ['received', 'sent'], lengthMaxMs: 60_000 },
    { ...RECORD, isPaused: true },
    { type: 'pauseRecording', recording: 'r', isPaused: true },
    { type: 'stopRecording', recording: 'r' },
    { type: 'sendDtmf', endpoint: 'e', digit: '#', durationMs: 100 },
    { type: 'close', endpoint: 'e' },
    { type: 'snapshot' },
    { type: 'snapshot', from: 7 },
    { type: 'claim', endpoints: ['e'], isComplete: true },
    { type: 'claim', endpoints: [], isComplete: false },
    { type: 'acknowledge', event: 7 },
    { type: 'ping' },
  ])
    assert.ok(readCommand(command).ok, JSON.stringify(command))
})

test('CMD-2 a bad field is named', () => {
  const rows: [unknown, RegExp][] = [
    [undefined, /object/],
    [{ type: 'constructor' }, /unknown/],
    [{ type: 'openRtp', ...OPEN, address: 'localhost' }, /address/],
    [{ type: 'openRtp', ...OPEN, call: '' }, /call/],
    [{ type: 'openRtp', ...OPEN, endpoint: 'x'.repeat(65) }, /endpoint/],
    [{ type: 'openRtp', ...OPEN, wishedPort: 65_536 }, /wishedPort/],
    [{ type: 'openRtp', ...OPEN, wishedPort: '16000' }, /wishedPort/],
    [{ ...CONFIGURE, remote: { rtp: AT, rtcp: { ...AT, port: 0 } } }, /remote/],
    [{ ...CONFIGURE, remote: { rtp: { ...AT, address: 'host' }, rtcp: AT } }, /remote/],
    [{ ...CONFIGURE, send: { ...PCMA, payloadType: 128 } }, /send/],
    [{ ...CONFIGURE, send: { ...PCMA, clockRate: 48_000 } }, /send/],
    [{ ...CONFIGURE, send: { ...PCMA, ptimeMs: 0 } }, /send/],
    [{ ...CONFIGURE, receive: [] }, /receive/],
    [{ ...CONFIGURE, receive: Array(17).fill(PCMA) }, /receive/],
    [{ ...CONFIGURE, dtmf: { payloadType: 101, clockRate: 44_100 } }, /dtmf/],
    [{ ...CONFIGURE, receiveDtmf: [{ payloadType: 101, clockRate: 44_100 }] }, /receiveDtmf/],
    [{ ...CONFIGURE, receiveDtmf: Array(5).fill(CONFIGURE.dtmf) }, /receiveDtmf/],
    [{ ...CONFIGURE, direction: 'both' }, /direction/],
    [{ type: 'snapshot', from: -1 }, /from/],
    [{ type: 'claim', endpoints: Array(501).fill('e'), isComplete: true }, /endpoints/],
    [{ type: 'claim', endpoints: ['e'] }, /isComplete/],
    [{ type: 'setSource', endpoint: 'e', source: { type: 'toString' } }, /source/],
    [{ type: 'setSource', endpoint: 'e', source: { type: 'prompt', names: [], isLooped: false } }, /source/],
    [{ type: 'setSource', endpoint: 'e', source: { ...MIX, heardBy: Array(17).fill('f') } }, /source/],
    [{ type: 'setSource', endpoint: 'e', source: { ...MIX, mix: undefined } }, /source/],
    [{ type: 'announce', mix: 'm', sound: { type: 'parrot', greeting: [] } }, /sound/],
    [{ type: 'announce', mix: 'm', to: '', sound: { type: 'silence' } }, /to/],
    [{ ...RECORD, file: '../call' }, /file/],
    [{ ...RECORD, key: 'AAAA' }, /key/],
    [{ ...RECORD, tracks: ['received', 'received'] }, /tracks/],
    [{ ...RECORD, lengthMaxMs: 1e9 }, /lengthMaxMs/],
    [{ ...RECORD, isPaused: false }, /isPaused/],
    [{ type: 'pauseRecording', recording: 'r' }, /isPaused/],
    [{ type: 'stopRecording' }, /recording/],
    [{ type: 'sendDtmf', endpoint: 'e', digit: '12', durationMs: 100 }, /digit/],
    [{ type: 'sendDtmf', endpoint: 'e', digit: '1', durationMs: 1e9 }, /durationMs/],
    [{ type: 'acknowledge', event: -1 }, /event/],
  ]
  for (const [command, why] of rows) {
    const read = readCommand(command)
    assert.ok(!read.ok && why.test(read.error), JSON.stringify([command, read]))
  }
})

test('CMD-3 anything at all is answered, never thrown at', () => {
  fc.assert(
    fc.property(fc.anything(), (anything) => {
      readCommand(anything)
      readCommand({ ...CONFIGURE, send: anything, receive: [anything] })
      readCommand({ type: 'setSource', endpoint: 'e', source: anything })
      readCommand({ ...RECORD, key: anything, tracks: anything, file: anything })
      readCommand({ type: 'announce', mix: 'm', sound: anything })
    }),
    { numRuns: 200 },
  )
})
