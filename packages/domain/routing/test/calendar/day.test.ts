import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { dateOf, dayOf, easterSunday, weekdayOf, writeDay } from '../../src/calendar/day.ts'

test('CAL-E1 Easter Sundays of 1990 to 2030, and the latest one there is', () => {
  const known = [
    ...['1990-04-15', '1991-03-31', '1992-04-19', '1993-04-11', '1994-04-03', '1995-04-16', '1996-04-07'],
    ...['1997-03-30', '1998-04-12', '1999-04-04', '2000-04-23', '2001-04-15', '2002-03-31', '2003-04-20'],
    ...['2004-04-11', '2005-03-27', '2006-04-16', '2007-04-08', '2008-03-23', '2009-04-12', '2010-04-04'],
    ...['2011-04-24', '2012-04-08', '2013-03-31', '2014-04-20', '2015-04-05', '2016-03-27', '2017-04-16'],
    ...['2018-04-01', '2019-04-21', '2020-04-12', '2021-04-04', '2022-04-17', '2023-04-09', '2024-03-31'],
    ...['2025-04-20', '2026-04-05', '2027-03-28', '2028-04-16', '2029-04-01', '2030-04-21', '2038-04-25'],
  ]
  for (const text of known) assert.equal(writeDay(easterSunday(Number(text.slice(0, 4)))), text)
})

test('CAL-E1 Easter Sunday is a Sunday from 22 March to 25 April', () => {
  for (let year = 1583; year <= 2999; year++) {
    const day = easterSunday(year)
    assert.equal(weekdayOf(day), 6, String(year))
    assert.ok(day >= dayOf(year, 3, 22) && day <= dayOf(year, 4, 25), String(year))
  }
})

test('CAL-E2 a day and its date are one and the same', () => {
  assert.equal(weekdayOf(dayOf(2026, 11, 22)), 6)
  assert.equal(weekdayOf(dayOf(1969, 12, 29)), 0)
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 100_000 }), (day) => {
      const { year, month, dayOfMonth } = dateOf(dayOf(1970, 1, 1 + day))
      assert.equal(dayOf(year, month, dayOfMonth), day)
    }),
  )
})
