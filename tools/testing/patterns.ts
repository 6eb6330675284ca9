// Where tests live: the patterns of each group of npm test, in one place for the runner and for tidy.

/** On simulated time, without sockets, files or processes: all of them take seconds. */
export const UNIT_PATTERNS = [
  'packages/{core,contract}/test/**/*.test.ts',
  'packages/{protocol,domain}/*/test/**/*.test.ts',
  'packages/adapters/legs/test/**/*.test.ts',
  'packages/media/media-control/test/**/*.test.ts',
  'apps/web/test/**/*.test.{ts,tsx}',
  'bench/test/**/*.test.ts',
  'interop/test/**/*.test.ts',
] as const

/** With sockets, files, processes, sound; simulated calls and fuzzing. */
export const PARTS_PATTERNS = [
  'packages/testing/test/**/*.test.ts',
  'packages/adapters/{api,defence,mail,net,store}/test/**/*.test.ts',
  'packages/media/engine/test/**/*.test.ts',
  'apps/{launcher,media,server}/test/**/*.test.{ts,mjs}',
  'tools/test/**/*.test.{ts,mjs}',
  'packages/domain/collectors/scripts/test/**/*.test.ts',
  'fuzz/test/**/*.test.ts',
  'sim/test/**/*.test.ts',
] as const

/** Five seconds and more each, or the first of a folder that takes as long; they begin, in this order. */
export const PARTS_FIRST: readonly string[] = [
  'apps/server/test/addresses.test.ts',
  'packages/adapters/api/test/certificate.test.ts',
  'fuzz/test/fuzz.test.ts',
  'sim/test/simulation.test.ts',
  'apps/media/test/recovery.test.ts',
  'sim/test/faults.test.ts',
  'packages/media/engine/test/recovery/takeover.test.ts',
]

/**
 * The files of each folder share a process: loading takes longer than their tests, which leave nothing. Those
 * with servers or threads do so only where nothing in them minds the others.
 */
export const TOGETHER: readonly string[] = [
  'apps/web/test/',
  'packages/core/test/',
  'packages/protocol/rtp/test/',
  'packages/protocol/sdp/test/',
  'packages/protocol/sip/test/',
  'packages/domain/accounts/test/',
  'packages/domain/calls/test/',
  'packages/domain/messaging/test/',
  'packages/domain/queues/test/',
  'packages/domain/recordings/test/',
  'packages/domain/routing/test/',
  'packages/adapters/api/test/',
  'packages/adapters/legs/test/',
  'packages/adapters/net/test/',
  'apps/launcher/test/',
  'apps/server/test/',
]

export const BROWSER_PATTERNS = ['apps/*/e2e/**/*.test.ts'] as const
/** Half of all the time: what is shorter runs beside it. */
export const BROWSER_FIRST: readonly string[] = ['apps/web/e2e/looks.test.ts']
export const INTEROP_PATTERNS = [
  'interop/*.test.ts',
  'interop/events/*.test.ts',
  'interop/attacks/*.test.ts',
  'interop/egress/*.test.ts',
  'interop/fleet/*.test.ts',
  'interop/demo/*.test.ts',
  'interop/nat/*.test.ts',
  'interop/queues/*.test.ts',
  'interop/recordings/*.test.ts',
  'interop/recovery/*.test.ts',
  'interop/services/*.test.ts',
  'interop/trunks/*.test.ts',
  'interop/transfer/*.test.ts',
  'interop/conference/*.test.ts',
  'interop/voicemail/*.test.ts',
] as const
/**
 * They wait most of their time, for a real second of sound or for an answer that must not come, and run four
 * at a time, the longest first. Alone runs what has a browser in most calls or floods (both processors are
 * busy then), and what measures times: gaps in the sound, how soon a process is replaced or answers.
 */
export const INTEROP_BESIDE: readonly string[] = [
  'interop/trunks/trunks.test.ts',
  'interop/signalling.test.ts',
  'interop/bad-start.test.ts',
  'interop/nat/relay-tls.test.ts',
  'interop/trunks/server.test.ts',
  'interop/demo/own-prompts.test.ts',
  'interop/demo/announcements.test.ts',
  'interop/desk-phones.test.ts',
  'interop/hold-forms.test.ts',
  'interop/queues/queues.test.ts',
  'interop/conference/rooms.test.ts',
  'interop/transfer/transfer.test.ts',
  'interop/transfer/codes.test.ts',
  'interop/transfer/sipp.test.ts',
  'interop/recordings/recordings.test.ts',
  'interop/voicemail/voicemail.test.ts',
  'interop/events/lamps.test.ts',
  'interop/full-disk.test.ts',
  'interop/bad-input.test.ts',
  'interop/recovery/dial-plan.test.ts',
  'interop/nat/relay.test.ts',
  'interop/encrypted-sound.test.ts',
  'interop/tls.test.ts',
  'interop/amplification.test.ts',
]

/** Run only by npm run test:long; the short groups leave these names out. */
export const LONG_SUFFIX = '.long.test.ts'

/** Every place the runner looks; a test elsewhere would never run. */
export const TEST_PATTERNS: readonly string[] = [
  ...UNIT_PATTERNS,
  ...PARTS_PATTERNS,
  ...BROWSER_PATTERNS,
  ...INTEROP_PATTERNS,
]
