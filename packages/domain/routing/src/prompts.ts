// The names of the announcements that calls come to by rules and codes; each stands behind its language as
// `de-not-found`. What a dial plan names itself is not here.
export const ANNOUNCEMENTS = [
  // Who has no line for it is told which number to dial from another phone.
  'emergency',
  'emergency-us',
  // An emergency call from here would reach the centre of this site; or it would not.
  'emergency-test',
  'emergency-test-failed',
  'not-found',
  'no-trunk',
  'not-permitted',
  'limit-reached',
  'lines-busy',
  'out-of-order',
  'demo-outside',
  'demo-voice',
  // All calls are forwarded from now on; not any more.
  'forward-set',
  'forward-off',
  // Why they are not: the number may not be called, is none, or leads back.
  'forward-refused',
  'forward-unknown',
  'forward-loop',
  'state-available',
  'state-away',
  'state-do-not-disturb',
  // It could not be stored; nothing has changed.
  'setting-failed',
  // The two others of one's two calls are connected; or there are no two calls.
  'joined',
  'nothing-to-join',
] as const

export type Announcement = (typeof ANNOUNCEMENTS)[number]
