import { test } from 'node:test'
import { accountsStoreContract, MemoryAccountsStore } from '../src/testing/index.ts'

for (const { name, run } of accountsStoreContract) {
  test(`AccountsStore in memory: ${name}`, () => run(new MemoryAccountsStore()))
}
