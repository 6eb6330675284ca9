// /quarantine: devices that are stopped, what waits for a second person, and letting go.
import { Id, Time, z } from '../schema.ts'

const Why = z.string().trim().min(3).max(500).describe('For the log of administration, and shown to admins.')
const Devices = z.array(Id).min(1).max(2_000)

export const QuarantineStop = z.strictObject({ devices: Devices, why: Why }).meta({ id: 'QuarantineStop' })
export type QuarantineStop = z.infer<typeof QuarantineStop>

export const QuarantineRelease = z
  .strictObject({ devices: Devices, why: Why })
  .meta({ id: 'QuarantineRelease' })
export type QuarantineRelease = z.infer<typeof QuarantineRelease>

export const QuarantineRemoval = z
  .strictObject({ devices: Devices, why: Why })
  .meta({ id: 'QuarantineRemoval' })
export type QuarantineRemoval = z.infer<typeof QuarantineRemoval>

export const QuarantineActed = z
  .object({
    stopped: z.int().describe('Devices that were stopped by this.'),
    released: z
      .int()
      .describe('Devices that were let go by this. Their secrets are void: they need a new setup.'),
    waits: z
      .object({ request: z.string(), missing: z.int().describe('So many more people have to agree.') })
      .optional(),
  })
  .meta({ id: 'QuarantineActed' })
export type QuarantineActed = z.infer<typeof QuarantineActed>

const Named = {
  device: z.string(),
  name: z.string().optional().describe('Absent once the device is gone.'),
  person: z.string().optional().describe('Name of whose it is.'),
  extension: z.string().optional(),
}

export const Quarantine = z
  .object({
    stopped: z.int(),
    removalAsked: z.int(),
    closed: z.int().describe('Removed and verified.'),
    fleet: z.int().describe('Devices of the company.'),
    aloneMax: z.int().describe('So many may be stopped within a day by one person alone.'),
    stops: z.array(
      z.object({
        ...Named,
        at: Time,
        by: z.string().describe('Name of who stopped it.'),
        confirmedBy: z.string().optional(),
        why: z.array(z.string()),
        closedAt: Time.optional(),
      }),
    ),
    requests: z.array(
      z.object({
        id: z.string(),
        does: z.enum(['stop', 'release']),
        at: Time,
        by: z.string(),
        why: z.string(),
        missing: z.int(),
        devices: z.array(z.object(Named)),
      }),
    ),
  })
  .meta({ id: 'Quarantine' })
export type Quarantine = z.infer<typeof Quarantine>
