// Debian's Chromium with a fake microphone; collects everything that a page must not do.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const EXECUTABLE = process.env.RUFWERK_CHROMIUM ?? '/usr/bin/chromium'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The machine of these tests is shared and slow, and may stand still. */
const ACTION_MS = 30_000

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

/** All rules of WCAG 2.2 AA and best practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Those of them that colours decide. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
export type Rules = 'all' | 'colours'

/** What axe-core finds wrong, one line each. */
export async function checkAccessibility(page: Page, rules: Rules = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  const runOnly = rules === 'all' ? { type: 'tag', values: TAGS } : { type: 'rule', values: COLOUR_RULES }
  // No rule of ours reads style sheets, which are loaded once more for those that do.
  return page.evaluate(
    async (options) => {
      const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResult> } }
      const { violations } = await axe.run(options)
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.any[0]?.message ?? ''}`),
      )
    },
    { runOnly, resultTypes: ['violations'], preload: { assets: ['media'] } },
  )
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
