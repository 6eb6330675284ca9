// Warnings above the page and the pages about security in every state, as looks.ts looks at the others.
import type { Page } from 'playwright-core'
import { casesWords, securityWords } from '../src/i18n/security-words.ts'
import { go, type Scene } from './looks.ts'

const REMARKS = [
  { where: '7', de: 'Die Zeile nennt kein Gerät.', en: 'The line names no device.' },
  { where: '1', what: 'Farbe', de: 'Diese Spalte wird nicht übernommen.', en: 'This column is not used.' },
]

export async function seeAlarms({ check, server, words }: Scene, page: Page): Promise<void> {
  const since = Date.now()
  server.alarms = [
    { kind: 'disk-full', severity: 'problem', since, values: {}, message: '' },
    { kind: 'media-restarted', severity: 'warning', since, values: { times: 2 }, message: '' },
  ]
  await page.goto(`${server.origin}/people`)
  const line = page.getByRole('complementary', { name: words.alarm.label })
  await line.getByText(words.alarm['disk-full']).waitFor()
  await check(page, 'alarm, a problem')
  await line.getByRole('button', { name: words.action.dismiss }).click()
  await line.getByText(words.alarm['media-restarted'].replace('{{times}}', '2')).waitFor()
  await check(page, 'alarm, a warning')
  server.alarms = []
}

/** Nothing known yet, six of 150 devices affected, some of them stopped, and what forms say. */
export async function seeSecurity({ check, server, words, frame }: Scene, page: Page): Promise<void> {
  const said = securityWords(frame.language)
  await page.goto(`${server.origin}/security/exposure`)
  await page.getByRole('heading', { name: said.head['nothing-compared']() }).waitFor()
  await check(page, '/security/exposure, nothing compared')
  server.fleet.fill()
  server.fleet.stopSome(Date.now())
  await page.goto(`${server.origin}/people`)
  await page.getByRole('link', { name: words.exposure.link }).click()
  await page.getByText('pc-8', { exact: true }).waitFor()
  await check(page, '/security/exposure')
  await page.getByRole('button', { name: said.stopAll }).click()
  const dialog = page.getByRole('dialog')
  await check(page, 'stop all affected')
  await dialog.locator('button[type=submit]').click()
  await page.getByRole('status').getByText(said.without(2)).waitFor()
  await check(page, '/security/exposure, stopping waits')
  await go(page, '/security/stops')
  await page.getByRole('button', { name: said.requests.agree }).waitFor()
  await page.getByRole('checkbox').first().check()
  await check(page, '/security/stops')
  await page.getByRole('button', { name: said.stopsPage.release(1) }).click()
  await dialog.locator('button[type=submit]').click()
  await dialog.getByText(words.field.required).waitFor()
  await check(page, 'ask for release, without a reason')
  await page.keyboard.press('Escape')
  await go(page, '/security/imports')
  await page.getByLabel(said.importsPage.file).setInputFiles({
    ...{ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from('Hostname') },
  })
  server.fleet.imported = { ...server.fleet.imported, unread: 2, remarks: REMARKS, remarksLeft: 3 }
  await page.locator('main form button[type=submit]').click()
  await page.getByText(said.importsPage.remarksLeft(3)).waitFor()
  await check(page, '/security/imports')
  await go(page, '/security/advisories')
  await page.getByRole('button', { name: said.advisoriesPage.pinOpen }).click()
  await page.locator('main form button[type=submit]').first().click()
  await page.locator('main form button[type=submit]').last().click()
  await page.getByText(said.advisoriesPage.folderWrong).waitFor()
  await check(page, '/security/advisories, with problems')
  await seeCases({ check, server, frame }, page)
}

/** Cases with their clocks, each state of one, and what everybody can report. */
async function seeCases(
  { check, server, frame }: Pick<Scene, 'check' | 'server' | 'frame'>,
  page: Page,
): Promise<void> {
  const said = casesWords(frame.language)
  await go(page, '/security/cases')
  await page.getByText(said.none, { exact: true }).waitFor()
  await check(page, '/security/cases, none')
  server.fleet.reportSome(Date.now())
  await page.goto(`${server.origin}/security/cases`)
  await page.getByText(said.late(1, 0)).waitFor()
  await check(page, '/security/cases')
  await page.locator('a[href="/security/cases/k1"]').click()
  for (const act of ['evidence', 'propose', 'rate', 'assign', 'answer'] as const) {
    await page.getByLabel(said.act.which).selectOption(act)
    await page.locator('main form button[type=submit]').click()
    await check(page, `/security/cases, ${act}`)
  }
  for (const [id, text] of [
    ['k2', said.act.confirmText],
    ['k3', said.act.closed],
    ['none', said.gone],
  ] as const) {
    await go(page, `/security/cases/${id}`)
    await page.getByText(text).waitFor()
    await check(page, `/security/cases/${id}`)
  }
  await go(page, '/settings/report')
  await page.locator('main form button[type=submit]').click()
  await page.getByText(said.report.nothing).waitFor()
  await check(page, '/settings/report, nothing said')
  await page.getByLabel(said.report.words).fill('Trojan.Gen')
  await page.locator('main form button[type=submit]').click()
  await page.getByText(said.report.thanks).waitFor()
  await check(page, '/settings/report, received')
}
