// /phones: desk phones and apps that fetch their settings themselves, by a link or a PIN that is good once.
import { Id, Time, z } from '../schema.ts'
import { Name } from '../vocabulary.ts'

export const PhoneMaker = z.enum(['yealink', 'snom', 'linphone']).meta({ id: 'PhoneMaker' })
export type PhoneMaker = z.infer<typeof PhoneMaker>

const Way = z.enum(['link', 'pin']).describe('By a link, or by the hardware address and a PIN.')

export const NewPhone = z
  .strictObject({
    maker: PhoneMaker,
    way: Way.default('link').describe('A PIN needs `mac`; Linphone takes a link only.'),
    person: Id.optional().describe('For whom; only admins may name others.'),
    name: Name.optional().describe("Of a new phone; the maker's when absent."),
    device: Id.optional().describe(
      'A phone that is there: it gets a new password when it fetches its settings, and keeps the old one until then.',
    ),
    mac: z
      .string()
      .max(32)
      .optional()
      .describe('Hardware address, as on the label. Then only this phone is served.'),
  })
  .meta({ id: 'NewPhone' })
export type NewPhone = z.input<typeof NewPhone>

/** What is typed into the phone, or scanned. Shown this once. */
export const PhoneAccess = z
  .object({
    id: z.string().describe('Of the device.'),
    sipName: z.string(),
    url: z.string().describe('Secret with `link`: it is good once. Snom replaces {mac} itself.'),
    pin: z.string().optional().describe('Typed as the password, when the phone asks for one.'),
    user: z.string().optional().describe('Typed as the user name with the PIN.'),
    expiresAt: Time,
  })
  .meta({ id: 'PhoneAccess' })
export type PhoneAccess = z.infer<typeof PhoneAccess>

export const PhoneSetup = z
  .object({
    id: z.string().describe('Of the device.'),
    person: z.string(),
    name: z.string(),
    maker: PhoneMaker,
    way: Way,
    mac: z.string().optional().describe('Whom it is for, or who came: twelve digits.'),
    state: z
      .enum(['open', 'used', 'closed', 'expired'])
      .describe('used: the phone has its settings. closed: withdrawn before.'),
    createdAt: Time,
    expiresAt: Time,
    used: z
      .object({
        at: Time,
        from: z.string().describe('IP address.'),
        agent: z.string().describe('What it said it was; anybody can say anything.'),
      })
      .optional(),
  })
  .meta({ id: 'PhoneSetup' })
export type PhoneSetup = z.infer<typeof PhoneSetup>

/** Newest first: the last of each phone. */
export const PhoneSetups = z
  .object({
    isOffered: z.boolean().describe('False where the server has no HTTPS: then no phone can fetch anything.'),
    isPubliclyTrusted: z
      .boolean()
      .describe('False with a certificate of the own authority, which phones trust only when told to.'),
    phones: z.array(PhoneSetup),
  })
  .meta({ id: 'PhoneSetups' })
export type PhoneSetups = z.infer<typeof PhoneSetups>
