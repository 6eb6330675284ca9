// Sites from which an emergency call would not leave by a line of the site: an alarm, as soon as the company
// has lines at all. Before, nobody can call the outside, and phones say so.
import type { Accounts } from '@rufwerk/accounts'
import type { TenantId } from '@rufwerk/core'
import type { RoutingConfig } from '@rufwerk/routing'
import { emergencyCoverage } from '@rufwerk/routing/emergency'
import type { Finding } from './alarms.ts'

/** Asks the configuration, not what is up now: that is the alarm of the trunks. */
export function emergencyFindings(
  accounts: Pick<Accounts, 'directories'>,
  configOf: (tenant: TenantId) => RoutingConfig | undefined,
): readonly Finding[] {
  const missing: string[] = []
  let all = 0
  for (const { tenant, sites } of accounts.directories()) {
    const config = configOf(tenant.id)
    if (config?.dialPlan === undefined || config.dialPlan.trunks.length === 0) continue
    const covered = new Set(coveredSites(config))
    all += sites.size
    for (const { id, name } of sites.values()) if (!covered.has(id)) missing.push(name)
  }
  if (missing.length === 0) return []
  const names = missing.join(', ')
  const values = { sites: names, uncovered: missing.length, all }
  const message = `No emergency calls by a line of their own from ${missing.length} of ${all} sites.`
  return [{ kind: 'emergency-uncovered', severity: 'problem', values, message }]
}

function coveredSites(config: RoutingConfig) {
  return emergencyCoverage(config).flatMap(({ site, isCovered }) => (isCovered ? [site] : []))
}
