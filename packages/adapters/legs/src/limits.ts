// Every limit of the SIP side. At each of them new work is refused; established calls are never the victim.
import { type Ms, minutes, ms, seconds } from '@rufwerk/core'

export interface LegLimits {
  /** Legs alive at once; a further INVITE gets 503, a further dial is refused with 503. */
  readonly legsMax: number
  /** Incoming legs not answered yet; a further INVITE gets 503. */
  readonly legsInSetupMax: number
  /** Emergency calls are taken beyond both: so many legs more. */
  readonly emergencyLegsMax: number
  /** Contacts of one device; a further one gets 403. */
  readonly contactsPerDeviceMax: number
  /** Contacts in total; a further one gets 503. */
  readonly bindingsMax: number
  /** REGISTER requests taken per second; those beyond get 503, so that a storm is spread. */
  readonly registersPerSecondMax: number
  /** So many may come at once after a quiet time. */
  readonly registersAtOnceMax: number
  /** Subscriptions of one device; a further one gets 403. */
  readonly subscriptionsPerDeviceMax: number
  /** Subscriptions of one company; a further one gets 503. */
  readonly subscriptionsPerTenantMax: number
  /** Subscriptions in total; a further one gets 503. */
  readonly subscriptionsMax: number
  /** The longest that is granted: so long a lamp can be dark after a restart, until its phone subscribes. */
  readonly subscriptionTime: Ms
  /** The shortest that is taken; less gets 423. */
  readonly subscriptionTimeMin: Ms
  /** SUBSCRIBE requests taken per second; those beyond get 503, so that a storm is spread. */
  readonly subscribesPerSecondMax: number
  /** So many may come at once after a quiet time. */
  readonly subscribesAtOnceMax: number
  /** NOTIFYs sent per second; beyond, they wait, and say then what is true then. */
  readonly notifiesPerSecondMax: number
  /** So many of them wait for a response; beyond, further ones wait. */
  readonly notifiesOpenMax: number
  /** Told to phones that keep flows: a sign of life at least this often (RFC 5626 §4.4.1). */
  readonly flowTimer: Ms
  /** A contact behind a NAT gets OPTIONS this often; below the 30 s after which many NATs forget. */
  readonly keepAliveEvery: Ms
  /** So many of them a second; beyond, each contact gets them less often. */
  readonly keepAlivesPerSecondMax: number
  /** So many of them wait for a response; beyond, further ones wait. */
  readonly keepAlivesOpenMax: number
  /** So many in a row without a response make a contact unreachable. */
  readonly keepAlivesMissedMax: number
  /** Server transactions; beyond, requests outside dialogs get 503. */
  readonly serverTransactionsMax: number
  /** Client transactions; beyond, requests fail. */
  readonly clientTransactionsMax: number
  /** Nonces whose counters are remembered; the oldest become stale beyond. */
  readonly noncesMax: number
  /** Wrong credentials for one user name from one address within `guessWindow`; beyond, none is checked. */
  readonly guessesPerUserMax: number
  /**
   * Wrong credentials from one address within `guessWindow`; beyond, only devices bound from there are
   * checked.
   */
  readonly guessesPerSourceMax: number
  readonly guessWindow: Ms
  /** Names of nobody that one address asks for within `guessWindow` before the log tells of it. */
  readonly probedNamesMax: number
  /** 2xx to INVITEs that nobody knows any more: so many a second get ACK and BYE, the others nothing. */
  readonly strayAnswersPerSecondMax: number
  /** Over UDP a stranger's address gets so many answers a second that are longer than their request. */
  readonly longerAnswersPerSecondMax: number
  /** Addresses and names remembered for guessing; beyond, unknown ones are refused. */
  readonly guessersMax: number
  /** Calls of one trunk at the same time; a further one of its carrier gets 503. */
  readonly callsPerTrunkMax: number
  /** A server of a carrier that says nothing to an INVITE for so long is given up. */
  readonly carrierAnswersWithin: Ms
  /** Transfers of one device that are under way; a further REFER gets 603. */
  readonly refersPerDeviceMax: number
  /** REFERs accepted from one leg; further ones get 603. */
  readonly refersPerLegMax: number
  /** The media process must answer a command within this time. */
  readonly mediaReplyWithin: Ms
  /** A recording that shall end is over after this, whatever the disk does. */
  readonly recordedWithin: Ms
  /** How long a leg waits for its device to connect again after its connection closed. */
  readonly flowLostMax: Ms
  /**
   * A page that is loaded anew says so by its connection, which closes within this time of its media. Both
   * are let go in one turn; with more between two paths than a delay in which people can talk, nobody talked.
   */
  readonly reloadToldWithin: Ms
  /** New endpoints of a leg for media connections that broke within `mediaRenewalWindow`; then it ends. */
  readonly mediaRenewalsMax: number
  /** As long as so many attempts take to a peer that no packet reaches: ICE gives each 40 s. */
  readonly mediaRenewalWindow: Ms
  /**
   * Restarts of ICE that a peer gets within `mediaRenewalWindow`: as many as a page in a bad network asks
   * for.
   */
  readonly iceRestartsMax: number
  /** How long a leg whose new endpoint could not be opened waits for another media process. */
  readonly mediaAwayMax: Ms
  /** A session without refresh is over after this (RFC 4028). */
  readonly sessionInterval: Ms
  /** The shortest one that we take; at least 90 s. */
  readonly sessionIntervalMin: Ms
  /** The same after a restart of ours, and how long a BYE or CANCEL waits for the phone to be back. */
  readonly restoredFlowMax: Ms
}

export const LEG_LIMITS: LegLimits = {
  legsMax: 20_000,
  legsInSetupMax: 4_000,
  emergencyLegsMax: 2_000,
  contactsPerDeviceMax: 10,
  bindingsMax: 100_000,
  registersPerSecondMax: 2_000,
  registersAtOnceMax: 4_000,
  subscriptionsPerDeviceMax: 200,
  subscriptionsPerTenantMax: 30_000,
  subscriptionsMax: 50_000,
  subscriptionTime: minutes(10),
  subscriptionTimeMin: minutes(1),
  subscribesPerSecondMax: 1_000,
  subscribesAtOnceMax: 4_000,
  notifiesPerSecondMax: 2_000,
  notifiesOpenMax: 10_000,
  flowTimer: seconds(120),
  keepAliveEvery: seconds(25),
  keepAlivesPerSecondMax: 1_000,
  keepAlivesOpenMax: 10_000,
  keepAlivesMissedMax: 3,
  serverTransactionsMax: 50_000,
  clientTransactionsMax: 50_000,
  noncesMax: 100_000,
  guessesPerUserMax: 5,
  guessesPerSourceMax: 50,
  guessWindow: minutes(1),
  probedNamesMax: 10,
  strayAnswersPerSecondMax: 50,
  longerAnswersPerSecondMax: 5,
  guessersMax: 50_000,
  callsPerTrunkMax: 1_000,
  carrierAnswersWithin: seconds(5),
  refersPerDeviceMax: 4,
  refersPerLegMax: 20,
  mediaReplyWithin: ms(5_000),
  recordedWithin: seconds(15),
  flowLostMax: seconds(20),
  reloadToldWithin: ms(500),
  mediaRenewalsMax: 5,
  iceRestartsMax: 20,
  mediaRenewalWindow: minutes(5),
  mediaAwayMax: seconds(20),
  sessionInterval: minutes(30),
  sessionIntervalMin: seconds(90),
  restoredFlowMax: seconds(32),
}
