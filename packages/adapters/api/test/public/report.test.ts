// Pages for everybody: the form, what it takes and what it refuses, the page of a report, and what security
// software sends with a token.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@rufwerk/api'
import { PATHS } from '@rufwerk/contract'
import { PAGE_POLICY } from '../../src/security/headers.ts'
import { type OutsideList, PAGE_TOKEN, WEBHOOK } from '../admin/outside.ts'
import { ELSEWHERE, openStaffedOffice } from '../office.ts'

const PLACE = '/security/report'
const FORM = 'application/x-www-form-urlencoded'

async function open() {
  const office = await openStaffedOffice()
  const outside = office.ports.cases?.outside as OutsideList
  const post = (
    fields: Record<string, string>,
    headers: Record<string, string | undefined> = {},
    peer = ELSEWHERE,
  ) => {
    const body = new URLSearchParams(fields).toString()
    const sent = { 'content-type': FORM, 'content-length': String(Buffer.byteLength(body)), ...headers }
    return office.ask('POST', PLACE, { body, headers: sent, peer })
  }
  const get = (path: string, headers = {}, peer = ELSEWHERE) => office.ask('GET', path, { headers, peer })
  return { office, outside, post, get }
}

test('the form is German or English: as chosen, as the browser wishes, as the company speaks', async () => {
  const { get } = await open()
  const language = async (query: string, wish?: string) => {
    const answer = await get(`${PLACE}${query}`, wish === undefined ? {} : { 'accept-language': wish })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-security-policy'), PAGE_POLICY)
    assert.equal(answer.headers.get('set-cookie'), null)
    const html = await answer.text()
    assert.doesNotMatch(html, /<script|<style|style=|<Söhne>/)
    return /<html lang="(\w+)">/.exec(html)?.[1]
  }
  assert.deepEqual(
    [
      ...[await language(''), await language('?lang=en'), await language('?lang=xx', 'en-GB')],
      ...[await language('', 'fr, en;q=0.4, de;q=0.8'), await language('', 'de;q=0, en;q=0.1')],
      await language('?lang=de', 'en'),
    ],
    ['de', 'en', 'en', 'de', 'en', 'de'],
  )
})

test('a report gets a page that only its address opens', async () => {
  const { outside, post, get } = await open()
  assert.equal((await get(`${PLACE}/${PAGE_TOKEN}`)).status, 404)
  const answer = await post({ words: 'It flags <b>this</b>.', contact: 'x@example.org', lang: 'en' })
  assert.equal(answer.status, 303)
  assert.equal(answer.headers.get('location'), `${PLACE}/${PAGE_TOKEN}?lang=de`)
  assert.deepEqual(outside.told, [
    { report: { hashes: [], words: 'It flags <b>this</b>.' }, contact: 'x@example.org' },
  ])
  const page = await get(`${PLACE}/${PAGE_TOKEN}?lang=en`)
  assert.equal(page.status, 200)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  assert.match(await page.text(), /<dd>r1<\/dd>/)
  for (const other of ['x', 'u'.repeat(43), `${PAGE_TOKEN}/x`, '%2e%2e%2fx', '%00'])
    assert.equal((await get(`${PLACE}/${other}`)).status, 404, other)
})

test('what is wrong is said beside what was typed, which is never markup', async () => {
  const { outside, post } = await open()
  const markup = '"><script>alert(1)</script>'
  const answer = await post({ words: markup, contact: 'a@example.org\r\nBcc: b@example.org' })
  assert.equal(answer.status, 422)
  const html = await answer.text()
  assert.match(html, /aria-invalid="true"[^>]*type="email"/)
  assert.match(html, /&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  assert.doesNotMatch(html, /<script/)
  for (const fields of [{}, { words: ' ' }, { words: 'x'.repeat(4_001) }, { words: 'x', hash: 'abc' }])
    assert.equal((await post(fields as Record<string, string>)).status, 422)
  assert.deepEqual(outside.told, [])
})

test('bodies that are huge, untyped, of unknown length or from another site are refused unread', async () => {
  const { outside, post } = await open()
  const words = { words: 'x' }
  const statuses = [
    await post(words, { 'content-length': String(LIMITS.requestBodyBytesMax + 1) }),
    await post(words, { 'content-length': undefined }),
    await post(words, { 'transfer-encoding': 'chunked' }),
    await post(words, { 'content-type': 'text/plain' }),
    await post(words, { origin: 'https://evil.example' }),
    await post(words, { 'sec-fetch-site': 'cross-site', origin: 'null' }),
  ].map(({ status }) => status)
  assert.deepEqual(statuses, [413, 400, 400, 400, 400, 400])
  assert.deepEqual(outside.told, [])
  // The twin: without a referrer browsers say `null`, programs nothing.
  assert.equal((await post(words, { origin: 'null', 'sec-fetch-site': 'same-origin' })).status, 303)
  assert.equal((await post(words, { origin: undefined })).status, 303)
})

test('a thousand reports: five of an address are taken, of all together as many as a day has', async () => {
  const { outside, post } = await open()
  outside.dayMax = 40
  const statuses = new Map<number, number>()
  for (let number = 0; number < 1_000; number += 1) {
    const peer = { address: `192.0.2.${number % 20}`, isSecure: true }
    const { status, headers } = await post({ words: `report ${number}` }, {}, peer)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status === 429) assert.ok(Number(headers.get('retry-after')) > 0)
  }
  // 20 addresses with 5 each; 40 of these 100 fit.
  assert.deepEqual([...statuses.entries()].sort(), [
    [303, 40],
    [429, 900],
    [503, 60],
  ])
  assert.equal(outside.told.length, 40)
})

test('security.txt is given over HTTPS, with fields of RFC 9116', async () => {
  const { get } = await open()
  assert.equal((await get(PATHS.securityTxt)).status, 404)
  const answer = await get(PATHS.securityTxt, {}, { address: '192.0.2.1', isSecure: true })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
  const fields = new Map(
    (await answer.text())
      .trim()
      .split('\n')
      .map((line) => line.split(': ') as [string, string]),
  )
  const origin = 'https://localhost:8080'
  assert.equal(fields.get('Contact'), `${origin}${PLACE}`)
  assert.equal(fields.get('Canonical'), `${origin}${PATHS.securityTxt}`)
  assert.equal(fields.get('Preferred-Languages'), 'de, en')
  const days = (Date.parse(fields.get('Expires') ?? '') - Date.now()) / 86_400_000
  assert.ok(days > 30 && days < 365)
})

test('a webhook reports with its token and nothing else; wrong tokens are limited', async () => {
  const { office, outside } = await open()
  const send = (token: string | undefined, body: unknown = { words: 'Trojan' }) => {
    const authorization = token === undefined ? undefined : `Bearer ${token}`
    return office.ask('POST', PATHS.webhook, {
      body,
      headers: { authorization, origin: undefined },
      peer: ELSEWHERE,
    })
  }
  const received = await send(WEBHOOK.token)
  assert.deepEqual([received.status, await received.json()], [201, { receipt: 'r2', how: 'opened' }])
  assert.equal((await send(WEBHOOK.token, { words: 1 })).status, 400)
  assert.equal((await send(WEBHOOK.token, '{')).status, 400)
  assert.equal((await send(WEBHOOK.token, 'x'.repeat(LIMITS.requestBodyBytesMax + 1))).status, 413)
  assert.equal((await send(undefined)).status, 401)
  assert.equal(outside.sent.length, 1)
  const codes = new Set<number>()
  for (let number = 0; number < 30; number += 1) codes.add((await send(`rfw_x_${number}`)).status)
  assert.deepEqual([...codes], [401, 429])
  assert.equal(outside.sent.length, 1)
})

test('other methods and other pages are not there', async () => {
  const { office, get } = await open()
  const none = ['/security/none', '/security/warnings/none']
  for (const path of none) assert.equal((await get(path)).status, 404)
  // Below the same word stands what admins open in the web app, which is not built here.
  assert.equal((await get('/security/stops')).status, 503)
  for (const path of [PLACE, `${PLACE}/${PAGE_TOKEN}`, PATHS.securityTxt])
    assert.equal((await office.ask('DELETE', path)).status, 405)
  const style = await get('/security/style.css')
  assert.equal(style.headers.get('content-type'), 'text/css; charset=utf-8')
  assert.equal((await get('/securityx')).headers.get('content-security-policy')?.includes('script-src'), true)
})
