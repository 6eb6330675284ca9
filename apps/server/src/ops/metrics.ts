// Every figure of the server as Prometheus metrics. docs/metrics.md lists them; a test compares. No names of
// people, no numbers, no addresses.

import { LIMITS as API_LIMITS } from '@rufwerk/api/limits'
import { CALLS_MAX, CALLS_PER_DEVICE_MAX, type CallView } from '@rufwerk/calls'
import type { Alarm } from '@rufwerk/contract/operations'
import { LEG_LIMITS, type LegCounts, type LegLimits, type SipTrace, TRACE_LIMITS } from '@rufwerk/legs'
import type { TrunkState } from '@rufwerk/legs/trunks'
import { NET_LIMITS, type NetCounts } from '@rufwerk/net'
import type { StoreFigures } from '@rufwerk/store'
import type { MediaFigures } from '../media-link.ts'
import { counter, gauge, type Metric, writeMetrics } from './metric-text.ts'
import { processMetrics } from './process-metrics.ts'

export interface Figures {
  readonly version: string
  readonly net: Readonly<NetCounts>
  readonly connections: number
  /** Absent until there is a tenant. */
  readonly legs?: {
    readonly counts: Readonly<LegCounts>
    readonly sizes: Readonly<
      Record<
        'legs' | 'transactions' | 'contacts' | 'keptAlive' | 'subscriptions' | 'events' | 'memory',
        number
      >
    >
  }
  /** Absent until there is a tenant. */
  readonly trunks?: readonly Pick<TrunkState, 'isUp' | 'calls'>[]
  readonly calls: readonly Pick<CallView, 'state'>[]
  readonly store: StoreFigures
  readonly media: MediaFigures
  readonly trace: ReturnType<SipTrace['sizes']>
  readonly web: {
    readonly connections: number
    readonly entries: number
    readonly wrongPasswords: number
    /** By HTTP status. */
    readonly answers: ReadonlyMap<number, number>
  }
  /** Days until the certificate in use ends; absent when there is none. */
  readonly certificateDays?: number
  /** Free bytes where the data folder is; absent when the system does not say. */
  readonly diskFreeBytes?: number
  readonly clockJumps: number
  /** Ways out that were refused. */
  readonly egressRefused: number
  readonly isDraining: boolean
  readonly alarms: readonly Pick<Alarm, 'kind'>[]
}

/** What each count of the sockets means; with `_total` and the prefix its key is the metric's name. */
const NET_HELP: Readonly<Record<keyof NetCounts, string>> = {
  received: 'Messages taken from sockets.',
  sent: 'Messages given to sockets.',
  notSent: 'Messages that no socket took: flow gone, output full, or too long.',
  oversize: 'Messages longer than messageBytesMax.',
  fromPublic: 'Messages from public addresses where these are not allowed.',
  overRate: 'Messages over the rate of their source.',
  refusedConnections: 'Connections refused because of a limit.',
  closedForFraming: 'Connections closed because of what the peer sent.',
  closedForSilence: 'Connections closed because the peer was silent or slow.',
  closedForOutput: 'Connections closed because the peer did not read.',
  closedForRate: 'Connections closed because of the rate of their source.',
  closedForNoPong: 'Connections that did not answer a ping.',
  handshakes: 'TLS handshakes that succeeded.',
  failedHandshakes: 'TLS handshakes that failed or took too long.',
  stunAnswers: 'STUN keep-alives answered.',
  stunDropped: 'STUN messages dropped: too many, or no Binding request.',
  opened: 'Outgoing connections opened.',
  openFailures: 'Outgoing connections that could not be opened.',
  reused: 'Requests that found an open connection.',
  refusedHandshakes: 'WebSocket handshakes refused.',
  socketErrors: 'Errors of the operating system on open sockets.',
  receiverErrors: 'Exceptions thrown by the receiver: mistakes of ours.',
}

const LEG_HELP: Readonly<Record<keyof LegCounts, string>> = {
  malformed: 'Messages that did not parse.',
  shutOut: 'Messages dropped because their address is blocked.',
  dropped: 'Messages that match nothing, or that a limit of the transactions dropped.',
  challenged: 'Requests answered with a challenge.',
  unanswered: 'Requests of strangers over UDP that were too short, and too many, for any answer.',
  refusedCredentials: 'Wrong credentials.',
  refusedGuesses: 'Credentials not checked because too many were wrong before.',
  refusedIdentity: 'Requests in the name of another device.',
  refusedQuarantined: 'Requests of devices in quarantine, other than calls for help.',
  refusedCalls: 'New calls refused because of a limit.',
  refusedRefers: 'Transfers that phones asked for and did not get.',
  refusedRegisters: 'REGISTER requests beyond the rate that is taken.',
  subscribed: 'Subscriptions begun.',
  refusedSubscribes: 'SUBSCRIBE requests of devices refused: rate, limit, package, or nobody to watch.',
  notified: 'NOTIFY requests sent.',
  refusedNotifies: 'Subscriptions that ended because a phone refused its NOTIFY or did not answer.',
  trunkRegisters: 'REGISTER requests sent to carriers.',
  trunkFailures: 'Registrations at carriers that failed.',
  trunkCallsIn: 'Calls that came over trunks.',
  trunkCallsOut: 'Calls made over trunks.',
  trunkCallsFailed: 'Calls that no server of a carrier took.',
  incoming: 'Legs opened by devices and carriers.',
  outgoing: 'Legs opened to devices and carriers.',
  answered: 'Legs answered.',
  refusedUncommitted: 'Calls and registrations refused because the store could not commit.',
  uncommittedChanges: 'Changes of calls that were answered without a commit.',
  mediaFailures: 'Commands that the media process refused or did not answer.',
  mediaRenewals: 'New endpoints for browsers whose media connection broke.',
  mediaReopened: 'Endpoints opened at the same port after the end of the media process.',
  iceRestarts: 'New endpoints for browsers that restarted ICE.',
  failures: 'Exceptions while something was done for a leg or message: mistakes of ours.',
}

const ALARM_HELP = '1 while the alarm stands.'

export function metricsText(figures: Figures): string {
  return writeMetrics(metricsOf(figures))
}

export function metricsOf(figures: Figures): readonly Metric[] {
  return [
    {
      name: 'rufwerk_build_info',
      help: 'The version, as a label.',
      type: 'gauge',
      samples: [{ labels: { version: figures.version }, value: 1 }],
    },
    ...processMetrics(),
    ...countMetrics('net', NET_HELP, figures.net),
    gauge('rufwerk_net_connections', 'SIP connections, and those being opened.', figures.connections),
    ...(figures.legs === undefined ? [] : legMetrics(figures.legs)),
    ...(figures.trunks === undefined ? [] : trunkMetrics(figures.trunks)),
    ...callMetrics(figures),
    ...storeMetrics(figures.store),
    ...mediaMetrics(figures.media),
    ...systemMetrics(figures),
    limitMetrics(),
  ]
}

function countMetrics<Key extends string>(
  part: string,
  help: Readonly<Record<Key, string>>,
  counts: Readonly<Record<NoInfer<Key>, number>>,
): Metric[] {
  return (Object.keys(help) as Key[]).map((key) =>
    counter(`rufwerk_${part}_${snake(key)}_total`, help[key], counts[key]),
  )
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function legMetrics({ counts, sizes }: NonNullable<Figures['legs']>): Metric[] {
  return [
    ...countMetrics('sip', LEG_HELP, counts),
    gauge('rufwerk_sip_leg_entries', 'Entries in the books of the legs; 0 without calls.', sizes.legs),
    gauge('rufwerk_sip_transaction_entries', 'Entries in the books of the transactions.', sizes.transactions),
    gauge('rufwerk_sip_bindings', 'Contacts registered.', sizes.contacts),
    gauge('rufwerk_sip_kept_alive', 'Contacts behind a NAT that get OPTIONS.', sizes.keptAlive),
    gauge('rufwerk_sip_subscriptions', 'Subscriptions of lamps.', sizes.subscriptions),
    gauge('rufwerk_sip_events_waiting', 'Events that wait to be told.', sizes.events),
    gauge('rufwerk_sip_memory_entries', 'Nonces, guessers and strangers that are remembered.', sizes.memory),
  ]
}

function trunkMetrics(trunks: NonNullable<Figures['trunks']>): Metric[] {
  const up = trunks.filter(({ isUp }) => isUp).length
  return [
    {
      name: 'rufwerk_trunks',
      help: 'Trunks that are set.',
      type: 'gauge',
      samples: [
        { labels: { state: 'up' }, value: up },
        { labels: { state: 'down' }, value: trunks.length - up },
      ],
    },
    gauge(
      'rufwerk_trunk_calls',
      'Calls over trunks that are going on.',
      trunks.reduce((sum, { calls }) => sum + calls, 0),
    ),
  ]
}

function callMetrics({ calls, trace }: Figures): Metric[] {
  const count = (state: CallView['state']): number => calls.filter((call) => call.state === state).length
  return [
    {
      name: 'rufwerk_calls',
      help: 'Calls that are going on.',
      type: 'gauge',
      samples: (['ringing', 'talking'] as const).map((state) => ({ labels: { state }, value: count(state) })),
    },
    gauge('rufwerk_trace_calls', 'Calls of which SIP messages are kept.', trace.calls),
    gauge('rufwerk_trace_strays', 'INVITEs of no call that are kept.', trace.strays),
    gauge('rufwerk_trace_bytes', 'Bytes of SIP messages that are kept.', trace.bytes),
    counter('rufwerk_trace_dropped_calls_total', 'Traces dropped because of a limit.', trace.droppedCalls),
  ]
}

function storeMetrics(store: StoreFigures): Metric[] {
  return [
    gauge('rufwerk_store_rows_waiting', 'Rows that wait to be written.', store.rowsWaiting),
    gauge('rufwerk_store_waiting_seconds', 'How long the oldest has waited.', store.waitingMs / 1000),
    counter('rufwerk_store_commits_total', 'Transactions written.', store.commits),
    counter('rufwerk_store_rows_committed_total', 'Rows written.', store.rowsCommitted),
    counter('rufwerk_store_rows_lost_total', 'Rows given up: queue full, or a wrong row.', store.rowsLost),
    gauge('rufwerk_store_failing', '1 while nothing can be written.', store.fault === undefined ? 0 : 1),
  ]
}

function mediaMetrics(media: MediaFigures): Metric[] {
  return [
    gauge('rufwerk_media_attached', '1 while the media process is attached.', media.isAttached ? 1 : 0),
    gauge('rufwerk_media_endpoints', 'Endpoints open in the media process.', media.endpoints),
    counter('rufwerk_media_restarts_total', 'Media processes that came after another one.', media.restarts),
    counter('rufwerk_media_losses_total', 'Times that the stream to media broke.', media.losses),
    counter(
      'rufwerk_media_refusals_total',
      'Commands that media refused, a limit among others.',
      media.refusals,
    ),
    ...(media.engine === undefined ? [] : engineMetrics(media.engine)),
  ]
}

function engineMetrics(engine: NonNullable<MediaFigures['engine']>): Metric[] {
  return [
    gauge('rufwerk_media_engine_endpoints', 'Endpoints that the media process counts.', engine.endpoints),
    gauge('rufwerk_media_engine_endpoints_max', 'How many it takes.', engine.endpointsMax),
    gauge('rufwerk_media_bridges', 'Pairs of endpoints that hear each other.', engine.bridges),
    {
      name: 'rufwerk_media_port_pairs',
      help: 'Pairs of UDP ports for plain RTP; what other programs took of the range counts as free.',
      type: 'gauge',
      samples: [
        { labels: { state: 'used' }, value: engine.portPairsUsed },
        { labels: { state: 'free' }, value: engine.portPairsFree },
      ],
    },
    gauge(
      'rufwerk_media_sounding',
      'Endpoints whose sound is decoded or made, not relayed.',
      engine.sounding,
    ),
  ]
}

function systemMetrics(figures: Figures): Metric[] {
  const { web, certificateDays, diskFreeBytes, alarms } = figures
  const kinds = [...new Set(alarms.map(({ kind }) => kind))]
  return [
    gauge('rufwerk_http_connections', 'HTTP and WebSocket connections of the app.', web.connections),
    gauge('rufwerk_http_entries', 'Live sockets, tickets, limited addresses and people.', web.entries),
    {
      name: 'rufwerk_http_answers_total',
      help: 'Answers of the web side; 409, 413 and 429 are limits.',
      type: 'counter',
      samples: [...web.answers].map(([status, value]) => ({ labels: { status: String(status) }, value })),
    },
    counter('rufwerk_http_wrong_passwords_total', 'Sign-ins with a wrong password.', web.wrongPasswords),
    ...(certificateDays === undefined
      ? []
      : [gauge('rufwerk_certificate_days_left', 'Days until the certificate ends.', certificateDays)]),
    ...(diskFreeBytes === undefined
      ? []
      : [gauge('rufwerk_disk_free_bytes', 'Free space where the data folder is.', diskFreeBytes)]),
    counter(
      'rufwerk_egress_refused_total',
      'Connections, questions to the DNS and programs of the server that were refused.',
      figures.egressRefused,
    ),
    counter('rufwerk_clock_jumps_total', 'Times that the clock of the machine was set.', figures.clockJumps),
    gauge('rufwerk_draining', '1 while no new calls are taken.', figures.isDraining ? 1 : 0),
    gauge('rufwerk_alarms', 'Alarms that stand.', alarms.length),
    {
      name: 'rufwerk_alarm',
      help: ALARM_HELP,
      type: 'gauge',
      samples: kinds.map((kind) => ({ labels: { kind }, value: 1 })),
    },
  ]
}

/** The named limits by part. Times are in milliseconds, as in the sources. */
export const LIMITS_OF: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  net: { ...NET_LIMITS },
  sip: { ...(LEG_LIMITS satisfies LegLimits) },
  trace: { ...TRACE_LIMITS },
  calls: { callsMax: CALLS_MAX, callsPerDeviceMax: CALLS_PER_DEVICE_MAX },
  http: { ...API_LIMITS },
}

function limitMetrics(): Metric {
  const samples = Object.entries(LIMITS_OF).flatMap(([part, limits]) =>
    Object.entries(limits).map(([name, value]) => ({ labels: { part, name }, value })),
  )
  return { name: 'rufwerk_limit', help: 'The named limits; times in milliseconds.', type: 'gauge', samples }
}
