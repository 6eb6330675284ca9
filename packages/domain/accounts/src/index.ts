export {
  type Accounts,
  type AccountsEvents,
  type Actor,
  BY_POLICY,
  type IssuedToken,
  LOCAL_ADMIN,
  type NewPerson,
  type SetUp,
  type SignedIn,
} from './accounts.ts'
export type { Directory, RoutingEntry, RoutingView } from './directory.ts'
export type { AccountsError, AccountsErrorCode } from './errors.ts'
export {
  SESSION_IDLE_MAX,
  SESSION_LIFE_MAX,
  SETUP_LINK_LIFE,
  SIGN_IN_LINK_LIFE,
} from './limits.ts'
export type {
  AuditEntry,
  BrowserDevice,
  Country,
  Device,
  DigestAlgorithm,
  Language,
  Link,
  Person,
  Phone,
  Role,
  Session,
  Site,
  Tenant,
} from './nouns.ts'
export { openAccounts } from './open-accounts.ts'
export { createPasswordHasher } from './password-hasher.ts'
export type {
  AccountsPorts,
  AccountsStore,
  Applied,
  Change,
  PasswordHasher,
  Roster,
  TokenHash,
} from './ports.ts'
