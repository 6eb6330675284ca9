// A message to bytes. Content-Length is always written, computed from the body.
import type { SipMessage } from './message.ts'

export function writeMessage(_message: SipMessage): Uint8Array {
  return new Uint8Array(0)
}
