export {
  isIntegral,
  isStun,
  parseStun,
  STUN_ATTRIBUTES_MAX,
  STUN_MESSAGE_BYTES_MAX,
  type StunClass,
  type StunContent,
  type StunError,
  type StunMessage,
  writeStun,
} from './message.ts'
