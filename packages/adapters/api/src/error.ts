// What a refusal looks like on the wire: each code has one status and one sentence.
import type { ApiError, ErrorCode } from '@rufwerk/contract'

export interface Refusal {
  readonly code: ErrorCode
  /** The field of the request that is meant, such as admin.password. */
  readonly field?: string
  /** More exact than the code's sentence; never holds what somebody typed. */
  readonly message?: string
  readonly retryAfterSeconds?: number
  /** What is wrong with a dial plan. */
  readonly problems?: ApiError['error']['problems']
}

interface Meaning {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503
  readonly sentence: string
}

export const ERRORS: Readonly<Record<ErrorCode, Meaning>> = {
  'bad-request': { status: 400, sentence: 'The request is not as the interface describes it.' },
  unauthenticated: { status: 401, sentence: 'Please sign in.' },
  'wrong-credentials': { status: 401, sentence: 'Login and password do not belong together.' },
  forbidden: { status: 403, sentence: 'This account may not do that.' },
  'origin-refused': { status: 403, sentence: 'The request does not come from a page of this server.' },
  'not-found': { status: 404, sentence: 'There is nothing at this address.' },
  'method-not-allowed': { status: 405, sentence: 'This address does not offer that method.' },
  'link-invalid': { status: 410, sentence: 'This link was used already or has expired.' },
  'setup-done': { status: 409, sentence: 'This system is set up already.' },
  'setup-required': {
    status: 403,
    sentence: 'Not set up yet: open the link that was printed, on the machine itself.',
  },
  'extension-taken': { status: 409, sentence: 'Another person has this extension.' },
  'email-taken': { status: 409, sentence: 'Another person has this email address.' },
  'extension-reserved': {
    status: 422,
    sentence: 'This extension is reserved, for example for emergency calls.',
  },
  'password-too-short': { status: 422, sentence: 'Please choose a longer password.' },
  'password-too-long': { status: 422, sentence: 'Please choose a shorter password.' },
  'password-is-login': { status: 422, sentence: 'The password must not be the login or the name.' },
  'password-trivial': { status: 422, sentence: 'This password is among the first that are tried.' },
  'password-wrong': { status: 422, sentence: 'The current password is wrong.' },
  'limit-reached': { status: 409, sentence: 'A limit is reached; remove something first.' },
  'too-large': { status: 413, sentence: 'The request is too large.' },
  'unsupported-media-type': { status: 415, sentence: 'Send the body as application/json.' },
  'rate-limited': { status: 429, sentence: 'Too many attempts; please wait.' },
  unavailable: { status: 503, sentence: 'The system is busy; please try again.' },
  conflict: {
    status: 409,
    sentence: 'Somebody changed the same thing at the same moment; please try again.',
  },
  'dial-plan-wrong': { status: 422, sentence: 'The dial plan has mistakes; nothing was changed.' },
  'pin-weak': { status: 422, sentence: 'This PIN is too easy to guess; please choose another one.' },
  'box-wrong': { status: 422, sentence: 'The mailbox cannot be like this; nothing was changed.' },
  'not-a-sound': { status: 422, sentence: 'The file is no sound that can be read.' },
  'not-offered': {
    status: 409,
    sentence: 'Phones fetch their settings over HTTPS only; start the server with --https-port.',
  },
  internal: { status: 500, sentence: 'Something went wrong on the server; its log says more.' },
}

export function refusalBody(refusal: Refusal): ApiError {
  const { code, field, problems } = refusal
  const message = refusal.message ?? ERRORS[code].sentence
  return { error: { code, message, ...(field !== undefined && { field }), ...(problems && { problems }) } }
}

/** For people who opened an address by hand: the sentence alone. */
export function refusalPage(refusal: Refusal): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  const { status, sentence } = ERRORS[refusal.code]
  return new Response(`${refusal.message ?? sentence}\n`, { status, headers })
}

export function refusalResponse(refusal: Refusal): Response {
  const headers = new Headers({ 'content-type': 'application/json' })
  if (refusal.retryAfterSeconds !== undefined) headers.set('retry-after', String(refusal.retryAfterSeconds))
  return new Response(JSON.stringify(refusalBody(refusal)), { status: ERRORS[refusal.code].status, headers })
}
