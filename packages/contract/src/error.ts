// The one shape of every refusal: a code for programs and a sentence for people (in the spirit of RFC 9457).
import { z } from './schema.ts'

/** Why a request was refused; stable, so that a client can translate it. */
export const ErrorCode = z.enum([
  /** The request does not follow the schema; `field` says where. */
  'bad-request',
  /** No session, or it has ended. */
  'unauthenticated',
  /** Login and password do not belong together; the same answer for unknown logins. */
  'wrong-credentials',
  /** Signed in, but not allowed. */
  'forbidden',
  /** The request comes from a page of another origin. */
  'origin-refused',
  /** Not there, or not this person's. */
  'not-found',
  'method-not-allowed',
  /** The one-time link was used, has expired or never existed. */
  'link-invalid',
  /** This system is set up already. */
  'setup-done',
  /** This system is not set up yet. */
  'setup-required',
  'extension-taken',
  'email-taken',
  /** The extension cannot be given: an emergency number. */
  'extension-reserved',
  'password-too-short',
  'password-too-long',
  /** The password is the login or the name. */
  'password-is-login',
  /** The password is among the first that are tried. */
  'password-trivial',
  /** The current password is wrong. */
  'password-wrong',
  /** A named limit is reached: people, devices, tickets. */
  'limit-reached',
  'too-large',
  'unsupported-media-type',
  /** Too many attempts; the header Retry-After says how many seconds to wait. */
  'rate-limited',
  /** The store cannot take it now; try again. */
  'unavailable',
  /** Somebody changed the same thing at the same moment; try again. */
  'conflict',
  /** The dial plan has mistakes; `problems` names them. */
  'dial-plan-wrong',
  /** A PIN that is guessed at once. */
  'pin-weak',
  /** A mailbox that nobody could reach, or beyond the limits; `field` says what is wrong. */
  'box-wrong',
  /** A file that should be a sound cannot be used; the message says what it is. */
  'not-a-sound',
  /** This server was started without what it takes; the sentence names it. */
  'not-offered',
  'internal',
])
export type ErrorCode = z.infer<typeof ErrorCode>

/** One thing that is wrong with a dial plan. */
export const PlanProblem = z
  .object({
    path: z.string().describe('Where in the plan: flows[2].keys[0].target; empty for the whole.'),
    code: z.string().describe('Clients translate by it and the values.'),
    values: z.record(z.string(), z.string()),
    sentence: z.string().describe('In English, with the place.'),
  })
  .meta({ id: 'PlanProblem' })
export type PlanProblem = z.infer<typeof PlanProblem>

export const ApiError = z
  .object({
    error: z.object({
      code: ErrorCode,
      message: z.string().describe('An English sentence; clients translate by code.'),
      field: z.string().optional().describe('The field of the request, such as admin.password.'),
      problems: z.array(PlanProblem).optional().describe('Of a dial plan.'),
    }),
  })
  .meta({ id: 'ApiError' })
export type ApiError = z.infer<typeof ApiError>
