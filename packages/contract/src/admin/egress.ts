// /egress: where the server may connect to, and what was refused.
import { Time, z } from '../schema.ts'

const Port = z.int().min(0).max(65_535)

export const Egress = z
  .object({
    isGuarded: z.boolean().describe('False: nothing is refused, as the guard was not loaded.'),
    allowed: z.array(
      z.object({
        why: z.enum(['trunk', 'mail', 'mail-tokens', 'certificates', 'stun', 'advisories', 'syslog']),
        host: z.string(),
        protocol: z.enum(['tcp', 'udp']),
        ports: z.array(Port),
        isFollowed: z.boolean().describe('NAPTR and SRV records say where it really is.'),
        addresses: z.array(z.string()).describe('What the DNS has said so far.'),
      }),
    ),
    ownUdpPorts: z
      .array(z.string())
      .describe('SIP and sound leave from these and go wherever calls and registrations say.'),
    refused: z
      .array(
        z.object({
          kind: z.enum(['tcp', 'udp', 'dns', 'unix', 'program']),
          to: z.string().describe('Address, name, path or program.'),
          port: Port.optional(),
          by: z.string().describe('Part of the product, and the installed package whose code it was.'),
          count: z.int(),
          first: Time,
          last: Time,
        }),
      )
      .describe('Since the start, the last one first; at most 200 different ones.'),
    refusedTotal: z.int(),
  })
  .meta({ id: 'Egress' })
export type Egress = z.infer<typeof Egress>
