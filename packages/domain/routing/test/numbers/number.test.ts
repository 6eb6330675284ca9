import assert from 'node:assert/strict'
import test from 'node:test'
import { classAt, type DiallingPlace, dialString, readNumber, showNumber } from '@rufwerk/routing/numbers'
import fc from 'fast-check'

const BERLIN: DiallingPlace = { country: 'de', areaCode: '30' }
const BERLIN_0: DiallingPlace = { country: 'de', areaCode: '30', outsidePrefix: '0' }
const NEW_YORK: DiallingPlace = { country: 'us', areaCode: '212' }
const NEW_YORK_9: DiallingPlace = { country: 'us', areaCode: '212', outsidePrefix: '9' }
const NOWHERE: DiallingPlace = { country: 'de' }

/** `number class`, or the problem. */
function read(dialled: string, place: DiallingPlace): string {
  const result = readNumber(dialled, place)
  if (!result.ok) return result.error
  return `${result.value.number} ${classAt(result.value, place.country)}`
}

const rows: [place: DiallingPlace, dialled: string, is: string][] = [
  // Germany, national
  [BERLIN, '030 23125100', '+493023125100 national'],
  [BERLIN, '030/23125-100', '+493023125100 national'],
  [BERLIN, '(030) 23125100', '+493023125100 national'],
  [BERLIN, '089 1234567', '+49891234567 national'],
  [BERLIN, '03641 12345', '+49364112345 national'],
  [BERLIN, '030 2312510', '+49302312510 national'],
  [BERLIN, '032 12345678', '+493212345678 national'],
  // local
  [BERLIN, '23125100', '+493023125100 national'],
  [BERLIN, '231251', '+4930231251 national'],
  [BERLIN, '2312', 'too-short'],
  [BERLIN, '999', 'too-short'],
  [BERLIN, '231251002312', 'too-long'],
  [NOWHERE, '23125100', 'area-code-missing'],
  [NOWHERE, '030 23125100', '+493023125100 national'],
  // international writing of the own country
  [BERLIN, '+49 30 23125100', '+493023125100 national'],
  [BERLIN, '+49 (0)30 23125100', '+493023125100 national'],
  [BERLIN, '+49(0)30-23125100', '+493023125100 national'],
  [BERLIN, '+49030 23125100', '+493023125100 national'],
  [BERLIN, '0049 30 23125100', '+493023125100 national'],
  [BERLIN, '0049 (0)30 23125100', '+493023125100 national'],
  // mobile
  [BERLIN, '0151 23456789', '+4915123456789 mobile'],
  [BERLIN, '0170 1234567', '+491701234567 mobile'],
  [BERLIN, '+49 160 1234567', '+491601234567 mobile'],
  // emergency and short codes
  [BERLIN, '110', '110 emergency'],
  [BERLIN, '112', '112 emergency'],
  [BERLIN, '+49112', '112 emergency'],
  [BERLIN, '0049110', '110 emergency'],
  [BERLIN, '115', '115 service'],
  [BERLIN, '116117', '116117 free'],
  [BERLIN, '116 116', '116116 free'],
  [BERLIN, '11833', '11833 premium'],
  [BERLIN, '118000', '118000 premium'],
  [BERLIN, '911', 'too-short'],
  // special numbers
  [BERLIN, '0800 1234567', '+498001234567 free'],
  [BERLIN, '0900 1234567', '+499001234567 premium'],
  [BERLIN, '0900 3 123456', '+499003123456 premium'],
  [BERLIN, '0137 1234567', '+491371234567 premium'],
  [BERLIN, '0138 1234567', '+491381234567 premium'],
  [BERLIN, '0180 3123456', '+491803123456 service'],
  [BERLIN, '01805 123456', '+491805123456 service'],
  [BERLIN, '0700 12345678', '+4970012345678 service'],
  [BERLIN, '0190 123456', '+49190123456 premium'],
  [BERLIN, '0194 12345', '+4919412345 premium'],
  [BERLIN, '012 123456', '+4912123456 premium'],
  [BERLIN, '+49 900 1234567', '+499001234567 premium'],
  [BERLIN, '01033 030 123456', 'unreachable'],
  // abroad
  [BERLIN, '0043 1 5123456', '+4315123456 international'],
  [BERLIN, '+39 06 12345678', '+390612345678 international'],
  [BERLIN, '+1 212 555 0123', '+12125550123 international'],
  [BERLIN, '+44 7911 123456', '+447911123456 international'],
  [BERLIN, '+44 909 8790000', '+449098790000 premium'],
  [BERLIN, '+881 612345678', '+881612345678 premium'],
  [BERLIN, '+882 13300655', '+88213300655 premium'],
  [BERLIN, '+979 123456789', '+979123456789 premium'],
  [BERLIN, '+999 123456', 'not-a-number'],
  [BERLIN, '+60 0000000000', '+6000000000 international'],
  // too long, too short, nothing
  [BERLIN, '+49 30 231251001234567', 'too-long'],
  [BERLIN, '030231251001234567890', 'too-long'],
  [BERLIN, '+4930', 'too-short'],
  [BERLIN, '0', 'too-short'],
  [BERLIN, '+', 'not-a-number'],
  [BERLIN, '', 'not-a-number'],
  [BERLIN, 'anna', 'not-a-number'],
  [BERLIN, '030 ANNA', 'not-a-number'],
  [BERLIN, '*43', 'not-a-number'],
  [BERLIN, '++49 30 23125100', 'not-a-number'],
  // with a 0 for an outside line
  [BERLIN_0, '0 030 23125100', '+493023125100 national'],
  [BERLIN_0, '0 23125100', '+493023125100 national'],
  [BERLIN_0, '0 999', '+4930999 national'],
  [BERLIN_0, '0 0043 1 5123456', '+4315123456 international'],
  [BERLIN_0, '+43 1 5123456', '+4315123456 international'],
  [BERLIN_0, '0 112', '112 emergency'],
  [BERLIN_0, '112', '112 emergency'],
  [BERLIN_0, '0 116117', '116117 free'],
  [BERLIN_0, '0', 'too-short'],
  // United States
  [NEW_YORK, '212 555 0123', '+12125550123 national'],
  [NEW_YORK, '(212) 555-0123', '+12125550123 national'],
  [NEW_YORK, '1 212 555 0123', '+12125550123 national'],
  [NEW_YORK, '+1 212 555 0123', '+12125550123 national'],
  [NEW_YORK, '555-0123', '+12125550123 national'],
  [NEW_YORK, '800 555 0199', '+18005550199 free'],
  [NEW_YORK, '1 900 555 0123', '+19005550123 premium'],
  [NEW_YORK, '212 976 1234', '+12129761234 premium'],
  [NEW_YORK, '011 49 30 23125100', '+493023125100 international'],
  [NEW_YORK, '+1 876 555 0123', '+18765550123 international'],
  [NEW_YORK, '+49 900 1234567', '+499001234567 premium'],
  [NEW_YORK, '+1 080 008 6003', 'not-a-number'],
  [NEW_YORK, '911', '911 emergency'],
  [NEW_YORK, '112', '112 emergency'],
  [NEW_YORK, '411', '411 premium'],
  [NEW_YORK, '988', '988 free'],
  [NEW_YORK, '5550', 'too-short'],
  [NEW_YORK, '555012345', 'too-long'],
  [NEW_YORK_9, '9 911', '911 emergency'],
  [NEW_YORK_9, '911', '911 emergency'],
  [NEW_YORK_9, '9 212 555 0123', '+12125550123 national'],
  [NEW_YORK_9, '9 1 212 555 0123', '+12125550123 national'],
  [NEW_YORK_9, '9 011 49 30 23125100', '+493023125100 international'],
]
test('RT-NUM1 what was dialled becomes a number of the public network and its kind', () => {
  const is = rows.map(([place, dialled]) => `${dialled} -> ${read(dialled, place)}`)
  assert.deepEqual(
    is,
    rows.map(([, dialled, expected]) => `${dialled} -> ${expected}`),
  )
})

test('RT-NUM2 a number is shown as people of the country write it', () => {
  const shown: [number: string, country: 'de' | 'us', text: string][] = [
    ['+493023125100', 'de', '030 23125100'],
    ['+493023125100', 'us', '+49 30 23125100'],
    ['+12125550123', 'us', '(212) 555-0123'],
    ['+390612345678', 'de', '+39 06 1234 5678'],
    ['112', 'de', '112'],
    ['100', 'de', '100'],
    ['+', 'de', '+'],
  ]
  for (const [number, country, text] of shown) assert.equal(showNumber(number, country), text)
})

test('RT-NUM3 what is to be dialled for a number is read as that number', () => {
  const numbers = ['+493023125100', '+4915123456789', '+390612345678', '+12125550123', '+18005550199', '112']
  for (const place of [BERLIN, BERLIN_0, NOWHERE, NEW_YORK, NEW_YORK_9])
    for (const number of numbers) {
      const dialled = dialString(number, place)
      assert.equal(read(dialled, place).split(' ')[0], number, `${number} as ${dialled}`)
    }
})

test('RT-NUM1 whatever was dialled is a number or a problem', () => {
  const places = fc.constantFrom(BERLIN, BERLIN_0, NOWHERE, NEW_YORK, NEW_YORK_9)
  const digits = fc.stringMatching(/^\+?[0-9 ()*#-]{0,24}$/)
  fc.assert(
    fc.property(fc.oneof(digits, fc.string({ maxLength: 60 })), places, (dialled, place) => {
      const result = readNumber(dialled, place)
      if (!result.ok || result.value.kind === 'short') return true
      return /^\+[0-9]{4,15}$/.test(result.value.number)
    }),
    { numRuns: 300 },
  )
})

test('RT-NUM3 every number that can be read can be dialled again', () => {
  const places = fc.constantFrom(BERLIN, BERLIN_0, NEW_YORK, NEW_YORK_9)
  fc.assert(
    fc.property(fc.stringMatching(/^(\+|0|00|1)[0-9]{6,14}$/), places, (dialled, place) => {
      const first = readNumber(dialled, place)
      if (!first.ok) return true
      const again = readNumber(dialString(first.value.number, place), place)
      return again.ok && again.value.number === first.value.number
    }),
    { numRuns: 300 },
  )
})
