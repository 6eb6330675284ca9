// What happened since the start, as plain numbers for metrics and tests.

export interface LegCounts {
  /** Messages that did not parse: answered as the RFC asks, or dropped. */
  malformed: number
  /** Dropped because their address is blocked. */
  shutOut: number
  /** Messages that match nothing, or that a limit of the transactions dropped. */
  dropped: number
  challenged: number
  /** Requests of strangers over UDP that were too short, and too many, for any answer. */
  unanswered: number
  /** Wrong credentials. */
  refusedCredentials: number
  /** Credentials that were not even checked, because too many were wrong before. */
  refusedGuesses: number
  /** From, To or flow name another device. */
  refusedIdentity: number
  /** Requests of devices in quarantine, but for calls for help. */
  refusedQuarantined: number
  /** New calls refused because of a limit. */
  refusedCalls: number
  /** Transfers that phones asked for and did not get. */
  refusedRefers: number
  /** REGISTER requests beyond the rate that is taken. */
  refusedRegisters: number
  /** Subscriptions begun. */
  subscribed: number
  /** SUBSCRIBE requests of devices that were refused: rate, limit, package, or nobody to watch. */
  refusedSubscribes: number
  /** NOTIFY requests sent. */
  notified: number
  /** Subscriptions that ended because a phone refused its NOTIFY or did not answer. */
  refusedNotifies: number
  /** REGISTER requests to carriers. */
  trunkRegisters: number
  /** Registrations at carriers that failed. */
  trunkFailures: number
  trunkCallsIn: number
  trunkCallsOut: number
  /** Calls over trunks that no carrier took. */
  trunkCallsFailed: number
  incoming: number
  outgoing: number
  answered: number
  /** Calls and registrations refused because the store could not commit what the 2xx would promise. */
  refusedUncommitted: number
  /** Re-INVITEs of answered calls whose change could not be committed: answered all the same. */
  uncommittedChanges: number
  /** Commands that the media process refused or did not answer. */
  mediaFailures: number
  /** New endpoints for browsers whose media connection broke. */
  mediaRenewals: number
  /** Endpoints that another media process opened at the port of the one before. */
  mediaReopened: number
  /** Restarts of ICE that browsers asked for and got. */
  iceRestarts: number
  /** Exceptions while something was done for a leg or message: our bugs. */
  failures: number
}

export function newCounts(): LegCounts {
  return {
    malformed: 0,
    shutOut: 0,
    dropped: 0,
    challenged: 0,
    unanswered: 0,
    refusedCredentials: 0,
    refusedGuesses: 0,
    refusedIdentity: 0,
    refusedQuarantined: 0,
    refusedCalls: 0,
    refusedRefers: 0,
    refusedRegisters: 0,
    subscribed: 0,
    refusedSubscribes: 0,
    notified: 0,
    refusedNotifies: 0,
    trunkRegisters: 0,
    trunkFailures: 0,
    trunkCallsIn: 0,
    trunkCallsOut: 0,
    trunkCallsFailed: 0,
    incoming: 0,
    outgoing: 0,
    answered: 0,
    refusedUncommitted: 0,
    uncommittedChanges: 0,
    mediaFailures: 0,
    mediaRenewals: 0,
    mediaReopened: 0,
    iceRestarts: 0,
    failures: 0,
  }
}

/** Of what there are entries now. */
export type SizedPart =
  | 'legs'
  | 'transactions'
  | 'trunks'
  | 'contacts'
  | 'bindings'
  | 'keptAlive'
  | 'subscriptions'
  | 'watching'
  | 'events'
  | 'memory'
