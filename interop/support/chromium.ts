// The web app in Debian's Chromium as somebody's phone: signed in by cookie, used by its buttons, its
// microphone a tone, and what it hears taken from the peer connection. The page is the real one; only the
// microphone's noise suppression is switched off, because a steady tone is noise to it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM, PHONE_FLAGS } from '../../tools/testing/chromium.ts'
import { noteArrivals } from './page/arrivals.ts'
import { hookPage, type PageEars } from './page/ears.ts'
import type { Person, Server } from './server.ts'
import type { Window } from './tone.ts'
import { sleep } from './wait.ts'
import { sine, writeWav } from './wav.ts'

/** A whole number of periods of every tone of whole Hz. */
const LOOP_SECONDS = 10
const READY_MS_MAX = 45_000
const PRESS_MS_MAX = 30_000

export class BrowserPhone {
  readonly page: Page
  readonly #browser: Browser
  readonly #folder: string
  /** What the page wrote to its console, errors included. */
  readonly console: string[]

  private constructor(page: Page, browser: Browser, folder: string, console: string[]) {
    this.page = page
    this.#browser = browser
    this.#folder = folder
    this.console = console
  }

  /**
   * Starts a browser of its own, because each process has one microphone; waits until it is registered.
   * `codec`: the only one it speaks, like PCMA. `trusted`: the one key whose certificate it accepts although
   * it does not know who signed it (SHA-256 of the public key, base64).
   */
  static async start(
    server: Pick<Server, 'origin'>,
    person: Person,
    toneHz: number,
    {
      codec,
      trusted,
      program = CHROMIUM,
      isSecure,
      notesArrivals = false,
      beside,
    }: {
      readonly codec?: string
      readonly trusted?: string
      readonly program?: string
      /** Gives the microphone to a page that is neither local nor over HTTPS. */
      readonly isSecure?: boolean
      /** Notes when packets come (page/arrivals.ts). */
      readonly notesArrivals?: boolean
      /** In the browser of this phone, with the same microphone, and only as long as that one. */
      readonly beside?: BrowserPhone
    } = {},
  ): Promise<BrowserPhone> {
    const folder = mkdtempSync(join(tmpdir(), 'rufwerk-chromium-'))
    const microphone = join(folder, 'microphone.wav')
    const tone = sine(toneHz, LOOP_SECONDS)
    writeWav(microphone, toneHz > 0 ? tone : { ...tone, samples: tone.samples.fill(0) })
    const launch = (): Promise<Browser> =>
      chromium.launch({
        executablePath: program,
        args: [
          ...PHONE_FLAGS,
          `--use-file-for-fake-audio-capture=${microphone}`,
          ...(isSecure ? [`--unsafely-treat-insecure-origin-as-secure=${server.origin}`] : []),
          ...(trusted === undefined ? [] : [`--ignore-certificate-errors-spki-list=${trusted}`]),
        ],
      })
    const browser = beside?.page.context().browser() ?? (await launch())
    const context = await browser.newContext({ locale: 'en-US', permissions: ['microphone'] })
    await context.addCookies([{ ...person.cookie, url: server.origin }])
    await context.addInitScript(hookPage, codec)
    if (notesArrivals) await context.addInitScript(noteArrivals)
    const page = await context.newPage()
    const console: string[] = []
    page.on('console', (message) => console.push(message.text()))
    page.on('pageerror', (error) => console.push(String(error)))
    const phone = new BrowserPhone(page, browser, folder, console)
    try {
      await page.goto(`${server.origin}/`)
      await page.getByText('Ready', { exact: true }).waitFor({ timeout: READY_MS_MAX })
      return phone
    } catch (error) {
      const report = await phone.#report()
      await phone.stop()
      throw new Error(`${error}\n${report}`)
    }
  }

  async dial(number: string): Promise<void> {
    await this.page.getByLabel('Number or name').fill(number)
    await this.page.keyboard.press('Enter')
  }

  async answer(): Promise<void> {
    await this.#press('Answer')
  }

  async decline(): Promise<void> {
    await this.#press('Decline')
  }

  async hangUp(): Promise<void> {
    await this.#press('Hang up')
  }

  async hold(): Promise<void> {
    await this.#press('Hold')
  }

  async resume(): Promise<void> {
    await this.#press('Resume')
  }

  async mute(): Promise<void> {
    await this.#press('Mute')
  }

  /** Leads the call on at once. */
  async transfer(number: string): Promise<void> {
    await this.#press('Transfer')
    await this.page.getByRole('dialog').getByLabel('Number or name').fill(number)
    await this.#press('Transfer now')
  }

  /** Calls somebody else first; the call is held meanwhile. */
  async consult(number: string): Promise<void> {
    await this.#press('Transfer')
    await this.page.getByRole('dialog').getByLabel('Number or name').fill(number)
    await this.#press('Talk first')
  }

  /** Connects who is held with who talks. */
  async connectBoth(): Promise<void> {
    await this.page.getByRole('button', { name: /^Connect .+ with/ }).click({ timeout: PRESS_MS_MAX })
  }

  /** Presses one key of the keypad of the call. */
  async press(key: string): Promise<void> {
    const pad = this.page.getByRole('group', { name: 'Send tones' })
    if (!(await pad.isVisible())) await this.#press('Keypad')
    await pad.getByRole('button', { name: key, exact: true }).click()
  }

  /** The call's quality is shown, or the hang-up button is there with a call length running. */
  async waitUntilTalking(): Promise<void> {
    await this.page.getByRole('button', { name: 'Hold', exact: true }).first().waitFor({ timeout: 30_000 })
  }

  async waitUntilOver(): Promise<void> {
    await this.page.getByRole('button', { name: 'Hang up', exact: true }).first().waitFor({
      state: 'detached',
      timeout: 30_000,
    })
  }

  /** Hangs up while there is something to hang up; for the end of a test, however it went. */
  async endAllCalls(): Promise<void> {
    const button = this.page.getByRole('button', { name: /^(Hang up|Decline|Cancel)$/ }).first()
    for (let call = 0; call < 4 && (await button.isVisible()); call++) {
      // The other end may have hung up while we reach for the button.
      await button.click({ timeout: 2000 }).catch(() => 'gone')
      await sleep(300)
    }
    // The sentence about how the call ended may stand over the dial pad.
    const close = this.page.getByRole('button', { name: 'Close', exact: true }).first()
    if (await close.isVisible()) await close.click({ timeout: 2000 }).catch(() => 'gone')
  }

  /** What comes out of the latest call for so long, in windows of 171 ms. */
  listen(durationMs: number): Promise<Window[]> {
    return this.listenWhile(() => sleep(durationMs))
  }

  /** The same for as long as something goes on. */
  async listenWhile(act: () => Promise<unknown>): Promise<Window[]> {
    await this.page.evaluate(() => (globalThis as unknown as { ears: PageEars }).ears.begin())
    await act()
    const windows = await this.page.evaluate(() => (globalThis as unknown as { ears: PageEars }).ears.end())
    return windows.map(({ rate, base64 }) => {
      const bytes = Buffer.from(base64, 'base64')
      return { rate, samples: new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2) }
    })
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** What the page shows, and the end of what it wrote. */
  async #report(): Promise<string> {
    const text = await this.page.innerText('body').catch(() => 'no page')
    return `page: ${text.slice(0, 1500)}\nconsole: ${this.console.join('\n').slice(-3000)}`
  }

  async #press(name: string): Promise<void> {
    const button = this.page.getByRole('button', { name, exact: true }).first()
    await button.click({ timeout: PRESS_MS_MAX }).catch(async (error) => {
      throw new Error(`${error}\n${await this.#report()}`)
    })
  }
}
