// Which reverse proxies are believed, and one line in the log when one is there that nobody named.
import type { ServeOptions } from '@rufwerk/api'
import { fail, type Log, ok, type Result } from '@rufwerk/core'
import { withinNetworks } from '@rufwerk/net'
import type { Flags } from '../flags.ts'

type ProxyTrust = NonNullable<ServeOptions['proxies']>

/** The error names the flag. */
export function proxiesOf({ nat }: Pick<Flags, 'nat'>, log: Log): Result<ProxyTrust, string> {
  const isTrusted = withinNetworks(nat.trustedProxies)
  if (!isTrusted.ok) return fail(`--trusted-proxy takes addresses or networks, not "${isTrusted.error}"`)
  let isTold = false
  return ok({
    isTrusted: isTrusted.value,
    onUntrusted: () => {
      if (isTold) return
      isTold = true
      log.warn('web.proxy-not-trusted', { change: '--trusted-proxy' })
    },
  })
}
