// Where the server may connect to, and nowhere else.
export { type Answers, Gate } from './gate.ts'
export { EGRESS_LIMITS } from './limits.ts'
export { type FirewallWish, type Reachable, writeNftables } from './nftables.ts'
export { Refusals, type Refused, type RefusedEntry, type RefusedKind } from './refusals.ts'
export { type Carrier, type Configuration, hostOf, type Target, targetsOf, type Why } from './targets.ts'
