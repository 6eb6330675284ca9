// The one place that imports zod. Compiled checks are switched off before the first schema is made: zod would
// try `new Function`, which the pages' Content-Security-Policy refuses and reports.
import { z } from 'zod'

z.config({ jitless: true })

export { z }
