// Option tags (RFC 3261 §19.2): what a peer can do, what it asks for, and the refusal of what is not done
// here (§8.2.2.3).
import type { Headers } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'

/** What this package does for calls: 100rel (RFC 3262), timer (RFC 4028). For Supported in INVITE and 2xx. */
export const CALL_OPTION_TAGS: readonly string[] = ['100rel', 'timer']
/** What it does for registrations: outbound (RFC 5626), path (RFC 3327). For Supported in REGISTER's 200. */
export const REGISTER_OPTION_TAGS: readonly string[] = ['outbound', 'path']

/** Of what is not done here so many are named, and none that is longer: the answer is no echo. */
const UNSUPPORTED_NAMED_MAX = 32
const UNSUPPORTED_CHARS_MAX = 64

/** A refusal with the headers that belong to it. */
export interface Refusal {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** Whether a list of option tags (Require, Supported, Proxy-Require, Unsupported) names this one. */
export function hasOptionTag(headers: Headers, header: string, tag: string): boolean {
  return headers.list(header).some((entry) => entry.toLowerCase() === tag)
}

/**
 * RFC 3261 §8.2.2.3: 420 with Unsupported when the request requires what is not among `tags`, undefined
 * otherwise. It names 32 of 64 characters at most. Proxy-Require counts as well, because whoever calls
 * through us asks it of us (§16.3 item 5). ACK and CANCEL are never refused for it.
 */
export function refuseExtensions(
  request: SipRequest,
  tags: readonly string[] = [...CALL_OPTION_TAGS, ...REGISTER_OPTION_TAGS],
): Refusal | undefined {
  if (request.method === 'ACK' || request.method === 'CANCEL') return undefined
  const { headers } = request
  const asked = [...headers.list('require'), ...headers.list('proxy-require')].filter((tag) => tag !== '')
  const unsupported = asked.filter((tag) => !tags.includes(tag.toLowerCase()))
  if (unsupported.length === 0) return undefined
  const named = [...new Set(unsupported)]
    .filter((tag) => tag.length <= UNSUPPORTED_CHARS_MAX)
    .slice(0, UNSUPPORTED_NAMED_MAX)
  return { status: 420, headers: named.length > 0 ? [['Unsupported', named.join(', ')]] : [] }
}
