// Where things are: the addresses that server and browser must agree on.

const API = '/api/v1'

export const PATHS = {
  api: API,
  /** WebSocket on which the server pushes LiveMessage. */
  live: `${API}/live`,
  /** WebSocket on which the browser's phone speaks SIP (RFC 7118). */
  sip: '/sip',
  /** The certificate of the local authority, for installing it: DER and PEM. */
  authority: { der: '/rufwerk-ca.crt', pem: '/rufwerk-ca.pem' },
  /** Below it an ACME authority finds our proofs (RFC 8555 §8.3). */
  acmeChallenge: '/.well-known/acme-challenge/',
  /** Below it phones fetch their settings. */
  provision: '/provision/',
  /** Public pages about security; a report from outside has a page of its own below `report`. */
  security: '/security/',
  /** Where whoever finds a problem reports it (RFC 9116). */
  securityTxt: '/.well-known/security.txt',
  /** Where security software of the company reports, with a token of its own. */
  webhook: `${API}/reports/webhook`,
  /** 200 while new calls may be sent here, else 503. */
  healthz: '/healthz',
  /** Figures for Prometheus. */
  metrics: '/metrics',
  /** Paths of the web app: the server answers them with its one page. */
  app: [
    ...['/', '/welcome', '/sign-in', '/phone', '/people', '/calls', '/security', '/security/cases'],
    ...['/settings', '/certificate'],
  ],
  /** Areas of the web app below `/security`; everything else there is public. */
  appSecurity: ['exposure', 'stops', 'cases', 'advisories', 'imports'],
} as const

/** Keys of the fragment of a printed link: `/#setup=TOKEN` and `/#link=TOKEN`. */
export const FRAGMENT_KEYS = { setup: 'setup', link: 'link' } as const
