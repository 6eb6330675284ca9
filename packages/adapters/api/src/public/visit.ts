// One request for a public page, as it is told to the page: in which language, from where, and with what was
// typed. No cookie is read: whoever is signed in is nobody here.
import { type PageOf, type SaidInstead, saidInstead } from '@rufwerk/cases/outside'
import { LIMITS } from '../limits.ts'
import type { Peer } from '../peer.ts'
import { PAGE_POLICY } from '../security/headers.ts'

export interface PublicVisit extends PageOf {
  readonly request: Request
  readonly peer: Peer
  readonly pathname: string
  /** Scheme and host by which we are reached; no slash at the end. */
  readonly origin: string
}

export function visitOf(
  request: Request,
  peer: Peer,
  company: { readonly name: string; readonly language: 'de' | 'en' },
): PublicVisit {
  const url = new URL(request.url)
  const host = request.headers.get('host') ?? url.host
  const origin = `${peer.isSecure ? 'https' : 'http'}://${host}`
  const language = languageOf(url.searchParams.get('lang'), request.headers.get('accept-language'), company)
  return { request, peer, pathname: url.pathname, origin, language, company: company.name }
}

/** Chosen, or the first of the browser's that we have, or that of the company (RFC 9110 §12.5.4). */
function languageOf(
  chosen: string | null,
  accepted: string | null,
  { language }: { readonly language: 'de' | 'en' },
): 'de' | 'en' {
  if (chosen === 'de' || chosen === 'en') return chosen
  const wishes = (accepted ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => /^ *(de|en)(?:-[a-z0-9-]+)? *(?:; *q=([01](?:\.\d{0,3})?))? *$/i.exec(part))
    .flatMap((found) => (found ? [{ name: found[1]?.toLowerCase(), weight: Number(found[2] ?? 1) }] : []))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  const [first] = wishes
  return first?.name === 'de' || first?.name === 'en' ? first.name : language
}

export function pageResponse(html: string, status = 200): Response {
  const type = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY }
  return new Response(html, { status, headers: { ...type, vary: 'accept-language' } })
}

const STATUS_OF: Readonly<Record<SaidInstead, number>> = {
  'not-found': 404,
  'too-often': 429,
  full: 503,
  busy: 503,
  malformed: 400,
  'too-large': 413,
}

export function insteadResponse(visit: PageOf, what: SaidInstead, retryAfterSeconds?: number): Response {
  const response = pageResponse(saidInstead(visit, what), STATUS_OF[what])
  if (retryAfterSeconds !== undefined) response.headers.set('retry-after', String(retryAfterSeconds))
  return response
}

/**
 * What a form of ours has sent. A browser that says that another site sent it is refused; others need no
 * proof, because nobody is signed in here.
 */
export async function formOf({ request, origin }: PublicVisit): Promise<URLSearchParams | SaidInstead> {
  const header = (name: string): string | null => request.headers.get(name)
  const site = header('sec-fetch-site') ?? 'same-origin'
  const from = header('origin')
  if (!['same-origin', 'none'].includes(site) || !isHere(from, origin)) return 'malformed'
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(header('content-type') ?? '')) return 'malformed'
  const length = header('content-length')
  if (length === null || header('transfer-encoding') !== null) return 'malformed'
  if (Number(length) > LIMITS.requestBodyBytesMax) return 'too-large'
  return new URLSearchParams(await request.text())
}

/** Without a referrer a browser says `null`. A proxy may end TLS: the scheme is not compared. */
function isHere(from: string | null, origin: string): boolean {
  return from === null || from === 'null' || URL.parse(from)?.host === URL.parse(origin)?.host
}
