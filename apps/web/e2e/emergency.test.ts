// An emergency number on the dial pad: whoever is not at the office is told to take the mobile, and on one it
// is a tap away, also when the server is gone. The call by the company's lines is never in the way.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { PEOPLE } from './company.ts'
import { stageAt } from './stage.ts'

const stage = stageAt(18_471)
afterEach(() => {
  stage.server.place = {}
})

const LOOKS = [
  {
    language: 'de',
    theme: 'light',
    width: 390,
    field: 'Nummer oder Name',
    call: 'Anrufen',
    why: 'Leitstelle Ihres Firmenstandorts',
  },
  {
    language: 'en',
    theme: 'dark',
    width: 1280,
    field: 'Number or name',
    call: 'Call',
    why: 'emergency centre of your company’s site',
  },
] as const

for (const { field, call, why, ...look } of LOOKS)
  test(`112 is offered to the mobile and still called, ${look.language}, ${look.width}`, async () => {
    const [self] = PEOPLE
    const { page, complaints, leave } = await stage.seats.open(stage.server.origin, look, self?.id)
    const pad = page.locator('main')
    const entry = pad.getByLabel(field)
    const notice = pad.getByText(why)
    const link = pad.locator('a[href="tel:112"]')
    await entry.fill('102')
    await pad.getByText('102', { exact: true }).first().waitFor()
    assert.equal(await notice.count(), 0, 'a colleague is no emergency')
    await entry.fill('112')
    await notice.waitFor()
    // A desktop has no dialler to hand over to.
    assert.equal(await link.isVisible(), look.width === 390)
    const other = look.language === 'de' ? 'Nicht dort?' : 'Not there?'
    assert.equal(await pad.getByText(other).isVisible(), look.width !== 390)
    await entry.fill('0110')
    await pad.locator('a[href="tel:110"]').waitFor({ state: 'attached' })
    await entry.fill('112')
    stage.server.sip.seen.length = 0
    await pad.getByRole('button', { name: call, exact: true }).last().click()
    const invited = () => stage.server.sip.seen.some((line) => line.startsWith('INVITE sip:112@'))
    for (let tries = 0; !invited() && tries < 100; tries += 1) await page.waitForTimeout(50)
    assert.ok(invited())
    assert.deepEqual(complaints, [])
    await leave()
  })

const SITE = { isKnown: true, site: { id: 'm', name: 'München' } }
for (const [place, de, en, other] of [
  [SITE, 'Leitstelle für München', 'centre for München', 'Firmennetz'],
  [{ isKnown: false }, 'Nicht im Firmennetz', 'Not in the company’s network', 'München'],
] as const)
  for (const { field, why, call, ...look } of LOOKS)
    test(`who is ${place.isKnown ? 'inside' : 'outside'} is told so, ${look.language}`, async () => {
      const [self] = PEOPLE
      stage.server.place = place
      const { page, complaints, leave } = await stage.seats.open(stage.server.origin, look, self?.id)
      const pad = page.locator('main')
      await pad.getByLabel(field).fill('112')
      await pad.getByText(look.language === 'de' ? de : en).waitFor()
      assert.equal(await pad.getByText(other).count(), 0)
      const button = pad.getByRole('button', { name: call, exact: true }).last()
      const { y } = (await button.boundingBox()) ?? assert.fail()
      if (look.width !== 390) {
        const advice = place.isKnown ? 'Not there?' : 'Better dial 112'
        assert.ok(await pad.getByText(advice).isVisible())
      }
      stage.server.place = {}
      await pad.getByLabel(field).fill('')
      await pad.getByLabel(field).fill('112')
      await pad.getByText(why).waitFor()
      assert.equal((await button.boundingBox())?.y, y, 'nothing moves when the place is known')
      assert.deepEqual(complaints, [])
      await leave()
    })

test('it is there without a network, too', async () => {
  const [self] = PEOPLE
  const [look] = LOOKS
  const { page, context } = await stage.seats.open(stage.server.origin, look, self?.id)
  await page.getByText('Bereit').waitFor()
  await page.waitForLoadState('networkidle')
  await context.setOffline(true)
  await page.locator('main').getByLabel(look.field).fill('112')
  await page.locator('main a[href="tel:112"]').waitFor()
})
