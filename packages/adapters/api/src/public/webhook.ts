// What security software of the company reports by itself. It has a token of its own (RFC 6750) and no
// cookie, so that no page can make a browser send one: no origin is asked for.
import { SuspicionReport } from '@rufwerk/contract/cases'
import { refusalResponse } from '../error.ts'
import { LIMITS } from '../limits.ts'
import type { Peer } from '../peer.ts'
import type { Attempts } from '../security/attempts.ts'
import type { OutsidePort } from './port.ts'

const BEARER = /^Bearer +([A-Za-z0-9_-]{1,200})$/i

export async function webhookResponse(
  request: Request,
  peer: Peer,
  { outside, attempts }: { readonly outside: OutsidePort; readonly attempts: Attempts },
): Promise<Response> {
  const header = (name: string): string => request.headers.get(name) ?? ''
  if (request.method !== 'POST') return refusalResponse({ code: 'method-not-allowed' })
  if (!/^application\/json *(;|$)/i.test(header('content-type')))
    return refusalResponse({ code: 'unsupported-media-type' })
  if (header('content-length') === '' || header('transfer-encoding') !== '')
    return refusalResponse({ code: 'bad-request', message: 'Send the body with Content-Length.' })
  if (Number(header('content-length')) > LIMITS.requestBodyBytesMax)
    return refusalResponse({ code: 'too-large' })
  const [, token] = BEARER.exec(header('authorization')) ?? []
  const wait = attempts.take('webhook', peer)
  if (wait > 0) return refusalResponse({ code: 'rate-limited', retryAfterSeconds: wait })
  if (token === undefined) return refusalResponse({ code: 'unauthenticated', message: 'Send the token.' })
  const report = SuspicionReport.safeParse(parsed(await request.text()))
  if (!report.success) return refusalResponse({ code: 'bad-request' })
  const received = await outside.fromWebhook(token, report.data)
  if (received.ok || received.error !== 'unknown-token') attempts.giveBack('webhook', peer)
  if (received.ok)
    return new Response(JSON.stringify(received.value), {
      ...{ status: 201, headers: { 'content-type': 'application/json' } },
    })
  switch (received.error) {
    case 'unknown-token':
      return refusalResponse({ code: 'unauthenticated', message: 'Nobody has this token.' })
    case 'nothing-said':
      return refusalResponse({ code: 'bad-request' })
    case 'full':
      return refusalResponse({ code: 'limit-reached' })
    default:
      return refusalResponse({ code: 'unavailable' })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
