// The relay for sound of browsers whose network blocks UDP.
import { z } from './schema.ts'

/** How a browser that reaches nothing but TCP gets its sound through (RFC 8656), by the name of this page. */
export const PhoneRelay = z
  .object({
    port: z.number().int().optional().describe('TURN over TCP.'),
    tlsPort: z.number().int().optional().describe('TURN over TLS.'),
    username: z.string(),
    credential: z.string(),
    expiresInSeconds: z.number().int().describe('New relays are made until then; those that stand go on.'),
  })
  .meta({ id: 'PhoneRelay' })
export type PhoneRelay = z.infer<typeof PhoneRelay>
