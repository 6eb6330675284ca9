// Whom the user part of a SUBSCRIBE means, for the device that sent it. Others' companies do not exist here.
import type { PersonId } from '@rufwerk/core'
import type { EventPackage } from '@rufwerk/sip/events'
import type { DeviceCredentials } from '../ports.ts'
import type { WatchPort } from './watch-port.ts'

/** 404: nobody of the company. 403: the messages of somebody else. */
export function whoIs(
  watch: WatchPort | undefined,
  event: EventPackage,
  user: string,
  device: DeviceCredentials,
): PersonId | 403 | 404 {
  const isOwn = user === device.sipName || user === device.extension
  if (event === 'message-summary') return isOwn ? device.person : 403
  if (user === device.sipName) return device.person
  return watch?.personAt(user, device) ?? 404
}
