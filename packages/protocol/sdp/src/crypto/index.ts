export {
  type AgreedSrtp,
  newLine,
  OUR_CRYPTO_SUITES,
  profilesToOffer,
  type SrtpMode,
  type SrtpPolicy,
} from './agree.ts'
export {
  type CryptoFault,
  type CryptoLine,
  type CryptoSuite,
  parseCrypto,
  readNamedKey,
  redactKeys,
  type SrtpKeys,
  writeCrypto,
  writeNamedKey,
} from './line.ts'
