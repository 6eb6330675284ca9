// What of a dial plan the machine of a call performs; nodes/enter.ts ends a call that comes to anything else.
// Whoever takes plans refuses those that want more.
import type { DialPlan } from '@rufwerk/routing'

export const PERFORMED_SERVICES: ReadonlySet<DialPlan['services'][number]['kind']> = new Set([
  'parking',
  'voicemail',
  'queue',
  'conference',
])
/** Codes that change a setting need a SettingsPort besides. */
export const PERFORMED_CODES: ReadonlySet<DialPlan['codes'][number]['does']> = new Set([
  'echo',
  'hideNumber',
  'showNumber',
  'testEmergency',
  'pickUpGroup',
  'pickUp',
  'park',
  'conference',
  'voicemail',
  'queueIn',
  'queueOut',
  'queuePause',
  'queueListen',
  'queueWhisper',
  'queueBarge',
  'recordPrompt',
  'forwardAll',
  'forwardOff',
  'available',
  'away',
  'doNotDisturb',
  'record',
  'join',
  'transfer',
])
