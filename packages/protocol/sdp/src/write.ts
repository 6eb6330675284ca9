// Description → text (RFC 8866 §5).
import type { SessionDescription } from './model.ts'

export function writeSdp(description: SessionDescription): string {
  return description.name
}
