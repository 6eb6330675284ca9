export { COUNTED_FOR_MS, PEOPLE_FOR_MANY, REQUEST_WAITS_MS, SHARE_OF_ONE } from './limits.ts'
export {
  EFFECTS,
  type Effect,
  type Figures,
  figuresOf,
  type Permissions,
  permissionsOf,
} from './permissions.ts'
export {
  type Actor,
  type ClientId,
  EMPTY_QUARANTINE,
  type Quarantine,
  type Reason,
  type Request,
  reasonKey,
  type Stop,
} from './state.ts'
export {
  type QuarantineInput,
  type QuarantineOutput,
  type QuarantineRefusal,
  type QuarantineStep,
  step,
} from './step.ts'
export { readState, writeState } from './stored.ts'
