// Row 16: a stranger follows security.txt to the form, gets a page with a number, and the company has a case
// with a clock; the answer of an admin stands on that page. The twin differs in the page's address alone.
import { request } from 'node:https'
import type { Shown } from '../../tools/promises/rows.ts'
import { freePorts } from '../support/ports.ts'
import { Server } from '../support/server.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Over TLS with the certificate of the local authority. */
export async function askOverTls(
  server: Pick<Server, 'origin'>,
  address: string,
  form?: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const ca = await (await fetch(`${server.origin}/rufwerk-ca.pem`)).text()
  const body = form && new URLSearchParams(form).toString()
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const method = body === undefined ? 'GET' : 'POST'
  const asking = request(address, { ca, method, headers: { ...(body !== undefined && type), ...more } })
  asking.on('error', reject)
  asking.on('response', (answer) => {
    const parts: Buffer[] = []
    answer.on('data', (part: Buffer) => parts.push(part))
    answer.on('end', () => {
      const text = Buffer.concat(parts).toString()
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text })
    })
  })
  asking.end(body)
  return promise
}

export async function row16(): Promise<Shown> {
  const httpsPort = await freePorts(1)
  const server = await Server.start(['--https-port', String(httpsPort)])
  try {
    const origin = `https://localhost:${httpsPort}`
    const security = await askOverTls(server, `${origin}/.well-known/security.txt`)
    const form = /^Contact: (\S+)$/m.exec(security.text)?.[1] ?? ''
    const shown = await askOverTls(server, `${form}?lang=en`)
    const field = /<textarea [^>]*name="(\w+)"/.exec(shown.text)?.[1] ?? ''
    const sent = await askOverTls(server, `${form}?lang=en`, { [field]: 'Your installer is flagged.' })
    const page = new URL(String(sent.headers.location), origin).href
    const { cases } = await server.admin.ask<{
      cases: { id: string; openedAt: number; answerDue: number }[]
    }>('GET', '/cases')
    const hours = cases.map(({ openedAt, answerDue }) => (answerDue - openedAt) / 3_600_000)
    const words = 'We look at it.'
    await server.admin.ask('POST', `/cases/${cases[0]?.id}/acts`, { type: 'answer', words })
    const told = async (address: string): Promise<string> => {
      const { status, text } = await askOverTls(server, address)
      const number = /<dt>Number<\/dt><dd>\w{26}<\/dd>/.test(text) ? 'number' : 'no number'
      return `${status}, ${number}, ${text.includes(words) ? 'answer' : 'no answer'}`
    }
    const observed = `cases with an answer due in hours: ${hours.join()}; page: ${await told(page)}`
    const twin = await told(page.replace(/[^/?]\?/, (end) => (end === 'A?' ? 'B?' : 'A?')))
    const expected = 'cases with an answer due in hours: 24; page: 200, number, answer'
    return {
      ...{ expected, observed, ok: observed === expected },
      twin: {
        changed: 'one letter of the address of the page',
        observed: twin,
        ok: twin === '404, no number, no answer',
      },
    }
  } finally {
    await server.stop()
  }
}
