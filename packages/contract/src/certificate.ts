// GET /certificate: which certificate this server shows, and the authority that devices may have to trust.
import { z } from './schema.ts'

const Authority = z.object({
  /** SHA-256, as browsers and telephones show it. */
  fingerprint: z.string(),
  /** UTC, ms. */
  notAfter: z.number().int(),
})

export const Certificate = z
  .object({
    source: z.enum(['local', 'files', 'acme']),
    /** Host names and addresses it is for. */
    names: z.array(z.string()),
    issuer: z.string(),
    fingerprint: z.string(),
    notBefore: z.number().int(),
    notAfter: z.number().int(),
    /** Present with source `local`: to be installed from PATHS.authority. */
    authority: Authority.optional(),
    /** Where phones register over TLS; absent where they cannot. */
    sipTlsPort: z.int().min(1).max(65535).optional(),
  })
  .meta({ id: 'Certificate' })
export type Certificate = z.infer<typeof Certificate>
