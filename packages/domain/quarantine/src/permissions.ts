// What a client may do, and what has to be done to one that is stopped. Calls for help always pass until the
// device is closed: also unregistered, with the secret of before.
import type { ClientId, Quarantine } from './state.ts'

export interface Permissions {
  readonly mayRegister: boolean
  readonly mayCall: 'anybody' | 'emergency' | 'nobody'
  readonly mayReceive: boolean
  readonly mayOpenSockets: boolean
  /** `way-out`: the page that leads the person to the browser, and nothing else. */
  readonly page: 'all' | 'way-out'
  /** For what the secret that the client had is still good. */
  readonly secret: 'all' | 'emergency' | 'nothing'
}

const FREE: Permissions = {
  ...{
    mayRegister: true,
    mayCall: 'anybody',
    mayReceive: true,
    mayOpenSockets: true,
    page: 'all',
    secret: 'all',
  },
}
const STOPPED: Permissions = {
  ...{ mayRegister: false, mayCall: 'emergency', mayReceive: false, mayOpenSockets: false },
  ...{ page: 'way-out', secret: 'emergency' },
}
/** What was there is gone and so is its secret; whoever has it now has stolen it. */
const CLOSED: Permissions = { ...STOPPED, mayCall: 'nobody', secret: 'nothing' }

export function permissionsOf({ stops }: Quarantine, client: ClientId): Permissions {
  const stop = stops.get(client)
  if (stop === undefined) return FREE
  return stop.closedAt === undefined ? STOPPED : CLOSED
}

/** To be done to every client that is stopped, in this order. */
export const EFFECTS = [
  ...(['end-registrations', 'close-sockets', 'rotate-secrets', 'tell-person'] as const),
] as const
export type Effect = (typeof EFFECTS)[number]

export interface Figures {
  readonly stopped: number
  readonly removalAsked: number
  /** Removed and verified: a later look at everything has not shown it. */
  readonly closed: number
}

export function figuresOf({ stops }: Quarantine): Figures {
  const all = [...stops.values()]
  return {
    stopped: all.length,
    removalAsked: all.filter(({ removalAskedAt }) => removalAskedAt !== undefined).length,
    closed: all.filter(({ closedAt }) => closedAt !== undefined).length,
  }
}
