export { Lane } from './lane.ts'
export { BLOCK_AT, LIMITS, TICK_EVERY_MS } from './limits.ts'
export { type Address, addressName, sourceOf } from './source.ts'
export {
  type AttackEvent,
  type AttackKind,
  type Block,
  type BlockedSource,
  blockedSources,
  blockOf,
  EMPTY_INTRUSION,
  type Intrusion,
  isKnown,
  type Scope,
} from './state.ts'
export { type IntrusionInput, type IntrusionOutput, type IntrusionStep, step } from './step.ts'
