import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Flow, ms, seconds } from '@rufwerk/core'
import {
  newRequest,
  newResponse,
  parseUri,
  SipError,
  type SipRequest,
  type TransactionId,
  TransactionLayer,
} from '@rufwerk/sip'
import fc from 'fast-check'
import { countingBytes, messageOf, requestOf, responseOf, TestDriver, testFlow } from '../../src/testing.ts'
import { timerKey } from '../../src/transaction/timers.ts'

const UDP = testFlow()
const TCP = testFlow('tcp')

function driver(limits = {}): TestDriver {
  return new TestDriver(new TransactionLayer({ randomBytes: countingBytes(), limits }))
}

function outgoing(method = 'INVITE'): SipRequest {
  const uri = parseUri('sip:102@192.0.2.7:5070')
  assert(uri.ok)
  const parts = { from: '<sip:101@pbx>;tag=us', to: '<sip:102@pbx>', callId: 'c1', seq: 1 }
  return newRequest({ method, uri: uri.value, ...parts, headers: [['Route', '<sip:edge;lr>']] })
}

/** A client transaction that was started, and its request as it went out. */
function started(method: string, flow: Flow = UDP) {
  const d = driver()
  const { transaction, out } = d.layer.request(outgoing(method), flow)
  d.perform(out)
  const [sent] = d.take()
  assert(sent?.type === 'send')
  const request = requestOf(sent.bytes)
  const answer = (status: number, toTag = 'them', cseqMethod = method) => {
    const response = newResponse(request, status, { toTag })
    if (cseqMethod !== method) response.headers.set('CSeq', `1 ${cseqMethod}`)
    return d.perform(d.layer.receive(response, flow))
  }
  return { d, transaction, request, answer }
}

const INVITE = `
INVITE sip:102@192.0.2.1 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKin1;rport
From: <sip:101@pbx>;tag=them
To: <sip:102@pbx>
Call-ID: in1
CSeq: 7 INVITE
Contact: <sip:101@192.0.2.7:5070>
Max-Forwards: 70`
const like = (method: string, text = INVITE) => requestOf(text.replaceAll('INVITE', method))

/** A server transaction of this request. */
function received(text = INVITE, flow: Flow = UDP) {
  const d = driver()
  d.perform(d.layer.receive(requestOf(text), flow))
  const [output] = d.take()
  assert(output?.type === 'request')
  const { transaction, request } = output
  const give = (status: number) =>
    d.perform(d.layer.respond(transaction, newResponse(request, status, { toTag: 'us' })))
  const get = (message: SipRequest) => d.perform(d.layer.receive(message, flow))
  return { d, transaction, request, give, get }
}

test('TX-L1 a request gets our Via with a new branch and rport; the one given is not changed', () => {
  const mine = outgoing()
  const d = driver()
  const first = requestOf(bytesOf(d.layer.request(mine, TCP).out))
  const second = requestOf(bytesOf(d.layer.request(mine, TCP).out))
  assert.match(
    first.headers.get('via') ?? '',
    /^SIP\/2\.0\/TCP 192\.0\.2\.1:5060;branch=z9hG4bK\w{26}\.\w{1,7};rport$/,
  )
  assert.notEqual(first.headers.via.branch, second.headers.via.branch)
  assert.equal(mine.headers.has('via'), false)
})

function bytesOf(out: readonly { type: string }[]): Uint8Array {
  const sent = out.find((output): output is { type: 'send'; bytes: Uint8Array } => output.type === 'send')
  assert(sent)
  return sent.bytes
}

test('TX-L2 ACK and CANCEL start no transaction', () => {
  assert.throws(() => driver().layer.request(outgoing('ACK'), UDP), SipError)
  assert.throws(() => driver().layer.request(outgoing('CANCEL'), UDP), SipError)
})

test('TX-L3 INVITE over UDP: sent at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s, then failed', () => {
  const { d } = started('INVITE')
  const times: number[] = []
  for (let at = 0; at < 330; at++)
    for (const word of d.advance(ms(100)).words())
      if (word === 'send INVITE') times.push(d.now)
      else assert.match(word, /failed timeout|terminated/)
  assert.deepEqual(times, [500, 1500, 3500, 7500, 15500, 31500])
  assert.equal(d.layer.size(), 0)
  assert.deepEqual(d.timers(), [])
})

test('TX-L4 non-INVITE over UDP: sent 11 times in 32 s, then timeout', () => {
  const { d } = started('OPTIONS')
  const words = d.advance(seconds(33)).words()
  assert.equal(words.filter((word) => word === 'send OPTIONS').length, 10)
  assert.deepEqual(words.slice(-2), ['failed timeout', 'terminated'])
  assert.equal(d.layer.size(), 0)
})

test('TX-L11 a request of ours that comes back unchanged is a loop, with another target not', () => {
  const { d, request } = started('INVITE')
  const back = (): SipRequest => {
    const via = 'SIP/2.0/UDP 203.0.113.1;branch=z9hG4bKproxy'
    return { ...request, headers: request.headers.clone().prepend('Via', via) }
  }
  assert(d.layer.isLoop(back()))
  const uri = parseUri('sip:103@192.0.2.7:5070')
  assert(uri.ok)
  assert.equal(d.layer.isLoop({ ...back(), uri: uri.value }), false)
  for (const [name, value] of [
    ['Call-ID', 'other'],
    ['CSeq', '2 INVITE'],
    ['From', '<sip:101@pbx>;tag=other'],
  ] as const) {
    const changed = back()
    changed.headers.set(name, value)
    assert.equal(d.layer.isLoop(changed), false)
  }
  assert.equal(d.layer.isLoop(requestOf(INVITE)), false)
  // Another system's branch for the same request says nothing to us.
  const other = new TransactionLayer({ randomBytes: (size) => new Uint8Array(size).fill(7) })
  assert.equal(other.isLoop(back()), false)
})

test('TX-L5 refusal: the ACK has the branch and Route of the INVITE and the To of the response', () => {
  const { d, request, answer } = started('INVITE')
  const [ack, response] = answer(486).take()
  assert(ack?.type === 'send' && response?.type === 'response')
  const sent = requestOf(ack.bytes)
  assert.equal(sent.method, 'ACK')
  assert.equal(sent.headers.via.branch, request.headers.via.branch)
  assert.equal(sent.headers.get('route'), '<sip:edge;lr>')
  assert.equal(sent.headers.toTag, 'them')
  assert.deepEqual(answer(486).words(), ['send ACK'])
  assert.deepEqual(d.advance(seconds(33)).words(), ['terminated'])
  assert.equal(d.layer.size(), 0)
})

test('TX-L6 2xx of every fork reaches the user for 64*T1, then is a stray', () => {
  const { d, answer } = started('INVITE')
  assert.deepEqual(answer(180, 'a').words(), ['response 180'])
  assert.deepEqual(answer(200, 'a').words(), ['response 200'])
  assert.deepEqual(answer(200, 'b').words(), ['response 200'])
  d.advance(seconds(31))
  assert.deepEqual(answer(200, 'b').words(), ['response 200'])
  assert.deepEqual(d.advance(seconds(2)).words(), ['terminated'])
  assert.deepEqual(answer(200, 'b').words(), ['dropped stray-response', 'strayAnswer'])
  assert.equal(d.layer.size(), 0)
})

test('TX-M5 of what belongs to nothing only a 2xx to an INVITE with our Via is told', () => {
  const { d, answer } = started('INVITE')
  assert.deepEqual(answer(200, 'a').words(), ['response 200'])
  d.advance(seconds(40)).take()
  assert.deepEqual(answer(200, 'a').words(), ['dropped stray-response', 'strayAnswer'])
  for (const status of [180, 487]) assert.deepEqual(answer(status, 'a').words(), ['dropped stray-response'])
  const { request } = started('INVITE')
  const foreign = newResponse(request, 200, { toTag: 'x' })
  foreign.headers.set('Via', 'SIP/2.0/UDP 192.0.2.99:5060;branch=z9hG4bKforeign')
  assert.deepEqual(d.perform(d.layer.receive(foreign, UDP)).words(), ['dropped stray-response'])
  assert.equal(d.layer.size(), 0)
})

test('TX-L7 transports that do not lose: nothing is sent twice, nothing is waited for', () => {
  const { d, answer } = started('OPTIONS', TCP)
  assert.deepEqual(d.advance(seconds(30)).words(), [])
  assert.deepEqual(answer(200).words(), ['response 200', 'terminated'])
  assert.equal(d.layer.size(), 0)
})

test('TX-L8 a broken flow ends its transactions and no others', () => {
  const { d } = started('INVITE', TCP)
  d.perform(d.layer.request(outgoing('OPTIONS'), UDP).out).take()
  d.perform(d.layer.transportFailed(TCP))
  assert.deepEqual(d.words(), ['failed transport', 'terminated'])
  assert.equal(d.layer.size(), 1)
})

test('TX-L9 a request that could not be sent ends its transaction', () => {
  const { d, transaction } = started('INVITE')
  assert.deepEqual(d.perform(d.layer.transportFailed(transaction)).words(), [
    'failed transport',
    'terminated',
  ])
  assert.deepEqual(d.timers(), [])
})

test('TX-L10 ACK to a 2xx: a branch of its own, no state', () => {
  const d = driver()
  const [sent] = d.perform(d.layer.sendAck(outgoing('ACK'), UDP)).words()
  assert.equal(sent, 'send ACK')
  assert.equal(d.layer.size(), 0)
})

test('TX-C1 CANCEL waits for a 1xx, then has the branch of the INVITE and its Route', () => {
  const { d, transaction, request, answer } = started('INVITE')
  assert.deepEqual(d.perform(d.layer.cancel(transaction)).words(), [])
  const [response, sent] = answer(100).take()
  assert(response?.type === 'response' && sent?.type === 'send')
  const cancel = requestOf(sent.bytes)
  assert.equal(cancel.method, 'CANCEL')
  assert.equal(cancel.headers.via.branch, request.headers.via.branch)
  assert.equal(cancel.headers.get('route'), '<sip:edge;lr>')
  assert.deepEqual(cancel.headers.cseq, { seq: 1, method: 'CANCEL' })
  assert.equal(cancel.headers.toTag, undefined)
})

test('TX-C2 CANCEL at once after a 1xx; its own 200 is not shown; 487 ends the INVITE', () => {
  const { d, transaction, answer } = started('INVITE')
  answer(180).take()
  assert.deepEqual(d.perform(d.layer.cancel(transaction)).words(), ['send CANCEL'])
  assert.deepEqual(d.perform(d.layer.cancel(transaction)).words(), [])
  assert.deepEqual(answer(200, 'them', 'CANCEL').words(), [])
  assert.deepEqual(answer(487).words(), ['send ACK', 'response 487'])
  assert.deepEqual(d.advance(seconds(40)).words(), ['terminated'])
  assert.equal(d.layer.size(), 0)
  assert.deepEqual(d.timers(), [])
})

test('TX-C3 a 2xx that was faster than the CANCEL reaches the user', () => {
  const { d, transaction, answer } = started('INVITE')
  answer(180).take()
  d.perform(d.layer.cancel(transaction)).take()
  assert.deepEqual(answer(200).words(), ['response 200'])
  assert.deepEqual(d.perform(d.layer.cancel(transaction)).words(), [])
  answer(481, 'them', 'CANCEL')
  assert.deepEqual(d.advance(seconds(40)).words(), ['terminated'])
  assert.equal(d.layer.size(), 0)
})

test('TX-C3 a final response before any 1xx: no CANCEL is sent', () => {
  const { d, transaction, answer } = started('INVITE')
  d.perform(d.layer.cancel(transaction))
  assert.deepEqual(answer(200).words(), ['response 200'])
  assert.deepEqual(d.advance(seconds(40)).words(), ['terminated'])
})

test('TX-C4 no answer at all after CANCEL: failed 64*T1 later', () => {
  const { d, transaction, answer } = started('INVITE')
  answer(180).take()
  d.perform(d.layer.cancel(transaction)).take()
  const words = d.advance(seconds(33)).words()
  assert.deepEqual(
    words.filter((word) => word !== 'send CANCEL'),
    ['failed timeout', 'terminated'],
  )
  assert.equal(d.layer.size(), 0)
})

test('TX-C9 the timeout after a CANCEL that was answered says with which tag', () => {
  const { d, transaction, answer } = started('INVITE')
  answer(180).take()
  d.perform(d.layer.cancel(transaction)).take()
  answer(200, 'phone', 'CANCEL').take()
  const [failed] = d.advance(seconds(33)).take()
  assert.deepEqual(failed, { type: 'failed', transaction, why: 'timeout', toTag: 'phone' })
})

test('TX-C8 the CANCEL carries what the user wants in it, at once or after the first 1xx', () => {
  const reason = ['Reason', 'SIP;cause=200;text="Call completed elsewhere"'] as const
  for (const isEarly of [false, true]) {
    const { d, transaction, answer } = started('INVITE')
    if (!isEarly) answer(180).take()
    d.perform(d.layer.cancel(transaction, [reason]))
    if (isEarly) answer(180)
    const sent = d.take().filter((output) => output.type === 'send')
    const cancel = requestOf(sent.at(-1)?.bytes ?? '')
    assert.deepEqual([cancel.method, cancel.headers.get('reason')], ['CANCEL', reason[1]])
  }
})

test('TX-C5 CANCEL to us: 200 with the To tag in use, and the user hears of it once', () => {
  const { d, give, get } = received()
  give(180).take()
  const [ok, cancelled] = get(like('CANCEL')).take()
  assert(ok?.type === 'send' && cancelled?.type === 'cancelled')
  const response = responseOf(ok.bytes)
  assert.deepEqual([response.status, response.headers.toTag], [200, 'us'])
  assert.deepEqual(get(like('CANCEL')).words(), ['send 200'])
  assert.deepEqual(give(487).words(), ['send 487'])
  assert.deepEqual(get(like('ACK')).words(), [])
  assert.deepEqual(d.advance(seconds(40)).words(), ['terminated'])
  assert.equal(d.layer.size(), 0)
})

test('TX-C6 CANCEL after our 200: answered 200, the call stays', () => {
  const { d, give, get } = received()
  give(200).take()
  assert.deepEqual(get(like('CANCEL')).words(), ['send 200'])
  assert.deepEqual(give(487).words(), [])
  assert.deepEqual(d.advance(seconds(40)).words(), ['terminated'])
  assert.equal(d.layer.size(), 0)
})

test('TX-C7 CANCEL that hits nothing: 481', () => {
  const d = driver()
  assert.deepEqual(d.perform(d.layer.receive(like('CANCEL'), UDP)).words(), ['send 481'])
  d.advance(seconds(33))
  assert.equal(d.layer.size(), 0)
})

test('TX-S1 100 after 200 ms, unless something was sent before', () => {
  assert.deepEqual(received().d.advance(ms(200)).words(), ['send 100'])
  const { d, give } = received()
  assert.deepEqual(give(180).words(), ['send 180'])
  assert.deepEqual(d.advance(seconds(1)).words(), [])
})

test('TX-S2 after a 2xx the INVITE again is absorbed, the 2xx again is sent, ACK goes up', () => {
  const { d, give, get } = received()
  give(200).take()
  assert.deepEqual(get(requestOf(INVITE)).words(), [])
  assert.deepEqual(give(200).words(), ['send 200'])
  assert.deepEqual(get(like('ACK', INVITE.replace('in1;rport', 'other'))).words(), ['ack'])
  assert.deepEqual(get(like('ACK')).words(), ['ack'])
  assert.deepEqual(d.advance(seconds(33)).words(), ['terminated'])
})

test('TX-S3 refusal over UDP is repeated until the ACK comes', () => {
  const { d, give, get } = received()
  give(486).take()
  assert.deepEqual(d.advance(ms(1600)).words(), ['send 486', 'send 486'])
  get(like('ACK'))
  assert.deepEqual(d.advance(seconds(6)).words(), ['terminated'])
})

test('TX-S4 refusal that nobody acknowledges: failed after 64*T1', () => {
  const { d, give } = received()
  give(486).take()
  assert.deepEqual(d.advance(seconds(33)).words().slice(-2), ['failed timeout', 'terminated'])
})

test('TX-S5 received and rport are noted, what the peer claimed is replaced', () => {
  const { request } = received(
    INVITE.replace(';rport', ';rport;received=198.51.100.9'),
    testFlow('udp', 9, 999),
  )
  assert.match(request.headers.get('via') ?? '', /;rport=999;received=192\.0\.2\.9$/)
  const plain = received(INVITE.replace(';rport', ''), testFlow('udp', 9)).request
  assert.match(plain.headers.get('via') ?? '', /;received=192\.0\.2\.9$/)
  assert.equal(received(INVITE.replace(';rport', '')).request.headers.get('via')?.includes('received'), false)
})

test('TX-M1 a retransmission meets its transaction, another sent-by or method does not', () => {
  const { d, get } = received()
  assert.deepEqual(get(requestOf(INVITE)).words(), ['send 100'])
  assert.deepEqual(get(requestOf(INVITE.replace('5070;', '5071;'))).words(), ['request INVITE'])
  assert.deepEqual(get(like('OPTIONS')).words(), ['request OPTIONS'])
  assert.equal(d.layer.size(), 3)
})

test('TX-M2 a response needs our branch and the method', () => {
  const { answer } = started('INVITE')
  assert.deepEqual(answer(200, 'x', 'BYE').words(), ['dropped stray-response'])
})

test('TX-M3 a client of RFC 2543: matched by everything that stays the same', () => {
  const bytes = readFileSync(new URL('../fixtures/rfc4475/badbranch.dat', import.meta.url))
  const d = driver()
  assert.deepEqual(d.perform(d.layer.receive(messageOf(bytes), UDP)).words(), ['request OPTIONS'])
  assert.deepEqual(d.perform(d.layer.receive(messageOf(bytes), UDP)).words(), [])
  const next = messageOf(bytes)
  next.headers.set('CSeq', '9 OPTIONS')
  assert.deepEqual(d.perform(d.layer.receive(next, UDP)).words(), ['request OPTIONS'])
})

test('TX-M4 a response with a second Via is a stray', () => {
  const { d, request } = started('INVITE')
  const response = newResponse(request, 200, { toTag: 'x' })
  response.headers.add('Via', 'SIP/2.0/UDP 203.0.113.1;branch=z9hG4bKother')
  assert.deepEqual(d.perform(d.layer.receive(response, UDP)).words(), ['dropped stray-response'])
})

test('TX-X1 beyond the limit new requests get 503, those in dialogs have a reserve', () => {
  const d = driver({ serverTransactionsMax: 1, inDialogReserve: 1 })
  const get = (branch: string, toTag = '') => {
    const text = INVITE.replace('in1', branch).replace('To: <sip:102@pbx>', `To: <sip:102@pbx>${toTag}`)
    return d.perform(d.layer.receive(requestOf(text), UDP)).words()
  }
  assert.deepEqual(get('a'), ['request INVITE'])
  assert.deepEqual(get('b'), ['send 503', 'dropped limit'])
  assert.deepEqual(get('c', ';tag=us'), ['request INVITE'])
  assert.deepEqual(get('d', ';tag=us'), ['send 503', 'dropped limit'])
  assert.equal(d.layer.size(), 2)
})

test('TX-X5 over UDP what is answered without its user has no more bytes than what came, or is none', () => {
  const answered = (size: number, method: string) => {
    const d = driver({ serverTransactionsMax: method === 'CANCEL' ? 1 : 0 })
    const request = method === 'CANCEL' ? like('CANCEL') : requestOf(INVITE)
    const outputs = d.perform(d.layer.receive(request, UDP, size)).take()
    assert.equal(d.layer.size(), 0)
    assert.deepEqual(d.timers(), [])
    return outputs.flatMap((output) => (output.type === 'send' ? [output.bytes.length] : []))
  }
  for (const method of ['CANCEL', 'INVITE']) {
    const [usual = 0] = answered(1_000, method)
    const [shorter = 0] = answered(usual - 1, method)
    const [compact = 0] = answered(shorter - 1, method)
    const [brief = 0] = answered(compact - 1, method)
    assert.ok(brief > 0 && brief < compact && compact < shorter && shorter < usual, method)
    assert.deepEqual(answered(brief, method), [brief])
    assert.deepEqual(answered(brief - 1, method), [])
  }
})

test('TX-X2 beyond the limit our own request fails at once', () => {
  const d = driver({ clientTransactionsMax: 1 })
  d.perform(d.layer.request(outgoing(), UDP).out).take()
  assert.deepEqual(d.perform(d.layer.request(outgoing(), UDP).out).words(), ['failed limit', 'terminated'])
  assert.equal(d.layer.size(), 1)
})

test('TX-X3 a timer or response of a transaction that is gone does nothing', () => {
  const { d, transaction, request } = received()
  d.perform(d.layer.transportFailed(transaction)).take()
  assert.deepEqual(d.layer.timer(timerKey(transaction, 'H')), [])
  assert.deepEqual(d.layer.respond(transaction, newResponse(request, 200)), [])
  assert.deepEqual(d.layer.cancel(transaction), [])
})

test('TX-X4 whatever happens in whatever order: when all is answered, time empties everything', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 40 }), fc.boolean(), (steps, isReliable) => {
      const flow = isReliable ? TCP : UDP
      const d = driver()
      const mine: SipRequest[] = []
      const theirs = new Map<TransactionId, SipRequest>()
      const ours: TransactionId[] = []
      const look = () => {
        for (const output of d.take()) {
          if (output.type === 'request') theirs.set(output.transaction, output.request)
          else if (output.type === 'terminated') theirs.delete(output.transaction)
          else if (output.type === 'send') {
            const message = messageOf(output.bytes)
            if (message.kind === 'request' && message.method !== 'ACK') mine.push(message)
          }
        }
      }
      const get = (method: string, at: number) =>
        d.perform(d.layer.receive(like(method, INVITE.replace('in1', `in${at % 3}`)), flow))
      const respond = (status: number) => {
        const [id, request] = [...theirs][0] ?? []
        if (id && request) d.perform(d.layer.respond(id, newResponse(request, status, { toTag: 'us' })))
      }
      const answer = (status: number, at: number) => {
        const request = mine[at % Math.max(1, mine.length)]
        if (request) d.perform(d.layer.receive(newResponse(request, status, { toTag: 'x' }), flow))
      }
      const start = (method: string) => {
        const { transaction, out } = d.layer.request(outgoing(method), flow)
        ours.push(transaction)
        d.perform(out)
      }
      const cancel = (at: number) => d.perform(d.layer.cancel(ours[at % ours.length] ?? (0 as TransactionId)))
      const actions = [
        (at: number) => get('INVITE', at),
        (at: number) => get('CANCEL', at),
        (at: number) => get('ACK', at),
        (at: number) => get('BYE', at),
        () => respond(180),
        () => respond(200),
        () => respond(487),
        () => start('INVITE'),
        () => start('BYE'),
        (at: number) => answer(183, at),
        (at: number) => answer(200, at),
        (at: number) => answer(503, at),
        cancel,
      ]
      steps.forEach((step, at) => {
        actions[step]?.(at)
        d.advance(ms((step * 997) % 3000))
        look()
      })
      for (let at = 0; at < mine.length; at++) answer(500, at)
      for (const [id, request] of theirs) d.perform(d.layer.respond(id, newResponse(request, 500)))
      d.advance(seconds(200))
      assert.equal(d.layer.size(), 0)
      assert.deepEqual(d.timers(), [])
    }),
    { numRuns: 200 },
  )
})
