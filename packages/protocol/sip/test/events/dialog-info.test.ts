// RFC 4235 §4 and its examples in §6.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedDialogs, type WatchedDialog, writeDialogInfo } from '@rufwerk/sip/events'
import fc from 'fast-check'

const NAMESPACE = 'xmlns="urn:ietf:params:xml:ns:dialog-info"'
const report = (dialogs: readonly WatchedDialog[], entity = 'sip:alice@example.com'): string =>
  writeDialogInfo({ entity, version: 0, state: 'full', dialogs })

test('DLGI-1 nobody talks: a full report without dialogs', () => {
  const expected = `<?xml version="1.0" encoding="UTF-8"?>
<dialog-info ${NAMESPACE} version="0" state="full" entity="sip:alice@example.com">
</dialog-info>
`
  assert.equal(report([]), expected.replaceAll('\n', '\r\n'))
})

test('DLGI-2 a call that rings, with tags and both parties', () => {
  const expected = `<?xml version="1.0" encoding="UTF-8"?>
<dialog-info ${NAMESPACE} version="7" state="partial" entity="sip:101@pbx">
  <dialog id="as7d900" call-id="a84b4c76e66710" local-tag="1928" remote-tag="45688" direction="recipient">
    <state>early</state>
    <local>
      <identity>sip:101@pbx</identity>
      <target uri="sip:101@pbx"/>
    </local>
    <remote>
      <identity display="Bob &amp; Sons">sip:+4930@c</identity>
    </remote>
  </dialog>
</dialog-info>
`
  const dialog: WatchedDialog = {
    id: 'as7d900',
    state: 'early',
    direction: 'recipient',
    tags: { callId: 'a84b4c76e66710', localTag: '1928', remoteTag: '45688' },
    local: { identity: 'sip:101@pbx', target: 'sip:101@pbx' },
    remote: { identity: 'sip:+4930@c', displayName: 'Bob & Sons' },
  }
  const text = writeDialogInfo({ entity: 'sip:101@pbx', version: 7, state: 'partial', dialogs: [dialog] })
  assert.equal(text, expected.replaceAll('\n', '\r\n'))
})

test('DLGI-3 whatever a text holds, it stays inside its place', () => {
  const evil = "\"><x a='1'/>&lt;\u0000\r\n\ud800]]>\uffff"
  const kept = '&quot;&gt;&lt;x a=&apos;1&apos;/&gt;&amp;lt;]]&gt;'
  const text = report(
    [{ id: evil, state: 'confirmed', remote: { identity: evil, displayName: evil, target: evil } }],
    evil,
  )
  assert.equal(text.split(kept).length - 1, 5)
  // Surrogates, too; and fast-check's own `binary` takes two seconds before its first string.
  const anyCharacter = fc.nat({ max: 0x10ffff }).map((code) => String.fromCodePoint(code))
  const names = fc.string({ unit: anyCharacter, maxLength: 300 })
  const empty = report([{ id: '', state: 'trying', remote: { identity: '', displayName: '' } }])
  const check = (name: string): void => {
    const body = report([{ id: name, state: 'trying', remote: { identity: name, displayName: name } }])
    assert.deepEqual(body.match(/[<>]/g), empty.match(/[<>]/g))
    assert.equal(body.match(/"/g)?.length, empty.match(/"/g)?.length)
    assert.doesNotMatch(body, /&(?!(amp|lt|gt|quot|apos);)/)
    assert.doesNotMatch(body.replaceAll('\r\n', ''), /\p{Cc}|\p{Surrogate}/u)
  }
  fc.assert(fc.property(names, check), { numRuns: 200 })
})

test('DLGI-4 texts are cut at 256 characters, and dialogs beyond 16 kB left out', () => {
  const long = 'ä'.repeat(400)
  assert.equal(report([{ id: long, state: 'trying' }]).match(/ä/g)?.length, 256)
  const many = Array.from({ length: 500 }, (_, at) => ({ id: `${at}${long}`, state: 'confirmed' as const }))
  const body = report(many)
  assert(Buffer.byteLength(body) < 16_384 + 300)
  assert.match(body, /<\/dialog>\r\n<\/dialog-info>\r\n$/)
})

test('DLGI-5 a partial report says what is new, changed and gone', () => {
  const [a, b, c]: WatchedDialog[] = [
    { id: 'a', state: 'early' },
    { id: 'b', state: 'confirmed' },
    { id: 'c', state: 'trying' },
  ]
  assert(a && b && c)
  const answered: WatchedDialog = { ...a, state: 'confirmed' }
  assert.deepEqual(changedDialogs([a, b], [a, b]), [])
  assert.deepEqual(changedDialogs([a, b], [answered, c]), [answered, c, { id: 'b', state: 'terminated' }])
  assert.deepEqual(changedDialogs([{ ...b, state: 'terminated' }], []), [])
})
