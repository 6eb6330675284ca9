// The table of ARCHITECTURE.md as data: which package may use which, and nothing else decides that.

const DOMAIN = [
  ...(['accounts', 'routing', 'calls', 'queues', 'conferences', 'messaging', 'provisioning'] as const),
  ...(['recordings', 'fleet', 'advisories', 'audit', 'collectors', 'quarantine', 'indicators'] as const),
  ...(['cases', 'evidence', 'intrusion', 'egress'] as const),
]
const ALL = [
  ...['core', 'sip', 'sdp', 'rtp', 'media-control', 'engine', ...DOMAIN, 'guard'],
  ...['legs', 'net', 'mail', 'store', 'defence', 'update', 'api', 'contract'],
]

/** Packages by short name (`@rufwerk/x`) and the short names each may import. */
export const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  core: [],
  sip: ['core'],
  sdp: ['core'],
  rtp: ['core'],
  'media-control': ['core'],
  engine: ['core', 'rtp', 'sdp', 'media-control'],
  accounts: ['core'],
  routing: ['core'],
  calls: ['core', 'routing', 'recordings'],
  queues: ['core'],
  conferences: ['core'],
  messaging: ['core'],
  provisioning: ['core'],
  recordings: ['core'],
  advisories: ['core'],
  audit: ['core'],
  collectors: ['core'],
  egress: ['core'],
  evidence: ['core'],
  indicators: ['core'],
  intrusion: ['core'],
  fleet: ['core', 'advisories'],
  quarantine: ['core', 'advisories'],
  cases: ['core', 'advisories'],
  guard: ['core'],
  mail: ['core', 'messaging'],
  defence: [
    ...[
      'core',
      'advisories',
      'audit',
      'cases',
      'collectors',
      'evidence',
      'fleet',
      'indicators',
      'quarantine',
    ],
  ],
  legs: ['core', 'sip', 'sdp', 'calls', 'media-control'],
  net: ['core', 'egress'],
  store: ['core', 'guard', ...DOMAIN],
  update: ['core', 'guard'],
  api: ['core', 'contract', 'guard', ...DOMAIN],
  contract: ['core'],
  testing: ALL,
  launcher: [],
  server: ALL,
  media: ALL,
  web: ['core', 'contract'],
  widget: ['core', 'contract'],
}

/** Packages that touch no socket, clock, file or process: the Node modules each may import all the same. */
export const PURE: Readonly<Record<string, readonly string[]>> = {
  core: ['node:crypto'],
  sip: ['node:crypto'],
  sdp: [],
  rtp: ['node:crypto'],
  'media-control': [],
  accounts: ['node:crypto', 'node:util'],
  routing: ['node:module'], // Loads a library when it is needed.
  calls: [],
  queues: [],
  conferences: [],
  messaging: [],
  provisioning: [],
  recordings: [],
  advisories: [],
  audit: ['node:crypto'],
  collectors: ['node:crypto'],
  egress: [],
  evidence: ['node:crypto'],
  fleet: [],
  quarantine: [],
  cases: [],
  indicators: [],
  intrusion: [],
  contract: [],
  web: [],
  widget: [],
}

/** No third-party run-time dependency in these. */
export const WITHOUT_DEPENDENCIES = ['core', 'sip', 'sdp', 'rtp', 'guard']

/** Files that run before anything is installed reach the launcher by path; names do not resolve yet. */
export const MAY_REACH_BY_PATH: Readonly<Record<string, string>> = {
  'tools/': 'apps/launcher/',
  // The same words for a rule on paper as on the pages.
  'tools/route/': 'apps/web/src/i18n/',
  // The commands are checked against an interface with everything in it.
  'tools/test/': 'packages/adapters/api/test/',
  // The simulation plays with the drivers of queues and rooms as they are.
  'sim/': 'apps/server/src/',
}
