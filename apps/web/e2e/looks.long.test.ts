// The pairs of language and width that looks.test.ts leaves out.
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { looksAt } from './looks.ts'

let browser: Browser
before(async () => {
  browser = await openBrowser()
})
after(() => browser?.close())

describe('looks', { concurrency: 2 }, () => {
  for (const { title, run } of looksAt([
    { language: 'en', width: 1280 },
    { language: 'de', width: 390 },
  ]))
    test(title, () => run(browser))
})
