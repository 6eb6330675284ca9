// Pages of the server as people see them: Debian's Chromium, and what axe-core finds wrong by all rules of
// WCAG 2.2 AA and best practice.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM } from '../../../tools/testing/chromium.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** For whoever looks at the pages: a folder for pictures. */
const SHOTS = process.env.RUFWERK_SHOTS

export function openPages(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
}

/** What is wrong with these pages in a theme, narrow and wide: a line for each. */
export async function lookAt(
  browser: Browser,
  addresses: readonly string[],
  theme: 'light' | 'dark',
): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const width of [390, 1280]) {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 800 } })
    const page = await context.newPage()
    // A page that is not there is one of those that are looked at.
    page.on('console', (line) => line.text().includes('404') || wrong.push(`console: ${line.text()}`))
    for (const [number, address] of addresses.entries()) {
      await page.goto(address)
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${number}-${theme}-${width}.png`, fullPage: true })
      const found = await axe(page)
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
      if (wide === true) found.push('it is wider than the screen')
      wrong.push(...found.map((line) => `${address} ${theme} ${width}: ${line}`))
    }
    await context.close()
  }
  return wrong
}

async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const options = { runOnly: TAGS, resultTypes: ['violations'] }
  return page.evaluate(async (how) => {
    const { axe: library } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<AxeResult> }
    }
    const { violations } = await library.run(how)
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`))
  }, options)
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}
