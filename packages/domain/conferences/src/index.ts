export { ROOM_MEMBERS_MAX, ROOM_MODERATORS_MAX, ROOM_NAME_CHARS_MAX, ROOMS_MAX } from './limits.ts'
export {
  checkRoom,
  ROOM_DEFAULTS,
  type RoomFault,
  type RoomId,
  type RoomProblem,
  type RoomSettings,
} from './room.ts'
export type { RoomStore } from './room-store.ts'
export type {
  Asker,
  Departure,
  Guest,
  MemberId,
  Refusal,
  RoomAct,
  RoomEnv,
  RoomEvent,
  RoomInput,
  RoomOutput,
  RoomPrompt,
} from './signals.ts'
export { newRoomSet, type RoomSet, size } from './state.ts'
export { step } from './step.ts'
export { type MemberView, mayModerate, type RoomView, roomView } from './views.ts'
