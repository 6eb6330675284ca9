export {
  type AgreedSrtp,
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
  redactKeys,
  type SrtpKeys,
  writeCrypto,
} from './line.ts'
