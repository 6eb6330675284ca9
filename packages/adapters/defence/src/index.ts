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
  type Received,
  type RunPage,
  type Sentence,
  type Taken,
} from './messages.ts'
export { Sightings } from './sightings.ts'
