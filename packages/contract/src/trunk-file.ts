// The file with the connections of trunks: how each carrier is reached, and the password there. Kept apart
// from the dial plan, because a plan is exported and compared, and a password is not.
import { z } from './schema.ts'

const Host = z.strictObject({ host: z.string(), port: z.int().optional() })

export const TrunkEntry = z.strictObject({
  id: z.string().describe('Of the trunk in the dial plan.'),
  name: z.string().optional().describe('For people; the name of the carrier unless given.'),
  profile: z.enum(['telekom', 'sipgate', 'easybell', 'fritzbox', 'generic', 'address']),
  account: z.string().describe('User of the address of record, a SIP-ID or number.'),
  authUser: z.string().optional().describe('The account unless given.'),
  password: z.string().optional().describe('Not for trunks by address.'),
  passwordSealed: z
    .string()
    .optional()
    .describe(
      'The password as the server has written it, under its master key; a new one is put as `password`.',
    ),
  domain: z.string().optional().describe('That of the carrier unless given.'),
  port: z.int().optional(),
  transport: z.enum(['udp', 'tcp', 'tls']).optional(),
  outboundProxy: Host.optional(),
  tlsName: z.string().optional().describe('The name asked for by TLS; the domain unless given.'),
  authorities: z.array(z.string()).optional().describe('PEM; those of the system unless given.'),
  contactUser: z.string().optional(),
  sources: z.array(z.string()).optional().describe('Further addresses or networks its calls come from.'),
  srtp: z.enum(['off', 'on', 'required']).optional(),
  from: z.enum(['caller', 'account']).optional().describe('Who stands in From.'),
  identity: z.enum(['none', 'asserted', 'preferred', 'both']).optional(),
  forwarding: z
    .enum(['none', 'diversion', 'history-info', 'both'])
    .optional()
    .describe('How it is told who forwarded a call.'),
  called: z
    .array(
      z.enum([
        'request-uri',
        'to',
        'p-called-party-id',
        'p-asserted-identity',
        'p-preferred-identity',
        'diversion',
        'history-info',
      ]),
    )
    .optional()
    .describe('Where the called number is read, in this order.'),
})
export type TrunkEntry = z.infer<typeof TrunkEntry>

/** Of a company. */
export const TRUNKS_MAX = 200

export const TrunkFile = z.strictObject({ trunks: z.array(TrunkEntry).max(TRUNKS_MAX) })
export type TrunkFile = z.infer<typeof TrunkFile>
