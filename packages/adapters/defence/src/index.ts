export type { OutsideKept, Published, Webhook } from './case-messages.ts'
export { Defence, type DefenceError } from './defence.ts'
export { DOCUMENT_BYTES_MAX, ORDERS_MAX, PAGE_MAX, POLL_EVERY_MS } from './limits.ts'
export {
  type Affected,
  type Book,
  type Changed,
  type ExposurePage,
  type Feed,
  IMPORT_FORMATS,
  type Imported,
  type ImportFormat,
  type Look,
  type NotFetched,
  type Orders,
  type PlaybookAct,
  type PlaybookActed,
  type PlaybookPage,
  type Received,
  type RunPage,
  type Search,
  type SearchesPage,
  type SearchRefused,
  type Sentence,
  type Taken,
  type VersionsPage,
} from './messages.ts'
export { Sightings } from './sightings.ts'
