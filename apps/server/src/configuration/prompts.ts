// Which announcements and music are a company's own, in a configuration file: their names. The sound is
// uploaded; a file that names one which is not here is refused, because callers would hear something else.
import type { PromptDoor } from '@rufwerk/api'
import { PromptsSection } from '@rufwerk/contract/configuration'
import { fail, ok } from '@rufwerk/core'
import { preparedOf, readSection } from './entries.ts'
import type { ConfigSection } from './section.ts'

export function promptsSection(prompts: Pick<PromptDoor, 'list'>): ConfigSection {
  return {
    name: 'prompts',
    async export(tenant) {
      const own = prompts
        .list(tenant)
        .flatMap(({ file, own }) => (own === undefined ? [] : [{ file, seconds: own.seconds }]))
      return own.length === 0 ? undefined : own.toSorted((a, b) => (a.file < b.file ? -1 : 1))
    },
    async prepare({ actor }, value) {
      const read = readSection(PromptsSection.safeParse(value))
      if (!read.ok) return read
      const own = prompts.list(actor.tenant).filter((prompt) => prompt.own !== undefined)
      const here = new Set(own.map(({ file }) => file))
      const missing = read.value.flatMap(({ file }, at) =>
        here.has(file)
          ? []
          : [{ path: `${at}.file`, sentence: `${file} was not recorded here: upload it first.` }],
      )
      return missing.length > 0 ? fail(missing) : ok(preparedOf([]))
    },
  }
}
