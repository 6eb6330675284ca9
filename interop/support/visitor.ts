// A person of the demonstration in Debian's Chromium: opens the printed link, in German, and telephones with
// a microphone of its own; everything that a call plays is recorded.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM, PHONE_FLAGS } from '../../tools/testing/chromium.ts'
import { hookPage } from './page/ears.ts'
import { type PageRecorder, recordPage } from './page/recorder.ts'
import { sleep, until } from './wait.ts'
import { type Sound, writeWav } from './wav.ts'

const READY_MS_MAX = 45_000
const CLICK_MS_MAX = 30_000

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>

export class Visitor {
  readonly page: Page
  readonly #browser: Browser
  readonly #folder: string

  private constructor(page: Page, browser: Browser, folder: string) {
    this.page = page
    this.#browser = browser
    this.#folder = folder
  }

  /** Opens the link and waits until the phone is ready. The microphone plays its sound in a loop. */
  static async open(link: string, microphone: Sound, cookies: Cookies = []): Promise<Visitor> {
    const folder = mkdtempSync(join(tmpdir(), 'rufwerk-visitor-'))
    const file = join(folder, 'microphone.wav')
    writeWav(file, microphone)
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [...PHONE_FLAGS, `--use-file-for-fake-audio-capture=${file}`],
    })
    const context = await browser.newContext({ locale: 'de-DE', permissions: ['microphone'] })
    await context.addCookies(cookies)
    await context.addInitScript(hookPage, undefined)
    await context.addInitScript(recordPage)
    const page = await context.newPage()
    const visitor = new Visitor(page, browser, folder)
    try {
      await page.goto(link)
      const later = page.getByRole('button', { name: 'Später', exact: true })
      const ready = page.getByText('Bereit', { exact: true })
      await later.or(ready).first().waitFor({ timeout: READY_MS_MAX })
      if (await later.isVisible()) await later.click()
      await ready.waitFor({ timeout: READY_MS_MAX })
      return visitor
    } catch (error) {
      const text = await page.innerText('body').catch(() => 'no page')
      await visitor.close()
      throw new Error(`${error}\npage: ${text.slice(0, 1500)}`)
    }
  }

  cookies(): Promise<Cookies> {
    return this.page.context().cookies()
  }

  /** GET of the API with the session of the page. */
  async ask<T>(path: string): Promise<T> {
    const answer = await this.page.evaluate(async (url) => (await fetch(url)).json(), `/api/v1${path}`)
    return answer as T
  }

  async dial(number: string): Promise<void> {
    await this.page.getByLabel('Nummer oder Name').fill(number)
    await this.page.keyboard.press('Enter')
  }

  async press(button: string): Promise<void> {
    await this.page
      .getByRole('button', { name: button, exact: true })
      .first()
      .click({ timeout: CLICK_MS_MAX })
  }

  /** Waits for the first sound of the call that is being made now. */
  async callIsHeard(before: number): Promise<void> {
    await until('sound of the call', async () => (await this.calls()) > before, CLICK_MS_MAX)
  }

  /** How many connections have received sound. */
  calls(): Promise<number> {
    return this.page.evaluate(() => (globalThis as unknown as { recorder: PageRecorder }).recorder.count())
  }

  /** Everything that the latest call played so far. */
  async heard(): Promise<Sound> {
    const { rate, base64 } = await this.page.evaluate(() =>
      (globalThis as unknown as { recorder: PageRecorder }).recorder.take(),
    )
    const bytes = Buffer.from(base64, 'base64')
    return { rate, samples: new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2) }
  }

  /** What the latest call plays from now on for so long. */
  async listen(durationMs: number): Promise<Sound> {
    const { samples: before } = await this.heard()
    await sleep(durationMs)
    const { rate, samples } = await this.heard()
    return { rate, samples: samples.subarray(before.length) }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
