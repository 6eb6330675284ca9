// What people set for themselves: who may have calls forwarded where, and how it is kept.
export { type ForwardProblem, readOwnForward } from './own-forward.ts'
export { NOTHING_SET, type OwnSettings, type OwnSettingsStore, type SettingProblem } from './own-settings.ts'
export { OwnSettingsBook, type OwnSettingsPorts, openOwnSettings } from './own-settings-book.ts'
