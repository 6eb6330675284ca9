// Codes that a new version of Rufwerk brought, at the top of the settings of admins: taken by keyboard or
// left, refused when the plan is another one by then. Without such codes, and for others, nothing is there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deedOf, newCodesWords } from '../src/views/settings/new-codes-words.ts'
import type { Look } from './browser.ts'
import { stageAt } from './stage.ts'

const ADMIN = 'p100'
const COLLEAGUE = 'p102'
const CODES = [
  { code: '*58', does: 'recordPrompt' },
  { code: '*1', does: 'record' },
]
const LOOKS: readonly Look[] = [
  { language: 'de', theme: 'light', width: 1280 },
  { language: 'en', theme: 'dark', width: 390 },
]

const stage = stageAt(18_469)

async function openSettings(look: Look, person: string, newCodes = CODES) {
  stage.server.dialPlan = { version: 3, newCodes }
  stage.server.codesAdded.length = 0
  const asked: string[] = []
  const seat = await stage.seats.open(`${stage.server.origin}/icon.svg`, look, person)
  seat.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await seat.page.goto(`${stage.server.origin}/settings`)
  await seat.page.locator('main nav li').first().waitFor()
  await seat.page.waitForLoadState('networkidle')
  return { ...seat, asked, words: newCodesWords(look.language) }
}

for (const look of LOOKS) {
  test(`an admin takes new codes by the keyboard, ${look.language}`, async () => {
    const { page, words, complaints, leave } = await openSettings(look, ADMIN)
    const notice = page.getByRole('region', { name: words.title(2) })
    for (const { code, does } of CODES) {
      await notice.getByText(code, { exact: true }).waitFor()
      await notice.getByText(deedOf(does, look.language)).waitFor()
    }
    const take = notice.getByRole('button', { name: words.take, exact: true })
    for (let tabs = 0; !(await take.evaluate((button) => button === document.activeElement)); tabs += 1) {
      assert.ok(tabs < 30, 'the button is not reached by Tab')
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText(words.taken).waitFor()
    assert.deepEqual(stage.server.codesAdded, [['*58', '*1']])
    assert.equal(await notice.count(), 0)
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'content')
    await page.reload()
    await page.locator('main nav li').first().waitFor()
    await page.waitForLoadState('networkidle')
    assert.equal(await page.getByText(words.taken).count(), 0)
    assert.equal(await notice.count(), 0)
    assert.deepEqual(complaints, [])
    await leave()
  })

  test(`who does not want them is not asked again, ${look.language}`, async () => {
    const { page, words, complaints, leave } = await openSettings(look, ADMIN)
    await page.getByRole('button', { name: words.leave, exact: true }).click()
    await page.getByRole('status').getByText(words.left).waitFor()
    assert.deepEqual(stage.server.codesAdded, [[]])
    assert.equal(stage.server.dialPlan.version, 3)
    assert.deepEqual(complaints, [])
    await leave()
  })

  test(`a plan that has changed meanwhile is said, and asked for again, ${look.language}`, async () => {
    const { page, words, leave } = await openSettings(look, ADMIN)
    stage.server.dialPlan = { version: 4, newCodes: CODES.slice(1) }
    await page.getByRole('button', { name: words.take, exact: true }).click()
    await page.getByRole('alert').waitFor()
    const notice = page.getByRole('region', { name: words.title(1) })
    await notice.waitFor()
    assert.deepEqual(stage.server.codesAdded, [])
    await notice.getByRole('button', { name: words.take, exact: true }).click()
    await page.getByRole('status').getByText(words.taken).waitFor()
    assert.deepEqual(stage.server.codesAdded, [['*1']])
    await leave()
  })

  for (const [who, person, codes] of [
    ['an admin without new codes', ADMIN, []],
    ['somebody who is no admin', COLLEAGUE, CODES],
  ] as const)
    test(`${who} sees nothing of it, ${look.language}`, async () => {
      const { page, words, asked, complaints, leave } = await openSettings(look, person, [...codes])
      assert.equal(asked.includes('/api/v1/dial-plan'), person === ADMIN)
      for (const text of [words.take, words.leave, words.text])
        assert.equal(await page.getByText(text, { exact: true }).count(), 0)
      assert.deepEqual(complaints, [])
      await leave()
    })
}

test('the first load has nothing of it', async () => {
  const [look] = LOOKS
  assert.ok(look)
  const { page, asked, words, leave } = await openSettings(look, ADMIN)
  assert.ok(
    asked.some((path) => /\/new-codes-[\w-]+\.js$/.test(path)),
    asked.join(' '),
  )
  asked.length = 0
  await page.goto(`${stage.server.origin}/phone`)
  await page.locator('main').getByRole('textbox').first().waitFor()
  await page.waitForLoadState('networkidle')
  assert.deepEqual(
    asked.filter((path) => /new-codes|dial-plan/.test(path)),
    [],
  )
  assert.equal(await page.getByText(words.text).count(), 0)
  await leave()
})
