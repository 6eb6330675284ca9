// The lists are written by hand from the laws of the states (their paragraphs are in germany.ts) and from
// 5 U.S.C. 6103.
import assert from 'node:assert/strict'
import test from 'node:test'
import { holidaysOf, REGIONS, type Region, type RegionPart, writeDay } from '@rufwerk/routing/calendar'

function listed(region: Region, year: number, parts: RegionPart[] = []): string[] {
  return [...holidaysOf(region, parts, year).keys()].map((day) => writeDay(day).slice(5))
}

/** What all states have in common in a year. */
const COMMON: Readonly<Record<number, string>> = {
  1994: '01-01 04-01 04-04 05-01 05-12 05-23 10-03 11-16 12-25 12-26',
  2017: '01-01 04-14 04-17 05-01 05-25 06-05 10-03 10-31 12-25 12-26',
  2018: '01-01 03-30 04-02 05-01 05-10 05-21 10-03 12-25 12-26',
  2023: '01-01 04-07 04-10 05-01 05-18 05-29 10-03 12-25 12-26',
  2025: '01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26',
}

/** And what else a state has, in the order of the years above. */
const EXTRA: readonly [Region, ...(readonly string[])][] = [
  [
    'de-bw',
    '01-06 06-02 11-01',
    '01-06 06-15 11-01',
    '01-06 05-31 11-01',
    '01-06 06-08 11-01',
    '01-06 06-19 11-01',
  ],
  [
    'de-by',
    '01-06 06-02 11-01',
    '01-06 06-15 11-01',
    '01-06 05-31 11-01',
    '01-06 06-08 11-01',
    '01-06 06-19 11-01',
  ],
  ['de-be', '', '', '', '03-08', '03-08 05-08'],
  [
    'de-bb',
    '04-03 05-22 10-31',
    '04-16 06-04',
    '04-01 05-20 10-31',
    '04-09 05-28 10-31',
    '04-20 06-08 10-31',
  ],
  ['de-hb', '', '', '10-31', '10-31', '10-31'],
  ['de-hh', '', '', '10-31', '10-31', '10-31'],
  ['de-he', '06-02', '06-15', '05-31', '06-08', '06-19'],
  ['de-mv', '10-31', '', '10-31', '03-08 10-31', '03-08 10-31'],
  ['de-ni', '', '', '10-31', '10-31', '10-31'],
  ['de-nw', '06-02 11-01', '06-15 11-01', '05-31 11-01', '06-08 11-01', '06-19 11-01'],
  ['de-rp', '06-02 11-01', '06-15 11-01', '05-31 11-01', '06-08 11-01', '06-19 11-01'],
  [
    'de-sl',
    '06-02 08-15 11-01',
    '06-15 08-15 11-01',
    '05-31 08-15 11-01',
    '06-08 08-15 11-01',
    '06-19 08-15 11-01',
  ],
  ['de-sn', '10-31', '11-22', '10-31 11-21', '10-31 11-22', '10-31 11-19'],
  ['de-st', '01-06 10-31', '01-06', '01-06 10-31', '01-06 10-31', '01-06 10-31'],
  ['de-sh', '', '', '10-31', '10-31', '10-31'],
  ['de-th', '10-31', '', '10-31', '09-20 10-31', '09-20 10-31'],
]

for (const [region, ...extras] of EXTRA)
  for (const [index, year] of Object.keys(COMMON).map(Number).entries())
    test(`CAL-H1 ${region} ${year}`, () => {
      const expected = `${COMMON[year]} ${extras[index]}`.trim().split(' ').sort()
      assert.deepEqual(listed(region, year), expected)
    })

test('CAL-H1 every state is in the table above', () => {
  assert.deepEqual(EXTRA.map(([region]) => region).sort(), REGIONS.filter((region) => region !== 'us').sort())
})

const changes: [
  what: string,
  Region,
  monthAndDay: string,
  first: number | undefined,
  last: number | undefined,
][] = [
  ['Repentance Day until 1994', 'de-be', '11-16', 1994, 1994],
  ['Repentance Day until 1994, and always in Saxony', 'de-sn', '11-16', 1994, 2011],
  ['Reformation Day 2017 and since 2018', 'de-hh', '10-31', 2017, undefined],
  ['Reformation Day 2017 only', 'de-nw', '10-31', 2017, 2017],
  ['Women\u2019s Day in Berlin since 2019', 'de-be', '03-08', 2019, undefined],
  ['Women\u2019s Day in Mecklenburg since 2023', 'de-mv', '03-08', 2023, undefined],
  ['Children\u2019s Day since 2019', 'de-th', '09-20', 2019, undefined],
  ['17 June until 1990', 'de-he', '06-17', 1990, 1990],
  ['17 June 2028 in Berlin', 'de-be', '06-17', 1990, 2028],
  ['Unity Day since 1990', 'de-sn', '10-03', 1990, undefined],
]
for (const [what, region, monthAndDay, first, last] of changes)
  test(`CAL-H2 ${what}`, () => {
    const has = (year: number) => listed(region, year).includes(monthAndDay)
    if (first !== undefined) {
      assert.ok(has(first))
      assert.ok(!has(first - 1))
    }
    if (last === undefined) assert.ok(has(2099))
    else {
      assert.ok(has(last))
      assert.ok(!has(last + 1))
    }
  })

test('CAL-H2 8 May was a holiday in Berlin in 2020 and 2025 only', () => {
  const years = Array.from({ length: 110 }, (_, index) => 1990 + index)
  const found = years.filter((year) => [...holidaysOf('de-be', [], year).values()].some(isLiberation))
  assert.deepEqual(found, [2020, 2025])
})
const isLiberation = ({ id }: { id: string }) => id === 'liberation-day'

const partial: [RegionPart, Region, string][] = [
  ['by-augsburg', 'de-by', '08-08 08-15'],
  ['by-assumption', 'de-by', '08-15'],
  ['sn-corpus-christi', 'de-sn', '06-19'],
  ['th-corpus-christi', 'de-th', '06-19'],
]
for (const [part, region, days] of partial)
  test(`CAL-H3 ${part} adds its days to ${region} and to no other state`, () => {
    const without = listed(region, 2025)
    const added = listed(region, 2025, [part]).filter((day) => !without.includes(day))
    assert.deepEqual(added, days.split(' '))
    for (const other of REGIONS)
      if (other !== region) assert.deepEqual(listed(other, 2025, [part]), listed(other, 2025))
  })

test('CAL-H4 each holiday has an id and a name in German and English, and stands once a day in order', () => {
  for (const region of REGIONS)
    for (let year = 1990; year <= 2099; year++) {
      const all = [...holidaysOf(region, [], year)]
      assert.ok(all.length >= 8)
      for (const [index, [day, holiday]] of all.entries()) {
        assert.equal(holiday.day, day)
        assert.equal(writeDay(day).slice(0, 4), String(year))
        assert.ok(holiday.id && holiday.name.de && holiday.name.en)
        assert.ok(index === 0 || day > (all[index - 1]?.[0] ?? 0))
      }
    }
})

test('CAL-H4 on 1 May 2008, which was Ascension Day too, one holiday is named', () => {
  const holiday = [...holidaysOf('de-by', [], 2008).values()].find(
    ({ day }) => writeDay(day) === '2008-05-01',
  )
  assert.equal(holiday?.id, 'labour-day')
})

test('CAL-H5 years outside of 1990 to 2099 have no holidays', () => {
  for (const year of [1989, 2100, Number.NaN, 2025.5]) assert.equal(holidaysOf('de-by', [], year).size, 0)
})

const federal: [year: number, days: string][] = [
  [2020, '01-01 01-20 02-17 05-25 07-03o 07-04 09-07 10-12 11-11 11-26 12-25'],
  // 18 June 2021 was free by a law of the day before; 31 December 2021 stands for 1 January 2022.
  [2021, '01-01 01-18 02-15 05-31 06-18o 06-19 07-04 07-05o 09-06 10-11 11-11 11-25 12-24o 12-25 12-31o'],
  [2022, '01-01 01-17 02-21 05-30 06-19 06-20o 07-04 09-05 10-10 11-11 11-24 12-25 12-26o'],
  [2023, '01-01 01-02o 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10o 11-11 11-23 12-25'],
  [2026, '01-01 01-19 02-16 05-25 06-19 07-03o 07-04 09-07 10-12 11-11 11-26 12-25'],
]
for (const [year, days] of federal)
  test(`CAL-H6 federal holidays of the United States ${year}, observed days with an o`, () => {
    const all = [...holidaysOf('us', [], year).values()]
    const found = all.map(({ day, isObserved }) => writeDay(day).slice(5) + (isObserved ? 'o' : ''))
    assert.deepEqual(found, days.split(' '))
  })
