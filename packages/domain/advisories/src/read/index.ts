export {
  type Csaf,
  type CsafDocument,
  STATUS_NAMES,
  type StatusName,
  type Vulnerability,
} from './csaf.ts'
export { compareDocumentVersions } from './document-version.ts'
export type { Finding } from './finding.ts'
export type { MandatoryTest } from './mandatory/test.ts'
export type { Product, ProductFile } from './product-tree.ts'
export { type Advisory, MANDATORY_TESTS, readAdvisory } from './read.ts'
