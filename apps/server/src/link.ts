// The one link that is printed: to the welcome with its one-time token, or to the app once it is set up.
import type { Accounts } from '@rufwerk/accounts'
import { FRAGMENT_KEYS } from '@rufwerk/contract'
import type { Flags } from './flags.ts'

export async function linkOf(accounts: Accounts, flags: Flags): Promise<string> {
  const address = `http://${hostInLink(flags.httpHost)}:${flags.httpPort}/`
  if (accounts.setupState() === 'done') return address
  const issued = await accounts.prepareSetup()
  // The fragment is never sent to a server, so the token stands in no log.
  return issued.ok ? `${address}#${FRAGMENT_KEYS.setup}=${issued.value.token}` : address
}

/** Browsers give microphone and secure context to localhost, not to a bare address. */
function hostInLink(host: string): string {
  const isLocal = host === '0.0.0.0' || host === '::' || host === '::1' || host.startsWith('127.')
  if (isLocal) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
