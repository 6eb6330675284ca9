// Each name is a zod schema and the type of what it describes, save the constants in capitals.
export {
  CallDetail,
  CallPage,
  CallRecord,
  CallStep,
  CallsQuery,
  CallView,
  Quality,
  Why,
} from './calls.ts'
export { Certificate } from './certificate.ts'
export {
  Device,
  DeviceChange,
  DeviceCredentials,
  Devices,
  DevicesQuery,
  NewDevice,
  PhoneServer,
} from './devices.ts'
export { ApiError, ErrorCode } from './error.ts'
export { Health } from './health.ts'
export { LIMITS } from './limits.ts'
export { CLOSE_CODES, LiveMessage } from './live.ts'
export { FRAGMENT_KEYS, PATHS } from './paths.ts'
export { NewPerson, People, Person, PersonLink } from './people.ts'
export { PhoneTicket, TICKET_SUBPROTOCOL_PREFIX } from './phone.ts'
export { PasswordChange, Session, SignIn, SignInByLink } from './session.ts'
export { SetupRequest, SetupResult, SetupState } from './setup.ts'
export { Language, Party, Presence } from './vocabulary.ts'
