// /dial-plan and /route: the telephony of the company as data, its versions, and what would happen to a
// call. What a plan must be in full is said by the server when it checks one: these schemas describe it.
import { Why } from './calls.ts'
import { PlanProblem } from './error.ts'
import { Id, Time, z } from './schema.ts'
import { Country } from './vocabulary.ts'

const Milliseconds = z.int().min(0).describe('Milliseconds, at most an hour.')

/** Where a call is led. */
export const Target = z
  .discriminatedUnion('to', [
    z.object({ to: z.literal('person'), person: z.string() }),
    z.object({ to: z.literal('flow'), flow: z.string() }),
    z.object({ to: z.literal('voicemail'), box: z.string() }),
    z.object({ to: z.literal('queue'), queue: z.string() }),
    z.object({ to: z.literal('conference'), room: z.string() }),
    z.object({ to: z.literal('parking'), lot: z.string() }),
    z.object({ to: z.literal('outside'), number: z.string().describe('E.164.') }),
    z.object({ to: z.literal('extension'), extension: z.string() }),
    z.object({ to: z.literal('announcement'), prompt: z.string() }),
    z.object({ to: z.literal('busy') }),
    z.object({ to: z.literal('hangUp') }),
    z.object({ to: z.literal('names') }).describe('Behind a key of a menu only: a name spelled on the keys.'),
  ])
  .meta({ id: 'Target' })
export type Target = z.infer<typeof Target>

const AnyFlow = z.object({ id: z.string(), extension: z.string().optional() })

export const Flow = z
  .discriminatedUnion('kind', [
    AnyFlow.extend({
      kind: z.literal('ringGroup'),
      members: z.array(
        z.object({
          person: z.string().optional(),
          outside: z.string().optional().describe('E.164, in the place of a person.'),
          after: Milliseconds.optional(),
        }),
      ),
      order: z.enum(['together', 'inTurn', 'random', 'longestIdle']),
      skipsBusy: z.boolean(),
      memberTime: Milliseconds,
      ringTime: Milliseconds,
      nobody: Target,
    }),
    AnyFlow.extend({
      kind: z.literal('receptionist'),
      prompt: z.string(),
      keys: z.array(z.object({ key: z.string(), target: Target })),
      dialsExtensions: z.boolean(),
      keyTime: Milliseconds,
      tries: z.int(),
      silence: Target,
      wrongKey: Target,
    }),
    AnyFlow.extend({
      kind: z.literal('hours'),
      schedule: z.string(),
      open: Target,
      closed: Target,
      break: Target.optional(),
      holiday: Target.optional(),
    }),
  ])
  .meta({ id: 'Flow' })
export type Flow = z.infer<typeof Flow>

const NumberRange = z.object({
  number: z.string().describe('E.164: the whole number, or the common part of a block.'),
  extensionDigits: z.int().describe('Most digits that follow; 0 is one number.'),
})
const Allowed = z.object({
  countries: z.array(z.string()).describe('ISO 3166.'),
  premium: z.array(z.string()),
})
const Limits = z.object({
  calls: z.int().optional(),
  minutes: z.int().optional(),
  money: z.int().optional().describe('Millionths of the currency unit.'),
  callsAtOnce: z.int().optional(),
})
const Forward = z.object({ inside: Target.optional(), outside: Target.optional() })
const Span = z.object({ from: z.string(), to: z.string() })
const WeeklySpan = Span.extend({ days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])) })

export const Schedule = z
  .object({
    timeZone: z.string().describe('A name of the tz database, such as Europe/Berlin.'),
    opens: z.array(WeeklySpan),
    breaks: z.array(WeeklySpan),
    holidays: z.object({
      region: z.string().optional().describe('Whose public holidays count: de-by, us …'),
      parts: z.array(z.string()),
      own: z.array(z.object({ name: z.string(), on: z.string(), through: z.string().optional() })),
    }),
    exceptions: z.array(z.object({ name: z.string(), on: z.string(), opens: z.array(Span) })),
    override: z.object({ state: z.enum(['open', 'closed']), until: Time.optional() }).optional(),
  })
  .meta({ id: 'Schedule' })
export type Schedule = z.infer<typeof Schedule>

const SiteRules = z.object({
  site: z.string(),
  country: Country,
  areaCode: z.string().optional(),
  outsidePrefix: z.string().optional(),
  emergencyTrunks: z.array(z.string()),
  emergencyNumber: z.string().optional(),
  networks: z
    .array(z.string())
    .optional()
    .describe(
      'CIDR. Emergency calls of a device that is seen in one of them are of this site; the longest fits.',
    ),
})

const Trunk = z.object({
  id: z.string(),
  country: Country,
  areaCode: z.string().optional(),
  mainNumber: z.string(),
  numbers: z.array(NumberRange),
  format: z.enum(['plus', 'digits', 'international', 'national']),
  callsMax: z.int().optional(),
  showsFirstCaller: z.boolean(),
  isForEmergency: z.boolean(),
  dialsExtensions: z.boolean().optional(),
  otherwise: Target.optional(),
})

const OutboundRule = z.object({
  id: z.string(),
  prefixes: z.array(z.string()).optional(),
  digits: z.object({ min: z.int(), max: z.int() }).optional(),
  classes: z
    .array(z.enum(['emergency', 'free', 'national', 'mobile', 'service', 'premium', 'international']))
    .optional(),
  people: z.array(z.string()).optional(),
  sites: z.array(z.string()).optional(),
  trunks: z.array(z.string()).describe('In this order; none denies the call.'),
  ringTime: Milliseconds.optional(),
})

const InboundRule = z.object({
  id: z.string(),
  called: z.array(NumberRange).optional(),
  callers: z.array(z.string()).optional(),
  trunks: z.array(z.string()).optional(),
  hours: z
    .object({ schedule: z.string(), states: z.array(z.enum(['open', 'break', 'holiday', 'closed'])) })
    .optional(),
  target: Target,
})

const PersonRules = z.object({
  person: z.string(),
  site: z.string(),
  number: z.string().optional(),
  isHidden: z.boolean().optional(),
  mobile: z.object({ number: z.string(), rings: z.boolean(), after: Milliseconds }).optional(),
  voicemail: z.string().optional(),
  ringTime: Milliseconds.optional(),
  forwarding: z.object({
    available: Forward.optional(),
    away: Forward.optional(),
    doNotDisturb: Forward.optional(),
    busy: Forward.optional(),
    noAnswer: Forward.optional(),
    notRegistered: Forward.optional(),
  }),
  allowed: Allowed.optional(),
  limits: Limits.optional(),
})

const FeatureCode = z.object({ code: z.string(), does: z.string() })

export const DialPlan = z
  .object({
    sites: z.array(SiteRules),
    trunks: z.array(Trunk),
    outbound: z.array(OutboundRule),
    allowed: Allowed,
    limits: Limits.optional().describe('Of each person and day.'),
    companyLimits: Limits.optional(),
    rates: z.array(z.object({ prefix: z.string(), perCall: z.int(), perMinute: z.int() })),
    people: z.array(PersonRules),
    inbound: z.array(InboundRule),
    blocked: z.array(z.object({ number: z.string(), isPrefix: z.boolean() })),
    schedules: z.array(z.object({ id: z.string(), schedule: Schedule })),
    flows: z.array(Flow),
    services: z.array(
      z.object({
        kind: z.enum(['voicemail', 'queue', 'conference', 'parking']),
        id: z.string(),
        extension: z.string().optional(),
        slots: z.array(z.string()).optional(),
      }),
    ),
    codes: z.array(FeatureCode),
    speedDial: z.array(z.object({ extension: z.string(), number: z.string() })),
  })
  .meta({ id: 'DialPlan' })
export type DialPlan = z.infer<typeof DialPlan>

/** As somebody sends it: what is wrong with it is told by place, not by these schemas. */
const PlanInput = z.record(z.string(), z.unknown()).describe('A DialPlan. Unknown fields are refused.')
const Version = z.int().min(0).describe('0: nobody has changed anything yet.')

export const PlanVersion = z
  .object({
    version: Version,
    at: Time,
    by: z.object({ person: z.string(), name: z.string() }),
    note: z.string().optional(),
    restores: Version.optional().describe('It is this earlier version again.'),
  })
  .meta({ id: 'PlanVersion' })
export type PlanVersion = z.infer<typeof PlanVersion>

export const DialPlanState = z
  .object({
    version: Version,
    plan: DialPlan.describe('What is in force for new calls.'),
    newCodes: z
      .array(FeatureCode)
      .describe(
        'Usual codes that came after this plan and that it could have; answered at /dial-plan/codes.',
      ),
    changed: PlanVersion.optional().describe('Absent with version 0.'),
    trouble: z
      .object({
        kind: z.enum(['unreadable', 'wrong']),
        used: Version.describe('The version that is in force.'),
        problems: z.array(PlanProblem),
      })
      .optional()
      .describe('The stored plan was not as it should be when the server started.'),
  })
  .meta({ id: 'DialPlanState' })
export type DialPlanState = z.infer<typeof DialPlanState>

export const DialPlanChange = z
  .strictObject({
    expected: Version.describe('The version that the change was made from; another one is a conflict.'),
    plan: PlanInput,
    note: z
      .string()
      .min(1)
      .max(200)
      .regex(/^\P{C}*$/u)
      .optional(),
  })
  .meta({ id: 'DialPlanChange' })
export type DialPlanChange = z.infer<typeof DialPlanChange>

export const NewCodesAnswer = z
  .strictObject({
    expected: Version.describe('The version whose new codes are meant; another one is a conflict.'),
    add: z
      .array(z.string().max(8))
      .max(100)
      .describe('Those that the plan shall have. Nobody is told of the others any more.'),
  })
  .meta({ id: 'NewCodesAnswer' })
export type NewCodesAnswer = z.infer<typeof NewCodesAnswer>

export const DialPlanDraft = z.strictObject({ plan: PlanInput }).meta({ id: 'DialPlanDraft' })
export type DialPlanDraft = z.infer<typeof DialPlanDraft>

export const PlanChange = z
  .object({
    path: z.string().describe('Entries by what names them: flows[welcome].keys[1].target.'),
    what: z.enum(['added', 'removed', 'changed', 'moved']),
    before: z.unknown().optional().describe('Of a move the place from 1.'),
    after: z.unknown().optional(),
  })
  .meta({ id: 'PlanChange' })
export type PlanChange = z.infer<typeof PlanChange>

const Changes = { changes: z.array(PlanChange), more: z.int().describe('Changes that are not told.') }

export const DialPlanChecked = z
  .object({
    problems: z.array(PlanProblem).describe('Empty: it may be applied.'),
    ...Changes,
    sites: z
      .array(
        z.object({
          site: z.string(),
          isCovered: z.boolean().describe('Emergency calls leave by a trunk of the site.'),
          trunk: z.string().optional(),
          caller: z.string().optional().describe('What the emergency centre sees.'),
          problems: z.array(
            z.enum(['no-trunk', 'only-trunks-of-another-site', 'no-number', 'one-trunk-only']),
          ),
        }),
      )
      .describe('Whether each site can make emergency calls; empty while there are problems.'),
  })
  .meta({ id: 'DialPlanChecked' })
export type DialPlanChecked = z.infer<typeof DialPlanChecked>

/** Newest first. */
export const PlanVersions = z.object({ versions: z.array(PlanVersion) }).meta({ id: 'PlanVersions' })
export type PlanVersions = z.infer<typeof PlanVersions>

const VersionText = z.string().regex(/^\d{1,15}$/)
export const PlanDiffQuery = z.object({ from: VersionText, to: VersionText })
export type PlanDiffQuery = z.input<typeof PlanDiffQuery>

export const PlanDiff = z.object({ from: Version, to: Version, ...Changes }).meta({ id: 'PlanDiff' })
export type PlanDiff = z.infer<typeof PlanDiff>

export const PlanRollback = z.strictObject({ expected: Version }).meta({ id: 'PlanRollback' })
export type PlanRollback = z.infer<typeof PlanRollback>

const DialledText = z
  .string()
  .max(64)
  .regex(/^\P{C}*$/u)

export const RouteRequest = z
  .strictObject({
    caller: z.discriminatedUnion('from', [
      z.strictObject({
        from: z.literal('inside'),
        person: Id,
        site: Id.optional().describe('What the phone is set up for; the site of the person when absent.'),
        address: z
          .union([z.ipv4(), z.ipv6()])
          .optional()
          .describe('Where the network sees the phone: decides about emergency calls by networks of sites.'),
      }),
      z.strictObject({
        from: z.literal('trunk'),
        trunk: z.string().regex(/^[0-9A-Za-z_.-]{1,64}$/),
        number: DialledText.optional().describe('As the carrier writes it; absent: hidden.'),
      }),
    ]),
    dialled: DialledText.describe('What is dialled, or the called number as the carrier writes it.'),
    at: Time.optional().describe('Now, when absent.'),
    seed: z.int().min(0).max(0xffff_ffff).default(0).describe('Decides where chance is asked for.'),
    live: z
      .enum(['now', 'everybody'])
      .default('now')
      .describe('Who is registered and busy now, or as if everybody were there and free.'),
    plan: PlanInput.optional().describe('A plan that is not applied; the one in force when absent.'),
  })
  .meta({ id: 'RouteRequest' })
export type RouteRequest = z.input<typeof RouteRequest>

/** A node of the tree; what else it has depends on `do`. */
export const PlanNode = z.looseObject({ do: z.string(), why: Why }).meta({ id: 'PlanNode' })
export type PlanNode = z.infer<typeof PlanNode>

export const RouteAnswer = z
  .object({
    configVersion: z.int(),
    at: Time,
    node: PlanNode.describe('What happens: a tree by outcomes (next) and keys.'),
    looked: z
      .array(
        z.object({
          rule: z.string().describe('The kind of rule and, after a colon, its id.'),
          outcome: z.string(),
          values: z.record(z.string(), z.string()),
          branch: z.string().describe('The keys and outcomes that lead there; empty at the start.'),
        }),
      )
      .describe('Every rule that was looked at, in order.'),
  })
  .meta({ id: 'RouteAnswer' })
export type RouteAnswer = z.infer<typeof RouteAnswer>
