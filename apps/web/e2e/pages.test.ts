// What the pages do besides calling.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAccessibility, type Look } from './browser.ts'
import { callsOf } from './company.ts'
import { stageAt } from './stage.ts'

const stage = stageAt(18_473)

/** Signed in already: that is what welcome.test.ts is about. */
async function signIn(look: Look, extension = '100') {
  const opened = await stage.seats.open(stage.server.origin, look, `p${extension}`)
  await opened.page.locator('nav').first().waitFor()
  return opened
}

/** Of many more than the list needs: each takes 150 ms and the answer of the server. */
const SCROLLS_MAX = 100
const LOOK = { theme: 'light', language: 'de', width: 1280 } as const

test('people are found, opened and shown with pushed presence', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  await page.getByRole('link', { name: 'Personen' }).click()
  const search = page.getByRole('searchbox', { name: 'Person oder Durchwahl suchen' })
  await search.fill('mueller')
  await page.getByRole('link', { name: /Müller-Lüdenscheidt/ }).click()
  await page.getByRole('heading', { name: 'Dr. Friederike Müller-Lüdenscheidt', exact: true }).waitFor()
  const card = page.getByRole('article')
  await card.getByText('Im Gespräch').waitFor()
  stage.server.push({ type: 'presence', person: 'p102', presence: 'available' })
  await card.getByText('Frei', { exact: true }).waitFor()
  await search.fill('qqq')
  await page.getByText('Zu „qqq“ passt niemand.').waitFor()
  assert.deepEqual(complaints, [])
  await leave()
})

test('an admin adds a person and gets a link; a taken extension is named', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  await page.goto(`${stage.server.origin}/people`)
  await page.getByRole('button', { name: 'Person anlegen' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Vera Neu')
  assert.equal(await dialog.getByLabel('Durchwahl').inputValue(), '113')
  await dialog.getByLabel('Durchwahl').fill('100')
  await dialog.getByRole('button', { name: 'Person anlegen' }).click()
  await dialog.getByText('Diese Durchwahl hat schon jemand.').waitFor()
  await dialog.getByLabel('Durchwahl').fill('113')
  await dialog.getByRole('button', { name: 'Person anlegen' }).click()
  await dialog.getByRole('button', { name: 'Anmeldelink erstellen' }).click()
  await dialog.getByRole('link', { name: 'Öffnen' }).waitFor()
  assert.deepEqual(await checkAccessibility(page), [])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: /Vera Neu/ }).waitFor()
  assert.deepEqual(complaints, [])
  await leave()

  const user = await signIn(LOOK, '103')
  await user.page.goto(`${stage.server.origin}/people`)
  await user.page.getByRole('link', { name: /Anna Schmidt/ }).waitFor()
  assert.equal(await user.page.getByRole('button', { name: 'Person anlegen' }).count(), 0)
  await user.leave()
})

test('older calls come as one scrolls, and each explains itself', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  await page.getByRole('link', { name: 'Anrufe' }).click()
  await page
    .getByRole('heading', { name: /Heute|Gestern/ })
    .first()
    .waitFor()
  const end = page.getByText('Das sind alle Anrufe.')
  for (let count = 0; count < SCROLLS_MAX && !(await end.isVisible()); count += 1) {
    await page.mouse.move(250, 400)
    await page.mouse.wheel(0, 5_000)
    await page.waitForTimeout(150)
  }
  assert.equal(await page.locator('a[href^="/calls/c"]').count(), 75)
  await page.locator('a[href="/calls/c1"]').click()
  await page.getByText(/Keines Ihrer Telefone war angemeldet/).waitFor()
  await page.goto(`${stage.server.origin}/calls/c0`)
  await page.getByText(/Gespräch von 12:34/).waitFor()
  const callee = page.getByRole('region', { name: 'Seite des Angerufenen' })
  await callee.getByText('Mäßig').waitFor()
  await callee.getByText('31 ms').waitFor()
  assert.deepEqual(complaints, [])
  await leave()
})

test('a desk phone is set up, shown once, and removed', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  await page.goto(`${stage.server.origin}/settings/phones`)
  await page.getByRole('button', { name: 'Tischtelefon einrichten' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Zugang anlegen' }).click()
  await dialog.getByText('Bitte ausfüllen.').waitFor()
  await dialog.getByLabel('Name des Telefons').fill('Empfang')
  await dialog.getByRole('button', { name: 'Zugang anlegen' }).click()
  await dialog.getByText('Xk7-pQ2m-9vTz-4Rwn').waitFor()
  await dialog.getByRole('button', { name: 'Kopieren: Passwort' }).click()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Xk7-pQ2m-9vTz-4Rwn')
  await dialog.getByRole('button', { name: 'Fertig' }).click()
  await page.getByRole('button', { name: 'Empfang entfernen' }).click()
  await dialog.getByRole('button', { name: 'Entfernen' }).click()
  await page.getByRole('button', { name: 'Empfang entfernen' }).waitFor({ state: 'detached' })
  assert.deepEqual(complaints, [])
  await leave()
})

test('whether a phone encrypts is chosen with it and changed later; a failure keeps the choice', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  await page.goto(`${stage.server.origin}/settings/phones`)
  const before = stage.server.devices
  await page.getByRole('button', { name: 'Tischtelefon einrichten' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'Aus', checked: true }).waitFor()
  await dialog.getByText('Wer Zugang zum Netz hat, kann mithören.').waitFor()
  await dialog.getByText(/über TLS anmeldet, also an Port 5071/).waitFor()
  await dialog.getByLabel('Name des Telefons').fill('Lager')
  await dialog.getByRole('radio', { name: 'Wenn möglich' }).check()
  await dialog.getByText('wenn das Telefon es kann').waitFor()
  await dialog.getByRole('button', { name: 'Zugang anlegen' }).click()
  await dialog.getByText(/schalten Sie am Telefon SRTP ein\. Wählen Sie dort TLS .+ mit Port 5071/).waitFor()
  assert.equal(await dialog.getByLabel('Port für UDP und TCP', { exact: true }).innerText(), '5070')
  assert.equal(await dialog.getByLabel('Port für TLS', { exact: true }).innerText(), '5071')
  await dialog.getByRole('button', { name: 'Fertig' }).click()
  const row = page.getByRole('listitem').filter({ hasText: 'Lager' })
  await row.getByText('Verschlüsselt, wenn möglich').waitFor()

  await row.getByRole('button', { name: 'Verschlüsselung von Lager ändern' }).click()
  await dialog.getByRole('radio', { name: 'Wenn möglich', checked: true }).waitFor()
  await dialog.getByText(/gilt ab dem nächsten Anruf/).waitFor()
  await dialog.getByRole('radio', { name: 'Wenn möglich' }).focus()
  await page.keyboard.press('ArrowRight')
  await dialog.getByText('Anrufe ohne Verschlüsselung kommen nicht zustande.').waitFor()
  await page.route('**/api/v1/devices/*', (route) => route.fulfill({ status: 503 }))
  await dialog.getByRole('button', { name: 'Speichern' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/Die Anlage antwortet nicht/)
    .waitFor()
  await dialog.getByRole('radio', { name: 'Immer', checked: true }).waitFor()
  await page.unroute('**/api/v1/devices/*')
  await dialog.getByRole('button', { name: 'Speichern' }).click()
  await row.getByText('Immer verschlüsselt').waitFor()
  assert.equal(stage.server.devices.find(({ name }) => name === 'Lager')?.srtp, 'required')
  const browsers = page.getByRole('listitem').filter({ hasText: 'Chromium auf Linux' })
  assert.equal(await browsers.getByRole('button').count(), 1, 'browsers are encrypted anyway')
  stage.server.devices = before
  assert.deepEqual(complaints, [])
  await leave()
})

test('a phone that fetches its settings: a link, a PIN, or a code for an app; shown once', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  const before = { devices: stage.server.devices, phones: stage.server.phones }
  stage.server.phones = { isOffered: true, isPubliclyTrusted: false }
  await page.goto(`${stage.server.origin}/people/p102`)
  const dialog = page.getByRole('dialog')
  const begin = () => page.getByRole('button', { name: 'Tischtelefon einrichten' }).click()
  await begin()
  await dialog.getByRole('radio', { name: 'Yealink', checked: true }).waitFor()
  await dialog.getByRole('button', { name: 'Link erstellen' }).click()
  assert.match(
    await dialog.getByLabel('Server-URL', { exact: true }).innerText(),
    /provision\/[A-Za-z0-9]{43}\/$/,
  )
  await dialog.getByText(/nur ein Mal: Wer ihn zuerst öffnet/).waitFor()
  await dialog.getByText(/kennt die Zertifizierungsstelle/).waitFor()
  await dialog.getByRole('button', { name: 'Fertig' }).click()

  await begin()
  await dialog.getByRole('radio', { name: 'Snom' }).check()
  await dialog.getByRole('radio', { name: 'Mit einer PIN' }).check()
  await dialog.getByRole('button', { name: 'PIN erstellen' }).click()
  await dialog.getByText('Bitte ausfüllen.').waitFor()
  await dialog.getByLabel('Hardware-Adresse (MAC)').fill('00:04:13')
  await dialog.getByRole('button', { name: 'PIN erstellen' }).click()
  await dialog.getByText(/Das ist keine Hardware-Adresse/).waitFor()
  await dialog.getByLabel('Hardware-Adresse (MAC)').fill('00:04:13:AA:BB:CC')
  await dialog.getByRole('button', { name: 'PIN erstellen' }).click()
  assert.equal(await dialog.getByLabel('PIN, als Passwort', { exact: true }).innerText(), '40718265')
  assert.match(await dialog.getByLabel('Einstellungs-URL', { exact: true }).innerText(), /snom-\{mac\}\.xml$/)
  await dialog.getByRole('button', { name: 'Fertig' }).click()

  await begin()
  await dialog.getByRole('radio', { name: 'iPhone' }).check()
  await dialog.getByRole('button', { name: 'Link erstellen' }).click()
  const code = dialog.getByRole('img', { name: 'QR-Code mit dem Link für Linphone' })
  await code.waitFor()
  assert.ok(((await code.locator('path').getAttribute('d')) ?? '').length > 1_000)
  await dialog.getByText(/klingelt nur, solange sie offen ist/).waitFor()
  await dialog.getByRole('button', { name: 'Fertig' }).click()
  await begin()
  await dialog.getByRole('radio', { name: 'Anderes' }).check()
  await dialog.getByLabel('Name des Telefons').fill('Werkstatt')
  await dialog.getByRole('button', { name: 'Zugang anlegen' }).click()
  await dialog.getByText('Xk7-pQ2m-9vTz-4Rwn').waitFor()
  Object.assign(stage.server, before)
  // The refused hardware address.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('400')),
    [],
  )
  await leave()
})

test('where nothing listens with TLS, no page speaks of it', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  const { phoneServer, certificate } = stage.server
  stage.server.phoneServer = { server: '192.168.1.20', port: 5070 }
  assert.ok(certificate)
  const { sipTlsPort: _, ...withoutTls } = certificate
  stage.server.certificate = withoutTls
  await page.goto(`${stage.server.origin}/settings/phones`)
  await page.getByRole('button', { name: 'Verschlüsselung von Schreibtisch ändern' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/gilt ab dem nächsten Anruf/).waitFor()
  assert.equal(await dialog.getByText('TLS').count(), 0)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  const before = stage.server.devices
  await page.getByRole('button', { name: 'Tischtelefon einrichten' }).click()
  await dialog.getByLabel('Name des Telefons').fill('Lager')
  await dialog.getByRole('radio', { name: 'Immer' }).check()
  await dialog.getByRole('button', { name: 'Zugang anlegen' }).click()
  await dialog.getByText('schalten Sie am Telefon SRTP ein.').waitFor()
  assert.equal(await dialog.getByLabel('Port', { exact: true }).innerText(), '5070')
  assert.equal(await dialog.getByText('TLS').count(), 0)
  await page.goto(`${stage.server.origin}/certificate`)
  await page.getByText('Firefox', { exact: true }).waitFor()
  assert.equal(await page.getByText('Tischtelefone', { exact: true }).count(), 0)
  Object.assign(stage.server, { phoneServer, certificate, devices: before })
  assert.deepEqual(complaints, [])
  await leave()
})

test('who calls covers neither the banner nor the call that goes on', async () => {
  for (const width of [390, 1280] as const) {
    stage.server.alarms = [{ kind: 'disk-full', severity: 'problem', since: 1, values: {}, message: '' }]
    const { page, leave } = await signIn({ ...LOOK, width })
    await page.getByText('Bereit', { exact: true }).waitFor()
    const banner = page.getByRole('complementary', { name: 'Warnung der Anlage' })
    await banner.waitFor()
    await page.getByLabel('Nummer oder Name').fill('*43')
    await page.keyboard.press('Enter')
    await page.getByRole('timer').first().waitFor()
    stage.server.sip.ring('100', { extension: '103', name: 'Mehmet Yılmaz' })
    const incoming = page.getByRole('region', { name: 'Eingehender Anruf' })
    await incoming.waitFor()
    const over = await incoming.boundingBox()
    assert.ok(over)
    for (const covered of [banner, page.getByRole('region', { name: 'Laufendes Gespräch' })]) {
      const box = await covered.boundingBox()
      assert.ok(box)
      assert.ok(
        over.y >= box.y + box.height || over.y + over.height <= box.y,
        `${width}: something is covered`,
      )
    }
    await leave()
  }
  stage.server.alarms = []
})

test('the choices of encryption stay on one line on a phone', async () => {
  const { page, leave } = await signIn({ ...LOOK, width: 390 })
  await page.goto(`${stage.server.origin}/settings/phones`)
  await page.getByRole('button', { name: 'Verschlüsselung von Schreibtisch ändern' }).click()
  const words = page.getByRole('group', { name: 'Ton verschlüsseln' }).locator('label span')
  const heights = await words.evaluateAll((spans) =>
    spans.map((span) => {
      const range = document.createRange()
      range.selectNodeContents(span)
      return [range.getClientRects().length, span.getBoundingClientRect().top]
    }),
  )
  assert.equal(heights.length, 3)
  assert.deepEqual(new Set(heights.map(([lines]) => lines)), new Set([1]))
  assert.equal(new Set(heights.map(([, top]) => top)).size, 1)
  await leave()
})

test('English dates are American in an American browser', async () => {
  const { page, leave } = await signIn({ ...LOOK, language: 'en' })
  await page.goto(`${stage.server.origin}/calls/c0`)
  const moment = await page.locator('main article header p').first().innerText()
  assert.match(moment, /[A-Z][a-z]+ \d{1,2}\D.*\d:\d\d\s[AP]M/)
  await leave()
})

test('long names stay within the screen of a phone', async () => {
  const before = stage.server.people
  const name = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte'
  stage.server.people = before.map((person) => ({ ...person, name }))
  const calls = callsOf(before[0] ?? assert.fail(), Date.now())
  stage.server.calls = calls.map((call) => ({
    ...call,
    why: { ...call.why, values: { ...call.why.values, name } },
  }))
  const { page, leave } = await signIn({ ...LOOK, width: 390 })
  const isWithin = () =>
    page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('main [class*=detail]')].every(
        ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth,
      ),
    )
  await page.goto(`${stage.server.origin}/people/p103`)
  await page.getByRole('button', { name: 'Anmeldelink erstellen' }).click()
  await page.getByRole('link', { name: 'Öffnen' }).waitFor()
  assert.equal(await isWithin(), true, 'a person')
  for (const call of ['c0', 'c3']) {
    await page.goto(`${stage.server.origin}/calls/${call}`)
    await page.locator('main article ol').waitFor()
    assert.equal(await isWithin(), true, call)
  }
  await page.goto(stage.server.linkFor(stage.server.people[3] ?? assert.fail()))
  await page.getByRole('button', { name: 'Trotzdem anmelden' }).waitFor()
  assert.equal(await isWithin(), true, 'the link of another person')
  Object.assign(stage.server, { people: before, calls: undefined })
  await leave()
})

test('what cannot be loaded is said and tried again; what was there stays', async () => {
  const { page, leave } = await signIn(LOOK)
  await page.getByRole('link', { name: 'Personen' }).click()
  await page.getByRole('link', { name: /Anna Schmidt/ }).waitFor()
  await page.route('**/api/v1/**', (route) => route.fulfill({ status: 500 }))
  stage.server.push({ type: 'calls-changed' })
  await page.getByRole('link', { name: 'Einstellungen' }).click()
  await page.getByRole('link', { name: /Telefone/ }).click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('link', { name: 'Personen' }).click()
  await page.getByRole('link', { name: /Anna Schmidt/ }).waitFor()
  await page.getByRole('link', { name: 'Einstellungen' }).click()
  await page.getByRole('link', { name: /Telefone/ }).click()
  await page.unroute('**/api/v1/**')
  await page.getByRole('button', { name: 'Noch einmal versuchen' }).click()
  await page.getByText('Schreibtisch', { exact: true }).waitFor()
  await leave()
})

test('a company of one, and a person who is not there, have their own words', async () => {
  const before = stage.server.people
  const { page, leave } = await signIn(LOOK)
  await page.goto(`${stage.server.origin}/people/nobody`)
  await page.getByText('Diese Person gibt es nicht').waitFor()
  stage.server.people = before.slice(0, 1)
  stage.server.calls = []
  await page.goto(`${stage.server.origin}/people`)
  await page.getByText(/Noch sind Sie hier allein/).waitFor()
  assert.equal(await page.getByText('Wählen Sie links eine Person').count(), 0)
  await page.goto(`${stage.server.origin}/calls`)
  await page.getByText('Noch keine Anrufe').waitFor()
  assert.equal(await page.getByText('Wählen Sie links einen Anruf').count(), 0)
  Object.assign(stage.server, { people: before, calls: undefined })
  await leave()
})

test('a slow start shows that something comes', async (t) => {
  const { page, leave } = await signIn(LOOK)
  let answer = (): void => undefined
  const isAnswered = new Promise<void>((done) => {
    answer = done
  })
  t.after(() => answer())
  await page.route('**/api/v1/session', async (route) => {
    await isAnswered
    await route.continue()
  })
  await page.reload()
  await page.getByRole('status').getByText('Einen Moment').waitFor()
  await page.waitForTimeout(500)
  assert.deepEqual(await checkAccessibility(page), [])
  answer()
  await page.getByText('Bereit', { exact: true }).waitFor()
  await leave()
})

test('a desk phone that registers is shown at once, without opening the page again', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  await page.goto(`${stage.server.origin}/settings/phones`)
  const before = stage.server.devices
  const [first] = before.filter(({ kind }) => kind === 'phone')
  assert.ok(first)
  stage.server.devices = before.map((device) => ({ ...device, isRegistered: false }))
  await page.reload()
  const row = page.getByRole('listitem').filter({ hasText: first.name })
  await row.getByText('Nicht angemeldet').waitFor()
  stage.server.devices = before.map((device) => ({ ...device, isRegistered: true }))
  stage.server.tellDevices(stage.server.people[0]?.id ?? '')
  await row.getByText('Angemeldet', { exact: true }).waitFor()
  stage.server.devices = before
  assert.deepEqual(complaints, [])
  await leave()
})

test('language, theme and devices are chosen and remembered', async () => {
  const { page, complaints, leave } = await signIn(LOOK)
  await page.goto(`${stage.server.origin}/settings/look`)
  await page.getByRole('radio', { name: 'English' }).check()
  await page.getByRole('heading', { name: 'Language and appearance' }).waitFor()
  await page.getByRole('radio', { name: 'Dark' }).check()
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(17, 20, 19)')
  await page.goto(`${stage.server.origin}/settings/sound`)
  await page.getByLabel('Microphone', { exact: true }).selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Test microphone' }).click()
  const meter = page.getByRole('meter', { name: 'Input level' })
  await meter.waitFor()
  // The fake microphone beeps once a second.
  await page.waitForFunction(
    () => Number(document.querySelector('[role=meter]')?.getAttribute('aria-valuenow')) > 20,
  )
  await page.reload()
  assert.notEqual(await page.getByLabel('Microphone', { exact: true }).inputValue(), '')
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
  assert.deepEqual(complaints, [])
  await leave()
})
