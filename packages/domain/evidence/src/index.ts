export {
  type BundleFinding,
  type BundleFindingCode,
  type BundleVerified,
  type Entry,
  fingerprintOf,
  makeBundle,
  type NotMade,
  verifyBundle,
} from './bundle.ts'
export { BUNDLE_BYTES_MAX, ENTRIES_MAX, ENTRY_BYTES_MAX } from './limits.ts'
export type { About, Described, Manifest } from './manifest.ts'
