import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Person } from '@rufwerk/contract'
import { chooseDial, Dialler, suggestionsFor } from '../src/state/dialler.ts'
import { emergencyIn } from '../src/state/emergency.ts'
import { lettersOn, NUMBER_CHARS_MAX, normalizeNumber, showNumber } from '../src/state/number.ts'
import { findPeople, initialsOf } from '../src/state/people.ts'
import { type KeyContext, readShortcut } from '../src/state/shortcut.ts'

const person = (extension: string, name: string): Person => ({
  id: `p${extension}`,
  name,
  extension,
  kind: 'person',
  presence: 'available',
})
const PEOPLE = [
  person('101', 'Anna Schmidt'),
  person('102', 'Dr. Friederike Müller-Lüdenscheidt'),
  person('103', 'Anna Weiß'),
]

test('people are found by parts of names, without umlauts or with "ue", and by extension', () => {
  const find = (text: string): string[] => findPeople(PEOPLE, text).map(({ extension }) => extension)
  assert.deepEqual(find('anna'), ['101', '103'])
  assert.deepEqual(find('schm an'), ['101'])
  for (const text of ['müller', 'muller', 'mueller', 'lüden', 'FRIEDERIKE'])
    assert.deepEqual(find(text), ['102'], text)
  assert.deepEqual(find('weiss'), ['103'])
  assert.deepEqual(find('10'), ['101', '102', '103'])
  assert.deepEqual(find('xyz'), [])
})

test('Enter calls the number, or the one person that fits', () => {
  assert.deepEqual(chooseDial(PEOPLE, '101'), { type: 'number', number: '101', name: 'Anna Schmidt' })
  assert.deepEqual(chooseDial(PEOPLE, '+49 (0)30 12'), { type: 'number', number: '+4903012' })
  assert.deepEqual(chooseDial(PEOPLE, '*43'), { type: 'number', number: '*43' })
  assert.deepEqual(chooseDial(PEOPLE, 'mü'), {
    type: 'number',
    number: '102',
    name: 'Dr. Friederike Müller-Lüdenscheidt',
  })
  assert.deepEqual(chooseDial(PEOPLE, 'anna'), { type: 'unclear', matches: 2 })
  assert.deepEqual(chooseDial(PEOPLE, 'nobody'), { type: 'unclear', matches: 0 })
  assert.deepEqual(chooseDial(PEOPLE, ' '), { type: 'nothing' })
  assert.deepEqual(chooseDial(PEOPLE, '+'), { type: 'nothing' })
})

test('one does not suggest oneself', () => {
  assert.deepEqual(
    suggestionsFor(PEOPLE, 'anna', 'p101').map(({ id }) => id),
    ['p103'],
  )
})

test('the field takes digits, gives them back, and has a longest length', () => {
  const dialler = new Dialler()
  for (const digit of '1234') dialler.press(digit)
  dialler.backspace()
  assert.equal(dialler.text.get(), '123')
  dialler.set('9'.repeat(100))
  assert.equal(dialler.text.get().length, NUMBER_CHARS_MAX)
  dialler.clear()
  assert.equal(dialler.text.get(), '')
})

test('numbers are cleaned for dialling and grouped for reading', () => {
  assert.equal(normalizeNumber('+49 (30) 123-456/7.8'), '+493012345678')
  assert.equal(normalizeNumber('1+2'), '')
  assert.equal(showNumber('101', 'de'), '101')
  assert.equal(showNumber('*43', 'de'), '*43')
  assert.equal(showNumber('+4930123456', 'de'), '+49 30 123456')
  assert.equal(showNumber('030123456', 'de'), '030 123456')
  assert.equal(showNumber('2125550123', 'us'), '(212) 555-0123')
  assert.equal(lettersOn('7'), 'PQRS')
  assert.equal(lettersOn('1'), '')
})

test('initials skip titles', () => {
  assert.equal(initialsOf('Dr. Friederike Müller-Lüdenscheidt'), 'FM')
  assert.equal(initialsOf('Anna'), 'A')
  assert.equal(initialsOf('*43'), '#')
})

const IDLE: KeyContext = {
  isTyping: false,
  isOnControl: false,
  isWaiting: false,
  current: 'none',
  hasQuickKeys: true,
}
const press = (key: string, code = '', alt = false, control = false) => ({ key, code, alt, control })

test('keys do what the state allows', () => {
  const rows: [ReturnType<typeof press>, Partial<KeyContext>, string | undefined][] = [
    [press('5'), {}, 'digit'],
    [press('5'), { isTyping: true }, undefined],
    [press('5'), { current: 'talking' }, 'tone'],
    [press('+'), { current: 'talking' }, undefined],
    [press('5'), { hasQuickKeys: false }, undefined],
    [press('5', '', false, true), {}, undefined],
    [press('Enter'), {}, 'dial'],
    [press('Enter'), { isOnControl: true }, undefined],
    [press('Enter'), { isWaiting: true }, 'answer'],
    [press('Enter'), { isWaiting: true, isTyping: true }, undefined],
    [press('Escape'), {}, 'clear'],
    [press('Escape'), { isWaiting: true }, 'decline'],
    [press('Escape'), { isWaiting: true, isTyping: true }, undefined],
    [press('å', 'KeyA', true), { isWaiting: true, isTyping: true }, 'answer'],
    [press('x', 'KeyX', true), { isWaiting: true, current: 'talking' }, 'decline'],
    [press('x', 'KeyX', true), { current: 'going' }, 'hangUp'],
    [press('x', 'KeyX', true), {}, undefined],
    [press('m', 'KeyM', true), { current: 'talking', isTyping: true }, 'mute'],
    [press('h', 'KeyH', true), { current: 'going' }, undefined],
    [press('Backspace'), {}, 'erase'],
    [press('a'), {}, undefined],
  ]
  for (const [key, context, type] of rows) {
    assert.equal(readShortcut(key, { ...IDLE, ...context })?.type, type, JSON.stringify([key, context]))
  }
})

test('emergency numbers are known as the server knows them, and nothing else is one', () => {
  for (const typed of ['112', '1 1 2', '0112', '+49112', '0049 112', '0049-112'])
    assert.equal(emergencyIn(typed, 'de'), '112', typed)
  for (const typed of ['110', '0110']) assert.equal(emergencyIn(typed, 'de'), '110', typed)
  for (const typed of ['', '11', '1120', '102', '911', '*9112', '+43112', '115', 'Anna'])
    assert.equal(emergencyIn(typed, 'de'), undefined, typed)
  for (const typed of ['911', '+1911']) assert.equal(emergencyIn(typed, 'us'), '911', typed)
  assert.equal(emergencyIn('112', 'us'), '112')
  for (const typed of ['110', '0911', '9112']) assert.equal(emergencyIn(typed, 'us'), undefined, typed)
})
