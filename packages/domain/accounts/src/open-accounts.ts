import { AssertionFailed } from '@rufwerk/core'
import type { Accounts } from './accounts.ts'
import type { AccountsPorts } from './ports.ts'

/** Reads all directories and returns the use cases over them. */
export async function openAccounts(_ports: AccountsPorts): Promise<Accounts> {
  throw new AssertionFailed('not yet')
}
