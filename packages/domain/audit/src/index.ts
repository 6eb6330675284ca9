export { commitTo, type Entry, follow, genesis, hashOf, type Link, SALT_BYTES, type Told } from './chain.ts'
export { type ChainLine, LINE_BYTES_MAX, type LineProblem, readLine, writeLine } from './file.ts'
export {
  type Head,
  isSignedBy,
  publicPem,
  readPublicKey,
  type SignedHead,
  signHead,
  signingKey,
} from './head.ts'
export {
  beginVerification,
  endVerification,
  FINDINGS_MAX,
  type Finding,
  type FindingCode,
  HEADS_MAX,
  type Verification,
  verifyEntry,
} from './verify.ts'
