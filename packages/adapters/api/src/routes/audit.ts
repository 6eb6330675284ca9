// /audit, for admins: who administered what, the signed head of that chain to keep elsewhere, and all of it
// as a file that `rufwerk audit verify` reads.
import { AuditHead, AuditPage, AuditQuery } from '@rufwerk/contract/audit'
import { fail, ok } from '@rufwerk/core'
import type { ApiPorts } from '../ports.ts'
import { type Route, signedInRoute } from '../route.ts'

export function auditRoutes({ accounts, audit }: ApiPorts): readonly Route[] {
  if (audit === undefined) return []
  return [
    signedInRoute({
      name: 'audit',
      method: 'get',
      path: '/audit',
      summary: 'Who administered what, newest first.',
      access: 'admin',
      query: AuditQuery,
      status: 200,
      answer: AuditPage,
      run: async ({ who, query: { before, limit } }) =>
        ok(await audit.page(who.session.tenant, { limit, ...(before !== undefined && { before }) })),
    }),
    signedInRoute({
      name: 'auditHead',
      method: 'get',
      path: '/audit/head',
      summary: 'The signed end of the log: kept elsewhere, it shows later whether anything was changed.',
      access: 'admin',
      act: 'export',
      status: 200,
      answer: AuditHead,
      run: async ({ who }) => {
        const head = await audit.head(who.session.tenant)
        return head === undefined ? fail({ code: 'unavailable' }) : ok(head)
      },
    }),
    signedInRoute({
      name: 'exportAudit',
      noted: 'by-itself',
      method: 'post',
      path: '/audit/export',
      summary: 'The whole log as JSON lines, with its signed heads.',
      access: 'admin',
      act: 'export',
      status: 200,
      file: 'application/jsonl',
      run: async ({ who }) => {
        const noted = await accounts.note(who.session, 'audit-exported', '')
        const lines = noted.ok ? await audit.file(who.session.tenant) : undefined
        if (lines === undefined) return fail({ code: 'unavailable' })
        return ok({ name: 'audit.jsonl', content: encoded(lines) })
      },
    }),
  ]
}

async function* encoded(lines: AsyncIterable<string>): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  for await (const line of lines) yield encoder.encode(line)
}
