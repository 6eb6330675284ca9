// Each page and state in opposite corners of language, width and theme; all of them: looks.long.test.ts.
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type Frame, scenesIn } from './looks.ts'

const FRAMES: readonly Frame[] = [
  { language: 'de', width: 1280 },
  { language: 'en', width: 390 },
]
let browser: Browser
before(async () => {
  browser = await openBrowser()
})
after(() => browser?.close())

describe('looks', { concurrency: 2 }, () => {
  for (const frame of FRAMES)
    describe(`${frame.language} ${frame.width}`, { concurrency: 1 }, () => {
      for (const { title, run } of scenesIn(frame, 'corners')) test(title, () => run(browser))
    })
})
