export { COLLEAGUE_LAMPS_MAX, MAC_DIGITS } from './limits.ts'
export { readMac } from './mac.ts'
export type { Lamp, PhoneCodes, PhoneMaker, PhoneSettings } from './settings.ts'
export {
  type AskedFile,
  addressOf,
  PHONE_MAKERS,
  readFileName,
  type SettingsFile,
  writeSettings,
} from './write.ts'
