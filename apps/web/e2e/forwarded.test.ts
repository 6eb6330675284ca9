// A call that a colleague has forwarded here: whom the page names while it rings, whom it calls back, and
// what its record says, in both languages.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callsOf, PEOPLE } from './company.ts'
import { stageAt } from './stage.ts'

const LOOK = { language: 'de', theme: 'light', width: 1280 } as const
const stage = stageAt(18_470)

test('who is called back is who had called, by number and by name, and not "Ben for Anna"', async () => {
  const [self, , , , , , , , ben] = PEOPLE
  assert.ok(self && ben)
  const { page, complaints, leave } = await stage.seats.open(stage.server.origin, LOOK, self.id)
  await page.getByText('Bereit').waitFor()
  stage.server.sip.ring(self.extension, { extension: ben.extension, name: 'Ben Adams für Anna Schmidt' })
  const incoming = page.getByRole('region', { name: 'Eingehender Anruf' })
  await incoming.getByText('Ben Adams für Anna Schmidt').waitFor()
  await incoming.getByRole('button', { name: 'Ablehnen' }).click()
  await incoming.waitFor({ state: 'detached' })
  const bar = page.getByRole('region', { name: 'Laufendes Gespräch' })
  assert.equal(await bar.getByRole('button', { name: 'Erneut anrufen' }).count(), 0)

  // What the server keeps of it.
  const [, missed] = callsOf(self, Date.now())
  assert.ok(missed)
  const from = { person: ben.id, extension: ben.extension, name: ben.name }
  stage.server.calls = [{ ...missed, from }]
  await page.evaluate((path) => history.pushState(null, '', path), `/calls/${missed.id}`)
  stage.server.sip.seen.length = 0
  await page.locator('main article').getByRole('button', { name: 'Anrufen' }).click()
  await bar.getByText('Ben Adams', { exact: true }).waitFor()
  const invites = () => stage.server.sip.seen.filter((line) => line.startsWith('INVITE '))
  for (let tries = 0; invites().length === 0 && tries < 100; tries += 1) await page.waitForTimeout(50)
  assert.match(invites().join(), /^INVITE sip:108@/)
  assert.deepEqual(complaints, [])
  stage.server.calls = undefined
  await leave()
})

for (const [language, line, noAnswer, unknown] of [
  ['de', 'Weitergeleitet von', 'wenn niemand abnimmt', 'Grund nicht bekannt'],
  ['en', 'Forwarded by', 'when nobody answers', 'reason not known'],
] as const)
  test(`a record says who forwarded its call, ${language}; without that it does not`, async () => {
    const [self] = PEOPLE
    const look = { ...LOOK, language }
    const { page, complaints, leave } = await stage.seats.open(
      `${stage.server.origin}/calls/c1`,
      look,
      self?.id,
    )
    const term = page.locator('main article dl').getByText(line, { exact: true })
    await term.waitFor()
    const value = await term.locator('xpath=following-sibling::dd[1]').innerText()
    assert.match(value, new RegExp(`^\\+49 30 123456 \\(${unknown}\\), .+ \\(${noAnswer}\\)$`))
    await page.goto(`${stage.server.origin}/calls/c0`)
    await page.locator('main article ol').first().waitFor()
    assert.equal(await term.count(), 0)
    assert.deepEqual(complaints, [])
    await leave()
  })
