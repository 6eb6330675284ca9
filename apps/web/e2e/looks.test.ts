// Every page and every state in all looks: nothing for axe-core to find, no policy violation, no sideways
// scrolling. One page per width and language; light and dark are switched without loading it again, which
// changes colours only.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { de } from '../src/i18n/de.ts'
import { en } from '../src/i18n/en.ts'
import { checkAccessibility, type Look, openBrowser, openPage } from './browser.ts'
import { FakeServer, PASSWORD, SETUP_TOKEN } from './fake-server.ts'

const WORDS = { de, en }
type Frame = Pick<Look, 'language' | 'width'>
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
const FRAMES: readonly Frame[] = [
  { language: 'de', width: 1280 },
  { language: 'en', width: 1280 },
  { language: 'de', width: 390 },
  { language: 'en', width: 390 },
]
let server: FakeServer
let browser: Browser

before(async () => {
  server = await new FakeServer().listen(18_475)
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

/** What is on the screen, light and dark. The same elements: in the dark only colours can be wrong. */
async function check(page: Page, state: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  assert.deepEqual(await checkAccessibility(page), [], `${state}, light`)
  await page.emulateMedia({ colorScheme: 'dark' })
  assert.deepEqual(await checkAccessibility(page, COLOUR_RULES), [], `${state}, dark`)
  const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  assert.equal(isWider, false, `${state} is wider than the screen`)
}

const openIn = (frame: Frame, path = '/') =>
  openPage(browser, server.origin + path, { ...frame, theme: 'light' })

async function signIn(frame: Frame, login: string) {
  const opened = await openIn(frame)
  await opened.page.locator('input[name=username]').fill(login)
  await opened.page.locator('input[name=password]').fill(PASSWORD)
  await opened.page.keyboard.press('Enter')
  await opened.page.getByText(WORDS[frame.language].phone.registered, { exact: true }).waitFor()
  return opened
}

/** Another page of the app, as a link in it would open it. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, '', to), path)
}

/** A path, and what is there once it is loaded. */
const PAGES: readonly (readonly [path: string, selector: string])[] = [
  ['/people', 'a[href="/people/p105"]'],
  ['/people/p102', 'main article h2'],
  ['/people/p101', 'main article h2'],
  ['/calls', 'a[href="/calls/c1"]'],
  ['/calls/c0', 'main article ol'],
  ['/calls/c3', 'main article ol'],
  ['/calls/none', 'main [class*=emptyTitle]'],
  ['/settings', 'main nav'],
  ['/settings/sound', 'main select'],
  ['/settings/phones', 'main ul li button'],
  ['/settings/look', 'main [role=radiogroup], main fieldset'],
  ['/settings/account', 'main form'],
  ['/nowhere', 'main a[href="/phone"]'],
]

for (const frame of FRAMES) {
  const words = WORDS[frame.language]
  const name = `${frame.language} ${frame.width}`

  test(`the way in is clean: ${name}`, async () => {
    server.isSetUp = false
    const { page, context, complaints } = await openIn(frame, `/#setup=${SETUP_TOKEN}`)
    await page.getByRole('heading', { name: words.welcome.title }).waitFor()
    await check(page, 'welcome, language')
    const next = page.locator('button[type=submit]')
    await next.click()
    await next.click()
    await page.getByText(words.field.required).first().waitFor()
    await check(page, 'welcome, company with problems')
    const fields = page.locator('form input:not([type=radio])')
    const typed = ['Muster GmbH', 'Jonas Weber', '100', 'jonas@muster.example', PASSWORD]
    for (const [index, text] of typed.entries()) await fields.nth(index).fill(text)
    await next.click()
    await fields.nth(0).fill('Anna Schmidt')
    await check(page, 'welcome, colleagues')
    await next.click()
    await page.getByRole('heading', { name: words.welcome.doneTitle }).waitFor()
    await check(page, 'welcome, done')
    await context.clearCookies()

    server.isDemo = frame.width === 390
    await page.goto(server.origin)
    await page.reload()
    await page.getByRole('heading', { name: words.signIn.title }).waitFor()
    await check(page, 'sign-in')
    await page.locator('input[name=username]').fill('100')
    await page.locator('input[name=password]').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText(words.error['wrong-credentials']).waitFor()
    await check(page, 'sign-in refused')
    server.isDemo = false
    const person = server.people[1]
    assert.ok(person)
    server.withoutPassword.add(person.id)
    await page.goto(server.linkFor(person))
    await page.getByRole('heading', { name: words.link.passwordTitle }).waitFor()
    await check(page, 'first password')
    server.withoutPassword.clear()
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test(`pages are clean: ${name}`, async () => {
    server.isDemo = true
    const { page, context, complaints } = await signIn(frame, '100')
    await check(page, '/phone')
    await page.getByLabel(words.phone.field).fill('a')
    await check(page, '/phone with suggestions')
    await page.getByLabel(words.phone.field).fill('')
    for (const [path, selector] of PAGES) {
      await go(page, path)
      await page.locator(selector).first().waitFor()
      await check(page, path)
    }
    await go(page, '/settings/sound')
    await page.getByRole('button', { name: words.settings.testMicrophone }).click()
    await page.getByRole('meter').waitFor()
    await check(page, 'microphone test')
    await go(page, '/settings/phones')
    await page.getByRole('button', { name: words.settings.newPhone }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input').fill('Empfang')
    await check(page, 'new phone')
    await dialog.locator('button[type=submit]').click()
    await dialog.locator('output').first().waitFor()
    await check(page, 'credentials')
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test(`calls are clean: ${name}`, async () => {
    server.isDemo = false
    const jonas = await signIn(frame, '100')
    const anna = await signIn(frame, '101')
    const barOf = (page: Page) => page.getByRole('region', { name: words.call.bar })
    const press = (page: Page, label: string) =>
      barOf(page).getByRole('button', { name: label, exact: true }).click()
    const dial = async (number: string): Promise<void> => {
      await jonas.page.getByLabel(words.phone.field).fill(number)
      await jonas.page.keyboard.press('Enter')
    }
    await dial('101')
    const incoming = anna.page.getByRole('region', { name: words.call.incomingLabel })
    await incoming.waitFor()
    await barOf(jonas.page).getByText(words.call.ringing).waitFor()
    await check(jonas.page, 'calling')
    await check(anna.page, 'incoming')
    await incoming.getByRole('button', { name: words.action.answer }).click()
    await barOf(jonas.page).getByText(words.quality.excellent).waitFor()
    await check(jonas.page, 'talking')
    await press(jonas.page, words.action.keypad)
    await jonas.page.getByRole('group', { name: words.call.keypadTitle }).getByText('5').click()
    await check(jonas.page, 'keypad')
    await press(jonas.page, words.action.keypad)
    await press(jonas.page, words.action.mute)
    await barOf(jonas.page).getByText(words.call.muted).waitFor()
    await check(jonas.page, 'muted')
    await press(anna.page, words.action.hold)
    await barOf(anna.page).getByText(words.call.heldByUs).waitFor()
    await check(anna.page, 'holding')
    await go(jonas.page, '/calls/c0')
    await barOf(jonas.page).getByText(words.call.heldByPeer).waitFor()
    await jonas.page.locator('main article ol').waitFor()
    await check(jonas.page, 'held, on another page')
    await go(jonas.page, '/phone')
    await press(anna.page, words.action.hangUp)
    const over = barOf(jonas.page).getByRole('button', { name: words.action.dismiss })
    await over.waitFor()
    await check(jonas.page, 'ended')
    await dial('105')
    await barOf(jonas.page).getByRole('button', { name: words.action.callAgain }).waitFor()
    await check(jonas.page, 'busy')
    for (const { context, complaints } of [jonas, anna]) {
      assert.deepEqual(complaints, [])
      await context.close()
    }
  })
}
