import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { readAdvisory } from '@rufwerk/advisories/read'
import fc from 'fast-check'
import {
  atomFeed,
  documentsOf,
  EXPIRES_WITHIN_MS,
  type Language,
  providerFiles,
  securityTxt,
  type Warning,
  warningMail,
  warningPage,
} from '../src/warn/index.ts'
import { hash } from './house.ts'
import { oasisRules } from './oasis.ts'

const AT = Date.parse('2026-11-23T21:05:00Z')
const both = (de: string, en: string) => ({ de, en })
const PHASES = ['incident-response', 'advisory', 'advisory', 'vex'] as const

const WARNING: Warning = {
  urn: 'urn:uuid:11111111-2222-4333-8444-555555555555',
  number: '2026-1',
  level: 3,
  title: both('Fremder Code in einer Version', 'Foreign code in a release'),
  summary: both(
    'Eine Version enthält Code, der nicht von uns ist.',
    'A release contains code that is not ours.',
  ),
  advice: [both('Entfernen Sie sie.', 'Remove it.'), both('Nutzen Sie den Browser.', 'Use the browser.')],
  products: [
    {
      id: 'A',
      vendor: 'V',
      product: 'Phone',
      version: '1.2',
      status: 'affected',
      file: { name: 'p.exe', sha256: hash(1) },
    },
    { id: 'B', vendor: 'V', product: 'Phone', version: '1.3', status: 'notAffected' },
  ],
  checked: { at: AT, by: 'Anna', what: both('150 Geräte, 6 betroffen.', '150 devices, 6 affected.') },
  revisions: PHASES.map((phase, index) => ({
    ...{ at: AT + index * 3_600_000, phase, summary: both(`Fassung ${index}`, `Revision ${index}`) },
  })),
}
const PLACES = {
  stylesheet: '/warning.css',
  self: '/w/1/en',
  other: '/w/1/de',
  feed: 'https://a.example/feed',
}

const page = (language: Language, warning = WARNING): string => {
  const made = warningPage(warning, language, PLACES)
  assert.ok(made.ok)
  return made.value
}
const feed = (entries: readonly Warning[], language: Language = 'en') =>
  atomFeed({
    ...{ urn: WARNING.urn.replace('1', '2'), title: 'Warnings & more', author: 'A <b>', language, since: AT },
    self: 'https://a.example/feed',
    entries: entries.map((warning) => ({ warning, page: 'https://a.example/w?a=1&b=2' })),
  })

/** Names of elements in order; throws where one is not closed by its own end. */
function elements(markup: string): string[] {
  const names: string[] = []
  const open: string[] = []
  for (const [, end, name = '', rest = ''] of markup.matchAll(/<(\/?)([a-z]\w*)([^<>]*)>/g)) {
    if (end === '/') assert.equal(open.pop(), name)
    else names.push(name)
    if (end !== '/' && !rest.endsWith('/') && !['meta', 'link'].includes(name)) open.push(name)
  }
  assert.deepEqual(open, [])
  return names
}

test('CAS-W1 the page has its language, landmarks, headings in order, captions, scopes and no script', () => {
  for (const language of ['de', 'en'] as const) {
    const text = page(language)
    const names = elements(text.replace('<!DOCTYPE html>', ''))
    assert.ok(text.includes(`<html lang="${language}">`))
    for (const one of ['header', 'nav', 'main', 'footer', 'h1'])
      assert.equal(names.filter((name) => name === one).length, 1, one)
    assert.deepEqual(
      names.filter((name) => /^h[1-6]$/.test(name)),
      ['h1', 'h2', 'h2', 'h2', 'h2', 'h2'],
    )
    assert.equal(names[names.indexOf('body') + 1], 'a', 'the skip link comes first')
    assert.match(text, /<a class="skip" href="#content">[^<]+<\/a>[\s\S]*<main id="content">/)
    assert.equal(names.filter((name) => name === 'caption').length, 2)
    assert.equal(text.match(/<th scope="(row|col)">/g)?.length, names.filter((name) => name === 'th').length)
    assert.doesNotMatch(text, /<(script|style|img)|\sstyle=|\son\w+=|javascript:/i)
    assert.match(
      text,
      language === 'de' ? /Stufe 3 von 4\.<\/strong> Orange: / : /Level 3 of 4\.<\/strong> Orange: /,
    )
    assert.equal(text.match(/(Fassung|Revision) [0-3]</g)?.length, 4, 'the whole history')
  }
})

test('CAS-W2 whatever others wrote is text, and places are ours', () => {
  const evil = fc.string({
    unit: fc.constantFrom('<', '>', '"', "'", '&', '\0', '\ud800', 'script', ' onload=', 'ä'),
  })
  const count = (text: string) => text.match(/<[a-z!/?][^<>]*>/gi)?.length
  const plain = feed([WARNING])
  assert.ok(plain.ok)
  fc.assert(
    fc.property(evil, (text) => {
      const words = both(text, text)
      const product = { id: 'A', vendor: text, product: text, version: text, status: 'affected' } as const
      const checked = { ...WARNING.checked, by: text, what: words }
      const revisions = WARNING.revisions.map((one) => ({ ...one, summary: words }))
      const products = [{ ...product, file: { name: text, sha256: text } }, product]
      const changed = { number: text, title: words, summary: words, checked, revisions, products }
      const warning = { ...WARNING, ...changed, advice: [words, words] }
      assert.equal(count(page('de', warning)), count(page('de')))
      const atom = feed([warning])
      assert.ok(atom.ok)
      assert.equal(count(atom.value), count(plain.value))
      assert.doesNotMatch(page('de', warning) + atom.value, /[\0\ud800]/)
    }),
  )
  for (const wrong of ['javascript:alert(1)', '//evil.example/', '/a"b', '/a b', 'http://a.example/', '/\\e'])
    assert.deepEqual(warningPage(WARNING, 'de', { ...PLACES, stylesheet: wrong }), {
      ok: false,
      error: 'stylesheet',
    })
})

test('CAS-W3 it says what was checked, when and by whom, and never that anything is secure', () => {
  assert.match(page('de'), /Geprüft am 23\.11\.2026, 21:05 UTC von Anna: 150 Geräte/)
  assert.match(page('en'), /Checked on 2026-11-23, 21:05 UTC by Anna: 150 devices/)
  for (const language of ['de', 'en'] as const) {
    const mail = warningMail(WARNING, language, {
      page: 'https://a.example/',
      unsubscribe: 'https://a.example/u',
    })
    const atom = feed([WARNING], language)
    assert.ok(mail.ok && atom.ok)
    assert.doesNotMatch(
      page(language) + mail.value.text + atom.value,
      /\b(un)?(secure|safe|sicher)\w{0,2}\b/i,
    )
  }
})

test('CAS-W4 the feed has ids that stay, times, an author, its own address, and the newest first', () => {
  const later = WARNING.revisions.map((one) => ({ ...one, at: one.at + 1e9 }))
  const newer = { ...WARNING, urn: WARNING.urn.replace('1', '3'), revisions: later }
  const made = feed([WARNING, newer])
  assert.ok(made.ok)
  elements(made.value)
  const ids = [...made.value.matchAll(/<id>(.*?)<\/id>/g)].map(([, id]) => id)
  assert.deepEqual(ids, [WARNING.urn.replace('1', '2'), newer.urn, WARNING.urn])
  const updated = [...made.value.matchAll(/<updated>(.*?)<\/updated>/g)].map(([, at]) => at)
  assert.deepEqual(updated, [
    '2026-12-05T13:51:40.000Z',
    '2026-12-05T13:51:40.000Z',
    '2026-11-24T00:05:00.000Z',
  ])
  assert.match(made.value, /<author><name>A &lt;b&gt;<\/name><\/author>\n<link rel="self"/)
  const errors = [[WARNING, WARNING], [{ ...WARNING, urn: '1' }], [{ ...WARNING, revisions: [] }]].map(
    (entries) => {
      const refused = feed(entries)
      return refused.ok || refused.error
    },
  )
  assert.deepEqual(errors, ['id-twice', 'id', 'no-revision'])
})

test('CAS-W5 the mail unsubscribes by one click, and nothing breaks out of a header', () => {
  const places = { page: 'https://a.example/w', unsubscribe: 'https://a.example/u?t=1' }
  const mail = warningMail(WARNING, 'de', places)
  assert.ok(mail.ok)
  assert.equal(mail.value.subject, '[Stufe 3/4] 2026-1: Fremder Code in einer Version')
  assert.deepEqual(mail.value.headers.slice(0, 2), [
    ['List-Unsubscribe', '<https://a.example/u?t=1>'],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
  ])
  for (const cut of ['\r\nBcc: x@example.org', '\n', '\0', '\u2028']) {
    const title = both(`a${cut}`, `a${cut}`)
    assert.deepEqual(warningMail({ ...WARNING, title }, 'de', places), { ok: false, error: 'subject' })
    const unsubscribe = `${places.unsubscribe}${cut}`
    assert.deepEqual(warningMail(WARNING, 'de', { ...places, unsubscribe }), { ok: false, error: 'address' })
  }
})

const publisher = { category: 'vendor', name: 'Example', namespace: 'https://a.example' } as const
const provider = { publisher, language: 'en', pageOf: () => 'https://a.example/w/1' } as const

function firstText(): string {
  const made = documentsOf(WARNING, provider)
  return (made.ok ? made.value[0]?.text : undefined) ?? assert.fail()
}

test('CAS-W6 incident response first, then advisory and VEX; each passes and counts from 1', async () => {
  const numbers: string[] = []
  for (let length = 1; length <= PHASES.length; length += 1) {
    const made = documentsOf({ ...WARNING, revisions: WARNING.revisions.slice(0, length) }, provider)
    assert.ok(made.ok, JSON.stringify(made))
    const read = made.value.map(({ text }) => JSON.parse(text))
    for (const document of read) assert.deepEqual(await oasisRules(document), [])
    for (const { text } of made.value) assert.ok(readAdvisory(text).ok)
    numbers.push(
      read.map(({ document }) => `${document.tracking.id} v${document.tracking.version}`).join(', '),
    )
  }
  assert.deepEqual(numbers, [
    'IR-2026-1 v1',
    'IR-2026-1 v2, SA-2026-1 v1',
    'IR-2026-1 v3, SA-2026-1 v2',
    'IR-2026-1 v4, SA-2026-1 v3, VEX-2026-1 v1',
  ])
  const broken = { ...JSON.parse(firstText()), vulnerabilities: [{ product_status: { fixed: ['Z'] } }] }
  assert.ok((await oasisRules(broken)).length > 0, 'the validator finds a product that is not defined')
  const empty = documentsOf({ ...WARNING, title: both('', '') }, provider)
  assert.ok(!empty.ok && empty.error.length > 0, 'what would not be read is not written')
})

test('CAS-W7 the files of the provider', () => {
  const digest = (name: string) => (text: string) => createHash(name).update(text).digest('hex')
  const digests = { sha256: digest('sha256'), sha512: digest('sha512') }
  const places = { ...provider, folder: 'https://a.example/csaf/', lastUpdated: AT }
  const made = providerFiles([WARNING], places, digests)
  assert.ok(made.ok)
  const files = made.value
  assert.equal(files.get('index.txt'), '2026/ir-2026-1.json\n2026/sa-2026-1.json\n2026/vex-2026-1.json\n')
  assert.equal(files.get('changes.csv')?.split('\n').length, 4)
  const text = files.get('2026/vex-2026-1.json') ?? assert.fail()
  assert.equal(files.get('2026/vex-2026-1.json.sha512'), `${digests.sha512(text)}  vex-2026-1.json\n`)
  const metadata = JSON.parse(files.get('provider-metadata.json') ?? '')
  assert.equal(metadata.last_updated, '2026-11-23T21:05:00.000Z')
  assert.deepEqual(providerFiles([WARNING, WARNING], places, digests), { ok: false, error: 'name-twice' })
})

test('CAS-W8 security.txt ends within a year, and nothing breaks out of a line', () => {
  const fields = {
    ...{ contacts: ['https://a.example/report', 'mailto:security@a.example'], expires: AT + 1000 },
    ...{ languages: ['de', 'en'] as const, canonical: 'https://a.example/.well-known/security.txt' },
    ...{
      policy: 'https://a.example/policy',
      csaf: 'https://a.example/.well-known/csaf/provider-metadata.json',
    },
  }
  const made = securityTxt(fields, AT)
  assert.ok(made.ok)
  assert.deepEqual(
    made.value.split('\n').map((line) => line.split(':')[0]),
    [...['Contact', 'Contact', 'Expires', 'Preferred-Languages', 'Canonical', 'Policy', 'CSAF'], ''],
  )
  const error = (more: object) => {
    const refused = securityTxt({ ...fields, ...more }, AT)
    return refused.ok || refused.error
  }
  const wrong = [{ contacts: [] }, { contacts: ['mailto:a@b\nContact: x'] }, { contacts: ['me'] }].map(error)
  assert.deepEqual(wrong, ['contacts', 'contacts', 'contacts'])
  const times = [AT, AT + EXPIRES_WITHIN_MS, Number.NaN].map((expires) => error({ expires }))
  assert.deepEqual(times, ['expires', 'expires', 'expires'])
  assert.equal(error({ expires: AT + EXPIRES_WITHIN_MS - 1 }), true)
  assert.equal(error({ policy: 'https://a.example/\r\nX: y' }), 'policy')
})
