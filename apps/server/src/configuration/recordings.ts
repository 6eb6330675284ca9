// Whose calls are recorded, in a configuration file: takes the place of the rules in force.
import { RecordingRules } from '@rufwerk/contract/recordings'
import { fail, ok } from '@rufwerk/core'
import { NO_RECORDING, type RecordingRules as Rules, troublesOf } from '@rufwerk/recordings'
import type { CallRecordings } from '../recordings/call-recordings.ts'
import { preparedOf, readSection } from './entries.ts'
import type { ConfigSection } from './section.ts'

export function recordingsSection(
  recordings: Pick<CallRecordings, 'rulesOf' | 'changeRules'>,
): ConfigSection {
  return {
    name: 'recording',
    async export(tenant) {
      const rules = recordings.rulesOf(tenant)
      return rules === NO_RECORDING ? undefined : rules
    },
    async prepare({ actor, directory }, value) {
      const read = readSection(RecordingRules.safeParse(value))
      if (!read.ok) return read
      // Ids that people made or that the system made; whether they are there is looked at now.
      const after = read.value as unknown as Rules
      const troubles = troublesOf(after, new Set(directory.byPerson.keys()))
      if (troubles.length > 0)
        return fail(troubles.map(({ place, what }) => ({ path: place, sentence: `${what} at ${place}.` })))
      const { tenant } = actor
      const before = recordings.rulesOf(tenant)
      return ok(
        preparedOf([
          {
            ...{ id: 'rules', before, after },
            put: () => recordings.changeRules(tenant, after),
            takeBack: () => recordings.changeRules(tenant, before),
          },
        ]),
      )
    },
  }
}
