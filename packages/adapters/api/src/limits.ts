// Every limit of the HTTP side with its unit, in one place. README.md says what happens at each.

export const LIMITS = {
  requestBodyBytesMax: 64 * 1024,
  /** Of a request that holds a dial plan, with its spaces; the plan itself is limited by routing. */
  planBodyBytesMax: 1024 * 1024,
  /** Of a configuration file; the plan in it has its own limit. */
  configurationBodyBytesMax: 4 * 1024 * 1024,
  /** A warning in two languages with its products. */
  warningBodyBytesMax: 512 * 1024,
  requestHeaderBytesMax: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  keepAliveTimeoutMs: 10_000,
  connectionsMax: 10_000,
  connectionsPerAddressMax: 2_000,
  /** Addresses in X-Forwarded-For; with more of them it says nothing. */
  forwardedHopsMax: 20,
  /** Of the command line. */
  localConnectionsMax: 16,
  /** How long `close` waits for requests under way. */
  closeGraceMs: 3_000,

  /**
   * Accounts counts failures by account; these come before it and cost it no work. Wrong passwords from
   * one address before it has to wait; one more is given back per `signInRefillMs`.
   */
  signInAttemptsPerAddressMax: 20,
  signInRefillMs: 20_000,
  /** Wrong one-time links (sign-in links and the setup link) from one address. */
  linkAttemptsPerAddressMax: 20,
  linkRefillMs: 10_000,
  /** Wrong links and PINs of phones from one address. */
  provisionAttemptsPerAddressMax: 20,
  provisionRefillMs: 10_000,
  /** Reports from one address by the public form; of all addresses together: @rufwerk/cases/outside. */
  outsideReportsPerAddressMax: 5,
  outsideReportRefillMs: 600_000,
  /** Wrong tokens of webhooks from one address. */
  webhookAttemptsPerAddressMax: 20,
  webhookRefillMs: 10_000,
  /** WebSocket upgrades from one address. */
  upgradesPerAddressMax: 240,
  upgradeRefillMs: 250,
  /** Addresses, or people, that a limiter remembers; the one unseen for longest is forgotten first. */
  addressesMax: 20_000,

  /**
   * Changes by one person, over all sessions, before the next one has to wait; one more is given back per
   * `writeRefillMs`. Signing out is never refused.
   */
  writesPerPersonMax: 300,
  writeRefillMs: 200,
  /** Sign-in links that one person makes, for oneself or as an admin for anyone. */
  signInLinksPerPersonMax: 250,
  signInLinkRefillMs: 10_000,
  /** Tickets and relay credentials; apart from the changes, so that these never cost anyone the phone. */
  phoneKeysPerPersonMax: 120,
  phoneKeyRefillMs: 500,

  /** Test mails of one person: each opens a connection to where the settings say. */
  mailTestsPerPersonMax: 10,
  mailTestRefillMs: 30_000,

  /** Plans that one person has checked, compared, applied or tried out: each may cost tenths of a second. */
  planActsPerPersonMax: 60,
  planActRefillMs: 1_000,

  /** Tables and searches of all that is kept that one person begins: each reads many records. */
  exportsPerPersonMax: 30,
  exportRefillMs: 10_000,
  /** Of these at the same time, by all people. */
  exportsAtOnceMax: 2,
  /** Holds of a company. */
  holdsMax: 200,
  /** Files that one person sends; each is converted, which may cost seconds. */
  uploadsPerPersonMax: 60,
  uploadRefillMs: 5_000,

  /** How often a limiter forgets addresses and people that have all their attempts again. */
  attemptsSweepMs: 60_000,

  /** How long the browser keeps the cookie; the accounts may end the session earlier. */
  sessionCookieSeconds: 30 * 24 * 3600,

  ticketLifeMs: 30_000,
  ticketsMax: 10_000,
  ticketsPerSessionMax: 8,

  liveSocketsMax: 10_000,
  liveSocketsPerPersonMax: 20,
  /** Bytes waiting in one live socket before it is closed as too slow. */
  liveBufferBytesMax: 512 * 1024,
  livePingMs: 25_000,
  /** Every so many pings it is looked whether the session lives; this also counts as a sign of life of it. */
  livePingsPerSessionCheck: 24,
  liveCallCountMs: 500,
  liveMessageFromClientBytesMax: 1_024,

  webFilesMax: 2_000,
  webFileBytesMax: 16 * 1024 * 1024,
} as const
