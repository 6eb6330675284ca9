// /mail: the server by which mail leaves the house, for admins. Secrets go in and never come out.
import { z } from '../schema.ts'
import { Email, Name } from '../vocabulary.ts'

const Host = z.string().min(1).max(253)
const Port = z.int().min(1).max(65535)
const Security = z
  .enum(['tls', 'starttls', 'none'])
  .describe(
    'tls: from the first byte (465). starttls: required (587). none: only to addresses of the local network.',
  )
const Authorities = z.array(z.string().min(1).max(16_384)).max(10)
const User = z.string().min(1).max(254)
const Secret = z.string().min(1).max(4096)
const KEPT =
  'Absent: as before, while host, port, security, user, authorities and address of the tokens are as before.'

const SignIn = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('nothing') }),
  z.strictObject({ how: z.literal('password'), user: User, password: Secret.optional().describe(KEPT) }),
  z.strictObject({
    how: z.literal('oauth2'),
    user: User.describe('The mailbox.'),
    tokenUrl: z
      .string()
      .max(2048)
      .describe('For Microsoft 365 https://login.microsoftonline.com/TENANT/oauth2/v2.0/token'),
    clientId: Secret,
    clientSecret: Secret.optional().describe(KEPT),
    scope: Secret.describe('For Microsoft 365 by client credentials https://outlook.office365.com/.default'),
    refreshToken: Secret.optional().describe(
      'Instead of client credentials. Once given, it is renewed and kept.',
    ),
  }),
])

export const MailSettings = z
  .strictObject({
    host: Host,
    port: Port,
    security: Security,
    fromAddress: Email,
    fromName: Name.optional(),
    authorities: Authorities.optional().describe(
      'Certificates in PEM by which the server is trusted, such as that of an authority of your own; those of public authorities unless given. The address of the tokens is trusted by these and by public authorities.',
    ),
    signIn: SignIn,
  })
  .meta({ id: 'MailSettings' })
export type MailSettings = z.infer<typeof MailSettings>

/** What is known of the settings without their secrets. */
export const MailServerView = z
  .object({
    host: z.string(),
    port: Port,
    security: Security,
    fromAddress: z.string(),
    fromName: z.string().optional(),
    authorities: z.array(z.string()).optional(),
    signIn: z.object({
      how: z.enum(['nothing', 'password', 'oauth2']),
      user: z.string().optional(),
      tokenUrl: z.string().optional(),
      clientId: z.string().optional(),
      scope: z.string().optional(),
      hasRefreshToken: z.boolean().optional(),
    }),
  })
  .meta({ id: 'MailServerView' })
export type MailServerView = z.infer<typeof MailServerView>

export const MailFailure = z
  .object({
    code: z.string().describe('Clients translate by it.'),
    sentence: z.string().describe('In English: which step, and what to look at.'),
  })
  .meta({ id: 'MailFailure' })
export type MailFailure = z.infer<typeof MailFailure>

export const MailState = z
  .object({
    server: MailServerView.optional().describe('Absent: none is set up.'),
    waiting: z.int().describe('Mails that wait for the server.'),
    givenUp: z.int().describe('Mails that it never took, since the start.'),
    failure: MailFailure.optional().describe('Of the last mail, when it was not taken.'),
  })
  .meta({ id: 'MailState' })
export type MailState = z.infer<typeof MailState>

export const MailTest = z
  .strictObject({ to: Email.optional().describe("The visitor's address when absent.") })
  .meta({ id: 'MailTest' })
export type MailTest = z.infer<typeof MailTest>

export const MailTested = z
  .object({
    isTaken: z.boolean().describe('The server took the mail; whether it arrives, it alone knows.'),
    failure: MailFailure.optional(),
  })
  .meta({ id: 'MailTested' })
export type MailTested = z.infer<typeof MailTested>
