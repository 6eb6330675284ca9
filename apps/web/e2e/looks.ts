// Every page and every state in a look: nothing for axe-core to find by any rule, no policy violation, no
// sideways scrolling. Light and dark, and the other width, are switched without loading the page again.
import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { de } from '../src/i18n/de.ts'
import { en } from '../src/i18n/en.ts'
import { newCodesWords } from '../src/views/settings/new-codes-words.ts'
import { checkAccessibility, type Look, viewportOf } from './browser.ts'
import { FakeServer, PASSWORD, SETUP_TOKEN } from './fake-server.ts'
import { seeAlarms, seeSecurity } from './looks-security.ts'
import { Seats } from './seats.ts'

const WORDS = { de, en }
export type Frame = Pick<Look, 'language' | 'width'>
/**
 * How much is looked at. `corners`: by axe-core in two looks opposite in language, width and theme, and
 * what stands over the edge in each language and width; `all`: both in the frame as it is, in both themes.
 */
export type Depth = 'corners' | 'all'
const PORT_FIRST = 18_475
const NEW_CODES = [
  { code: '*58', does: 'recordPrompt' },
  { code: '*1', does: 'record' },
]

const CORNERS: readonly Look[] = [
  { language: 'de', width: 1280, theme: 'light' },
  { language: 'en', width: 390, theme: 'dark' },
]
const OTHERS: readonly Look[] = [
  { language: 'de', width: 390, theme: 'light' },
  { language: 'en', width: 1280, theme: 'dark' },
]

/** What is on the screen, in all looks; then it is in the frame again. */
async function look(page: Page, state: string, frame: Frame, depth: Depth): Promise<void> {
  const both = (['light', 'dark'] as const).map((theme) => ({ ...frame, theme }))
  const read = depth === 'corners' ? CORNERS : both
  const looks = depth === 'corners' ? [...CORNERS, ...OTHERS] : both
  // Its own language first and last: what is on the screen now may be there for some seconds only.
  for (const one of looks.toSorted((a, b) => Number(isOther(a)) - Number(isOther(b)))) {
    const { theme, ...shown } = one
    await show(page, shown)
    await page.emulateMedia({ colorScheme: theme })
    const where = `${state}, ${shown.language}, ${shown.width}, ${theme}`
    if (read.includes(one)) assert.deepEqual(await checkAccessibility(page), [], where)
    const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    assert.equal(isWider, false, `${where} is wider than the screen`)
    assert.deepEqual(await page.evaluate(cutButtons), [], `${where}: buttons that stand over the edge`)
  }
  await show(page, frame)

  function isOther({ language }: Look): boolean {
    return language !== frame.language
  }
}

/** As when the window is made smaller, and another tab has chosen another language. */
async function show(page: Page, { language, width }: Frame): Promise<void> {
  if (page.viewportSize()?.width !== width) await page.setViewportSize(viewportOf(width))
  if ((await page.locator('html').getAttribute('lang')) === language) return
  await page.evaluate((spoken) => {
    const key = 'rufwerk.preferences'
    const before = JSON.parse(localStorage.getItem(key) ?? '{}')
    localStorage.setItem(key, JSON.stringify({ ...before, language: spoken }))
    dispatchEvent(new StorageEvent('storage', { key }))
  }, language)
  await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' })
}

/** Runs in the page: labels of buttons of which the side of the screen cuts something off. */
function cutButtons(): string[] {
  return [...document.querySelectorAll('button')]
    .filter((button) => {
      const { left, right, width } = button.getBoundingClientRect()
      return width > 1 && (left < 0 || right > innerWidth + 1) && !button.closest('.hidden-visually')
    })
    .map((button) => button.getAttribute('aria-label') ?? button.innerText)
}

export interface Scene {
  readonly seats: Seats
  readonly frame: Frame
  readonly server: FakeServer
  readonly words: typeof de
  check(page: Page, state: string): Promise<void>
}

const openIn = ({ seats, frame, server }: Scene, path = '/', person?: string) =>
  seats.open(server.origin + path, { ...frame, theme: 'light' }, person)

async function enter(page: Page, login: string): Promise<void> {
  await page.locator('input[name=username]').fill(login)
  await page.locator('input[name=password]').fill(PASSWORD)
  await page.keyboard.press('Enter')
}

/** With the session that signing in gives. */
async function signIn(scene: Scene, extension: string) {
  const opened = await openIn(scene, '/', `p${extension}`)
  await opened.page.getByText(scene.words.phone.registered, { exact: true }).waitFor()
  return opened
}

/** Another page of the app, as a link in it would open it. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, '', to), path)
}

/** A path, and what is there once it is loaded. */
const PAGES: readonly (readonly [path: string, selector: string])[] = [
  ['/people', 'a[href="/people/p105"]'],
  ['/people/p102', 'main article h2'],
  ['/people/p101', 'main article h2'],
  ['/people/nobody', 'main [class*=emptyTitle]'],
  ['/calls', 'a[href="/calls/c1"]'],
  ['/calls/c0', 'main article ol'],
  ['/calls/c1', 'main article dl'],
  ['/calls/c3', 'main article ol'],
  ['/calls/none', 'main [class*=emptyTitle]'],
  ['/settings', 'main nav'],
  ['/settings/sound', 'main select'],
  ['/settings/phones', 'main ul li button'],
  ['/settings/look', 'main [role=radiogroup], main fieldset'],
  ['/settings/account', 'main form'],
  ['/nowhere', 'main a[href="/phone"]'],
]

async function seeWelcome({ check, words }: Scene, page: Page): Promise<void> {
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
}

async function seeTheWayIn(scene: Scene): Promise<void> {
  const { check, server, words } = scene
  server.isSetUp = false
  const { page, context, complaints, leave } = await openIn(scene, `/#setup=${SETUP_TOKEN}`)
  await seeWelcome(scene, page)
  await context.clearCookies()
  server.isDemo = scene.frame.width === 390
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
  await leave()
}

async function seeCertificate({ check, server, words }: Scene, page: Page): Promise<void> {
  await page.goto(`${server.origin}/certificate`)
  await page.getByRole('heading', { name: words.certificate.stepsTitle }).waitFor()
  await check(page, 'certificate')
  await page.getByText(words.certificate.iphone, { exact: true }).click()
  await page.getByText(words.certificate.iphoneSteps.split('\n')[0] ?? '').waitFor()
  await check(page, 'certificate, steps')
  const { certificate } = server
  server.certificate = undefined
  await page.reload()
  await page.getByText(words.certificate.none).waitFor()
  await check(page, 'certificate, none')
  server.certificate = certificate
}

/** A company of one that never called, and what cannot be loaded. */
async function seeGaps({ check, server, words }: Scene, page: Page): Promise<void> {
  const { people } = server
  Object.assign(server, { people: people.slice(0, 1), calls: [] })
  await page.goto(`${server.origin}/people`)
  await page.getByText(words.people.aloneAdmin).waitFor()
  await check(page, '/people, alone')
  await go(page, '/calls')
  await page.getByText(words.calls.empty).waitFor()
  await check(page, '/calls, none')
  Object.assign(server, { people, calls: undefined })
  await page.route('**/api/v1/devices', (route) => route.fulfill({ status: 503 }))
  await go(page, '/settings/phones')
  await page.getByRole('button', { name: words.action.retry }).waitFor()
  await check(page, '/settings/phones, not loaded')
  await page.unroute('**/api/v1/devices')
}

/** Codes that came with a new version, and a plan that somebody else has changed meanwhile. */
async function seeNewCodes({ check, server, words, frame }: Scene, page: Page): Promise<void> {
  const said = newCodesWords(frame.language)
  server.dialPlan = { version: 3, newCodes: NEW_CODES }
  await page.goto(`${server.origin}/settings`)
  await page.getByRole('heading', { name: said.title(2) }).waitFor()
  await check(page, '/settings, new codes')
  server.dialPlan = { version: 4, newCodes: NEW_CODES }
  const take = page.getByText(said.take, { exact: true })
  await take.click()
  await page.getByText(words.error.conflict).waitFor()
  await check(page, '/settings, new codes refused')
  server.dialPlan = {
    version: 0,
    newCodes: Object.keys(said.does).map((does, at) => ({ code: `*${at}`, does })),
  }
  await page.reload()
  await page.getByText(said.show).click()
  await page.getByText(said.does.transfer).waitFor()
  await check(page, '/settings, all codes new')
  await take.click()
  await page.getByText(said.taken).waitFor()
  await check(page, '/settings, new codes taken')
}

async function seePages(scene: Scene): Promise<void> {
  const { check, server, words } = scene
  server.isDemo = true
  const { page, complaints, leave } = await signIn(scene, '100')
  await check(page, '/phone')
  await page.getByLabel(words.phone.field).fill('a')
  await check(page, '/phone with suggestions')
  await page.getByLabel(words.phone.field).fill('112')
  await page.locator('a[href="tel:112"]').waitFor({ state: 'attached' })
  await check(page, '/phone with an emergency number')
  await page.getByLabel(words.phone.field).fill('')
  for (const [path, selector] of PAGES) {
    await go(page, path)
    await page.locator(selector).first().waitFor()
    await check(page, path)
  }
  await seeDialogs(scene, page)
  await seePhones(scene, page)
  await seeNewCodes(scene, page)
  await seeAlarms(scene, page)
  await seeSecurity(scene, page)
  await seeGaps(scene, page)
  await seeCertificate(scene, page)
  assert.deepEqual(complaints, [])
  await leave()
}

/** Phones that fetch their settings: each maker's dialog, and what is shown once. */
async function seePhones({ check, words, server }: Scene, page: Page): Promise<void> {
  const { devices, phones } = server
  server.phones = { isOffered: true, isPubliclyTrusted: false }
  // Loaded anew: that phones can fetch nothing was asked before.
  await page.goto(`${server.origin}/settings/phones`)
  const dialog = page.getByRole('dialog')
  for (const maker of ['yealink', 'snom', 'linphone'] as const) {
    await page.getByRole('button', { name: words.settings.newPhone }).click()
    await dialog.getByRole('radio', { name: words.phones[maker] }).check()
    if (maker === 'snom') {
      await dialog.getByRole('radio', { name: words.phones.pin }).check()
      await dialog.locator('button[type=submit]').click()
      await dialog.getByText(words.field.required).waitFor()
      await dialog.getByLabel(words.phones.mac).fill('000413aabbcc')
    }
    await check(page, `set up ${maker}`)
    await dialog.locator('button[type=submit]').click()
    await dialog.locator('output').first().waitFor()
    if (maker === 'linphone') await dialog.getByRole('img', { name: words.phones.qr }).waitFor()
    await check(page, `access of ${maker}`)
    await dialog.getByRole('button', { name: words.action.done }).click()
  }
  Object.assign(server, { devices, phones })
}

async function seeDialogs({ check, words }: Scene, page: Page): Promise<void> {
  await go(page, '/settings/sound')
  await page.getByRole('button', { name: words.settings.testMicrophone }).click()
  await page.getByRole('meter').waitFor()
  await check(page, 'microphone test')
  await go(page, '/settings/phones')
  await page.getByRole('button', { name: words.settings.newPhone }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(words.settings.phoneName).fill('Empfang')
  await check(page, 'new phone')
  await dialog.getByRole('radio', { name: words.srtp.on }).check()
  await dialog.getByText(words.srtp.onText).waitFor()
  await check(page, 'new phone, encrypted if possible')
  await dialog.locator('button[type=submit]').click()
  await dialog.locator('output').first().waitFor()
  await check(page, 'credentials')
  await dialog.getByRole('button', { name: words.action.done }).click()
  const row = page.locator('main ul li:has(button)').first()
  await row.getByRole('button').first().click()
  await dialog.getByText(words.srtp.changeText).waitFor()
  await dialog.getByRole('radio', { name: words.srtp.required }).check()
  await dialog.getByText(words.srtp.requiredText).waitFor()
  await check(page, 'encryption of a phone')
  await page.route('**/api/v1/devices/*', (route) => route.abort())
  await dialog.locator('button[type=submit]').click()
  await dialog.getByText(words.error.offline).waitFor()
  await check(page, 'encryption of a phone, not saved')
  await page.unroute('**/api/v1/devices/*')
  await dialog.locator('button[type=submit]').click()
  await row.getByText(words.srtp.requiredState).waitFor()
  await check(page, 'phones, one always encrypted')
  await row.getByRole('button').last().click()
  await dialog.getByText(words.settings.removeText).waitFor()
  await check(page, 'remove a device')
  await dialog.getByRole('button', { name: words.action.cancel }).click()
  await go(page, '/people')
  await page.getByRole('button', { name: words.people.add }).click()
  await dialog.locator('input').nth(1).fill('1')
  await dialog.locator('input').nth(2).fill('nobody')
  await dialog.locator('button[type=submit]').click()
  await dialog.getByText(words.field.required).waitFor()
  await check(page, 'add a person, with problems')
  await dialog.locator('input').nth(0).fill('Vera Neu')
  await dialog.locator('input').nth(1).fill('101')
  await dialog.locator('input').nth(2).fill('')
  await dialog.locator('button[type=submit]').click()
  await dialog.getByText(words.error['extension-taken']).waitFor()
  await check(page, 'add a person, extension taken')
}

/** What stands above the page while the phone does not work, and a link of somebody else. */
async function seeTrouble(scene: Scene): Promise<void> {
  const { check, server, words } = scene
  server.isDemo = false
  const { page, complaints, leave } = await openIn(scene)
  await page.route(/JsSIP-/, (route) => route.abort())
  await enter(page, '100')
  await page.getByText(words.banner.outdated).waitFor()
  await check(page, 'outdated')
  await page.unroute(/JsSIP-/)
  server.sip.registerStatus = 403
  await page.goto(`${server.origin}/phone`)
  await page.getByText(words.banner.refused.replace('{{status}}', '403')).waitFor()
  await check(page, 'refused')
  server.sip.registerStatus = 200
  const other = server.people[3]
  assert.ok(other)
  await page.goto(server.linkFor(other))
  await page.getByRole('heading', { name: words.link.switchTitle }).waitFor()
  await check(page, 'link of somebody else')
  assert.deepEqual(complaints, [])
  await leave()
}

const barOf = (page: Page, words: typeof de) => page.getByRole('region', { name: words.call.bar })

async function dial(page: Page, words: typeof de, number: string): Promise<void> {
  await page.getByLabel(words.phone.field).fill(number)
  await page.keyboard.press('Enter')
}

/** Whom the call goes to, and a second call beside it; then only the first one is left. */
async function seeTransfer({ check, words }: Scene, jonas: Page): Promise<void> {
  const bar = barOf(jonas, words)
  const dialog = jonas.getByRole('dialog')
  await bar.getByRole('button', { name: words.action.transfer, exact: true }).click()
  await dialog.getByLabel(words.phone.field).fill('a')
  await check(jonas, 'transfer')
  await dialog.getByLabel(words.phone.field).fill('*43')
  await dialog.getByRole('button', { name: words.call.transferAsk }).click()
  const connect = bar.getByText(words.action.connect, { exact: true })
  await connect.waitFor()
  await check(jonas, 'two calls')
  await bar.getByRole('button', { name: words.action.transfer, exact: true }).click()
  await dialog.getByLabel(words.phone.field).fill('102')
  await dialog.getByRole('button', { name: words.call.transferNow }).click()
  await connect.waitFor({ state: 'detached' })
  await check(jonas, 'being transferred')
  await bar.getByRole('button', { name: words.action.hangUp, exact: true }).click()
  await bar.getByRole('button', { name: words.action.resume, exact: true }).first().click()
  await bar.getByText(words.call.talking).waitFor()
}

async function seeTalking(scene: Scene, jonas: Page, anna: Page): Promise<void> {
  const { check, words } = scene
  const press = (page: Page, label: string) =>
    barOf(page, words).getByRole('button', { name: label, exact: true }).click()
  await press(jonas, words.action.keypad)
  await jonas.getByRole('group', { name: words.call.keypadTitle }).getByText('5').click()
  await check(jonas, 'keypad')
  await press(jonas, words.action.keypad)
  await seeTransfer(scene, jonas)
  await press(jonas, words.action.mute)
  await barOf(jonas, words).getByText(words.call.muted).waitFor()
  await check(jonas, 'muted')
  await press(anna, words.action.hold)
  await barOf(anna, words).getByText(words.call.heldByUs).waitFor()
  await check(anna, 'holding')
  await go(jonas, '/calls/c0')
  await barOf(jonas, words).getByText(words.call.heldByPeer).waitFor()
  await jonas.locator('main article ol').waitFor()
  await check(jonas, 'held, on another page')
  await go(jonas, '/phone')
  await press(anna, words.action.hangUp)
}

/** Another caller during a call, and then the server is gone: with a call and without one. */
async function seeDisturbed({ check, server, words }: Scene, jonas: Page, anna: Page): Promise<void> {
  await barOf(jonas, words).getByRole('button', { name: words.action.dismiss }).click()
  await dial(jonas, words, '*43')
  await barOf(jonas, words).getByRole('timer').waitFor()
  server.sip.ring('100', { extension: '103', name: 'Mehmet Yılmaz' })
  await jonas.getByText(words.call.waiting).waitFor()
  await check(jonas, 'second caller')
  server.isDown = true
  server.dropSockets()
  await jonas.getByText(words.banner.reconnectingCall).waitFor()
  await check(jonas, 'connection lost during a call')
  await anna.getByText(words.banner.reconnecting).waitFor()
  await check(anna, 'connection lost')
  server.isDown = false
}

async function seeCalls(scene: Scene): Promise<void> {
  const { check, words } = scene
  const jonas = await signIn(scene, '100')
  const anna = await signIn(scene, '101')
  const bar = barOf(jonas.page, words)
  await dial(jonas.page, words, '101')
  const incoming = anna.page.getByRole('region', { name: words.call.incomingLabel })
  await incoming.waitFor()
  await bar.getByText(words.call.ringing).waitFor()
  await check(jonas.page, 'calling')
  await check(anna.page, 'incoming')
  await incoming.getByRole('button', { name: words.action.answer }).click()
  await bar.getByText(words.quality.excellent).waitFor()
  await check(jonas.page, 'talking')
  await seeTalking(scene, jonas.page, anna.page)
  await bar.getByRole('button', { name: words.action.dismiss }).waitFor()
  await check(jonas.page, 'ended')
  await dial(jonas.page, words, '105')
  await bar.getByRole('button', { name: words.action.callAgain }).waitFor()
  await check(jonas.page, 'busy')
  await seeDisturbed(scene, jonas.page, anna.page)
  for (const { complaints, leave } of [jonas, anna]) {
    assert.deepEqual(complaints, [])
    await leave()
  }
}

/** What is looked at, and in how wide a frame where one is enough. */
const SCENES = [
  ['the way in is clean', seeTheWayIn, 390],
  ['pages are clean', seePages, 1280],
  ['trouble is clean', seeTrouble, 390],
  ['calls are clean', seeCalls, 390],
] as const

let port = PORT_FIRST

/** The scenes of a frame, one after the other: they use the same pages, with a server of their own each. */
export function scenesIn(frame: Frame, depth: Depth) {
  const ownPort = port++
  let seats: Seats | undefined
  const seen = SCENES.filter(([, , width]) => depth === 'all' || width === frame.width)
  return seen.map(([title, see]) => ({
    title: `${title}: ${frame.language} ${frame.width}`,
    run: async (browser: Browser) => {
      seats ??= new Seats(browser)
      const server = await new FakeServer().listen(ownPort)
      const check = (page: Page, state: string) => look(page, state, frame, depth)
      try {
        await see({ seats, frame, server, words: WORDS[frame.language], check })
      } finally {
        await seats.clear()
        await server.close()
      }
    },
  }))
}
