export {
  type Identity,
  newIdentity,
  openSmtpStub,
  type SmtpStub,
  type StubOptions,
  type Taken,
} from './smtp-stub.ts'
export { openTokenStub, type TokenStub } from './token-stub.ts'
