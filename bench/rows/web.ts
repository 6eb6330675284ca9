// web-first-load: brotli JavaScript that the browser fetches for sign-in and the phone page. JsSIP is counted
// apart, because it is loaded after sign-in.
import { chromium, type Page, type Response } from 'playwright-core'
import { CHROMIUM, QUIET_FLAGS } from '../../tools/testing/chromium.ts'
import { startProduct } from '../support/product.ts'
import { limitRow, type Row } from '../support/row.ts'

export async function web(): Promise<Row[]> {
  await using product = await startProduct()
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET_FLAGS] })
  try {
    const page = await browser.newPage()
    const scripts = new Map<string, number>()
    await collect(page, scripts, `${product.origin}/sign-in`)
    const [name, value] = product.cookie.split('=') as [string, string]
    await page.context().addCookies([{ name, value, url: product.origin }])
    await collect(page, scripts, `${product.origin}/phone`)
    let bytes = 0
    let jssip = 0
    for (const [url, size] of scripts) {
      if (/jssip/i.test(url)) jssip += size
      else bytes += size
    }
    if (!(bytes > 0) || !(jssip > 0))
      throw new Error(`expected scripts, found: ${[...scripts.keys()].join(' ')}`)
    return [
      limitRow({
        row: 'web-first-load',
        value: bytes / 1000,
        unit: 'kB brotli',
        max: 200,
        notes: `${scripts.size} scripts over the wire; JsSIP apart: ${(jssip / 1000).toFixed(0)} kB`,
      }),
    ]
  } finally {
    await browser.close()
  }
}

async function collect(page: Page, scripts: Map<string, number>, address: string): Promise<void> {
  const onResponse = (response: Response): void => {
    if (!new URL(response.url()).pathname.endsWith('.js') || response.status() !== 200) return
    const { 'content-encoding': encoding, 'content-length': length } = response.headers()
    if (encoding !== 'br')
      throw new Error(`${response.url()} came ${encoding ?? 'uncompressed'}, not as brotli`)
    scripts.set(response.url(), Number(length))
  }
  page.on('response', onResponse)
  await page.goto(address, { waitUntil: 'networkidle' })
  page.off('response', onResponse)
}
