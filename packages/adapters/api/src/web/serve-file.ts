// Answers GET and HEAD for files of the web app: brotli where accepted, entity tags, hashed names for a year.
// The paths of the app itself get its one page; everything else is not there.
import { PATHS } from '@rufwerk/contract'
import type { WebApp, WebFile } from './web-app.ts'

/** One step below an app path may name a thing: /calls/0123…. */
const THING = /^\/[0-9A-Za-z_-]{1,64}$/

/** Undefined when there is nothing at this address. `path` is the path of the URL as sent, still encoded. */
export function serveFile(web: WebApp, path: string, request: Request): Response | undefined {
  const file = isAppPath(path) ? web.page : path === '/index.html' ? undefined : web.files.get(path)
  return file && fileResponse(file, request)
}

export function isAppPath(path: string): boolean {
  return PATHS.app.some(
    (known) =>
      path === known || (known !== '/' && path.startsWith(known) && THING.test(path.slice(known.length))),
  )
}

function fileResponse(file: WebFile, request: Request): Response {
  const headers = new Headers({
    'content-type': file.type,
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.tag,
    vary: 'accept-encoding',
  })
  const known = request.headers.get('if-none-match')?.split(',') ?? []
  if (known.some((tag) => tag.trim().replace(/^W\//, '') === file.tag)) {
    return new Response(null, { status: 304, headers })
  }
  const isBrotli = file.brotli !== undefined && acceptsBrotli(request.headers.get('accept-encoding'))
  const bytes = isBrotli && file.brotli ? file.brotli : file.bytes
  if (isBrotli) headers.set('content-encoding', 'br')
  headers.set('content-length', String(bytes.length))
  return new Response(request.method === 'HEAD' ? null : bytes, { headers })
}

/** RFC 9110 §12.5.3: named and not with q=0. */
function acceptsBrotli(accepted: string | null): boolean {
  for (const part of (accepted ?? '').split(',')) {
    const [coding, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    if (coding === 'br') return !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  }
  return false
}
