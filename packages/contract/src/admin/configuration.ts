// /configuration: what makes a company's telephony, as one readable file without secrets.
import { QueueSettings } from '../queues.ts'
import { Id, z } from '../schema.ts'
import { RoomSettings } from '../services/rooms.ts'
import { NewVoicemailBox } from '../services/voicemail.ts'
import { Email, Extension, Language, Name, Role } from '../vocabulary.ts'

/** The shape of the file as a whole; each section has its own. */
export const CONFIGURATION_VERSION = 1

export const Configuration = z
  .strictObject({
    format: z.literal('rufwerk-configuration'),
    version: z.int().min(1).describe('Of the shape of the file; a newer one is refused.'),
    sections: z.record(z.string().max(40), z.unknown()).describe('By name; what is absent stays as it is.'),
  })
  .meta({ id: 'Configuration' })
export type Configuration = z.infer<typeof Configuration>

export const ConfigurationState = z
  .object({
    version: z.string().describe('Another one when anything has changed.'),
    configuration: Configuration,
  })
  .meta({ id: 'ConfigurationState' })
export type ConfigurationState = z.infer<typeof ConfigurationState>

export const ConfigurationDraft = z
  .strictObject({
    configuration: Configuration,
    version: z.string().max(100).optional().describe('Of the export; not looked at.'),
  })
  .meta({ id: 'ConfigurationDraft' })
export type ConfigurationDraft = z.infer<typeof ConfigurationDraft>

export const ConfigurationImport = ConfigurationDraft.extend({
  expected: z
    .string()
    .max(100)
    .describe('The version whose differences were seen; another one is a conflict.'),
}).meta({ id: 'ConfigurationImport' })
export type ConfigurationImport = z.infer<typeof ConfigurationImport>

const ConfigurationChange = z.object({
  section: z.string(),
  path: z.string().describe('Where in the section: people[101].name.'),
  what: z.enum(['added', 'removed', 'changed', 'moved']),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
})

const ConfigurationProblem = z.object({ section: z.string(), path: z.string(), sentence: z.string() })

export const ConfigurationChecked = z
  .object({
    version: z.string().describe('To be expected by the import.'),
    changes: z.array(ConfigurationChange),
    problems: z.array(ConfigurationProblem).describe('With any of them nothing is imported.'),
  })
  .meta({ id: 'ConfigurationChecked' })
export type ConfigurationChecked = z.infer<typeof ConfigurationChecked>

/** The section `people`. */
export const PeopleSection = z.strictObject({
  sites: z.array(z.strictObject({ id: Id, name: Name })).max(500),
  people: z
    .array(
      z.strictObject({
        ...{ id: Id, site: Id, name: Name, extension: Extension, email: Email.optional() },
        ...{ role: Role, kind: z.enum(['person', 'voice']), language: Language },
      }),
    )
    .max(10_000),
})
export type PeopleSection = z.infer<typeof PeopleSection>

/** The section `prompts`: announcements and music of the company's own, by name; their sound is not in it. */
export const PromptsSection = z
  .array(z.strictObject({ file: z.string().max(100), seconds: z.number().optional() }))
  .max(500)

/** The section `voicemail`. A PIN goes in for a box that is new, and never out. */
export const VoicemailSection = z
  .array(NewVoicemailBox.extend({ id: Id, hasPin: z.boolean().optional() }))
  .max(5_000)

/** The section `queues`. */
export const QueuesSection = z.array(QueueSettings).max(200)

/** The section `rooms`. PINs as in `voicemail`. */
export const RoomsSection = z
  .array(RoomSettings.extend({ hasPin: z.boolean().optional(), hasModeratorPin: z.boolean().optional() }))
  .max(500)
