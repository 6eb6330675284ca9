// What the company warns of, for everybody: pages, a feed, and CSAF with the files of a provider (CSAF 2.0
// §7.1). Each has an entity tag, so that asking again costs little and a correction is seen at once.
import { createHash } from 'node:crypto'
import { STYLE_PATH } from '@rufwerk/cases/outside'
import {
  atomFeed,
  CSAF_PATH,
  FEED_PATH,
  listPage,
  WARNING_PATH,
  WARNINGS_PATH,
  warningPage,
} from '@rufwerk/cases/warn'
import { refusalPage } from '../error.ts'
import { PAGE_POLICY } from '../security/headers.ts'
import type { WarningsPort } from './port.ts'
import { insteadResponse, type PublicVisit } from './visit.ts'

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
}
const HTTPS_ONLY = { code: 'not-found', message: 'This is given over HTTPS only.' } as const

/** Undefined when the path is none of these. */
export async function warningResponse(visit: PublicVisit, port: WarningsPort): Promise<Response | undefined> {
  const { pathname, origin } = visit
  if (pathname.startsWith(CSAF_PATH)) {
    if (!origin.startsWith('https:')) return refusalPage(HTTPS_ONLY)
    const files = await port.provider(origin)
    if (!files.ok) return refusalPage({ code: 'unavailable' })
    const text = files.value.get(pathname.slice(CSAF_PATH.length))
    if (text === undefined) return refusalPage({ code: 'not-found' })
    return tagged(visit, text, TYPES[pathname.split('.').at(-1) ?? ''] ?? TYPES.txt ?? '')
  }
  if (pathname === FEED_PATH) return feedResponse(visit, port)
  const isList = pathname === WARNINGS_PATH
  if (!isList && !pathname.startsWith(WARNING_PATH)) return undefined
  const all = await port.all()
  if (!all.ok) return insteadResponse(visit, 'busy')
  if (isList) return tagged(visit, listPage(all.value, visit), 'text/html; charset=utf-8')
  const warning = all.value.find(({ number }) => number === pathname.slice(WARNING_PATH.length))
  if (warning === undefined) return undefined
  const { language } = visit
  const other = language === 'de' ? 'en' : 'de'
  const page = warningPage(warning, language, {
    ...{ stylesheet: STYLE_PATH, self: `${pathname}?lang=${language}`, other: `${pathname}?lang=${other}` },
    feed: `${FEED_PATH}?lang=${language}`,
  })
  return page.ok ? tagged(visit, page.value, 'text/html; charset=utf-8') : undefined
}

async function feedResponse(visit: PublicVisit, port: WarningsPort): Promise<Response> {
  const { origin, language, company } = visit
  if (!origin.startsWith('https:')) return refusalPage(HTTPS_ONLY)
  const all = await port.all()
  if (!all.ok) return refusalPage({ code: 'unavailable' })
  const feed = atomFeed({
    ...port.feed(),
    ...{ title: `${language === 'de' ? 'Warnungen' : 'Warnings'}: ${company}`, author: company, language },
    self: `${origin}${FEED_PATH}?lang=${language}`,
    entries: all.value.map((warning) => ({
      warning,
      page: `${origin}${WARNING_PATH}${warning.number}?lang=${language}`,
    })),
  })
  if (!feed.ok) return refusalPage({ code: 'not-found' })
  return tagged(visit, feed.value, 'application/atom+xml; charset=utf-8')
}

/** RFC 9110 §13.1.2: nothing is sent again to whoever has it. */
function tagged({ request }: PublicVisit, text: string, type: string): Response {
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  const headers = {
    ...{ etag: tag, 'cache-control': 'no-cache', 'content-security-policy': PAGE_POLICY },
    vary: 'accept-language',
  }
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((one) => one.trim())
  if (known.includes(tag) || known.includes(`W/${tag}`)) return new Response(null, { status: 304, headers })
  return new Response(text, { headers: { ...headers, 'content-type': type } })
}
