export {
  type CaseProduct,
  type CaseRecord,
  type CaseStatus,
  DOCUMENT_KINDS,
  type DocumentKind,
  type Publisher,
} from './case-record.ts'
export { writeDocument } from './document.ts'
export { type Digests, fileNameOf, folderOf, type Published, providerMetadata } from './folder.ts'
