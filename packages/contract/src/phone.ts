// The browser as a phone: a ticket that opens one SIP WebSocket (RFC 7118), and how it is carried.
import { z } from './schema.ts'

/** The subprotocols to offer are 'sip' and this followed by the ticket; the server answers 'sip'. */
export const TICKET_SUBPROTOCOL_PREFIX = 'ticket.'

export const PhoneTicket = z
  .object({
    ticket: z.string().describe('Opens one WebSocket within 30 seconds.'),
    sipUri: z.string().describe('Address of record; its user part is also that of the contact.'),
    displayName: z.string(),
    instance: z
      .string()
      .describe('urn:uuid of this browser device (RFC 5626 §4.1); each tab has a last part of its own.'),
    device: z.string(),
    hasRelay: z.boolean().describe('POST /phone/relay gives what a peer connection needs to use it.'),
  })
  .meta({ id: 'PhoneTicket' })
export type PhoneTicket = z.infer<typeof PhoneTicket>
