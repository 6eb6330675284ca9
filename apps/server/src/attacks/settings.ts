// What admins set about attacks, as it is stored, and what cannot be used of it.

import type { AttackSettingsProblem } from '@rufwerk/api/attacks'
import { AttackSettings } from '@rufwerk/contract/attacks'
import { fail, ok, type Result } from '@rufwerk/core'
import { LOOPBACK_NETWORKS } from '@rufwerk/core/ip-address'
import { withinNetworks } from '@rufwerk/net'
import type { RoutingConfig } from '@rufwerk/routing'

/** Nobody elsewhere sends from an address of this machine, and proxies stand there. */
export const DEFAULT_SETTINGS: AttackSettings = { isOn: true, canaries: [], spared: [...LOOPBACK_NETWORKS] }

export interface Usable {
  readonly settings: AttackSettings
  readonly canaries: ReadonlySet<string>
  readonly isSpared: (address: string) => boolean
}

export function usableOf(
  settings: AttackSettings,
  isTaken: (number: string) => boolean,
): Result<Usable, Exclude<AttackSettingsProblem, string>> {
  const isSpared = withinNetworks(settings.spared)
  if (!isSpared.ok)
    return fail({ field: 'spared', message: `"${isSpared.error}" is no address and no network.` })
  const taken = settings.canaries.find(isTaken)
  if (taken !== undefined)
    return fail({ field: 'canaries', message: `${taken} belongs to somebody; a canary belongs to nobody.` })
  return ok({ settings, canaries: new Set(settings.canaries), isSpared: isSpared.value })
}

const HELP: ReadonlySet<string> = new Set(['110', '112', '911'])

/** Numbers that lead to help, or to somebody or something of the house. */
export function leadsSomewhere(config: RoutingConfig | undefined, number: string): boolean {
  if (HELP.has(number)) return true
  if (config === undefined) return false
  const { byExtension, dialPlan } = config
  const isService = dialPlan?.services.some((service) => service.extension === number) ?? false
  return isService || byExtension.has(number)
}

/** Undefined for what is not as it was written. */
export function readSettings(text: string): AttackSettings | undefined {
  try {
    const read = AttackSettings.safeParse(JSON.parse(text))
    return read.success ? read.data : undefined
  } catch {
    return undefined // Not even JSON.
  }
}
