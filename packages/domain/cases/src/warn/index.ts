export { documentsOf, type ProviderPlaces, type ProviderProblem, providerFiles } from './csaf.ts'
export { atomFeed, type Feed, type FeedProblem } from './feed.ts'
export {
  CSAF_PATH,
  changedAt,
  FEED_PATH,
  listPage,
  WARNING_PATH,
  WARNINGS_PATH,
} from './list-page.ts'
export { SUBJECT_CHARS_MAX, type WarningMail, warningMail } from './mail.ts'
export { type PagePlaces, warningPage } from './page.ts'
export { type Draft, type Naming, type PublishProblem, publish, WARNINGS_MAX } from './publish.ts'
export { EXPIRES_WITHIN_MS, type SecurityTxt, securityTxt } from './security-txt.ts'
export {
  escapeMarkup,
  type Language,
  PHASES,
  type Phase,
  type Texts,
  type Warning,
  type WarningRevision,
} from './warning.ts'
