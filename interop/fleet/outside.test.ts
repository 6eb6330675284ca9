// Reports from outside at a whole server: by a browser without scripts, by programs that mean harm, and by
// security software; each page in both languages and themes as axe-core sees it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { lookAt, openPages } from '../support/page/look.ts'
import { Server } from '../support/server.ts'

interface List {
  readonly open: number
  readonly cases: readonly { readonly id: string; readonly answerDue: number; readonly openedAt: number }[]
}
interface Detail {
  readonly origins: readonly { readonly kind: string; readonly by: string; readonly words: string }[]
}

const server = await Server.start()
test.after(() => server.stop())
const { admin, origin } = server
const FORM = `${origin}/security/report`
const MARKUP = '"><script>document.title = "owned"</script><img src=x onerror="document.title = \'owned\'">'
const list = (): Promise<List> => admin.ask('GET', '/cases')
const post = (fields: Record<string, string>): Promise<Response> =>
  fetch(FORM, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

test('a browser without scripts and cookies reports; the page of the report tells the answer', async () => {
  const browser = await openPages()
  try {
    for (const [language, theme] of [
      ['de', 'light'],
      ['en', 'dark'],
    ] as const) {
      const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: theme })
      const page = await context.newPage()
      await page.goto(`${FORM}?lang=${language}`)
      await page.locator('#words').fill(MARKUP)
      await page.locator('#contact').fill('x@example.org')
      await page.locator('button').click()
      await page.waitForURL(/report\/[\w-]{43}/)
      assert.equal(await page.locator('html').getAttribute('lang'), language)
      assert.deepEqual(await context.cookies(), [])
      const [newest] = (await list()).cases
      assert.ok(newest)
      assert.equal(newest.answerDue - newest.openedAt, 24 * 3_600_000)
      const { origins } = await admin.ask<Detail>('GET', `/cases/${newest.id}`)
      assert.deepEqual(
        [origins[0]?.kind, origins[0]?.by, origins[0]?.words],
        ['outside', 'x@example.org', MARKUP],
      )
      await admin.ask('POST', `/cases/${newest.id}/acts`, { type: 'answer', words: MARKUP })
      await page.reload()
      assert.equal(await page.locator('.told').innerText(), MARKUP)
      assert.doesNotMatch(await page.title(), /owned/)
      const address = page.url()
      await context.close()
      const addresses = [`${FORM}?lang=${language}`, address, `${FORM}/none?lang=${language}`]
      assert.deepEqual(await lookAt(browser, addresses, theme), [])
    }
  } finally {
    await browser.close()
  }
})

test('markup, lines in the address, huge bodies and a thousand reports do no harm', async () => {
  const before = (await list()).open
  assert.equal((await post({ words: 'x', contact: 'a@example.org\r\nBcc: b@example.org' })).status, 422)
  const huge = await post({ words: 'x'.repeat(70_000) }).then(
    ({ status }) => status,
    () => 413,
  )
  assert.equal(huge, 413)
  assert.equal((await list()).open, before)
  const statuses = new Map<number, number>()
  for (let round = 0; round < 50; round += 1) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post({ words: 'again' })))
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  // Two of the five of this address were those of the browser.
  assert.deepEqual([statuses.get(303), statuses.get(429)], [3, 997])
  assert.equal((await list()).open, before + 3)
  const own = await server.colleagues[0]?.ask<{ how: string }>('POST', '/reports', { words: 'mine' })
  assert.equal(own?.how, 'opened')
})

test('security software reports with its token until that is taken back', async () => {
  const made = await admin.ask<{ id: string; token: string; address: string }>('POST', '/webhooks', {
    name: 'Scanner',
  })
  assert.equal(made.address, `${origin}/api/v1/reports/webhook`)
  const send = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ hashes: ['b'.repeat(64)], words: 'Trojan.Generic' })
    return (await fetch(made.address, { method: 'POST', headers, body })).status
  }
  assert.deepEqual([await send(made.token), await send(`${made.token}x`)], [201, 401])
  const [newest] = (await list()).cases
  assert.ok(newest)
  const { origins } = await admin.ask<Detail>('GET', `/cases/${newest.id}`)
  assert.deepEqual([origins[0]?.kind, origins[0]?.by], ['webhook', 'Scanner'])
  await assert.rejects(server.colleagues[0]?.ask('GET', '/webhooks') ?? Promise.resolve(), /403/)
  await admin.ask('DELETE', `/webhooks/${made.id}`)
  assert.equal(await send(made.token), 401)
})
