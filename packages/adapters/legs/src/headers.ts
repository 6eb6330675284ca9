// What our messages say about us: methods, types, who calls, where we are.
import { type Flow, isReliable, toldAddress } from '@rufwerk/core'
import type { SipUri } from '@rufwerk/sip'
import { CALL_OPTION_TAGS, REGISTER_OPTION_TAGS } from '@rufwerk/sip/session'
import { REFER_OPTION_TAGS } from '@rufwerk/sip/transfer'

export const METHODS: readonly string[] = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'REGISTER',
  'INFO',
  'REFER',
  'PRACK',
  'UPDATE',
  'SUBSCRIBE',
]
export const ALLOW = METHODS.join(', ')
export const SDP_TYPE = 'application/sdp'
/** What phones may require of calls. */
export const CALL_TAGS: readonly string[] = [...CALL_OPTION_TAGS, ...REFER_OPTION_TAGS]
/** Option tags of calls: in INVITE, UPDATE and their 2xx. */
export const SUPPORTED = ['Supported', CALL_TAGS.join(', ')] as const
export const CAPABILITIES: readonly (readonly [string, string])[] = [
  ['Allow', ALLOW],
  ['Accept', SDP_TYPE],
  ['Accept-Encoding', 'identity'],
  ['Accept-Language', 'de, en'],
  ['Supported', [...CALL_TAGS, ...REGISTER_OPTION_TAGS].join(', ')],
]

const NO_PARAMS: ReadonlyMap<string, string> = new Map()

/** Our address as it stands in URIs and Via. */
export function hostOf(flow: Flow): string {
  const address = toldAddress(flow)
  return address.includes(':') ? `[${address}]` : address
}

/** An address of record of ours as the peer on this flow can dial it back. */
export function localUri(user: string, flow: Flow): SipUri {
  const isDefault = flow.local.port === 5060 || flow.device !== undefined
  const port = isDefault ? {} : { port: flow.local.port }
  return { scheme: 'sip', user, host: hostOf(flow), ...port, params: NO_PARAMS }
}

/** Our Contact: where the peer on this flow reaches us. */
export function contactHeader(flow: Flow, user = 'pbx'): readonly [string, string] {
  const transport = isReliable(flow.transport) ? `;transport=${flow.transport}` : ''
  return ['Contact', `<sip:${user}@${hostOf(flow)}:${flow.local.port}${transport}>`]
}
