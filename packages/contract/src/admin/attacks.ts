// /attacks: who attacks telephony now, who is blocked for it, canaries, and where events are sent.
import { Time, z } from '../schema.ts'

const Kind = z.enum(['unknown-name', 'wrong-credentials', 'canary', 'stranger', 'unreadable'])
const Scope = z
  .enum(['udp', 'all'])
  .describe('udp: nothing proves that it is at this address, so connections are let alone.')
const Counts = z.record(z.string(), z.int()).describe('By kind of observation.')

const Syslog = z.strictObject({
  host: z
    .string()
    .regex(/^[0-9A-Za-z.:-]{1,253}$/)
    .describe('Name or IP address of the receiver, also in the own network.'),
  port: z.int().min(1).max(65_535),
  transport: z.enum(['udp', 'tcp']),
  format: z.enum(['rfc5424', 'cef']),
})

export const AttackSettings = z
  .strictObject({
    isOn: z.boolean().describe('Whether anybody is blocked. Off: attacks are counted and told.'),
    canaries: z
      .array(z.string().regex(/^[0-9]{2,20}$/))
      .max(50)
      .describe('Numbers that nobody has: whoever calls one, or registers as one, is looked at.'),
    spared: z
      .array(z.string().min(2).max(64))
      .max(50)
      .describe('Networks such as 192.0.2.0/24, and addresses, that are never blocked. Carriers never are.'),
    syslog: Syslog.optional().describe('Where every event is sent to.'),
  })
  .meta({ id: 'AttackSettings' })
export type AttackSettings = z.infer<typeof AttackSettings>

export const Attacks = z
  .object({
    settings: AttackSettings,
    blocks: z.array(
      z.object({
        id: z.string().describe('For DELETE /attacks/blocks/{id}.'),
        source: z.string().describe('An address; of IPv6 a network of 64 bits.'),
        since: Time,
        until: Time,
        scope: Scope,
        times: z.int().describe('How often it was blocked, this time included.'),
        isKnown: z.boolean().describe('Phones of this company have been there: theirs go on.'),
        dropped: z.int().describe('Messages that were not listened to.'),
        counts: Counts,
      }),
    ),
    blocked: z.int().describe('Addresses that are blocked; of many, the first are shown.'),
    counts: Counts,
    canaryCalls: z.int(),
    tollRefusals: z.int(),
    overflow: z.int().describe('Observations, phones and events for which there was no room.'),
    events: z
      .array(
        z.object({
          number: z.int(),
          at: Time,
          what: z.enum(['noticed', 'inside', 'blocked', 'released', 'canary-called', 'toll-refused']),
          kind: Kind.optional(),
          source: z.string().optional(),
          name: z.string().optional().describe('The name or number that was tried.'),
          who: z.string().optional().describe('Whose device it was.'),
          why: z.string().optional(),
          scope: Scope.optional(),
          until: Time.optional(),
          counts: Counts.optional(),
        }),
      )
      .describe('The newest first.'),
    syslog: z
      .object({
        sent: z.int(),
        dropped: z.int().describe('The receiver did not take them in time.'),
        waiting: z.int(),
        failure: z.string().optional(),
      })
      .describe('Over UDP nobody knows what has arrived.'),
  })
  .meta({ id: 'Attacks' })
export type Attacks = z.infer<typeof Attacks>
