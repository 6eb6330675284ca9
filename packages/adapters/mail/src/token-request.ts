// A form to an issuer of tokens, by POST. Not by fetch: that cannot be told which authorities to trust.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { request as requestTls } from 'node:https'
import { getCACertificates } from 'node:tls'
import type { Ms } from '@rufwerk/core'
import { TOKEN_BYTES_MAX } from './limits.ts'

export interface FormAnswer {
  readonly status: number
  /** Undefined: longer than an answer with a token is. */
  readonly text: string | undefined
}

/** Certificates in PEM, beside those that Node trusts anyway. None: only those. */
interface Trust {
  readonly authorities: readonly string[]
  /** For all of it, from the name to the last byte. */
  readonly timeout: Ms
}

/** Rejects when nobody answers in time, when the certificate is not trusted, and for redirections. */
export async function postForm(url: string, form: URLSearchParams, trust: Trust): Promise<FormAnswer> {
  const isTls = URL.parse(url)?.protocol === 'https:'
  const body = form.toString()
  const asked = (isTls ? requestTls : request)(url, {
    method: 'POST',
    // A connection of its own: the next token is wanted in an hour, and perhaps with other authorities.
    agent: false,
    signal: AbortSignal.timeout(trust.timeout),
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
      'content-length': Buffer.byteLength(body),
    },
    ...(isTls && tlsOptions(trust.authorities)),
  })
  // What comes after the answer has begun is an error of the answer, too.
  asked.on('error', () => undefined)
  asked.end(body)
  try {
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const { statusCode: status = 0 } = answer
    if (status >= 300 && status < 400) throw new Error('A redirection')
    return { status, text: await readText(answer) }
  } finally {
    asked.destroy()
  }
}

/** `ca` replaces Node's, which are as the operator has set them (NODE_EXTRA_CA_CERTS). */
function tlsOptions(authorities: readonly string[]) {
  const ca = authorities.length > 0 && { ca: [...getCACertificates('default'), ...authorities] }
  return { minVersion: 'TLSv1.2' as const, ...ca }
}

async function readText(answer: IncomingMessage): Promise<string | undefined> {
  let text = ''
  answer.setEncoding('utf8')
  for await (const piece of answer) {
    text += piece
    if (text.length > TOKEN_BYTES_MAX) return undefined
  }
  return text
}
