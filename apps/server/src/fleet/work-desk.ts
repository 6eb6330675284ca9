// What follows from what is known: versions that are not allowed any more, and recommendations that somebody
// has to carry out. For admins; the thread of the defence keeps both.
import { type Accounts, type Actor, BY_POLICY } from '@rufwerk/accounts'
import { isInRange, parseRange } from '@rufwerk/advisories'
import type { FleetProblem } from '@rufwerk/api/fleet'
import type { FleetWorkPort, PlaybookProblem, VersionsProblem } from '@rufwerk/api/fleet-work'
import type {
  FleetVersions,
  FleetVersionsState,
  Playbook,
  PlaybookAct,
  PlaybookQuery,
} from '@rufwerk/contract/fleet-work'
import { fail, type Log, ok, type PersonId, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { PlaybookAct as Act, Defence, PlaybookPage, VersionsPage } from '@rufwerk/defence'
import type { QuarantineDesk } from './quarantine-desk.ts'

export interface WorkDeskParts {
  readonly defence: Pick<Defence, 'ask'>
  readonly accounts: Accounts
  readonly quarantine: Pick<QuarantineDesk, 'stopFor'>
  readonly wallTime: () => WallTime
  readonly log: Log
}

export class WorkDesk implements FleetWorkPort {
  readonly #parts: WorkDeskParts

  constructor(parts: WorkDeskParts) {
    this.#parts = parts
  }

  async versions(tenant: TenantId): Promise<Result<FleetVersionsState, FleetProblem>> {
    const page = await this.#parts.defence.ask('versions', { tenant })
    return page.ok ? ok(versionsView(page.value)) : page
  }

  async setVersions(
    { tenant }: Actor,
    { rules }: FleetVersions,
  ): Promise<Result<FleetVersionsState, VersionsProblem>> {
    const place = wrongPlace(rules)
    if (place !== undefined) return fail({ place })
    const page = await this.#parts.defence.ask('setVersions', { tenant, rules })
    if (!page.ok) return page
    const acted = await this.enforce(tenant)
    return ok({ ...versionsView(page.value), ...(acted && { acted }) })
  }

  /** Stops whom the enforced rules forbid now; undefined where there is none. */
  async enforce(tenant: TenantId): Promise<{ stopped: number; missing: number } | undefined> {
    const { defence, accounts, quarantine, log } = this.#parts
    const stops = await defence.ask('versionStops', { tenant })
    if (!stops.ok || stops.value.length === 0) return undefined
    const bySipName = accounts.directoryOf(tenant)?.bySipName
    const sum = { stopped: 0, missing: 0 }
    for (const { rule, product, accounts: names } of stops.value) {
      const devices = names.flatMap((name) => bySipName?.get(name)?.id ?? [])
      if (devices.length === 0) continue
      const reason = { kind: 'policy', policy: `${rule}: ${product}` } as const
      const acted = await quarantine.stopFor({ tenant, person: BY_POLICY }, reason, devices)
      if (!acted.ok) log.error('fleet.versions', { rule, why: acted.error })
      else {
        sum.stopped += acted.value.stopped
        sum.missing = Math.max(sum.missing, acted.value.waits?.missing ?? 0)
      }
    }
    return sum
  }

  async playbook(tenant: TenantId, of: PlaybookQuery): Promise<Result<Playbook, PlaybookProblem>> {
    const page = await this.#parts.defence.ask('playbook', { tenant, ...of, at: this.#parts.wallTime() })
    if (!page.ok) return page
    return page.value === undefined ? fail('unknown-advisory') : ok(this.#view(tenant, page.value))
  }

  async act({ tenant, person }: Actor, wanted: PlaybookAct): Promise<Result<Playbook, PlaybookProblem>> {
    const { defence, accounts, wallTime } = this.#parts
    const at = wallTime()
    const { issuer, advisory } = wanted
    if (wanted.type === 'assign' && !accounts.directoryOf(tenant)?.byPerson.has(wanted.owner as PersonId))
      return fail('unknown-person')
    const acted = await defence.ask('actPlaybook', {
      tenant,
      issuer,
      advisory,
      at,
      act: actOf(wanted, person, at),
    })
    if (!acted.ok) return acted
    if (acted.value === undefined) return fail('unknown-advisory')
    return 'refused' in acted.value ? fail(acted.value.refused) : ok(this.#view(tenant, acted.value.page))
  }

  #view(tenant: TenantId, { steps, ...figures }: PlaybookPage): Playbook {
    const byPerson = this.#parts.accounts.directoryOf(tenant)?.byPerson
    /** Who is gone is named by the id. */
    const named = (id: string): string => byPerson?.get(id as PersonId)?.name ?? id
    return {
      ...figures,
      steps: steps.map(({ owner, doneBy, evidence, ...step }) => ({
        ...step,
        ...(owner !== undefined && { owner: named(owner) }),
        ...(doneBy !== undefined && { doneBy: named(doneBy) }),
        evidence: evidence.map(({ by, ...one }) => ({ ...one, by: named(by) })),
      })),
    }
  }
}

function actOf(wanted: PlaybookAct, by: string, at: number): Act {
  const { step } = wanted
  switch (wanted.type) {
    case 'assign':
      return { type: 'assign', step, owner: wanted.owner, deadline: wanted.deadline }
    case 'evidence': {
      const { text, sha256 } = wanted
      return { type: 'evidence', step, evidence: { by, at, text, ...(sha256 !== undefined && { sha256 }) } }
    }
    case 'done':
      return { type: 'done', step, by, at }
    case 'reopen':
      return { type: 'reopen', step }
  }
}

/** Of a range that says nothing about any version, or of an id that is there already. */
function wrongPlace(rules: FleetVersions['rules']): string | undefined {
  const ids = new Set<string>()
  for (const [at, { id, ranges }] of rules.entries()) {
    if (ids.has(id)) return `rules.${at}.id`
    ids.add(id)
    for (const [place, text] of ranges.entries()) {
      const range = parseRange(text)
      if ('problem' in range || typeof isInRange(range, '1.0.0') !== 'boolean')
        return `rules.${at}.ranges.${place}`
    }
  }
  return undefined
}

function versionsView({ rules, judged, ...figures }: VersionsPage): FleetVersionsState {
  return {
    ...figures,
    rules: rules.map(({ platform, ranges, ...rule }) => ({
      ...rule,
      ...(platform && { platform }),
      ranges: [...ranges],
    })),
    devices: judged.map(({ account: _, ...one }) => one),
  }
}
