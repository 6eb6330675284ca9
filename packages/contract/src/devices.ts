// /devices: desk phones and browsers of a person. A phone's password is shown once and never again.

import { Id, Time, z } from './schema.ts'
import { Name } from './vocabulary.ts'

/** How a phone's sound is protected by SRTP (RFC 4568). Browsers are always encrypted (DTLS-SRTP). */
const Srtp = z
  .enum(['off', 'on', 'required'])
  .describe('off: never. on: where the phone can. required: calls without it fail.')

export const Device = z
  .object({
    id: z.string(),
    kind: z.enum(['phone', 'browser']),
    name: z.string(),
    sipName: z.string(),
    srtp: Srtp.optional().describe('Of phones only.'),
    createdAt: Time,
    isRegistered: z.boolean(),
  })
  .meta({ id: 'Device' })
export type Device = z.infer<typeof Device>

const Port = z.int().min(1).max(65535)

/** Where phones register. */
export const PhoneServer = z
  .object({
    server: z.string(),
    port: Port.describe('SIP over UDP and TCP.'),
    tlsPort: Port.optional().describe('SIP over TLS; absent where nothing listens with TLS.'),
  })
  .meta({ id: 'PhoneServer' })
export type PhoneServer = z.infer<typeof PhoneServer>

export const Devices = z
  .object({ devices: z.array(Device), phoneServer: PhoneServer })
  .meta({ id: 'Devices' })
export type Devices = z.infer<typeof Devices>

export const DevicesQuery = z.object({
  person: Id.optional().describe('Whose devices; only admins may ask for others.'),
})
export type DevicesQuery = z.infer<typeof DevicesQuery>

export const NewDevice = z
  .strictObject({
    kind: z.literal('phone'),
    name: Name,
    person: Id.optional().describe('For whom; only admins may name others.'),
    srtp: Srtp.default('off'),
  })
  .meta({ id: 'NewDevice' })
export type NewDevice = z.input<typeof NewDevice>

/** What may be changed of a phone; it holds from its next call on. */
export const DeviceChange = z.strictObject({ srtp: Srtp, name: Name.optional() }).meta({ id: 'DeviceChange' })
export type DeviceChange = z.infer<typeof DeviceChange>

/** What is typed into the phone. */
export const DeviceCredentials = PhoneServer.extend({
  id: z.string(),
  sipName: z.string(),
  password: z.string().describe('Shown this once; only its hash is kept.'),
}).meta({ id: 'DeviceCredentials' })
export type DeviceCredentials = z.infer<typeof DeviceCredentials>
