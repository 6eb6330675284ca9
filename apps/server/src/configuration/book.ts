// The configuration of a company as one file: written, compared, and taken in as a whole or not at all.
import { createHash } from 'node:crypto'
import type { Accounts, Actor } from '@rufwerk/accounts'
import type { ConfigurationPort } from '@rufwerk/api'
import { CONFIGURATION_VERSION, type Configuration } from '@rufwerk/contract/configuration'
import { fail, type Log, ok, type Result, type TenantId } from '@rufwerk/core'
import type { ConfigSection, ImportDraft, Prepared } from './section.ts'

type Checked = Awaited<ReturnType<ConfigurationPort['check']>>
type Imported = Awaited<ReturnType<ConfigurationPort['import']>>

/** Nothing that is a configuration is nested deeper. */
const DEPTH_MAX = 40
/** Differences and problems that are told; the rest is seen when these are mended. */
const TOLD_MAX = 1_000

export interface BookParts {
  readonly accounts: Pick<Accounts, 'directoryOf'>
  /** In the order in which they are applied: people first. */
  readonly sections: readonly ConfigSection[]
  readonly log: Log
}

export class ConfigurationBook implements ConfigurationPort {
  readonly #parts: BookParts
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: BookParts) {
    this.#parts = parts
  }

  async export(
    tenant: TenantId,
  ): Promise<{ readonly version: string; readonly configuration: Configuration }> {
    const sections: Record<string, unknown> = {}
    for (const section of this.#parts.sections) {
      const value = await section.export(tenant)
      if (value !== undefined) sections[section.name] = value
    }
    const configuration = {
      format: 'rufwerk-configuration',
      version: CONFIGURATION_VERSION,
      sections,
    } as const
    const version = createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 32)
    return { version, configuration }
  }

  async check(actor: Actor, file: Configuration): Promise<Checked> {
    const { version } = await this.export(actor.tenant)
    const { changes, problems } = await this.#prepare(actor, file)
    return { version, changes, problems }
  }

  /** One import after the other. */
  import(actor: Actor, file: Configuration, expected: string): Promise<Imported> {
    const act = () => this.#import(actor, file, expected)
    const done = this.#turn.then(act, act)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #import(actor: Actor, file: Configuration, expected: string): Promise<Imported> {
    const { version } = await this.export(actor.tenant)
    if (version !== expected) return fail('conflict')
    const { changes, problems, prepared } = await this.#prepare(actor, file)
    if (problems.length > 0) return ok({ version, changes, problems })
    const applied = await this.#applyAll(prepared)
    if (!applied.ok) return applied
    return ok({ version: (await this.export(actor.tenant)).version, changes, problems: [] })
  }

  /** The first that cannot be applied takes those before it back. */
  async #applyAll(prepared: readonly Prepared[]): Promise<Result<void, 'not-stored'>> {
    const done: Prepared[] = []
    for (const section of prepared) {
      if (await this.#isDone(() => section.apply())) {
        done.push(section)
        continue
      }
      for (const earlier of done.toReversed())
        if (!(await this.#isDone(() => earlier.undo()))) this.#parts.log.error('import not taken back', {})
      return fail('not-stored')
    }
    return ok(undefined)
  }

  /** A store that fails instead of answering counts as one that refused. */
  async #isDone(act: () => Promise<boolean>): Promise<boolean> {
    try {
      return await act()
    } catch (error) {
      this.#parts.log.error('import failed', { error: error instanceof Error ? error.name : 'unknown' })
      return false
    }
  }

  async #prepare(actor: Actor, file: Configuration) {
    const directory = this.#parts.accounts.directoryOf(actor.tenant)
    const [changes, problems]: [Checked['changes'][number][], Checked['problems'][number][]] = [[], []]
    const prepared: Prepared[] = []
    const wrong = (section: string, sentence: string) => problems.push({ section, path: '', sentence })
    if (directory === undefined) wrong('', 'There is no company.')
    if (file.version > CONFIGURATION_VERSION) wrong('', 'The file was written by a newer Rufwerk.')
    for (const name of Object.keys(file.sections))
      if (!this.#parts.sections.some((section) => section.name === name))
        wrong(name, 'This Rufwerk knows no such section.')
    if (directory === undefined || problems.length > 0) return { changes, problems, prepared }
    const draft: ImportDraft = { actor, directory, ids: new Map() }
    for (const section of this.#parts.sections) {
      const { name } = section
      if (!Object.hasOwn(file.sections, name)) continue
      const value = file.sections[name]
      if (isDeeperThan(value, DEPTH_MAX)) {
        wrong(name, 'It is nested too deeply.')
        continue
      }
      const ready = await section.prepare(draft, withIds(value, draft.ids))
      if (ready.ok) {
        prepared.push(ready.value)
        changes.push(...ready.value.changes.map((change) => ({ section: name, ...change })))
      } else problems.push(...ready.error.map((problem) => ({ section: name, ...problem })))
    }
    return { changes: changes.slice(0, TOLD_MAX), problems: problems.slice(0, TOLD_MAX), prepared }
  }
}

/** Without recursion: what is too deep would break that. */
function isDeeperThan(value: unknown, depthMax: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > depthMax) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}

function withIds(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (ids.size === 0) return value
  if (typeof value === 'string') return ids.get(value) ?? value
  if (Array.isArray(value)) return value.map((one) => withIds(one, ids))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [ids.get(name) ?? name, withIds(one, ids)]),
  )
}
