// The form for reports from outside, and the page of each report.
import { REPORT_PATH, readReportForm, reportFormPage, reportStatusPage } from '@rufwerk/cases/outside'
import { refusalPage } from '../error.ts'
import type { Attempts } from '../security/attempts.ts'
import type { OutsidePort } from './port.ts'
import { formOf, insteadResponse, type PublicVisit, pageResponse } from './visit.ts'

/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/

interface ReportParts {
  readonly outside: OutsidePort
  readonly attempts: Attempts
}

export async function reportResponse(visit: PublicVisit, parts: ReportParts): Promise<Response> {
  const { request, pathname } = visit
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (pathname !== REPORT_PATH)
    return isRead ? statusResponse(visit, parts) : refusalPage({ code: 'method-not-allowed' })
  if (isRead) return pageResponse(reportFormPage(visit))
  return request.method === 'POST' ? taken(visit, parts) : refusalPage({ code: 'method-not-allowed' })
}

async function taken(visit: PublicVisit, { outside, attempts }: ReportParts): Promise<Response> {
  const typed = await formOf(visit)
  if (typeof typed === 'string') return insteadResponse(visit, typed)
  const told = readReportForm(typed)
  if (!told.ok) return pageResponse(reportFormPage(visit, typed, told.error), 422)
  const wait = attempts.take('outside', visit.peer)
  if (wait > 0) return insteadResponse(visit, 'too-often', wait)
  const token = await outside.report(told.value)
  if (!token.ok) return insteadResponse(visit, token.error === 'full' ? 'full' : 'busy')
  // See other: reading that page again sends nothing again (RFC 9110 §15.4.4).
  const location = `${REPORT_PATH}/${token.value}?lang=${visit.language}`
  return new Response(null, { status: 303, headers: { location } })
}

async function statusResponse(visit: PublicVisit, { outside, attempts }: ReportParts): Promise<Response> {
  const token = visit.pathname.slice(REPORT_PATH.length + 1)
  if (!TOKEN.test(token)) return insteadResponse(visit, 'not-found')
  const wait = attempts.take('link', visit.peer)
  if (wait > 0) return insteadResponse(visit, 'too-often', wait)
  const status = await outside.status(token)
  if (!status.ok) return insteadResponse(visit, 'busy')
  if (status.value === undefined) return insteadResponse(visit, 'not-found')
  attempts.giveBack('link', visit.peer)
  return pageResponse(reportStatusPage(visit, status.value, `${visit.origin}${visit.pathname}`))
}
