// GET /health: for people and programs who watch the server. Says nothing that needs a session.
import { z } from './schema.ts'

export const Health = z
  .object({
    status: z.enum(['ok', 'overloaded']),
    version: z.string(),
  })
  .meta({ id: 'Health' })
export type Health = z.infer<typeof Health>
