// The smaller view models: live state, preferences, setup, sounds, times, causes, records.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallRecord, CallView } from '@rufwerk/contract'
import { browserLanguage } from '../src/i18n/i18n.ts'
import { q850Of, readFailure, readHangUp } from '../src/platform/sip-cause.ts'
import { nextExtension } from '../src/state/fields.ts'
import { Live, VIEWS_MAX, viewOfDialled } from '../src/state/live.ts'
import { Cell } from '../src/state/observable.ts'
import { DEFAULT_PREFERENCES, PreferenceBook, readPreferences } from '../src/state/preferences.ts'
import { codecName } from '../src/state/quality.ts'
import { summarize } from '../src/state/record.ts'
import { emptyDraft, problemsOf, setupRequest, stepOf } from '../src/state/setup.ts'
import { cadenceOf, dtmfFrequencies } from '../src/state/sound.ts'
import {
  dayOf,
  localeOf,
  showBriefly,
  showClock,
  showExactly,
  showLength,
  showMoment,
} from '../src/state/time.ts'

test('a cell tells its listeners about changes only, until they leave', () => {
  const cell = new Cell(1)
  let count = 0
  const leave = cell.subscribe(() => {
    count += 1
  })
  cell.set(1)
  cell.set(2)
  leave()
  cell.set(3)
  assert.deepEqual([count, cell.size()], [1, 0])
})

const view = (call: string, person: string, dialled: string): CallView => ({
  call,
  state: 'ringing',
  direction: 'outgoing',
  from: { person, extension: '100', name: 'J' },
  dialled,
  why: { rule: 'extension', values: {} },
})

test('live state follows the messages, and asks again after a loss', () => {
  const stale: string[] = []
  const live = new Live(
    (list) => stale.push(list),
    (work) => work(),
  )
  live.onConnected()
  live.onMessage({ type: 'snapshot', presence: { p1: 'offline' }, calls: [] })
  live.onMessage({ type: 'presence', person: 'p1', presence: 'talking' })
  assert.equal(live.state.get().presence.get('p1'), 'talking')
  live.onMessage({ type: 'calls-changed' })
  live.onLost()
  live.onConnected()
  assert.deepEqual(stale, ['calls', 'calls', 'people', 'devices'])
  for (let index = 0; index < 100; index += 1)
    live.onMessage({ type: 'call', call: view(`c${index}`, 'p1', '101') })
  assert.equal(live.state.get().views.length, VIEWS_MAX)
  assert.equal(viewOfDialled(live.state.get().views, 'p1', '101')?.call, 'c99')
  assert.equal(viewOfDialled(live.state.get().views, 'p2', '101'), undefined)
})

test('preferences believe nothing that they do not know', () => {
  assert.deepEqual(readPreferences(null), DEFAULT_PREFERENCES)
  assert.deepEqual(readPreferences('{'), DEFAULT_PREFERENCES)
  assert.deepEqual(readPreferences('[1]'), DEFAULT_PREFERENCES)
  assert.deepEqual(
    readPreferences('{"theme":"pink","language":"fr","ringVolume":7,"microphone":5,"hasQuickKeys":"no"}'),
    DEFAULT_PREFERENCES,
  )
  let text: string | null = null
  const book = new PreferenceBook({
    read: () => text,
    write: (written) => {
      text = written
    },
  })
  book.change({ theme: 'dark', speaker: 'abc' })
  book.change({ speaker: undefined })
  assert.deepEqual(readPreferences(text), { ...DEFAULT_PREFERENCES, theme: 'dark' })
  text = JSON.stringify({ theme: 'light', language: 'en' })
  book.reread()
  assert.deepEqual(book.current.get(), { ...DEFAULT_PREFERENCES, theme: 'light', language: 'en' })
})

test('the browser speaks German or English', () => {
  assert.equal(browserLanguage(['de-AT', 'en']), 'de')
  assert.equal(browserLanguage(['fr', 'de']), 'de')
  assert.equal(browserLanguage(['fr']), 'en')
})

test('the welcome checks each step and sends only colleagues with names', () => {
  const draft = {
    ...emptyDraft('de', 'de'),
    company: ' Muster ',
    name: 'J',
    email: 'j@muster.de',
    password: 'x'.repeat(10),
  }
  assert.deepEqual(problemsOf(emptyDraft('de', 'de'), 2), {
    company: 'field.required',
    name: 'field.required',
    email: 'field.required',
    password: 'field.password',
  })
  assert.deepEqual(problemsOf(draft, 2), {})
  assert.deepEqual(problemsOf({ ...draft, email: 'j@muster' }, 2), { email: 'field.email' })
  const named = {
    ...draft,
    colleagues: [
      { name: 'A', extension: '100' },
      { name: '', extension: '?' },
    ],
  }
  assert.deepEqual(problemsOf(named, 3), { extension0: 'field.extensionTwice' })
  assert.deepEqual(setupRequest(named, 't').colleagues, [{ name: 'A', extension: '100' }])
  assert.deepEqual([stepOf('country'), stepOf('admin.email'), stepOf('colleagues.0.extension')], [1, 2, 3])
  assert.deepEqual([nextExtension([]), nextExtension(['100', '109'])], ['100', '111'])
  assert.deepEqual([nextExtension(['987']), nextExtension(['932'])], ['989', '934'])
})

test('tones are those of the country', () => {
  assert.deepEqual(cadenceOf('ringback', 'de').frequenciesHz, [425])
  assert.deepEqual(cadenceOf('ringback', 'de').secondsOnOff, [1, 4])
  assert.deepEqual(cadenceOf('ringback', 'us').frequenciesHz, [440, 480])
  assert.deepEqual(dtmfFrequencies('5'), [770, 1336])
  assert.deepEqual(dtmfFrequencies('#'), [941, 1477])
  assert.equal(dtmfFrequencies('x'), undefined)
})

test('lengths and days read as people say them', () => {
  assert.deepEqual(
    [showLength(7_900), showLength(754_000), showLength(3_723_000), showLength(-5)],
    ['0:07', '12:34', '1:02:03', '0:00'],
  )
  const now = new Date(2026, 10, 21, 12).getTime()
  assert.equal(dayOf(new Date(2026, 10, 21, 0, 1).getTime(), now, 'de'), 'today')
  assert.equal(dayOf(new Date(2026, 10, 20, 23).getTime(), now, 'de'), 'yesterday')
  assert.deepEqual(dayOf(new Date(2026, 10, 19, 23).getTime(), now, 'de'), {
    date: 'Donnerstag, 19. November',
  })
})

test('the clock counts as the country does, in both languages', () => {
  const early = new Date(2026, 1, 1, 5, 7).getTime()
  const clock = (language: string, country: 'de' | 'us') => showClock(early, localeOf(language, country, []))
  assert.deepEqual([clock('de', 'de'), clock('en', 'de'), clock('de', 'us')], ['05:07', '05:07', '05:07'])
  assert.match(clock('en', 'us'), /^5:07\sAM$/)
  assert.match(showMoment(early, localeOf('en', 'de', [])), /1 February/)
})

test('dates and times are written as the browser does, in the language of the pages', () => {
  const at = new Date(2026, 1, 1, 17, 7, 3, 42).getTime()
  const american = localeOf('en', 'de', ['de-DE', 'en-US', 'en-GB'])
  assert.equal(american, 'en-US')
  assert.match(showMoment(at, american), /^Sun, February 1 at 5:07\sPM$/)
  assert.match(showExactly(at, american), /^5:07:03.042\sPM$/)
  assert.equal(showBriefly(at, at + 40 * 86_400_000, american), 'Feb 1')
  const british = localeOf('en', 'us', ['en-GB', 'en-US'])
  assert.match(showMoment(at, british), /^Sun,? 1 February at 17:07$/)
  assert.equal(showExactly(at, british), '17:07:03.042')
  assert.equal(localeOf('de', 'de', ['en-US', 'de-AT']), 'de-AT')
  assert.equal(localeOf('de', 'de', ['en-US']), 'de')
})

test('a browser that names no region, or nothing sensible, leaves it to the country', () => {
  assert.equal(localeOf('en', 'de', ['en', 'fr-FR']), 'en-GB')
  assert.equal(localeOf('en', 'us', ['en_US', 'en-US@posix', '', 'C']), 'en-US')
  assert.equal(localeOf('en', 'de', ['en', 'en-AU']), 'en-AU')
})

test('a list says when as briefly as it can', () => {
  const now = new Date(2026, 10, 21, 12).getTime()
  const when = (day: number) => showBriefly(new Date(2026, 10, day, 9, 5).getTime(), now, 'de')
  assert.deepEqual([when(21), when(19), when(4)], ['09:05', 'Do, 09:05', '4. Nov.'])
})

test('formats have the names that people know', () => {
  assert.deepEqual(['opus', 'PCMA', 'PCMU', 'G722', 'GSM'].map(codecName), [
    'Opus',
    'G.711 A-law',
    'G.711 µ-law',
    'G.722',
    'GSM',
  ])
})

test('SIP endings become our reasons', () => {
  const end = (status: number, reason?: string) =>
    ({ originator: 'remote', cause: 'x', status, ...(reason ? { reason } : {}) }) as const
  assert.equal(q850Of('SIP;cause=480, Q.850 ;cause=19;text="no answer"'), 19)
  assert.equal(q850Of('SIP;cause=200'), undefined)
  const outgoing = (status: number, reason?: string) =>
    readFailure(end(status, reason), 'outgoing', false).reason
  assert.deepEqual(
    [404, 486, 603, 480, 488, 503, 599].map((status) => outgoing(status)),
    ['not-found', 'busy', 'declined', 'not-reachable', 'no-common-format', 'overloaded', 'failed'],
  )
  assert.equal(outgoing(480, 'Q.850;cause=19'), 'no-answer')
  assert.equal(readFailure(end(0), 'outgoing', true).reason, 'cancelled')
  assert.equal(readFailure(end(0), 'incoming', true).reason, 'declined')
  assert.equal(readFailure(end(0), 'incoming', false).reason, 'missed')
  assert.equal(readFailure(end(0, 'SIP;cause=200'), 'incoming', false).reason, 'answered-elsewhere')
  assert.deepEqual(readHangUp({ originator: 'local', cause: 'Terminated' }), { by: 'us', reason: 'hung-up' })
  assert.equal(readHangUp({ originator: 'system', cause: 'Connection Error' }).reason, 'connection-lost')
})

test('a record is summed up from the side of the person who looks', () => {
  const record: CallRecord = {
    id: 'c',
    direction: 'incoming',
    from: { extension: '101', name: 'Anna' },
    dialled: '100',
    startedAt: 0,
    endedAt: 9_000,
    endedBy: 'caller',
    cause: 16,
    status: 487,
    why: { rule: 'extension', values: {} },
  }
  assert.deepEqual(summarize(record), {
    name: 'Anna',
    number: '101',
    isEcho: false,
    outcome: 'missed',
  })
  assert.equal(summarize({ ...record, direction: 'outgoing' }).outcome, 'cancelled')
  assert.equal(summarize({ ...record, direction: 'outgoing', status: 486 }).outcome, 'not-reached')
  assert.deepEqual(summarize({ ...record, answeredAt: 4_000 }).talkedMs, 5_000)
  const absent = { extension: '102', name: 'Bo' }
  assert.equal(summarize({ ...record, direction: 'outgoing', dialled: '102', to: absent }).name, 'Bo')
  const echo = summarize({ ...record, direction: 'outgoing', dialled: '*43' })
  assert.deepEqual([echo.isEcho, echo.number], [true, '*43'])
})
