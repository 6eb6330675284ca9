export type {
  Accounts,
  AccountsEvents,
  Actor,
  IssuedToken,
  NewPerson,
  SetUp,
  SetupRequest,
  SignedIn,
} from './accounts.ts'
export type { Directory, RoutingEntry, RoutingView } from './directory.ts'
export type { AccountsError, AccountsErrorCode } from './errors.ts'
export type {
  AuditAct,
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
export type {
  AccountsPorts,
  AccountsStore,
  Applied,
  Change,
  PasswordHasher,
  Roster,
  TokenHash,
} from './ports.ts'
