export { CallControl, type CallControlParts, type StartStore } from './call-control.ts'
export {
  ExchangeRig,
  FakeStore,
  passwordOf,
  RIG_SERVER,
  RIG_TENANT,
  type RigOptions,
  ROOM_PLAN,
} from './exchange-rig.ts'
export { FAKE_ICE, type FakeEndpoint, FakeMedia } from './fake-media.ts'
export { FakeWatch } from './fake-watch.ts'
export { type Host, type NetworkOptions, SeededNetwork, type SentMessage, type Weather } from './network.ts'
export type { PhoneHabits } from './phone-habits.ts'
export type { CallOptions } from './phone-media.ts'
export { SeededRandom } from './random.ts'
export { SimulatedCall } from './simulated-call.ts'
export { type PhoneOptions, SimulatedPhone } from './simulated-phone.ts'
export { settled, VirtualClock } from './virtual-clock.ts'
