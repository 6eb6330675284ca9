// The way in: welcome in three steps, sign in, by link, password, sign out, and what goes wrong on the way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAccessibility } from './browser.ts'
import { PASSWORD, SETUP_TOKEN } from './fake-server.ts'
import { stageAt } from './stage.ts'

const LOOK = { language: 'de', theme: 'light', width: 1280 } as const
const stage = stageAt(18_472)

test('the welcome leads from the language to a call to the echo', async () => {
  stage.server.isSetUp = false
  const { page, complaints, leave } = await stage.seats.open(
    `${stage.server.origin}/#setup=${SETUP_TOKEN}`,
    LOOK,
  )
  await page.getByRole('heading', { name: 'Willkommen bei Rufwerk' }).waitFor()
  await page.getByRole('radio', { name: 'English' }).check()
  await page.getByRole('heading', { name: 'Welcome to Rufwerk' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await page.getByRole('radio', { name: 'Deutsch' }).check()
  await page.getByRole('button', { name: 'Weiter' }).click()

  await page.getByRole('heading', { name: 'Ihre Firma und Sie' }).waitFor()
  await page.getByRole('button', { name: 'Weiter' }).click()
  assert.equal(await page.locator('[aria-invalid=true]').count(), 4)
  await page.getByLabel('Firma', { exact: true }).fill('Muster GmbH')
  await page.getByLabel('Ihr Name').fill('Jonas Weber')
  await page.getByLabel('E-Mail').fill('jonas@muster.example')
  await page.getByLabel('Passwort', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Weiter' }).click()

  await page.getByRole('heading', { name: /zuerst/ }).waitFor()
  await page.getByLabel('Name').first().fill('Anna Schmidt')
  await page.getByLabel('Durchwahl').first().fill('100')
  await page.getByRole('button', { name: 'Anlage einrichten' }).click()
  await page.getByText('Diese Durchwahl steht schon bei jemand anderem.').waitFor()
  await page.getByLabel('Durchwahl').first().fill('101')
  await page.getByRole('button', { name: 'Anlage einrichten' }).click()

  await page.getByRole('heading', { name: /Rufen Sie jetzt \*43 an/ }).waitFor()
  const link = await page.getByLabel('Link für Anna Schmidt', { exact: true }).textContent()
  await page.getByRole('button', { name: /Kopieren: Link für Anna/ }).click()
  await page.getByRole('button', { name: /Kopiert: Link für Anna/ }).waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link)
  await page.getByRole('button', { name: '*43 anrufen' }).click()
  const bar = page.getByRole('region', { name: 'Laufendes Gespräch' })
  await bar.getByText('Im Gespräch').waitFor()
  assert.equal(new URL(page.url()).hash, '', 'The secret of the link does not stay in the address.')
  await bar.getByRole('button', { name: 'Auflegen' }).click()
  assert.deepEqual(complaints, [])
  await leave()

  const colleague = await stage.seats.open(link ?? '', LOOK)
  await colleague.page.getByRole('heading', { name: 'Legen Sie ein Passwort fest' }).waitFor()
  await colleague.page.getByLabel('Neues Passwort').fill('kurz')
  await colleague.page.getByRole('button', { name: 'Passwort speichern' }).click()
  await colleague.page.getByText('Mindestens 10 Zeichen.').waitFor()
  await colleague.page.getByLabel('Neues Passwort').fill('ein ganzer Satz')
  await colleague.page.getByRole('button', { name: 'Passwort speichern' }).click()
  await colleague.page.getByText('Ihre Durchwahl 101').waitFor()
  assert.deepEqual(colleague.complaints, [])
  await colleague.leave()
})

test('without the setup link the page says where it is', async () => {
  stage.server.isSetUp = false
  const { page, complaints, leave } = await stage.seats.open(stage.server.origin, LOOK)
  await page.getByText(/den „npm start“ im Terminal/).waitFor()
  assert.deepEqual([await checkAccessibility(page), complaints], [[], []])
  await leave()
  stage.server.isSetUp = true
})

test('signing in says what is wrong, and signing out ends the phone', async () => {
  const { page, complaints, leave } = await stage.seats.open(stage.server.origin, LOOK)
  await page.getByRole('button', { name: 'Anmelden' }).click()
  assert.equal(await page.getByText('Bitte ausfüllen.').count(), 2)
  await page.getByLabel('E-Mail oder Durchwahl').fill('100')
  await page.getByLabel('Passwort', { exact: true }).fill('falsch')
  await page.keyboard.press('Enter')
  await page
    .getByRole('alert')
    .getByText(/passen nicht zusammen/)
    .waitFor()
  await page.getByRole('button', { name: 'Passwort anzeigen' }).click()
  assert.equal(await page.getByLabel('Passwort', { exact: true }).getAttribute('type'), 'text')
  await page.getByLabel('Passwort', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText('Bereit').waitFor()
  await page.getByRole('link', { name: 'Einstellungen' }).click()
  await page.getByRole('link', { name: /Konto/ }).click()
  await page.getByRole('button', { name: 'Abmelden' }).click()
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
  assert.deepEqual(complaints, [])
  await leave()
})

test('a used link says so; a link while somebody is signed in asks first', async () => {
  const used = await stage.seats.open(`${stage.server.origin}/#link=used-0123456789abcdef`, LOOK)
  await used.page.getByRole('heading', { name: 'Dieser Link gilt nicht mehr' }).waitFor()
  assert.deepEqual(await checkAccessibility(used.page), [])
  await used.page.getByRole('button', { name: 'Anmelden' }).click()
  await used.page.getByLabel('E-Mail oder Durchwahl').fill('100')
  await used.page.getByLabel('Passwort', { exact: true }).fill(PASSWORD)
  await used.page.keyboard.press('Enter')
  await used.page.getByText('Ihre Durchwahl 100').waitFor()
  const other = stage.server.people[3]
  assert.ok(other)
  await used.page.goto(stage.server.linkFor(other))
  await used.page.getByRole('heading', { name: 'Als andere Person anmelden?' }).waitFor()
  await used.page.getByRole('button', { name: 'Trotzdem anmelden' }).click()
  // Has a password: nothing more is asked.
  await used.page.getByText('Ihre Durchwahl 103').waitFor()
  assert.deepEqual(used.complaints, [])
  await used.leave()
})

test('a first password can wait; the settings ask for the current one only when there is one', async () => {
  const person = stage.server.people[4]
  assert.ok(person)
  stage.server.withoutPassword.add(person.id)
  const { page, complaints, leave } = await stage.seats.open(stage.server.linkFor(person), LOOK)
  await page.getByRole('button', { name: 'Später' }).click()
  await page.getByText('Ihre Durchwahl 104').waitFor()
  await page.goto(`${stage.server.origin}/settings/account`)
  const card = page.getByRole('region', { name: 'Legen Sie ein Passwort fest' })
  await card.getByText(/mit Ihrer Durchwahl 104/).waitFor()
  assert.equal(await page.getByLabel('Bisheriges Passwort').count(), 0)
  assert.deepEqual(await checkAccessibility(page), [])
  await page.getByLabel('Neues Passwort').fill('ein ganzer Satz')
  await page.getByRole('button', { name: 'Passwort speichern' }).click()
  const changed = page.getByRole('region', { name: 'Passwort ändern' })
  await changed.getByText('Das neue Passwort gilt ab jetzt.').waitFor()
  await page.getByLabel('Neues Passwort').fill('ein anderer Satz')
  await page.getByRole('button', { name: 'Passwort speichern' }).click()
  await changed.getByText('Bitte ausfüllen.').waitFor()
  await page.getByLabel('Bisheriges Passwort').fill('falsch falsch')
  await page.getByRole('button', { name: 'Passwort speichern' }).click()
  await changed.getByText('Das bisherige Passwort stimmt nicht.').waitFor()
  assert.deepEqual(complaints, [])
  await leave()
})

test('a server that does not answer is named, and asked again', async () => {
  const { page, leave } = await stage.seats.open(stage.server.origin, LOOK)
  await page.getByLabel('E-Mail oder Durchwahl').fill('100')
  await page.getByLabel('Passwort', { exact: true }).fill(PASSWORD)
  stage.server.isDown = true
  await page.keyboard.press('Enter')
  await page
    .getByRole('alert')
    .getByText(/Die Anlage antwortet nicht/)
    .waitFor()
  stage.server.isDown = false
  await page.getByRole('button', { name: 'Anmelden' }).click()
  await page.getByText('Bereit').waitFor()
  await leave()
})
