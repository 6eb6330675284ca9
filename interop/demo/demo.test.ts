// The demonstration from end to end: two links, two people in two browsers, Anna, an announcement for every
// number outside, and the next start on the same folder.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { choosePorts, flagsFor, Launch } from '../support/launch.ts'
import { likeness, loudness } from '../support/likeness.ts'
import type { CallSummary } from '../support/server.ts'
import { assertBothHear, measured, type Talker, Unheard } from '../support/sound.ts'
import { heard, windowsOf } from '../support/tone.ts'
import { Visitor } from '../support/visitor.ts'
import { sleep, until } from '../support/wait.ts'
import { type Sound, sine } from '../support/wav.ts'
import { ALIKE_MIN, ANNOUNCEMENT_MS_MAX, assertAnnouncement, prompt } from './announcement.ts'

const MARA_HZ = 600
const JONAS_HZ = 1000
const LOOP_SECONDS = 10
const SETTLE_MS = 1000
const DAY_MS = 86_400_000

const folder = mkdtempSync(join(tmpdir(), 'rufwerk-demo-'))
const flags = [...flagsFor(join(folder, 'data'), await choosePorts()), '--demo']
let launch = new Launch(flags)
const visitors: Visitor[] = []
test.after(async () => {
  for (const visitor of visitors) await visitor.close()
  await launch.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function visit(...args: Parameters<typeof Visitor.open>): Promise<Visitor> {
  const visitor = await Visitor.open(...args)
  visitors.push(visitor)
  return visitor
}

const links = await launch.links()
const [jonasLink = '', maraLink = ''] = links
const origin = new URL(maraLink).origin
let mara = await visit(maraLink, sine(MARA_HZ, LOOP_SECONDS))
const jonas = await visit(jonasLink, sine(JONAS_HZ, LOOP_SECONDS))

interface PastCall extends CallSummary {
  readonly startedAt: number
  readonly why: { readonly rule: string }
}

async function newestCall(visitor: Visitor): Promise<PastCall | undefined> {
  return (await visitor.ask<{ calls: PastCall[] }>('/calls?limit=1')).calls[0]
}

/** The record of a call that ended after `before` was the newest. */
function recordAfter(visitor: Visitor, before: PastCall | undefined): Promise<PastCall> {
  return until('the record of the call', async () => {
    const newest = await newestCall(visitor)
    return newest && newest.id !== before?.id ? newest : undefined
  })
}

test('two links are printed, one per person, and each signs in once', async () => {
  assert.equal(links.length, 2)
  assert.match(launch.stdout, /Demonstration "Muster GmbH"/)
  assert.match(launch.stdout, /Jonas Weber, extension 102:\n.*\nMara Lindner, extension 100:\n.*\n$/)
  const token = new URL(maraLink).hash.replace('#link=', '')
  const again = await fetch(`${origin}/api/v1/session/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token }),
  })
  assert.ok(again.status >= 400 && again.status < 500, `used twice: ${again.status}`)
})

for (const [name, visitor] of [
  ['Mara Lindner', () => mara],
  ['Jonas Weber', () => jonas],
] as const)
  test(`${name} finds Muster GmbH, 12 people and a month of calls`, async () => {
    const { page } = visitor()
    const session = await visitor().ask<{
      person: { name: string }
      tenant: { name: string }
      isDemo: boolean
    }>('/session')
    assert.equal(session.person.name, name)
    assert.deepEqual([session.tenant.name, session.isDemo], ['Muster GmbH', true])
    await page.getByText('Muster GmbH').first().waitFor({ timeout: 30_000 })
    await page.getByRole('link', { name: 'Personen', exact: true }).first().click()
    for (const someone of ['Anna Hoffmann', 'Leyla Yıldız', 'Nguyen Thi Lan', 'Heinrich Petersen'])
      await page.getByText(someone).first().waitFor({ timeout: 30_000 })
    const { people } = await visitor().ask<{ people: unknown[] }>('/people')
    assert.equal(people.length, 12)
    const calls: PastCall[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const part: { calls: PastCall[]; nextCursor?: string } = await visitor().ask(`/calls?limit=100${query}`)
      calls.push(...part.calls)
      cursor = part.nextCursor
    }
    const days = (Date.now() - (calls.at(-1)?.startedAt ?? Date.now())) / DAY_MS
    assert.ok(days > 20 && days < 35, `${days} days`)
    assert.ok(calls.length > 50, `${calls.length} calls`)
    assert.ok(new Set(calls.map(({ cause }) => cause)).size >= 3, 'answered, busy, not answered')
    await page.getByRole('link', { name: 'Telefon', exact: true }).first().click()
  })

function talker(who: string, visitor: Visitor, hertz: number): Talker {
  const listen = async (durationMs: number) => windowsOf(await visitor.listen(durationMs))
  return { who, hertz, phone: { listen } }
}

test('one calls the other by browser: both hear the right tone', async () => {
  await mara.dial('102')
  await jonas.press('Annehmen')
  await mara.page.getByRole('button', { name: 'Halten', exact: true }).first().waitFor({ timeout: 30_000 })
  await sleep(SETTLE_MS)
  await assertBothHear(talker('Mara', mara, MARA_HZ), talker('Jonas', jonas, JONAS_HZ), 3000)
  const before = await newestCall(mara)
  await jonas.press('Auflegen')
  const record = await recordAfter(mara, before)
  assert.deepEqual([record.dialled, record.endedBy, record.cause], ['102', 'callee', 16])
})

/** Dials, listens until the call ends by itself, and gives what was heard and how it was recorded. */
async function announced(visitor: Visitor, number: string): Promise<{ sound: Sound; record: PastCall }> {
  const before = await newestCall(visitor)
  const calls = await visitor.calls()
  await visitor.dial(number)
  await visitor.callIsHeard(calls)
  const record = await until(
    `the end of the call to ${number}`,
    async () => {
      const newest = await newestCall(visitor)
      return newest && newest.id !== before?.id ? newest : undefined
    },
    ANNOUNCEMENT_MS_MAX,
  )
  const sound = await visitor.heard()
  const close = visitor.page.getByRole('button', { name: 'Schließen', exact: true }).last()
  if (await close.isVisible()) await close.click()
  return { sound, record }
}

/** Calls a number that answers with an announcement, again where it has holes; gives the call's record. */
async function hearsAnnouncement(
  t: TestContext,
  visitor: Visitor,
  number: string,
  { right, wrong }: { readonly right: string; readonly wrong: string },
): Promise<PastCall> {
  const records: PastCall[] = []
  await measured(async () => {
    const { sound, record } = await announced(visitor, number)
    records.push(record)
    assertAnnouncement(t, sound, right, wrong)
  })
  const record = records.at(-1)
  assert.ok(record)
  return record
}

/** The call's page in both languages. */
async function sentences(visitor: Visitor, record: PastCall): Promise<{ german: string; english: string }> {
  const { page } = visitor
  const read = async (language: string) => {
    await page
      .getByRole('link', { name: /^(Einstellungen|Settings)$/ })
      .first()
      .click()
    await page
      .getByRole('link', { name: /^(Sprache und Aussehen|Language and appearance)/ })
      .first()
      .click()
    await page.getByRole('radio', { name: language, exact: true }).check()
    await page
      .getByRole('link', { name: /^(Anrufe|Calls)$/ })
      .first()
      .click()
    await page.locator(`a[href="/calls/${record.id}"]`).first().click()
    await page.waitForURL(`**/calls/${record.id}`)
    await sleep(300)
    return page.innerText('body')
  }
  const english = await read('English')
  const german = await read('Deutsch')
  await page.getByRole('link', { name: 'Telefon', exact: true }).first().click()
  return { german, english }
}

test('an outside number and the police: the announcement is heard, ends, is explained', async (t) => {
  const nobody = { right: 'de-demo-outside', wrong: 'de-emergency' }
  const emergencies = { right: 'de-emergency', wrong: 'de-demo-outside' }
  const [outside, police] = await Promise.all([
    hearsAnnouncement(t, mara, '030 23125 555', nobody),
    hearsAnnouncement(t, jonas, '110', emergencies),
  ])
  const found = [outside, police].map(({ why, status, endedBy }) => [why.rule, status, endedBy])
  assert.deepEqual(found, [
    ['demo-outside', 404, 'system'],
    ['emergency-without-trunk', 480, 'system'],
  ])
  const explained = await sentences(mara, outside)
  assert.match(explained.german, /Die Vorführung ruft niemanden draußen an\. Unter 03023125555 lief .*Ansage/)
  assert.match(
    explained.english,
    /The demonstration calls nobody outside, so 03023125555 played an announcement/,
  )
  const emergency = await sentences(jonas, police)
  assert.match(emergency.german, /Der Notruf 110 ist von hier nicht möglich/)
  assert.match(emergency.english, /Emergency calls to 110 are not possible from here/)
})

test('Anna at 101 speaks, and repeats what one says', async (t) => {
  const cookies = await mara.cookies()
  await mara.close()
  const utterance = sine(MARA_HZ, LOOP_SECONDS)
  // One and a half seconds of tone, and silence until the loop begins again.
  utterance.samples.fill(0, Math.round(1.5 * utterance.rate))
  mara = await visit(`${origin}/`, utterance, cookies)
  await measured(() => talksToAnna(t))
})

async function talksToAnna(t: TestContext): Promise<void> {
  const before = await newestCall(mara)
  const calls = await mara.calls()
  await mara.dial('101')
  await mara.callIsHeard(calls)
  const greeting = prompt('de-demo-voice')
  const greetingMs = (greeting.samples.length / greeting.rate) * 1000
  await sleep(greetingMs + LOOP_SECONDS * 2000)
  const sound = await mara.heard()
  await mara.press('Auflegen')
  const record = await recordAfter(mara, before)
  assert.deepEqual([record.dialled, record.status, record.endedBy], ['101', 200, 'caller'])
  const found = likeness(sound, greeting)
  t.diagnostic(`greeting ${found.value.toFixed(2)}`)
  if (found.value < ALIKE_MIN)
    throw new Unheard(`greeting ${found.value.toFixed(2)} alike at ${found.atMs} ms`)
  const [during, after] = cut(sound, found.atMs, greetingMs)
  const isTone = (windows: ReturnType<typeof windowsOf>) => heard(windows, MARA_HZ).share * windows.length
  assert.ok(isTone(windowsOf(during)) === 0, 'while she speaks, nothing is repeated')
  if (isTone(windowsOf(after)) < 5) throw new Unheard(`repeated for ${isTone(windowsOf(after)) * 200} ms`)
  const silent = loudness(after).filter((value) => value < 50).length / loudness(after).length
  assert.ok(silent > 0.3, 'between what is said there is silence')
}

/** The parts of a sound during and after something in it. */
function cut({ rate, samples }: Sound, fromMs: number, lengthMs: number): [during: Sound, after: Sound] {
  const from = Math.round((fromMs * rate) / 1000)
  const to = from + Math.round((lengthMs * rate) / 1000)
  return [
    { rate, samples: samples.subarray(from, to) },
    { rate, samples: samples.subarray(to) },
  ]
}

test('the next start on the same folder prints fresh links, and what happened is still there', async () => {
  const before = await newestCall(mara)
  await launch.stop()
  launch = new Launch(flags)
  const fresh = await launch.links()
  assert.equal(fresh.length, 2)
  assert.equal(new Set([...links, ...fresh]).size, 4, 'other links than before')
  const visitor = await visit(fresh[1] ?? '', sine(MARA_HZ, LOOP_SECONDS))
  assert.equal((await newestCall(visitor))?.id, before?.id)
  const { people } = await visitor.ask<{ people: unknown[] }>('/people')
  assert.equal(people.length, 12)
})
