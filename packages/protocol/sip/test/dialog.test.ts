import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Dialog,
  dialogAfterResponse,
  dialogFromRequest,
  dialogFromResponse,
  dialogKey,
  newResponse,
  nextRequest,
  receiveInDialog,
  SipError,
  writeUri,
} from '@rufwerk/sip'
import { requestOf, responseOf } from '../src/testing.ts'

const INVITE = requestOf(`
INVITE sip:102@pbx SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa
From: "A" <sip:101@pbx>;tag=a
To: <sip:102@pbx>
Call-ID: c
CSeq: 5 INVITE
Record-Route: <sip:p2;lr>, <sip:p1;lr>
Contact: <sip:101@192.0.2.7>`)

function answer(status: number, tag: string, contact = '<sip:102@192.0.2.8;x=1>', method = 'INVITE') {
  return responseOf(`
SIP/2.0 ${status} Some
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa
From: "A" <sip:101@pbx>;tag=a
To: <sip:102@pbx>;tag=${tag}
Call-ID: c
CSeq: 5 ${method}
Record-Route: <sip:p2;lr>
Record-Route: <sip:p1;lr>
Contact: ${contact}`)
}

function uac(status = 200, tag = 'b'): Dialog {
  const dialog = dialogFromResponse(INVITE, answer(status, tag))
  assert(dialog.ok)
  return dialog.value
}

function uas(): Dialog {
  const dialog = dialogFromRequest(INVITE, 'us', 'early')
  assert(dialog.ok)
  return dialog.value
}

test('DLG-1 UAC: 1xx with tag is early, 2xx confirmed, routes reversed, target from Contact', () => {
  const dialog = uac(180)
  assert.equal(dialog.state, 'early')
  assert.equal(uac(200).state, 'confirmed')
  assert.deepEqual(dialog.routeSet, ['<sip:p1;lr>', '<sip:p2;lr>'])
  assert.equal(dialog.remoteTarget, 'sip:102@192.0.2.8;x=1')
  assert.deepEqual([dialog.localTag, dialog.remoteTag, dialog.localSeq, dialog.remoteSeq], ['a', 'b', 5, -1])
})

test('DLG-2 UAC: a 1xx without tag makes no dialog; forks make several', () => {
  assert.equal(dialogFromResponse(INVITE, newResponse(INVITE, 180)).ok, false)
  assert.notEqual(dialogKey(uac(180, 'b')), dialogKey(uac(180, 'd')))
})

test('DLG-3 UAS: routes in order, target from Contact, our tag in what we send', () => {
  const dialog = uas()
  assert.deepEqual(dialog.routeSet, ['<sip:p2;lr>', '<sip:p1;lr>'])
  assert.equal(dialog.remoteTarget, 'sip:101@192.0.2.7')
  const { request } = nextRequest(dialog, 'BYE')
  assert.deepEqual([request.headers.fromTag, request.headers.toTag], ['us', 'a'])
})

test('DLG-4 UAS: an INVITE without Contact makes none, except from a client of RFC 2543', () => {
  const bare = { ...INVITE, headers: INVITE.headers.clone().delete('Contact') }
  assert.deepEqual(dialogFromRequest(bare, 'us', 'early'), { ok: false, error: 'no-contact' })
  bare.headers.set('From', 'sip:101@pbx')
  const dialog = dialogFromRequest(bare, 'us', 'early')
  assert(dialog.ok)
  assert.deepEqual([dialog.value.remoteTarget, dialog.value.remoteTag], ['sip:101@pbx', ''])
})

test('DLG-5 requests: next CSeq, tags, Call-ID, Route, the target as Request-URI', () => {
  const { dialog, request } = nextRequest(uac(), 'INVITE', { headers: [['Contact', '<sip:us@192.0.2.1>']] })
  assert.equal(writeUri(request.uri), 'sip:102@192.0.2.8;x=1')
  assert.deepEqual(request.headers.all('route'), ['<sip:p1;lr>', '<sip:p2;lr>'])
  assert.deepEqual(request.headers.cseq, { seq: 6, method: 'INVITE' })
  assert.equal(dialog.localSeq, 6)
  assert.equal(request.headers.from.displayName, 'A')
  assert.equal(request.headers.callId, 'c')
  assert.equal(request.headers.get('contact'), '<sip:us@192.0.2.1>')
})

test('DLG-5 headers in the target do not get into the Request-URI, nor into Route', () => {
  const dialog = { ...uac(), remoteTarget: 'sip:102@192.0.2.8?Route=%3Csip:evil%3E&Subject=x' }
  assert.equal(writeUri(nextRequest(dialog, 'BYE').request.uri), 'sip:102@192.0.2.8')
  const { request } = nextRequest({ ...dialog, routeSet: ['<sip:strict@p1>'] }, 'BYE')
  assert.deepEqual(request.headers.all('route'), ['<sip:102@192.0.2.8>'])
})

test('DLG-6 ACK has the number of its INVITE and leaves the dialog as it is', () => {
  const before = uac()
  const { dialog, request } = nextRequest(before, 'ACK', { seq: 5 })
  assert.deepEqual(request.headers.cseq, { seq: 5, method: 'ACK' })
  assert.equal(dialog, before)
  assert.throws(() => nextRequest(before, 'ACK'), SipError)
  assert.throws(() => nextRequest(before, 'CANCEL'), SipError)
})

test('DLG-7 a strict router gets itself as Request-URI and the target as last route', () => {
  const dialog = { ...uac(), routeSet: ['<sip:strict@p1;a=b>', '<sip:p2;lr>'] }
  const { request } = nextRequest(dialog, 'BYE')
  assert.equal(writeUri(request.uri), 'sip:strict@p1;a=b')
  assert.deepEqual(request.headers.all('route'), ['<sip:p2;lr>', '<sip:102@192.0.2.8;x=1>'])
})

test('DLG-8 the 2xx confirms an early dialog and sets its routes and target anew', () => {
  const early = { ...uac(180), routeSet: [], remoteTarget: 'sip:old@x' }
  const dialog = dialogAfterResponse(early, answer(200, 'b'))
  assert.deepEqual(
    [dialog.state, dialog.routeSet.length, dialog.remoteTarget],
    ['confirmed', 2, 'sip:102@192.0.2.8;x=1'],
  )
})

test('DLG-9 later 2xx to INVITE and UPDATE refresh the target only; nothing else does', () => {
  const dialog = { ...uac(), routeSet: ['<sip:kept;lr>'] }
  const after = dialogAfterResponse(dialog, answer(200, 'b', '<sip:new@x>'))
  assert.deepEqual([after.remoteTarget, after.routeSet], ['sip:new@x', ['<sip:kept;lr>']])
  assert.equal(
    dialogAfterResponse(dialog, answer(200, 'b', '<sip:new@x>', 'UPDATE')).remoteTarget,
    'sip:new@x',
  )
  assert.equal(dialogAfterResponse(dialog, answer(200, 'b', '<sip:new@x>', 'INFO')), dialog)
  assert.equal(dialogAfterResponse(dialog, answer(491, 'b', '<sip:new@x>')), dialog)
})

test('DLG-10 a lower CSeq is out of order, ACK is not asked', () => {
  const request = (method: string, seq: number) => {
    const headers = INVITE.headers.clone().set('CSeq', `${seq} ${method}`).set('Contact', '<sip:moved@x>')
    return { ...INVITE, method, headers }
  }
  const dialog = uas()
  assert.deepEqual(receiveInDialog(dialog, request('BYE', 4)), { ok: false, error: 'out-of-order' })
  assert.deepEqual(receiveInDialog(dialog, request('ACK', 4)), { ok: true, value: dialog })
  const info = receiveInDialog(dialog, request('INFO', 9))
  assert(info.ok)
  assert.deepEqual([info.value.remoteSeq, info.value.remoteTarget], [9, 'sip:101@192.0.2.7'])
  for (const method of ['INVITE', 'UPDATE', 'SUBSCRIBE']) {
    const refreshed = receiveInDialog(dialog, request(method, 9))
    assert(refreshed.ok)
    assert.equal(refreshed.value.remoteTarget, 'sip:moved@x')
  }
})

test('DLG-11 the key is the same for the dialog and for what the peer sends in it', () => {
  assert.equal(dialogKey(uac()), dialogKey(answer(200, 'b')))
  const bye = { ...INVITE, headers: INVITE.headers.clone().set('To', '<sip:102@pbx>;tag=us') }
  assert.equal(dialogKey(uas()), dialogKey(bye))
})

test('DLG-12 a dialog survives JSON', () => {
  const dialog = uac()
  assert.deepEqual(JSON.parse(JSON.stringify(dialog)), dialog)
  assert(JSON.stringify(dialog).length < 4000)
})
