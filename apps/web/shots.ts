// Takes pictures of every page: node apps/web/shots.ts [FOLDER [LOOK [PORT]]]. For looking at.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CallView } from '@rufwerk/contract'
import type { Page } from 'playwright-core'
import { type Look, type OpenedPage, openBrowser, openPage } from './e2e/browser.ts'
import { devicesOf } from './e2e/company.ts'
import { FakeServer, PASSWORD, SETUP_TOKEN } from './e2e/fake-server.ts'

const folder = process.argv[2] ?? '/tmp/shots'
const only = process.argv[3] ?? ''
const port = Number(process.argv[4] ?? 18_471)
mkdirSync(folder, { recursive: true })

const server = await new FakeServer().listen(port)
const browser = await openBrowser()

async function signIn(page: Page, login: string): Promise<void> {
  await page.locator('input[name=username]').fill(login)
  await page.locator('input[name=password]').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.locator('nav').first().waitFor()
  await page.waitForTimeout(500)
}

const WORDS_OF_RECORDING = {
  off: /^(Keine Aufzeichnung|Not recorded)$/,
  asking: /^(Die Gegenseite wird gefragt|The other side is asked)/,
  on: /^(Wird aufgezeichnet|Being recorded)$/,
  paused: /^(Aufzeichnung unterbrochen|Recording paused)$/,
}

type Shot = (page: Page, name: string) => Promise<void>

async function shootWelcome(look: Look, shot: Shot): Promise<void> {
  server.isSetUp = false
  const welcome = await openPage(browser, `${server.origin}/#setup=${SETUP_TOKEN}`, look)
  const { page } = welcome
  await page.locator('ol').waitFor()
  await shot(page, '01-welcome-1')
  await page.locator('button[type=submit]').click()
  await page.locator('button[type=submit]').click()
  await shot(page, '02-welcome-2-errors')
  const fields = page.locator('form input:not([type=radio])')
  for (const [index, text] of [
    'Muster GmbH',
    'Jonas Weber',
    '100',
    'jonas@muster.example',
    PASSWORD,
  ].entries()) {
    await fields.nth(index).fill(text)
  }
  await shot(page, '03-welcome-2')
  await page.locator('button[type=submit]').click()
  await fields.nth(0).fill('Anna Schmidt')
  await fields.nth(2).fill('Dr. Friederike Müller-Lüdenscheidt')
  await shot(page, '04-welcome-3')
  await page.locator('button[type=submit]').click()
  await page.locator('output').first().waitFor()
  await shot(page, '05-welcome-done')
  await welcome.context.close()
  server.isSetUp = true
}

async function shootPages(look: Look, shot: Shot): Promise<OpenedPage> {
  const first = await openPage(browser, `${server.origin}/`, look)
  await first.page.locator('input[name=username]').waitFor()
  await shot(first.page, '06-sign-in')
  await signIn(first.page, '100')
  await shot(first.page, '07-phone')
  await first.page.locator('main form input').fill('mü')
  await shot(first.page, '08-phone-typing')
  await first.page.locator('main form input').fill('10')
  await shot(first.page, '09-phone-digits')
  await first.page.locator('main form input').fill('')
  for (const [name, path] of [
    ['10-people', '/people'],
    ['11-person', '/people/p102'],
    ['12-calls', '/calls'],
    ['13-call', '/calls/c0'],
    ['13a-call-forwarded', '/calls/c1'],
    ['14-call-failed', '/calls/c3'],
    ['15-settings', '/settings'],
    ['16-settings-sound', '/settings/sound'],
    ['17-settings-phones', '/settings/phones'],
    ['18-settings-look', '/settings/look'],
    ['19-settings-account', '/settings/account'],
    ['20-no-page', '/phone/x'],
  ] as const) {
    await first.page.goto(server.origin + path)
    await first.page.locator('nav').first().waitFor()
    await first.page.waitForTimeout(400)
    await shot(first.page, name)
  }
  await first.page.goto(`${server.origin}/settings/phones`)
  await first.page.locator('main button').last().click()
  await first.page.locator('[role=dialog] input').first().fill('Konferenzraum')
  await first.page.locator('[role=dialog] input[value=on]').check()
  await shot(first.page, '21a-new-phone-form')
  await first.page.locator('[role=dialog] button[type=submit]').click()
  await first.page.locator('[role=dialog] output').first().waitFor()
  await shot(first.page, '21-new-phone')
  await first.page.keyboard.press('Escape')
  await first.page.locator('main ul li button').first().click()
  await first.page.locator('[role=dialog] input[value=required]').check()
  await shot(first.page, '22a-encryption')
  await first.page.keyboard.press('Escape')
  await first.page.locator('[role=dialog]').waitFor({ state: 'detached' })
  await first.page.locator('main ul li:has(button)').first().locator('button').last().click()
  await first.page.locator('[role=dialog]').waitFor()
  await shot(first.page, '22-remove-phone')
  await first.page.goto(`${server.origin}/people`)
  await first.page.locator('header button').first().click()
  await first.page.locator('[role=dialog] input').nth(2).fill('nobody')
  await first.page.locator('[role=dialog] button[type=submit]').click()
  await shot(first.page, '23-add-person')
  const other = server.people[3]
  if (other) await first.page.goto(server.linkFor(other))
  await first.page.locator('main button').nth(1).waitFor()
  await shot(first.page, '24-link-of-another')
  return first
}

/**
 * The banners: the system is newer than the page, it refuses this phone, and it warns while somebody calls.
 */
async function shootTrouble(look: Look, shot: Shot): Promise<void> {
  const { page, context } = await openPage(browser, `${server.origin}/`, look)
  await page.route(/JsSIP-/, (route) => route.abort())
  await signIn(page, '100')
  await page.getByRole('alert').waitFor()
  await shot(page, '25-outdated')
  await page.unroute(/JsSIP-/)
  server.sip.registerStatus = 403
  await page.goto(`${server.origin}/phone`)
  await page.getByRole('alert').waitFor()
  await shot(page, '26-refused')
  server.sip.registerStatus = 200
  server.alarms = [{ kind: 'disk-full', severity: 'problem', since: Date.now(), values: {}, message: '' }]
  await page.goto(`${server.origin}/phone`)
  await page.getByText(/^(Bereit|Ready)$/).waitFor()
  server.sip.ring('100', { extension: '102', name: 'Dr. Friederike Müller-Lüdenscheidt' })
  await page.getByRole('region', { name: /Eingehender|Incoming/ }).waitFor()
  await shot(page, '27-incoming-with-alarm')
  server.alarms = []
  await context.close()
}

/** Of 100 with 102, as the server tells it. */
function recordedCall(recording: CallView['recording']): CallView {
  return {
    call: 'shown',
    state: 'talking',
    direction: 'incoming',
    from: { extension: '100', name: '' },
    dialled: '102',
    why: { rule: 'extension', values: {} },
    ...(recording === undefined ? { mayRecord: true } : { recording }),
  }
}

/** What the row about the recording of the call says. */
async function shootRecording(page: Page, shot: Shot): Promise<void> {
  for (const recording of [undefined, 'asking', 'on', 'paused'] as const) {
    server.push({ type: 'call', call: recordedCall(recording) })
    await page.getByText(WORDS_OF_RECORDING[recording ?? 'off']).waitFor()
    await shot(page, `32-recording-${recording ?? 'off'}`)
  }
  server.push({ type: 'call', call: { ...recordedCall(undefined), state: 'ended' } })
}

async function shootCalls(first: OpenedPage, look: Look, shot: Shot): Promise<void> {
  await first.page.goto(`${server.origin}/phone`)
  await first.page.locator('main form input').waitFor()
  await first.page.waitForTimeout(1_200)
  const second = await openPage(browser, `${server.origin}/`, look)
  await signIn(second.page, '102')
  await second.page.waitForTimeout(1_200)
  await first.page.locator('main form input').fill('102')
  await first.page.keyboard.press('Enter')
  const stage = second.page.getByRole('region', { name: /Eingehender|Incoming/ })
  await stage.waitFor()
  await shot(first.page, '30-calling')
  await shot(second.page, '31-incoming')
  await stage.getByRole('button').last().click()
  await second.page.waitForTimeout(9_000)
  await shot(second.page, '32-talking')
  await shootRecording(second.page, shot)
  await second.page.getByRole('button', { name: /Tastenfeld|Keypad/ }).click()
  await second.page.getByRole('button', { name: '5', exact: true }).first().click()
  await shot(second.page, '33-keypad')
  await second.page.getByRole('button', { name: /Tastenfeld|Keypad/ }).click()
  await second.page.getByRole('button', { name: /^Weiterleiten$|^Transfer$/ }).click()
  await second.page.getByRole('dialog').locator('input').fill('a')
  await shot(second.page, '33-transfer')
  await second.page.getByRole('dialog').locator('input').fill('*43')
  await second.page.getByRole('button', { name: /Vorher sprechen|Talk first/ }).click()
  await second.page.waitForTimeout(1_500)
  await shot(second.page, '33-two-calls')
  await second.page.getByRole('button', { name: /^Weiterleiten$|^Transfer$/ }).click()
  await second.page.getByRole('dialog').locator('input').fill('102')
  await second.page.getByRole('button', { name: /Direkt weiterleiten|Transfer now/ }).click()
  await shot(second.page, '33-transferring')
  await second.page.getByRole('button', { name: /^(Auflegen|Hang up)$/ }).click()
  await second.page
    .getByRole('button', { name: /^Zurückholen|^Resume/ })
    .last()
    .click()
  await second.page.getByRole('button', { name: /^Halten|^Hold/ }).click()
  await first.page.waitForTimeout(800)
  await shot(first.page, '34-held')
  await second.page.getByRole('button', { name: /Auflegen|Hang up/ }).click()
  await shot(second.page, '35-ended')
  await first.page.waitForTimeout(3_000)
  await first.page.locator('main form input').fill('105')
  await first.page.keyboard.press('Enter')
  await first.page.waitForTimeout(1_500)
  await shot(first.page, '36-busy')
  await first.page.locator('main form input').fill('*43')
  await first.page.keyboard.press('Enter')
  await first.page.getByRole('timer').first().waitFor()
  server.sip.ring('100', { extension: '103', name: 'Mehmet Yılmaz' })
  await first.page.waitForTimeout(600)
  await shot(first.page, '37-second-caller')
  const waiting = first.page.getByRole('region', { name: /Eingehender|Incoming/ })
  await waiting.getByRole('button').first().click()
  await waiting.waitFor({ state: 'detached' })
  server.isDown = true
  server.dropSockets()
  await first.page.waitForTimeout(2_000)
  await shot(first.page, '38-lost')
  server.isDown = false
  await second.context.close()
  await first.context.close()
}

async function shoot(look: Look): Promise<void> {
  server.devices = devicesOf(Date.now())
  const suffix = `${look.width}-${look.theme}-${look.language}`
  const shot: Shot = async (page, name) => {
    await page.waitForTimeout(250)
    await page.screenshot({ path: join(folder, `${name}-${suffix}.png`) })
  }
  await shootWelcome(look, shot)
  await shootTrouble(look, shot)
  await shootCalls(await shootPages(look, shot), look, shot)
}

for (const width of [1280, 390] as const) {
  for (const theme of ['light', 'dark'] as const) {
    for (const language of ['de', 'en'] as const) {
      if (`${width}-${theme}-${language}`.includes(only)) await shoot({ width, theme, language })
    }
  }
}
await browser.close()
await server.close()
