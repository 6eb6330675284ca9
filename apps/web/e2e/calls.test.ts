// Calls between two pages, and to numbers that answer, ring, are busy or do not exist. Real WebRTC in the
// browser; the server is the SIP switch of these tests.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from './browser.ts'
import { stageAt } from './stage.ts'

const LOOK = { language: 'de', theme: 'light', width: 1280 } as const
const stage = stageAt(18_474)

/** Signed in already: that is what welcome.test.ts is about. */
async function openPhone(extension: string) {
  const opened = await stage.seats.open(stage.server.origin, LOOK, `p${extension}`)
  await opened.page.getByText('Bereit').waitFor()
  return opened
}

const barOf = (page: Page) => page.getByRole('region', { name: 'Laufendes Gespräch' })
const incomingOf = (page: Page) => page.getByRole('region', { name: 'Eingehender Anruf' })
const field = (page: Page) => page.getByLabel('Nummer oder Name')

async function dial(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await page.keyboard.press('Enter')
}

test('digits typed anywhere dial, Enter calls, the call is cancelled', async () => {
  const { page, complaints, leave } = await openPhone('100')
  await page.getByRole('link', { name: 'Anrufe' }).click()
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.type('1044')
  await page.keyboard.press('Backspace')
  assert.equal(await field(page).inputValue(), '104')
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.press('Enter')
  await barOf(page).getByText('Es klingelt').waitFor()
  await page.getByText('Bei Sofia Kowalska klingelt es.').waitFor({ state: 'attached' })
  await page.keyboard.press('Alt+x')
  await barOf(page).getByText('Sie haben den Anruf abgebrochen.').waitFor()
  await barOf(page).waitFor({ state: 'detached' })
  await page.keyboard.type('12')
  await page.keyboard.press('Escape')
  assert.equal(await field(page).inputValue(), '')
  assert.deepEqual(complaints, [])
  await leave()
})

test('each failure explains itself', async () => {
  const { page, complaints, leave } = await openPhone('100')
  for (const [number, sentence] of [
    ['105', /Lukas Brandt spricht gerade/],
    ['199', /nicht erreichbar/],
    ['777', /Die Nummer 777 gibt es hier nicht/],
  ] as const) {
    await dial(page, number)
    await barOf(page).getByText(sentence).waitFor()
    await barOf(page).getByRole('button', { name: 'Erneut anrufen' }).waitFor()
    // A busy callee is among all looks.
    if (number !== '105') assert.deepEqual(await checkAccessibility(page), [])
    await barOf(page).getByRole('button', { name: 'Schließen' }).click()
  }
  await dial(page, 'niemand')
  await page
    .getByRole('alert')
    .getByText(/Niemand heißt so/)
    .waitFor()
  assert.deepEqual(complaints, [])
  await leave()
})

test('two pages talk, hold, mute, send tones and hang up', async () => {
  const jonas = await openPhone('100')
  const anna = await openPhone('101')
  await dial(jonas.page, 'anna')
  await incomingOf(anna.page).getByText('Jonas Weber').waitFor()
  await incomingOf(anna.page).getByRole('button', { name: 'Annehmen' }).click()
  for (const { page } of [jonas, anna]) await barOf(page).getByRole('timer').waitFor()
  for (const { page } of [jonas, anna])
    await barOf(page)
      .getByText(/Sehr gut|Gut/)
      .waitFor()

  await anna.page.keyboard.press('Alt+h')
  await barOf(anna.page).getByText('Wird gehalten').waitFor()
  await barOf(jonas.page).getByText('Die Gegenseite hält').waitFor()
  await barOf(anna.page).getByRole('button', { name: 'Zurückholen' }).click()
  await barOf(jonas.page).getByText('Im Gespräch').waitFor()

  await barOf(jonas.page).getByRole('button', { name: 'Stumm schalten' }).click()
  await barOf(jonas.page).getByText('Ihr Mikrofon ist stumm').waitFor()
  await barOf(jonas.page).getByRole('button', { name: 'Stumm aufheben' }).click()
  await barOf(jonas.page).getByRole('button', { name: 'Tastenfeld' }).click()
  await barOf(jonas.page).getByRole('button', { name: 'Stern' }).click()
  await barOf(jonas.page).getByRole('button', { name: '4', exact: true }).click()
  await jonas.page.getByText('Gesendet: *4').waitFor()

  await jonas.page.getByRole('link', { name: 'Personen' }).click()
  await barOf(jonas.page).getByRole('timer').waitFor()
  await barOf(anna.page).getByRole('button', { name: 'Auflegen' }).click()
  await barOf(jonas.page)
    .getByText(/Gespräch beendet nach/)
    .waitFor()
  assert.deepEqual([jonas.complaints, anna.complaints], [[], []])
  await jonas.leave()
  await anna.leave()
})

test('leaving the page asks first, but only during a call', async () => {
  const { page, context } = await openPhone('100')
  const asked: string[] = []
  page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    dialog.dismiss().catch(() => undefined)
  })
  await dial(page, '*43')
  await barOf(page).getByText('Echo', { exact: true }).waitFor()
  await barOf(page).getByRole('timer').waitFor()
  await page.close({ runBeforeUnload: true })
  await barOf(page).getByRole('timer').waitFor()
  while (asked.length === 0) await page.waitForTimeout(50)
  assert.deepEqual(asked, ['beforeunload'])
  await barOf(page).getByRole('button', { name: 'Auflegen' }).click()
  await barOf(page).waitFor({ state: 'detached' })
  await page.close({ runBeforeUnload: true })
  await page.waitForEvent('close').catch(() => undefined)
  assert.equal(page.isClosed(), true)
  assert.equal(asked.length, 1)
  await context.close()
})

test('a ringing call does not take the focus from what is being typed', async () => {
  const jonas = await openPhone('100')
  const anna = await openPhone('101')
  await anna.page.getByRole('link', { name: 'Personen' }).click()
  const search = anna.page.getByRole('searchbox')
  await search.pressSequentially('so')
  await dial(jonas.page, '101')
  await incomingOf(anna.page).waitFor()
  await search.pressSequentially('fia')
  await anna.page.keyboard.press('Enter')
  assert.equal(await search.inputValue(), 'sofia')
  assert.equal(await search.evaluate((element) => element === document.activeElement), true)
  await incomingOf(anna.page).waitFor()
  await anna.page.keyboard.press('Alt+x')
  await barOf(jonas.page).getByText('Anna Schmidt hat den Anruf abgelehnt.').waitFor()

  await barOf(jonas.page).getByRole('button', { name: 'Erneut anrufen' }).click()
  await incomingOf(anna.page).waitFor()
  await barOf(jonas.page).getByRole('button', { name: 'Abbrechen' }).click()
  await incomingOf(anna.page).waitFor({ state: 'detached' })
  assert.deepEqual([jonas.complaints, anna.complaints], [[], []])
  await jonas.leave()
  await anna.leave()
})

test('a second call waits; answering it holds the first', async () => {
  const [jonas, anna, mehmet] = [await openPhone('100'), await openPhone('101'), await openPhone('103')]
  await dial(jonas.page, '101')
  await incomingOf(anna.page).getByRole('button', { name: 'Annehmen' }).click()
  await barOf(anna.page).getByRole('timer').waitFor()
  await dial(mehmet.page, '101')
  await incomingOf(anna.page)
    .getByText(/wird das laufende Gespräch gehalten/)
    .waitFor()
  await incomingOf(anna.page).getByRole('button', { name: 'Annehmen' }).click()
  await barOf(anna.page).getByText('Jonas Weber wird gehalten').waitFor()
  await barOf(jonas.page).getByText('Die Gegenseite hält').waitFor()
  await barOf(anna.page).getByText('Mehmet Yılmaz').waitFor()
  assert.deepEqual(await checkAccessibility(anna.page), [])
  await barOf(anna.page).getByRole('button', { name: 'Auflegen', exact: true }).click()
  await barOf(mehmet.page)
    .getByText(/beendet/)
    .waitFor()
  await barOf(anna.page).getByRole('button', { name: 'Zurückholen' }).click()
  await barOf(jonas.page).getByText('Im Gespräch').waitFor()
  for (const { complaints, leave } of [jonas, anna, mehmet]) {
    assert.deepEqual(complaints, [])
    await leave()
  }
})

test('a lost server is announced, the call goes on, and the phone registers again by itself', async () => {
  const { page, leave } = await openPhone('100')
  await dial(page, '*43')
  await barOf(page).getByRole('timer').waitFor()
  stage.server.isDown = true
  stage.server.dropSockets()
  await page.getByText(/Ihr Gespräch läuft weiter/).waitFor()
  await barOf(page).getByRole('timer').waitFor()
  stage.server.isDown = false
  await page.getByText(/Ihr Gespräch läuft weiter/).waitFor({ state: 'detached' })
  await leave()
})

test('a blocked microphone is explained with the next step', async () => {
  const { page, leave } = await openPhone('100')
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await dial(page, '101')
  await barOf(page)
    .getByText(/Der Browser sperrt das Mikrofon/)
    .waitFor()
  await leave()
})
