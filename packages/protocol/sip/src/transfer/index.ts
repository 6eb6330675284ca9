// The door for transfers: REFER and what becomes of it, and dialogs that take the place of others. Pure
// functions and values; nothing here touches a socket, clock, timer or source of randomness.
export {
  REFER_OPTION_TAGS,
  type Refer,
  type ReferParts,
  readRefer,
  referAcceptance,
  referHeaders,
  referredHeaders,
} from './refer.ts'
export {
  newReferral,
  type Referral,
  type ReferralInput,
  type ReferralOutcome,
  type ReferralOutput,
  stepReferral,
} from './referral.ts'
export {
  judgeReplaces,
  parseReplaces,
  type ReplaceableDialog,
  type Replaces,
  readReplaces,
  replacesKeys,
  replacesOf,
  writeReplaces,
} from './replaces.ts'
export {
  REFER_EXPIRES_S,
  REFER_INTERVAL,
  readSipfrag,
  referProgress,
  SIPFRAG_TYPE,
  writeSipfrag,
} from './sipfrag.ts'
