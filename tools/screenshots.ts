// Takes the README's pictures from the real product: node tools/run.mjs tools/screenshots.ts. Run by hand
// after the pages change; the PNGs are committed. Needs Debian's chromium and ffmpeg, as the tests do.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { Child } from '../interop/support/child.ts'
import { freePorts } from '../interop/support/ports.ts'
import { CHROMIUM, PHONE_FLAGS } from './testing/chromium.ts'

const PROJECT = join(import.meta.dirname, '..')
const IMAGES = join(PROJECT, 'docs/images')
const MEDIA_PORTS = 100
const START_MS_MAX = 60_000
/** Long enough for the line of the voice quality to be one. */
const TALK_MS = 12_000
const IMAGE_BYTES_MAX = 150_000
const ALL_BYTES_MAX = 1_000_000

interface Look {
  readonly language: 'de' | 'en'
  readonly theme: 'light' | 'dark'
  readonly width: 1280 | 390
}

class Studio {
  /** Bytes of all pictures taken. */
  total = 0
  readonly #browser: Browser
  readonly #folder: string

  constructor(browser: Browser, folder: string) {
    this.#browser = browser
    this.#folder = folder
  }

  async open(url: string, look: Look): Promise<{ page: Page; context: BrowserContext }> {
    const context = await this.#browser.newContext({
      locale: look.language === 'de' ? 'de-DE' : 'en-GB',
      timezoneId: 'Europe/Berlin',
      colorScheme: look.theme,
      viewport: { width: look.width, height: look.width === 390 ? 780 : 760 },
      deviceScaleFactor: 2,
      hasTouch: look.width === 390,
      reducedMotion: 'reduce',
      permissions: ['microphone'],
    })
    const preferences = JSON.stringify({ language: look.language })
    await context.addInitScript({
      content: `localStorage.setItem('rufwerk.preferences', ${JSON.stringify(preferences)})`,
    })
    const page = await context.newPage()
    await page.goto(url)
    return { page, context }
  }

  /** Writes the picture with 64 colours, which is plenty for pages of flat ones. */
  async shoot(page: Page, name: string): Promise<void> {
    const raw = join(this.#folder, `${name}.png`)
    const image = join(IMAGES, `${name}.png`)
    await page.screenshot({ path: raw, animations: 'disabled', caret: 'hide', fullPage: true })
    const filter = 'split[a][b];[a]palettegen=max_colors=64[p];[b][p]paletteuse=dither=none'
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', raw, '-vf', filter, '-pred', 'mixed', image])
    const { size } = statSync(image)
    console.log(`${String(size).padStart(8)} bytes  ${name}.png`)
    if (size > IMAGE_BYTES_MAX) throw new Error(`${name}.png is larger than ${IMAGE_BYTES_MAX} bytes`)
    this.total += size
  }
}

async function startRufwerk(data: string, flags: readonly string[]): Promise<Child> {
  const [http, sip, webrtc, media] = [
    await freePorts(1),
    await freePorts(1),
    await freePorts(1),
    await freePorts(MEDIA_PORTS),
  ]
  return new Child(process.execPath, [
    join(PROJECT, 'apps/launcher/main.mjs'),
    ...['--data', data, '--http-port', String(http), '--sip-host', '127.0.0.1', '--sip-port', String(sip)],
    ...['--webrtc-port', String(webrtc), '--media-ports', `${media}-${media + MEDIA_PORTS - 1}`],
    ...['--language', 'de', '--country', 'de', ...flags],
  ])
}

async function shootWelcome(studio: Studio, folder: string): Promise<void> {
  const rufwerk = await startRufwerk(join(folder, 'welcome'), [])
  try {
    const [url] = await rufwerk.said(/http:\/\/\S+#setup=[\w-]+/, START_MS_MAX)
    const { page, context } = await studio.open(url, { language: 'de', theme: 'light', width: 1280 })
    await page.getByRole('button', { name: 'Weiter' }).click()
    await page.getByLabel('Firma', { exact: true }).fill('Muster GmbH')
    await page.getByLabel('Ihr Name').fill('Mara Lindner')
    await page.getByLabel('E-Mail').fill('mara@muster.example')
    await page.getByLabel('Passwort', { exact: true }).fill('ein ganzer Satz')
    await studio.shoot(page, 'welcome')
    await context.close()
  } finally {
    await rufwerk.stop()
  }
}

async function shootDemo(studio: Studio, folder: string): Promise<void> {
  const rufwerk = await startRufwerk(join(folder, 'demo'), ['--demo'])
  try {
    await rufwerk.said(/#link=[\w-]+[\s\S]+#link=[\w-]+/, START_MS_MAX)
    const [first = '', second = ''] = rufwerk.output.match(/http:\/\/\S+#link=[\w-]+/g) ?? []
    await shootDesk(studio, first)
    await shootMobile(studio, second)
  } finally {
    await rufwerk.stop()
  }
}

/** The phone, a call with Anna, and how a call sounded: German, light, on a desk. */
async function shootDesk(studio: Studio, link: string): Promise<void> {
  const { page, context } = await studio.open(link, { language: 'de', theme: 'light', width: 1280 })
  await page.getByRole('button', { name: 'Später' }).click()
  await page.getByText('Bereit', { exact: true }).waitFor()
  await page.getByRole('complementary').getByRole('button').click()
  await page.getByLabel('Nummer oder Name').waitFor()
  await page.getByRole('heading', { name: 'Zuletzt' }).waitFor()
  await studio.shoot(page, 'phone')

  const good = await callThatSounded(page)
  await page.goto(new URL(`/calls/${good}`, page.url()).href)
  await page.getByRole('complementary').getByRole('button').click()
  await page.getByRole('region', { name: 'Seite des Angerufenen' }).waitFor()
  await studio.shoot(page, 'call-detail')

  await page.getByRole('link', { name: 'Telefon', exact: true }).click()
  await page.getByLabel('Nummer oder Name').fill('Anna')
  await page.keyboard.press('Enter')
  const bar = page.getByRole('region', { name: 'Laufendes Gespräch' })
  await bar.getByRole('timer').waitFor()
  await page.waitForTimeout(TALK_MS)
  await bar.getByText(/Sehr gut|Gut/).waitFor()
  await studio.shoot(page, 'call')
  await bar.getByRole('button', { name: 'Auflegen' }).click()
  await context.close()
}

/** The newest call among the recent ones that two people had and that lasted a while. */
async function callThatSounded(page: Page): Promise<string> {
  const answer = await page.request.get(new URL('/api/v1/calls?limit=100', page.url()).href)
  const { calls } = (await answer.json()) as {
    calls: { id: string; answeredAt?: number; endedAt: number; answeredBy?: { kind: string } }[]
  }
  const found = calls.find(
    ({ answeredBy, answeredAt, endedAt }) =>
      answeredBy?.kind === 'person' && endedAt - (answeredAt ?? endedAt) > 60_000,
  )
  if (!found) throw new Error('the demonstration has no call that was answered')
  return found.id
}

/** The phone in a pocket: English, dark. */
async function shootMobile(studio: Studio, link: string): Promise<void> {
  const { page, context } = await studio.open(link, { language: 'en', theme: 'dark', width: 390 })
  await page.getByRole('button', { name: 'Later' }).click()
  await page.getByText('Ready', { exact: true }).waitFor()
  await page.getByRole('complementary').getByRole('button').click()
  await studio.shoot(page, 'mobile')
  await context.close()
}

mkdirSync(IMAGES, { recursive: true })
execFileSync(process.execPath, [join(PROJECT, 'apps/web/build.ts')], { stdio: 'inherit' })
const folder = mkdtempSync(join(tmpdir(), 'rufwerk-screenshots-'))
const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...PHONE_FLAGS] })
try {
  const studio = new Studio(browser, folder)
  await shootWelcome(studio, folder)
  await shootDemo(studio, folder)
  console.log(`${String(studio.total).padStart(8)} bytes  together`)
  if (studio.total > ALL_BYTES_MAX)
    throw new Error(`the pictures are larger than ${ALL_BYTES_MAX} bytes together`)
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
