// For those who run the system: alarms, the messages of a call, and the end of a server without cutting
// calls.
import { Time, z } from './schema.ts'

/** What goes wrong, or soon will; clients translate by it. */
export const AlarmKind = z
  .enum([
    /** `daysLeft`; below zero it has expired. */
    'certificate-expiring',
    'authority-expiring',
    /** `why`: an English sentence. The certificate in use is still the previous one. */
    'certificate-not-renewed',
    /** The clock of this machine was set: `seconds` forward, or back when negative. */
    'clock-jumped',
    'disk-full',
    /** `megabytes` are free. */
    'disk-low',
    'store-failing',
    'media-missing',
    /** `times` in the last hour. */
    'media-restarted',
    /** Names of those that are down in `trunks`, `why` the first is; so many `down` of `all`. */
    'trunk-down',
    /** `times` in the last ten minutes. */
    'wrong-passwords',
    /** Names of `sites` without a line of their own for emergency calls: so many `uncovered` of `all`. */
    'emergency-uncovered',
    /** Who (`people`, with sites) called the emergency `number` within an hour, so many `times`. */
    'emergency-call',
    /** From outside the networks of all sites: the sites are those that the phones are set up for. */
    'emergency-call-elsewhere',
    /** Calls met a mistake of the dial plan within an hour: at `places`, so many `times`. */
    'flow-broken',
    /** A `limit` of a day's outside calls is reached by `people`, so many `times`; `*` is the company. */
    'toll-limit',
    /** Many calls (`what`: denied, calls) to the outside by `people` in ten minutes: `times` of the first. */
    'unusual-traffic',
    /** Canary extensions (`numbers`) were called by `people` of the house within a day. */
    'canary-called',
    /** The stored dial plan `version` cannot be read; calls follow version `used`. */
    'dial-plan-unreadable',
    /** The dial plan `version` is in force and has so many `mistakes`. */
    'dial-plan-wrong',
    /** `why`: an English sentence. */
    'backup-failed',
    /** None for so many `hours`, although they are on. */
    'backup-old',
    /** The mail server did not take the last mail: `why`, an English sentence; so many are `waiting`. */
    'mail-failing',
  ])
  .meta({ id: 'AlarmKind' })
export type AlarmKind = z.infer<typeof AlarmKind>

export const Alarm = z
  .object({
    kind: AlarmKind,
    severity: z.enum(['warning', 'problem']),
    since: Time,
    values: z.record(z.string(), z.union([z.string(), z.number()])),
    message: z.string().describe('An English sentence; clients translate by kind and values.'),
  })
  .meta({ id: 'Alarm' })
export type Alarm = z.infer<typeof Alarm>

export const Alarms = z
  .object({
    alarms: z.array(Alarm),
    clockOffset: z.literal('unknown').describe('The offset to NTP time is not measured; jumps are.'),
  })
  .meta({ id: 'Alarms' })
export type Alarms = z.infer<typeof Alarms>

/** One SIP message, credentials and keys blotted out. */
export const TracedMessage = z
  .object({
    at: Time,
    direction: z.enum(['received', 'sent']),
    transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']),
    local: z.string().describe('Address and port of this server.'),
    remote: z.string(),
    startLine: z.string(),
    text: z.string(),
  })
  .meta({ id: 'TracedMessage' })
export type TracedMessage = z.infer<typeof TracedMessage>

export const CallTrace = z
  .object({
    messages: z.array(TracedMessage).describe('Of all legs of the call, in the order of their arrival.'),
    dropped: z.int().describe('Older messages that are not kept any more.'),
  })
  .meta({ id: 'CallTrace' })
export type CallTrace = z.infer<typeof CallTrace>

export const TraceSwitch = z.strictObject({ isOn: z.boolean() }).meta({ id: 'TraceSwitch' })
export type TraceSwitch = z.infer<typeof TraceSwitch>

export const DrainRequest = z
  .strictObject({
    seconds: z.int().min(0).max(3_600).optional().describe('As --drain-seconds says when absent.'),
  })
  .meta({ id: 'DrainRequest' })
export type DrainRequest = z.infer<typeof DrainRequest>

export const Draining = z
  .object({ calls: z.int().describe('Calls that are still going on.'), seconds: z.int() })
  .meta({ id: 'Draining' })
export type Draining = z.infer<typeof Draining>
