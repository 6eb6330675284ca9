// All combinations of language, width and theme, by all rules.
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type Frame, scenesIn } from './looks.ts'

const FRAMES: readonly Frame[] = [
  { language: 'de', width: 1280 },
  { language: 'en', width: 390 },
  { language: 'en', width: 1280 },
  { language: 'de', width: 390 },
]
let browser: Browser
before(async () => {
  browser = await openBrowser()
})
after(() => browser?.close())

describe('looks', { concurrency: 2 }, () => {
  for (const frame of FRAMES)
    describe(`${frame.language} ${frame.width}`, { concurrency: 1 }, () => {
      for (const { title, run } of scenesIn(frame, 'all')) test(title, () => run(browser))
    })
})
