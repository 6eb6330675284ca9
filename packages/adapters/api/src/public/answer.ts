// Pages for everybody, outside the interface of the app: how to report a problem, what became of it, and what
// the company warns of.
import { REPORT_PATH, STYLE, STYLE_PATH } from '@rufwerk/cases/outside'
import { CSAF_PATH, EXPIRES_WITHIN_MS, securityTxt } from '@rufwerk/cases/warn'
import { PATHS } from '@rufwerk/contract'
import type { CasesPort } from '../cases-port.ts'
import { refusalPage } from '../error.ts'
import type { Peer } from '../peer.ts'
import type { Attempts } from '../security/attempts.ts'
import { reportResponse } from './report.ts'
import { insteadResponse, visitOf } from './visit.ts'
import { warningResponse } from './warnings.ts'
import { webhookResponse } from './webhook.ts'

const DAY_MS = 24 * 3_600_000
/** RFC 9116 §5.3: what is old is not believed; it is made anew whenever it is asked for. */
const EXPIRES_IN_MS = Math.min(90 * DAY_MS, EXPIRES_WITHIN_MS - DAY_MS)
const CACHED = { 'cache-control': 'public, max-age=3600' }

export interface PublicParts {
  /** Undefined where nobody takes reports. */
  readonly cases: Pick<CasesPort, 'outside' | 'warnings'> | undefined
  readonly attempts: Attempts
}

/** Undefined when the path is none of these. */
export async function publicResponse(
  request: Request,
  peer: Peer,
  { cases, attempts }: PublicParts,
): Promise<Response | undefined> {
  const { pathname } = new URL(request.url)
  const outside = cases?.outside
  if (pathname === PATHS.webhook && outside !== undefined)
    return webhookResponse(request, peer, { outside, attempts })
  const isOurs = pathname === PATHS.securityTxt || pathname.startsWith(CSAF_PATH)
  if (!isOurs && !`${pathname}/`.startsWith(PATHS.security)) return undefined
  if (isOfApp(pathname)) return undefined
  const company = outside?.company()
  if (cases === undefined || outside === undefined || company === undefined)
    return refusalPage({ code: 'not-found' })
  const visit = visitOf(request, peer, company)
  if (pathname === REPORT_PATH || pathname.startsWith(`${REPORT_PATH}/`))
    return reportResponse(visit, { outside, attempts })
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refusalPage({ code: 'method-not-allowed' })
  if (pathname === PATHS.securityTxt) return securityTxtResponse(visit.origin)
  if (pathname === STYLE_PATH)
    return new Response(STYLE, { headers: { 'content-type': 'text/css; charset=utf-8', ...CACHED } })
  const warned = await warningResponse(visit, cases.warnings)
  return warned ?? insteadResponse(visit, 'not-found')
}

/** RFC 9116 §3: over HTTPS only, and so are the addresses in it. */
function securityTxtResponse(origin: string): Response {
  const form = `${origin}${REPORT_PATH}`
  const now = Date.now()
  const fields = {
    ...{ contacts: [form], expires: now + EXPIRES_IN_MS, languages: ['de', 'en'] as const },
    ...{ canonical: `${origin}${PATHS.securityTxt}`, policy: form },
    csaf: `${origin}${CSAF_PATH}provider-metadata.json`,
  }
  const text = securityTxt(fields, now)
  if (!text.ok)
    return refusalPage({ code: 'not-found', message: 'security.txt is given over HTTPS only (RFC 9116).' })
  return new Response(text.value, { headers: { 'content-type': 'text/plain; charset=utf-8', ...CACHED } })
}

/** What admins open in the web app stands below the same word. */
function isOfApp(pathname: string): boolean {
  const [, , area] = pathname.split('/')
  return area === undefined || (PATHS.appSecurity as readonly string[]).includes(area)
}
