// What people set for themselves: who may have calls forwarded where, and how it is kept.
export type { OwnSettings, OwnSettingsStore } from './own-settings.ts'
export { NOTHING_SET } from './own-settings.ts'
export { type ForwardProblem, readOwnForward } from './own-forward.ts'
