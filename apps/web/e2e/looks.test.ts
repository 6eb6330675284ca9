// Each language and each width once, light and dark. The other pairs are in looks.long.test.ts.
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
    { language: 'de', width: 1280 },
    { language: 'en', width: 390 },
  ]))
    test(title, () => run(browser))
})
