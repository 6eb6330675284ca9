// The two machines of a call that is with a box, and what they say.
export type { Activity, CallInput, CallOutput, Digit } from '../activity.ts'
export { type LeaveOutput, type LeaveState, type LeaveStep, openLeave, stepLeave } from '../leave.ts'
export type { MenuAccess, MenuInput, MenuOutput, MenuState, MenuStep } from '../menu/state.ts'
export { type MenuOpening, openMenu, stepMenu } from '../menu/step.ts'
export { type Arrival, greetingFor, type Prompt } from '../prompts.ts'
