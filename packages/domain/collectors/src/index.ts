export { type Finding, SENTENCES } from './finding.ts'
export {
  FILES_MAX,
  LINE_CHARS_MAX,
  LIST_NAMES_MAX,
  PATH_CHARS_MAX,
  REPORT_CHARS_MAX,
  REPORT_LINES_MAX,
} from './limits.ts'
export { readReport } from './read-report.ts'
export {
  howToVerify,
  isSignedScript,
  type RenderedScript,
  renderScript,
  type ScriptSettings,
  type Sign,
  scriptFile,
  signWith,
  type WantedApp,
} from './render.ts'
export {
  type CollectorReport,
  type DeviceReport,
  type Found,
  PLACES,
  type Platform,
  type Removal,
  type RemovalStep,
  SCRIPTS,
  type ScriptName,
  type Unread,
} from './report.ts'
