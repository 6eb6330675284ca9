// Where phones fetch their settings, and what these name: our address, and the codes of the dial plan.
import type { ProvisioningPort } from '@rufwerk/api'
import type { PhoneServer } from '@rufwerk/contract'
import { PATHS } from '@rufwerk/contract/paths'
import type { TenantId, WallTime } from '@rufwerk/core'
import { type CodeAction, EMPTY_DIAL_PLAN, type RoutingConfig } from '@rufwerk/routing'
import type { Flags } from '../flags.ts'

export interface ProvisioningParts {
  readonly flags: Pick<Flags, 'httpsPort' | 'httpHost' | 'hostNames'>
  /** Where phones register. */
  readonly register: () => PhoneServer
  readonly configOf: (tenant: TenantId) => RoutingConfig | undefined
  readonly wallTime: () => WallTime
}

const ANYWHERE: readonly string[] = ['0.0.0.0', '::']

/** Undefined without HTTPS: settings hold a password. */
export function provisioningPort({
  flags,
  register,
  configOf,
  wallTime,
}: ProvisioningParts): ProvisioningPort | undefined {
  const { httpsPort, httpHost, hostNames } = flags
  if (httpsPort === undefined) return undefined
  return {
    get folder() {
      const page = hostNames[0] ?? (ANYWHERE.includes(httpHost) ? register().server : httpHost)
      return `https://${page.includes(':') ? `[${page}]` : page}:${httpsPort}${PATHS.provision}`
    },
    get server(): ProvisioningPort['server'] {
      const { server, port, tlsPort } = register()
      // A name where there is one: certificates of public authorities are for names.
      const host = hostNames[0] ?? server
      return tlsPort === undefined
        ? { host, port, transport: 'tcp' }
        : { host, port: tlsPort, transport: 'tls' }
    },
    codesOf: (tenant) => {
      const { codes } = configOf(tenant)?.dialPlan ?? EMPTY_DIAL_PLAN
      const codeOf = (action: CodeAction) => codes.find(({ does }) => does === action)?.code
      return {
        ...given('pickUp', codeOf('pickUp')),
        ...given('pickUpGroup', codeOf('pickUpGroup')),
        ...given('voicemail', codeOf('voicemail')),
        ...given('park', codeOf('park')),
      }
    },
    wallTime,
  }
}

function given<Name extends string>(name: Name, code: string | undefined): { readonly [_ in Name]?: string } {
  return code === undefined ? {} : ({ [name]: code } as { readonly [_ in Name]: string })
}
