// Puts the demonstration into an empty store, and makes the links that sign two of its people in.
import type { Accounts, AccountsError, Directory, IssuedToken, Person } from '@rufwerk/accounts'
import { type Result, type WallTime, wallTime } from '@rufwerk/core'
import type { Store } from '../ports.ts'
import { demoCalls } from './calls.ts'
import { DEMO_COLLEAGUE, demoCompany } from './company.ts'

interface DemoOptions {
  readonly now: WallTime
  /** The same seed gives the same calls, relative to `now`. */
  readonly seed: number
  readonly randomBytes: (size: number) => Uint8Array
}

/** `exists`: the store already holds a company, demonstration or not; nothing was changed. */
type DemoOutcome = 'created' | 'exists' | 'not-stored'

export interface DemoLink extends IssuedToken {
  readonly person: Person
}

const FOUNDED_BEFORE_MS = 400 * 86_400_000
/** Calls handed over before waiting for their commit. */
const CALLS_AT_ONCE = 400

/** Before `openAccounts`, which reads what this writes. */
export async function createDemo(
  store: Store,
  { now, seed, randomBytes }: DemoOptions,
): Promise<DemoOutcome> {
  if ((await store.accounts.rosters()).length > 0) return 'exists'
  const { tenant, people, changes } = demoCompany(wallTime(now - FOUNDED_BEFORE_MS), randomBytes)
  const calls = demoCalls({ tenant: tenant.id, people, now, seed })
  for (let at = 0; at < calls.length; at += CALLS_AT_ONCE) {
    for (const { cdr, events } of calls.slice(at, at + CALLS_AT_ONCE)) store.journal.end(cdr, events)
    if (!(await store.journal.committed())) return 'not-stored'
  }
  // Last, so that a start that was interrupted begins again.
  return (await store.accounts.apply(changes)) === 'committed' ? 'created' : 'not-stored'
}

/** Fresh sign-in links for the admin and one colleague; made at every start of a demonstration. */
export async function demoLinks(
  accounts: Accounts,
  directory: Directory,
): Promise<Result<readonly DemoLink[], AccountsError>> {
  const admin = directory.people.find((person) => person.role === 'admin')
  const colleague = directory.byExtension.get(DEMO_COLLEAGUE)
  const links: DemoLink[] = []
  for (const person of [admin, colleague]) {
    if (!admin || !person) continue
    const made = await accounts.createSignInLink({ tenant: person.tenant, person: admin.id }, person.id)
    if (!made.ok) return made
    links.push({ person, ...made.value })
  }
  return { ok: true, value: links }
}
