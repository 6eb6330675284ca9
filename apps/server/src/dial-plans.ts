// The dial plans of all tenants over the store, for the people and sites that accounts has. What new calls
// are decided from comes from here.
import type { Accounts, Directory, RoutingView } from '@rufwerk/accounts'
import { PERFORMED_CODES, PERFORMED_SERVICES } from '@rufwerk/calls'
import { type Log, seconds, type TenantId, type WallTime } from '@rufwerk/core'
import type { Timers } from '@rufwerk/net'
import type { Live, RoutingConfig } from '@rufwerk/routing'
import { fileOf, type Language } from '@rufwerk/routing/prompts'
import {
  type Company,
  openPlanBook,
  type PlanBook,
  type PlanChecker,
  promptsIn,
} from '@rufwerk/routing/versions'
import type { Store } from '@rufwerk/store'

/** Before there is a tenant: nobody is there. */
export const NOBODY: Live = { contactsOf: () => [] }

/** When phones have registered again. */
const REVIEW_AFTER = seconds(5)

const PERFORMED = { services: PERFORMED_SERVICES, codes: PERFORMED_CODES }

export interface DialPlanParts {
  readonly accounts: Accounts
  readonly store: Pick<Store, 'dialPlans'>
  readonly ringSeconds: number
  /** Where plans are checked, so that calls do not wait for it. */
  readonly checker: PlanChecker
  readonly wallTime: () => WallTime
  readonly log: Log
  /** Whether a company has recorded or been given this prompt; absent: it is not asked. */
  readonly hasPrompt?: (tenant: TenantId, language: Language, name: string) => boolean
}

/** Whom a plan is for. */
export function companyOf(
  directory: Directory,
  { ringSeconds, hasPrompt }: Pick<DialPlanParts, 'ringSeconds' | 'hasPrompt'>,
): Company {
  const config = { ...directory.routing, ringTime: seconds(ringSeconds) }
  return {
    ...{ config, sites: new Set(directory.sites.keys()), performed: PERFORMED },
    ...(hasPrompt && { hasPrompt: (name) => hasPrompt(config.tenant, config.language, name) }),
  }
}

/** Where the plan in force names this file, such as `de-closed`. */
export function placeOfPrompt(config: RoutingConfig | undefined, file: string): string | undefined {
  if (config?.dialPlan === undefined) return undefined
  const { language } = config
  const found = promptsIn(config.dialPlan).find(({ prompt }) => fileOf(language, prompt) === file)
  return found && `${found.path} of the dial plan`
}

/**
 * Asks a while after the start whether stored plans still fit the people. Each was checked when it was
 * stored, so nobody waits for that before the first call.
 */
export function reviewPlans(book: Pick<PlanBook, 'review'>, timers: Pick<Timers, 'arm'>): void {
  timers.arm(REVIEW_AFTER, () => {
    void book.review().then((isDone) => {
      if (!isDone) reviewPlans(book, timers)
    })
  })
}

/** Reads what is stored; a plan that is wrong stops nothing. */
export async function openDialPlans(parts: DialPlanParts): Promise<PlanBook> {
  const { accounts, store, checker, wallTime, log } = parts
  // A directory's view for routing is another object only when people or sites have changed.
  const made = new WeakMap<RoutingView, Company>()
  const tenants = accounts.directories().map((directory) => directory.tenant.id)
  const book = await openPlanBook(
    {
      ...{ store: store.dialPlans, checker, wallTime, log },
      companyOf: (tenant) => {
        const directory = accounts.directoryOf(tenant)
        if (directory === undefined) return undefined
        const known = made.get(directory.routing)
        if (known) return known
        const company = companyOf(directory, parts)
        made.set(directory.routing, company)
        return company
      },
    },
    tenants,
  )
  for (const tenant of tenants) {
    const codes = book.newCodes(tenant).map(({ code }) => code)
    if (book.applied(tenant).version > 0 && codes.length > 0)
      log.info('new codes', { tenant, codes: codes.join(' ') })
  }
  return book
}
