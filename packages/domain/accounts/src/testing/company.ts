// A company in memory for tests: a clock that is set by hand and cheap hashes.
import assert from 'node:assert/strict'
import { SILENT_LOG, type WallTime, wallTime } from '@rufwerk/core'
import type { Accounts, SetUp, SetupRequest } from '../accounts.ts'
import { openAccounts } from '../open-accounts.ts'
import { createPasswordHasher } from '../password-hasher.ts'
import type { PasswordHasher } from '../ports.ts'
import { CHEAP_HASH_COST, countingRandomBytes } from './cheap.ts'
import { MemoryAccountsStore } from './memory-accounts-store.ts'

export const GOOD_PASSWORD = 'korrektes Pferd 7'

export interface World {
  readonly store: MemoryAccountsStore
  readonly accounts: Accounts
  pass(milliseconds: number): void
  now(): WallTime
}

const randomBytes = countingRandomBytes(7)

export async function newWorld(
  store = new MemoryAccountsStore(),
  passwords: PasswordHasher = createPasswordHasher(randomBytes, CHEAP_HASH_COST),
): Promise<World> {
  let now = 1_790_000_000_000
  const accounts = await openAccounts({
    store,
    passwords,
    wallTime: () => wallTime(now),
    randomBytes,
    log: SILENT_LOG,
  })
  return {
    store,
    accounts,
    pass: (milliseconds) => {
      now += milliseconds
    },
    now: () => wallTime(now),
  }
}

export function setupRequest(token: string, changes: Partial<SetupRequest> = {}): SetupRequest {
  return {
    token,
    company: 'Muster GmbH',
    country: 'de',
    language: 'de',
    admin: { name: 'Mia Muster', email: 'Mia@Muster.example', password: GOOD_PASSWORD, extension: '100' },
    colleagues: [
      { name: 'Anna Groß', extension: '101' },
      { name: 'Jan Thal', extension: '102' },
    ],
    ...changes,
  }
}

export async function setUpCompany(world: World): Promise<SetUp> {
  const link = await world.accounts.prepareSetup()
  assert.ok(link.ok)
  const done = await world.accounts.setUp(setupRequest(link.value.token))
  assert.ok(done.ok)
  return done.value
}

/** The code of a refusal, or 'ok'. */
export function code(result: { ok: true } | { ok: false; error: { code: string } }): string {
  return result.ok ? 'ok' : result.error.code
}
