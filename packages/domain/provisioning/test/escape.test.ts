// No value from people leaves its place in a file of any maker.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PHONE_MAKERS, writeSettings } from '../src/index.ts'
import type { PhoneSettings } from '../src/settings.ts'
import { childOf, type Element, readXml, readYealink, settingsWith } from './settings.ts'

const RUNS = { numRuns: 200 }

/** Names as an attacker would choose them, and any others. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ...['"', "'", '<', '>', '&', '\r', '\n', '\0', '\t', ' ', '=', '#', ';', '\\', ']]>', '<!--', '-->'],
        ...[
          '<user_pass>',
          '</settings>',
          '&lt;',
          '&#10;',
          '%0a',
          '\u2028',
          '\u0085',
          '\ufeff',
          '\uffff',
          '\ud800',
        ],
        ...[
          'account.1.password = x',
          'static.firmware.url = http://evil',
          '$',
          '{mac}',
          '<!DOCTYPE x>',
          'ä',
          '😀',
        ],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)

const settings = fc.record({ name: nasty, lamps: fc.array(nasty, { maxLength: 4 }) }).map(
  ({ name, lamps }): PhoneSettings => ({
    ...settingsWith(),
    account: { ...settingsWith().account, name },
    lamps: lamps.map((each, at) => ({ extension: String(200 + at), name: each })),
  }),
)

/** The same settings with harmless names: what must be the same but for the names. */
function plain(given: PhoneSettings): PhoneSettings {
  return {
    ...given,
    account: { ...given.account, name: 'x' },
    lamps: given.lamps.map(({ extension }) => ({ extension, name: 'x' })),
  }
}

const HOLD_NAMES = /^account\.1\.(label|display_name)$|^linekey\.\d+\.label$/

test('PRV-6 Yealink: names change no other line, and make none', () => {
  fc.assert(
    fc.property(settings, (given) => {
      const nastyLines = readYealink(writeSettings('yealink', given).text)
      const plainLines = readYealink(writeSettings('yealink', plain(given)).text)
      assert.deepEqual([...nastyLines.keys()], [...plainLines.keys()])
      for (const [name, value] of plainLines)
        if (!HOLD_NAMES.test(name)) assert.equal(nastyLines.get(name), value)
    }),
    RUNS,
  )
})

function shapeOf(element: Element): unknown {
  return [element.name, [...element.attributes.keys()], element.children.map(shapeOf)]
}

test('PRV-6 Snom and Linphone: names change neither elements nor attributes', () => {
  fc.assert(
    fc.property(settings, fc.constantFrom('snom', 'linphone'), (given, maker) => {
      const nastyDocument = readXml(writeSettings(maker, given).text)
      assert.deepEqual(shapeOf(nastyDocument), shapeOf(readXml(writeSettings(maker, plain(given)).text)))
    }),
    RUNS,
  )
})

test('PRV-10 what can be shown of a name arrives as it was', () => {
  const name = 'Anna "Änne" <Groß> & Söhne \\ O’Neil'
  const account = { ...settingsWith().account, name }
  const given = settingsWith({ account, lamps: [{ extension: '102', name }] })
  const yealink = readYealink(writeSettings('yealink', given).text)
  assert.equal(yealink.get('account.1.display_name'), name)
  assert.equal(yealink.get('linekey.2.label'), name)
  const snom = readXml(writeSettings('snom', given).text)
  assert.equal(childOf(childOf(snom, 'phone-settings'), 'user_realname').text, name)
  assert.equal(childOf(childOf(snom, 'functionKeys'), 'fkey', 1).attributes.get('label'), name)
  const linphone = childOf(readXml(writeSettings('linphone', given).text), 'section', 2)
  assert.equal(
    childOf(linphone, 'entry', 1).text,
    String.raw`"Anna \"Änne\" <Groß> & Söhne \\ O’Neil" <sip:101@192.0.2.1>`,
  )
})

test('PRV-6 no document has a type declaration, an entity of its own or a reference outside', () => {
  for (const maker of PHONE_MAKERS) {
    const { text } = writeSettings(maker, settingsWith())
    assert.doesNotMatch(text, /<!|xi:include|SYSTEM|PUBLIC/)
  }
})
