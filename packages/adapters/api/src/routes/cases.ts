// /reports, for everybody: "my virus scanner flags this". /cases, for admins: what came in, what was done
// about it, and closing it with evidence by two people.
import { PATHS } from '@rufwerk/contract'
import {
  CaseAct,
  CaseDetail,
  CaseList,
  SuspicionReceived,
  SuspicionReport,
  WarningDraft,
  WarningView,
  WebhookList,
  WebhookMade,
  WebhookWish,
} from '@rufwerk/contract/cases'
import { fail, ok, type Result } from '@rufwerk/core'
import type { CaseProblem, CasesPort } from '../cases-port.ts'
import type { Refusal } from '../error.ts'
import { LIMITS } from '../limits.ts'
import type { ApiPorts } from '../ports.ts'
import type { OutsidePort, WarningProblem, WarningsPort } from '../public/port.ts'
import { type Route, signedInRoute } from '../route.ts'

const REFUSALS: Readonly<Record<CaseProblem, Refusal>> = {
  busy: { code: 'unavailable', message: 'Too much is being asked at once. Try again in a moment.' },
  failed: { code: 'unavailable' },
  'nothing-said': {
    code: 'bad-request',
    message: 'Say something: a checksum, a name, or what you have seen.',
  },
  'unknown-case': { code: 'not-found' },
  full: { code: 'limit-reached' },
  reporter: { code: 'conflict', message: 'Whoever reported it does not decide about it.' },
  'same-person': { code: 'conflict', message: 'Another person has to agree.' },
  'no-evidence': {
    code: 'conflict',
    message: 'There is no evidence for that. The word of a scanner or a vendor is not enough.',
  },
  'not-proposed': { code: 'conflict', message: 'Nobody has proposed to close it.' },
  closed: { code: 'conflict', message: 'It is closed. Another report opens it again.' },
  answered: { code: 'conflict', message: 'It is answered already.' },
}

export function caseRoutes({ cases }: ApiPorts): readonly Route[] {
  if (cases === undefined) return []
  return [
    signedInRoute({
      name: 'reportSuspicion',
      method: 'post',
      path: '/reports',
      summary: 'Reports something suspicious, such as what a virus scanner has flagged: it becomes a case.',
      access: 'person',
      status: 201,
      body: SuspicionReport,
      answer: SuspicionReceived,
      refusals: ['limit-reached', 'unavailable'],
      run: async ({ who, body }) => told(await cases.report(who.session, body)),
    }),
    ...ofAdmins(cases),
    ...webhookRoutes(cases.outside),
    ...warningRoutes(cases.warnings),
  ]
}

function ofAdmins(cases: CasesPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'cases',
      method: 'get',
      path: '/cases',
      summary: 'What was reported, and what is late.',
      access: 'admin',
      status: 200,
      answer: CaseList,
      refusals: ['unavailable'],
      run: async ({ who }) => told(await cases.list(who.session.tenant)),
    }),
    signedInRoute({
      name: 'case',
      noted: 'access',
      method: 'get',
      path: '/cases/{id}',
      summary: 'One case: who reported what, what was done, evidence.',
      access: 'admin',
      status: 200,
      answer: CaseDetail,
      refusals: ['not-found', 'unavailable'],
      run: async ({ who, id }) => told(await cases.detail(who.session.tenant, id)),
    }),
    signedInRoute({
      name: 'actOnCase',
      method: 'post',
      path: '/cases/{id}/acts',
      summary: 'Answers, rates, adds evidence, proposes to close it, or agrees as a second person.',
      access: 'admin',
      status: 200,
      body: CaseAct,
      answer: CaseDetail,
      refusals: ['conflict', 'not-found', 'limit-reached', 'unavailable'],
      run: async ({ who, id, body }) => told(await cases.act(who.session, id, body)),
    }),
  ]
}

/** Tokens for security software; what it sends goes to PATHS.webhook. */
function webhookRoutes(outside: OutsidePort): readonly Route[] {
  return [
    signedInRoute({
      name: 'webhooks',
      method: 'get',
      path: '/webhooks',
      summary: 'Which security software may report, without its tokens.',
      access: 'admin',
      status: 200,
      answer: WebhookList,
      refusals: ['unavailable'],
      run: async ({ who }) => told(await outside.webhooks(who.session.tenant)),
    }),
    signedInRoute({
      name: 'addWebhook',
      method: 'post',
      path: '/webhooks',
      summary: 'Makes a token with which security software reports; it is shown once.',
      access: 'admin',
      status: 201,
      body: WebhookWish,
      answer: WebhookMade,
      refusals: ['limit-reached', 'unavailable'],
      run: async ({ who, body, origin }) => {
        const made = told(await outside.addWebhook(who.session, body.name))
        return made.ok ? ok({ ...made.value, address: `${origin}${PATHS.webhook}` }) : made
      },
    }),
    signedInRoute({
      name: 'removeWebhook',
      method: 'delete',
      path: '/webhooks/{id}',
      summary: 'The token is refused from now on.',
      access: 'admin',
      status: 204,
      refusals: ['not-found', 'unavailable'],
      run: async ({ who, id }) => {
        const removed = told(await outside.removeWebhook(who.session.tenant, id))
        if (!removed.ok) return removed
        return removed.value ? ok(undefined) : fail({ code: 'not-found' })
      },
    }),
  ]
}

const WARNING_REFUSALS: Readonly<Record<WarningProblem, Refusal>> = {
  ...{ busy: REFUSALS.busy, failed: REFUSALS.failed, full: REFUSALS.full },
  'unknown-case': REFUSALS['unknown-case'],
  'changed-meanwhile': { code: 'conflict', message: 'Another revision was published meanwhile.' },
  'phase-back': { code: 'conflict', message: 'A document that was published is not taken back.' },
  'wrong-title': { code: 'bad-request', field: 'title' },
  'wrong-text': { code: 'bad-request', message: 'A text is empty, too long, or holds control characters.' },
  'wrong-products': { code: 'bad-request', field: 'products', message: 'A product stands there twice.' },
  'wrong-time': { code: 'bad-request', field: 'checked.at', message: 'That time has not come yet.' },
  'wrong-document': { code: 'bad-request', message: 'No valid CSAF document can be made of it.' },
}

function warningRoutes(warnings: WarningsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'warning',
      noted: 'access',
      method: 'get',
      path: '/cases/{id}/warning',
      summary: 'The warning of a case as it was published last, with its history.',
      access: 'admin',
      status: 200,
      answer: WarningView,
      refusals: ['not-found', 'unavailable'],
      run: async ({ who, id }) => {
        const found = await warnings.ofCase(who.session.tenant, id)
        if (!found.ok) return fail(REFUSALS[found.error])
        return found.value ? ok(found.value) : fail({ code: 'not-found' })
      },
    }),
    signedInRoute({
      name: 'publishWarning',
      method: 'put',
      path: '/cases/{id}/warning',
      summary: 'Publishes the warning of a case, or a revision of it: page, feed and CSAF, at once.',
      access: 'admin',
      status: 200,
      body: WarningDraft,
      bodyBytesMax: LIMITS.warningBodyBytesMax,
      answer: WarningView,
      refusals: ['bad-request', 'conflict', 'not-found', 'limit-reached', 'unavailable'],
      run: async ({ who, id, body }) => {
        const published = await warnings.publish(who.session, id, body)
        return published.ok ? published : fail(WARNING_REFUSALS[published.error])
      },
    }),
  ]
}

function told<Value>(result: Result<Value, CaseProblem>): Result<Value, Refusal> {
  return result.ok ? ok(result.value) : fail(REFUSALS[result.error])
}
