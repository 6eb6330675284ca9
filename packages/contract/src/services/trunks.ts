// Trunks: how each carrier is reached, as an admin sets it, and how each one is doing. Passwords go in and
// never come out.
import { Id, z } from '../schema.ts'
import { TrunkEntry } from '../trunk-file.ts'

export const TrunkSettings = TrunkEntry.omit({ passwordSealed: true })
  .extend({
    id: Id.describe('Of the trunk in the dial plan.'),
    password: z
      .string()
      .optional()
      .describe('Not for trunks by address. Absent: the one that is known, for the same server and user.'),
  })
  .meta({ id: 'TrunkSettings' })
export type TrunkSettings = z.infer<typeof TrunkSettings>

export const Trunk = TrunkEntry.omit({ password: true, passwordSealed: true })
  .extend({
    hasPassword: z.boolean(),
    isUp: z.boolean().describe('Calls can be made over it, as far as we know.'),
    calls: z.int().describe('That are going on, in both directions, ringing ones included.'),
    problem: z
      .object({ why: z.string(), status: z.int().optional().describe('Of SIP.') })
      .optional()
      .describe('Stands until the trunk is up again.'),
  })
  .meta({ id: 'Trunk' })
export type Trunk = z.infer<typeof Trunk>

export const Trunks = z.object({ trunks: z.array(Trunk) }).meta({ id: 'Trunks' })
export type Trunks = z.infer<typeof Trunks>
