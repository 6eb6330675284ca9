export { accountsStoreContract, type ContractCase } from './accounts-store-contract.ts'
export { CHEAP_HASH_COST, countingRandomBytes } from './cheap.ts'
export { code, GOOD_PASSWORD, newWorld, setUpCompany, setupRequest, type World } from './company.ts'
export { MemoryAccountsStore } from './memory-accounts-store.ts'
