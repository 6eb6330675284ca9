// Debian's Chromium with a fake microphone; collects everything that a page must not do.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { ENDED_SHOWN_MS } from '../src/state/phone.ts'

const EXECUTABLE = process.env.RUFWERK_CHROMIUM ?? '/usr/bin/chromium'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The machine of these tests is shared and slow, and may stand still. */
const ACTION_MS = 30_000
const ENDED_SHOWN_IN_TESTS_MS = 8_000

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--allow-loopback-in-peer-connection',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
}

export interface Look {
  readonly language: 'de' | 'en'
  readonly theme: 'light' | 'dark'
  readonly width: 390 | 1280
}

export const viewportOf = (width: Look['width']) => ({ width, height: width === 390 ? 844 : 800 })

export interface OpenedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Policy violations, uncaught errors and errors on the console, as they came. */
  readonly complaints: string[]
}

export async function openPage(browser: Browser, url: string, look: Look): Promise<OpenedPage> {
  const opened = await newPage(browser, look)
  await opened.page.goto(url)
  return opened
}

/** Runs in the page: what is shown for a moment could be gone when a machine that stood still looks again. */
function lengthen([shown, longer]: readonly [number, number]): void {
  const { setTimeout } = globalThis
  const patient = (run: () => void, delay?: number, ...rest: unknown[]) =>
    setTimeout(run, delay === shown ? longer : delay, ...rest)
  globalThis.setTimeout = patient as typeof setTimeout
}

/** An empty page in a context of its own. */
export async function newPage(browser: Browser, look: Look): Promise<OpenedPage> {
  const context = await browser.newContext({
    locale: look.language === 'de' ? 'de-DE' : 'en-US',
    timezoneId: 'Europe/Berlin',
    colorScheme: look.theme,
    viewport: viewportOf(look.width),
    hasTouch: look.width === 390,
    reducedMotion: 'reduce',
    permissions: ['microphone', 'clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(ACTION_MS)
  const complaints: string[] = []
  await context.exposeFunction('rufwerkComplain', (text: string) => complaints.push(text))
  await context.addInitScript(lengthen, [ENDED_SHOWN_MS, ENDED_SHOWN_IN_TESTS_MS] as const)
  await context.addInitScript((language) => {
    const { rufwerkComplain } = globalThis as unknown as { rufwerkComplain: (text: string) => void }
    addEventListener('securitypolicyviolation', (event) => {
      rufwerkComplain(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`)
    })
    if (localStorage.getItem('rufwerk.preferences') === null) {
      localStorage.setItem('rufwerk.preferences', JSON.stringify({ language }))
    }
  }, look.language)
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // The browser itself reports refused requests; whether they were right is for the test to say.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) {
      complaints.push(`console: ${message.text()}`)
    }
  })
  return { page, context, complaints }
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe-core finds wrong, one line each, by all rules of WCAG 2.2 AA and best practice. */
export async function checkAccessibility(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  // No rule of these reads style sheets, which are loaded once more for those that do.
  const options = { runOnly: TAGS, resultTypes: ['violations'], preload: { assets: ['media'] } }
  return page.evaluate(async (how) => {
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResult> } }
    const { violations } = await axe.run(how)
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.any[0]?.message ?? ''}`),
    )
  }, options)
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly {
      readonly html: string
      readonly any: readonly { readonly message: string }[]
    }[]
  }[]
}
