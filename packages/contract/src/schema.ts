// The one place that imports zod. Compiled checks are switched off before the first schema is made: zod would
// try `new Function`, which the pages' Content-Security-Policy refuses and reports.
import { z } from 'zod'

z.config({ jitless: true })

export { z }

/** An identifier that this system made. */
export const Id = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/)

/** UTC milliseconds since 1970-01-01. */
export const Time = z.int().min(0).describe('UTC milliseconds since 1970-01-01.')
