// The links that are printed: to the welcome with its one-time token, to the app once it is set up, or into
// the demonstration as two of its people.
import type { Accounts } from '@rufwerk/accounts'
import { FRAGMENT_KEYS } from '@rufwerk/contract/paths'
import { demoLinks } from '@rufwerk/store'
import type { Flags } from '../flags.ts'

/** How people reach the pages: scheme, host and port, no slash at the end. */
export function originOf({ hostNames, httpHost, httpPort, httpsPort }: Flags): string {
  const host = hostNames[0] ?? hostInLink(httpHost)
  return httpsPort === undefined ? `http://${host}:${httpPort}` : `https://${host}:${httpsPort}`
}

/** What to write on standard output, in this order; the last line is the link to open. */
export async function startLines(accounts: Accounts, flags: Flags): Promise<readonly string[]> {
  const address = `http://${hostInLink(flags.httpHost)}:${flags.httpPort}/`
  if (accounts.setupState() === 'open') {
    const issued = await accounts.prepareSetup()
    // The fragment is never sent to a server, so the token stands in no log.
    return [issued.ok ? `${address}#${FRAGMENT_KEYS.setup}=${issued.value.token}` : address]
  }
  const demo = accounts.directories().find((directory) => directory.tenant.isDemo)
  if (!demo) return [address]
  const links = await demoLinks(accounts, demo)
  if (!links.ok) return [address]
  const [admin, colleague] = links.value.map(({ person, token }) => ({
    who: `${person.name}, extension ${person.extension}`,
    link: `${address}#${FRAGMENT_KEYS.link}=${token}`,
  }))
  if (!admin || !colleague) return [address]
  const { name } = demo.tenant
  return [
    `Demonstration "${name}". Each link signs in once; open the second in another browser or private window:`,
    `${colleague.who}:`,
    colleague.link,
    `${admin.who}:`,
    admin.link,
  ]
}

/** Browsers give microphone and secure context to localhost, not to a bare address. */
function hostInLink(host: string): string {
  const isLocal = host === '0.0.0.0' || host === '::' || host === '::1' || host.startsWith('127.')
  if (isLocal) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
