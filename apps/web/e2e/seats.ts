// Pages that tests use one after the other. A new context of the browser and the first load in it cost three
// times what loading again does, and nearly all of a short test; whoever comes next finds nothing of before.
import type { Browser } from 'playwright-core'
import { type Look, newPage, type OpenedPage } from './browser.ts'

/** Of the same origin and without a script: whoever is there has hung up and signed off. */
const NOWHERE = '/icon.svg'

export interface SeatedPage extends OpenedPage {
  /** Gives the page back, when all went well. */
  leave(): Promise<void>
}

export class Seats {
  readonly #browser: Browser
  /** Empty ones, by what cannot be changed of a context. */
  readonly #free = new Map<string, OpenedPage[]>()

  readonly #taken = new Set<OpenedPage>()

  constructor(browser: Browser) {
    this.#browser = browser
  }

  /** A page with nothing stored; with the session of `person`, when there is one. */
  async open(url: string, look: Look, person?: string): Promise<SeatedPage> {
    const kind = `${look.language} ${look.width}`
    const free = this.#free.get(kind) ?? []
    this.#free.set(kind, free)
    const opened = free.pop() ?? (await newPage(this.#browser, look))
    this.#taken.add(opened)
    const { page, context, complaints } = opened
    complaints.length = 0
    await page.emulateMedia({ colorScheme: look.theme })
    if (person !== undefined) {
      const { origin } = new URL(url)
      await context.addCookies([
        { name: 'session', value: person, url: origin, httpOnly: true, sameSite: 'Strict' },
      ])
    }
    await page.goto(url)
    const leave = async (): Promise<void> => {
      await page.unrouteAll({ behavior: 'ignoreErrors' })
      await page.goto(new URL(NOWHERE, page.url()).href)
      await page.evaluate(() => {
        localStorage.clear()
        sessionStorage.clear()
      })
      await context.clearCookies()
      this.#taken.delete(opened)
      free.push(opened)
    }
    return { ...opened, leave }
  }

  /** Closes what nobody gave back: after a failure a page may be in the middle of a call. */
  async clear(): Promise<void> {
    for (const { context } of this.#taken) await context.close()
    this.#taken.clear()
  }
}
