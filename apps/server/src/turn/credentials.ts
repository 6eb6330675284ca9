// Short-lived TURN credentials bound to one person (the REST scheme of draft-uberti-behave-turn-rest, as
// coturn's use-auth-secret reads it): the name says until when, the password proves that we said so.
import { createHmac } from 'node:crypto'
import type { WallTime } from '@rufwerk/core'

/** How long an allocation can be made with them; one that stands is refreshed beyond it. */
export const CREDENTIAL_SECONDS_MAX = 600

export interface RelayCredentials {
  readonly username: string
  readonly credential: string
  readonly expiresInSeconds: number
}

/** `who` has no colon; the quota of a user counts by it. */
export function relayCredentials(secret: string, who: string, now: WallTime): RelayCredentials {
  const until = Math.floor(now / 1000) + CREDENTIAL_SECONDS_MAX
  const username = `${until}:${who}`
  const credential = createHmac('sha1', secret).update(username).digest('base64')
  return { username, credential, expiresInSeconds: CREDENTIAL_SECONDS_MAX }
}
