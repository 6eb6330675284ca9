// The pages about security at a whole server, clicked through in Chromium by two admins: a list is imported,
// an advisory says who is affected, they are stopped, more than one person may stop alone waits for the
// second one, and letting go takes two as well.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { STORY_APP } from '@rufwerk/fleet/testing'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { CHROMIUM, PHONE_FLAGS } from '../../tools/testing/chromium.ts'
import { RawPhone } from '../support/raw-sip.ts'
import { type Person, type PhoneAccount, Server } from '../support/server.ts'
import { until } from '../support/wait.ts'

const FIRST = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures/revision-first.json')
/** The last two are no affected versions. */
const VERSIONS = ['18.12.416', '18.12.416', '18.12.407', '18.12.422', '']
const PAGE_MS = 30_000

const server = await Server.start()
const { admin } = server
const bea = await admin.addPerson('Bea', '120', 'admin')
const [ben] = server.colleagues
assert.ok(ben)
const phones: PhoneAccount[] = []
for (const [number] of VERSIONS.entries()) phones.push(await ben.addPhone(`Computer ${number}`))
const statuses = () =>
  Promise.all(
    phones.map(async (account) => {
      const phone = await RawPhone.open(account)
      try {
        return (await phone.register()).status
      } finally {
        phone.close()
      }
    }),
  )
const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...PHONE_FLAGS] })
test.after(async () => {
  await browser.close()
  await server.stop()
})

async function open(person: Person, locale: 'de-DE' | 'en-GB', path: string): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ locale })
  context.setDefaultTimeout(PAGE_MS)
  await context.addInitScript(
    (language) => localStorage.setItem('rufwerk.preferences', JSON.stringify({ language })),
    locale.slice(0, 2),
  )
  await context.addCookies([{ ...person.cookie, url: server.origin }])
  const page = await context.newPage()
  await page.goto(server.origin + path)
  return page
}

const list = [
  'hostname;Benutzer;Standort;Betriebssystem;SIP-Konto;Programm;Version;Farbe',
  ...phones.map(({ sipName }, number) => {
    const version = VERSIONS[number] ?? ''
    return `pc-${number};Ben;Berlin;Windows 11;${sipName};${version === '' ? '' : STORY_APP};${version};blau`
  }),
].join('\n')
const ada = await open(admin, 'de-DE', '/security/imports')

test('an imported list: what was read is said, and what was not taken over', async () => {
  await ada.getByText('Datei', { exact: true }).waitFor()
  const file = { name: 'devices.csv', mimeType: 'text/csv', buffer: Buffer.from(list) }
  await ada.locator('input[type=file]').setInputFiles(file)
  await ada.getByRole('button', { name: 'Einlesen' }).click()
  await ada.getByRole('status').getByText('5 Geräte gelesen').waitFor()
  await ada.getByText('Diese Spalte wird nicht übernommen.').waitFor()
})

test('before there is an advisory nothing was compared, and the page says so', async () => {
  await ada.getByRole('link', { name: 'Betroffene Geräte ansehen' }).click()
  await ada.getByRole('heading', { name: 'Noch gilt keine Warnung' }).waitFor()
  assert.equal(await ada.getByRole('button', { name: 'Alle Betroffenen sperren' }).count(), 0)
})

test('an advisory of an issuer that is not pinned is refused; pinned as suggested, it counts', async () => {
  await ada.getByRole('link', { name: 'Warnung hinzufügen' }).click()
  await ada.locator('input[type=file]').first().setInputFiles(FIRST)
  const address = ada.getByLabel('Adresse, unter der sie veröffentlicht ist')
  // The document names it.
  await until('the address', async () => /^https:.*\.json$/.test(await address.inputValue()))
  await ada.getByRole('button', { name: 'Hinzufügen', exact: true }).click()
  await ada.getByText('Ihr Herausgeber ist nicht festgelegt.').waitFor()
  await ada.getByRole('button', { name: 'Herausgeber festlegen', exact: true }).click()
  await ada.getByText('Belegt durch den Ordner').waitFor()
  await ada.getByRole('button', { name: 'Hinzufügen', exact: true }).click()
  await ada.getByRole('status').getByText('Die Warnung gilt.').waitFor()
  await ada.getByText('Bei 3 Geräten ändert sich etwas:').waitFor()
})

test('who is affected: in a sentence, in numbers, and on every page as a warning', async () => {
  await ada.goto(`${server.origin}/people`)
  await ada.getByRole('link', { name: 'Ansehen, welche' }).click()
  await ada.getByRole('heading', { name: /^3 von \d Geräten sind betroffen, 1 ist unbekannt\.$/ }).waitFor()
  await ada.getByText('pc-2', { exact: true }).waitFor()
  await ada.getByText('Welche Programme dort laufen, hat noch niemand gemeldet.').first().waitFor()
})

test('one is stopped by one click, and registers no more', async () => {
  await ada.getByRole('checkbox', { name: 'pc-0 auswählen' }).check()
  await ada.getByRole('button', { name: '1 ausgewählte sperren' }).click()
  const dialog = ada.getByRole('dialog')
  await dialog.getByLabel('Grund').fill('Virenscanner meldet sie')
  await dialog.getByRole('button', { name: 'Sperren', exact: true }).click()
  await ada.getByRole('status').getByText('1 Gerät gesperrt.').waitFor()
  assert.deepEqual(await statuses(), [403, 200, 200, 200, 200])
})

test('more than one person may stop alone waits: not agreed to by the one who asked', async () => {
  await ada.getByRole('button', { name: 'Alle Betroffenen sperren' }).click()
  await ada.getByRole('dialog').getByRole('button', { name: 'Sperren', exact: true }).click()
  await ada.getByRole('status').getByText('Es wartet auf Zustimmung').waitFor()
  assert.deepEqual(await statuses(), [403, 200, 200, 200, 200])
  await ada.getByRole('link', { name: 'Zu den Anträgen' }).click()
  await ada.getByText('Das haben Sie beantragt').waitFor()
  assert.equal(await ada.getByRole('button', { name: 'Zustimmen' }).count(), 0)
})

test('the second admin agrees: exactly the affected are stopped', async () => {
  const page = await open(bea, 'en-GB', '/security/stops')
  await page.getByRole('button', { name: 'Agree' }).click()
  await page.getByRole('status').getByText('2 devices stopped.').waitFor()
  assert.deepEqual(await statuses(), [403, 403, 403, 200, 200])
  await page.context().close()
})

test('asking for removal is noted and counted; nothing is called removed', async () => {
  await ada.reload()
  await ada.getByRole('checkbox', { name: /Computer 0/ }).check()
  await ada.getByRole('button', { name: 'Entfernen verlangen (1)' }).click()
  const dialog = ada.getByRole('dialog')
  await dialog.getByLabel('Grund').fill('Deinstallieren')
  await dialog.getByRole('button', { name: 'Vermerken' }).click()
  await ada.getByText('Entfernt und nachgeprüft: 0 von 1.').waitFor()
})

test('letting go takes two: asked for by one, agreed to by the other', async () => {
  await ada.getByRole('checkbox', { name: /Computer 1/ }).check()
  await ada.getByRole('button', { name: 'Freigabe beantragen (1)' }).click()
  const dialog = ada.getByRole('dialog')
  await dialog.getByLabel('Grund').fill('Neu aufgesetzt')
  await dialog.getByRole('button', { name: 'Beantragen' }).click()
  await ada.getByText('Das haben Sie beantragt').waitFor()
  const page = await open(bea, 'en-GB', '/security/stops')
  await page.getByRole('button', { name: 'Agree' }).click()
  await page.getByRole('status').getByText('1 device released.').waitFor()
  const { stops } = await admin.ask<{ stops: { name: string }[] }>('GET', '/quarantine')
  assert.deepEqual(stops.map(({ name }) => name).sort(), ['Computer 0', 'Computer 2'])
  // The secret of before is void: the phone has to be set up again.
  await until('the old password is void', async () => ((await statuses())[1] ?? 0) !== 200)
  await page.context().close()
})

test('somebody who is no admin has no such menu, and the address shows nothing', async () => {
  const page = await open(ben, 'de-DE', '/phone')
  await page.getByRole('link', { name: 'Einstellungen' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Sicherheit' }).count(), 0)
  await page.goto(`${server.origin}/security/exposure`)
  await page.getByText('Das darf nur die Verwaltung.').waitFor()
  assert.equal(await page.getByText('pc-0').count(), 0)
  await page.context().close()
})

test('what a person reports is a case, closed with evidence by two who did not report it', async () => {
  const page = await open(ben, 'de-DE', '/settings/report')
  await page.getByLabel('Was haben Sie gesehen?').fill('Der Scanner meldet einen Trojaner.')
  const file = { name: 'phone-app.msi', mimeType: 'application/octet-stream', buffer: Buffer.from('abc') }
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByRole('button', { name: 'Verdacht melden' }).click()
  await page.getByText('Danke. Ihre Meldung ist angekommen.').waitFor()
  await page.context().close()
  await ada.goto(`${server.origin}/security/cases`)
  await ada.getByText('Antwort fällig in 23 Stunden').waitFor()
  await ada.getByRole('link', { name: 'phone-app.msi' }).click()
  // SHA-256 of "abc" (FIPS 180): the page computed it of the bytes.
  await ada.getByText('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad').waitFor()
  const which = ada.getByLabel('Was möchten Sie tun?')
  await ada.getByLabel('Text').fill('Wir prüfen es.')
  await ada.getByRole('button', { name: 'Eintragen' }).click()
  await ada.getByText('Entscheidung fällig').waitFor()
  await which.selectOption('propose')
  await ada.getByLabel('Begründung').fill('Der Scanner irrt.')
  await ada.getByRole('button', { name: 'Eintragen' }).click()
  await ada.getByText('Es fehlt ein Beleg').waitFor()
  await which.selectOption('evidence')
  await ada.getByLabel('Was belegt es?').fill('Noch einmal gebaut: dieselben Bytes.')
  await ada.locator('input[type=file]').setInputFiles({ ...file, name: 'build.log' })
  await until('the checksum', async () => (await ada.getByLabel(/^Prüfsumme/).inputValue()).length === 64)
  await ada.getByRole('button', { name: 'Eintragen' }).click()
  await ada.getByRole('region', { name: 'Belege' }).getByText('dieselben Bytes.').waitFor()
  await which.selectOption('propose')
  await ada.getByLabel('Begründung').fill('Der Nachbau stimmt.')
  await ada.getByRole('button', { name: 'Eintragen' }).click()
  await ada.getByText('Wartet auf zweite Person').first().waitFor()
  await ada.getByRole('button', { name: 'Eintragen' }).click()
  await ada.getByText('Bestätigen muss eine andere Person').waitFor()
  const second = await open(bea, 'en-GB', '/security/cases')
  await second.getByRole('link', { name: 'phone-app.msi' }).click()
  await second.getByRole('button', { name: 'Enter it' }).click()
  await second.getByText('The case is closed.').waitFor()
  await second.context().close()
})
