// Text → description (RFC 8866 §5).
import { fail, type Result } from '@rufwerk/core'
import type { SdpError, SessionDescription } from './model.ts'

/** Reads a description. Every error here is a 400. */
export function parseSdp(_text: string): Result<SessionDescription, SdpError> {
  return fail({ status: 400, code: 'bad-line' })
}
