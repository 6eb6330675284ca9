// The prompts of companies: what is built in, what a company has recorded instead or besides, and changing
// that. Which files there are is known without asking the disk, because the check of a dial plan asks it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PromptDoor, PromptRefusal, PromptState } from '@rufwerk/api'
import { fail, type Log, ok, type PersonId, type Result, type TenantId } from '@rufwerk/core'
import { PROMPT_RATE } from '@rufwerk/engine/prepare'
import {
  builtIn,
  CATALOGUE,
  fileOf,
  HOLD_MUSIC,
  LANGUAGES,
  type Language,
  readFileName,
} from '@rufwerk/routing/prompts'
import type { Converter } from './converter.ts'
import { type OwnFile, PromptFolder, secondsOf } from './prompt-folder.ts'
import { sentenceOf } from './refusals.ts'

const HOLD_FILE = fileOf('music', HOLD_MUSIC)
/** Own files of a company. */
export const OWN_PROMPTS_MAX = 500

export interface PromptsParts {
  /** Holds a folder per company. */
  readonly folder: string
  readonly builtInFolder: string
  readonly converter: Converter
  /** Where the company names this file in its settings. */
  readonly placeOf?: (tenant: TenantId, file: string) => string | undefined
  readonly log: Log
}

/** Reads which files are there. */
export async function openPrompts(parts: PromptsParts, tenants: readonly TenantId[]): Promise<Prompts> {
  const folder = new PromptFolder(parts.folder)
  const own = new Map<TenantId, Map<string, OwnFile>>()
  for (const tenant of tenants) {
    const files = await folder.files(tenant)
    own.set(tenant, new Map(files.map((file) => [file.file, file])))
  }
  return new Prompts(parts, folder, own)
}

export class Prompts implements PromptDoor {
  readonly #parts: PromptsParts
  readonly #folder: PromptFolder
  /** What is on the disk; goes when the file does. */
  readonly #own: Map<TenantId, Map<string, OwnFile>>

  constructor(parts: PromptsParts, folder: PromptFolder, own: Map<TenantId, Map<string, OwnFile>>) {
    this.#parts = parts
    this.#folder = folder
    this.#own = own
  }

  /** Whether callers can hear it. */
  has(tenant: TenantId, language: Language, name: string): boolean {
    return builtIn(name) !== undefined || (this.#own.get(tenant)?.has(fileOf(language, name)) ?? false)
  }

  /** As `has`, for music, too: `music-hold`, `de-welcome`. */
  hasFile(tenant: TenantId, file: string): boolean {
    const name = readFileName(file)
    if (name === undefined) return false
    if (name.language !== 'music') return this.has(tenant, name.language, name.name)
    return file === HOLD_FILE || this.#filesOf(tenant).has(file)
  }

  list(tenant: TenantId): readonly PromptState[] {
    const own = this.#filesOf(tenant)
    const known = CATALOGUE.flatMap(({ name }) => LANGUAGES.map((language) => fileOf(language, name)))
    const besides = [...own.keys()].filter((file) => builtIn(readFileName(file)?.name ?? '') === undefined)
    const files = [...new Set([...known, HOLD_FILE, ...besides.sort()])]
    return files.flatMap((file) => this.#state(file, own.get(file)) ?? [])
  }

  state(tenant: TenantId, file: string): PromptState | undefined {
    return this.#state(file, this.#filesOf(tenant).get(file))
  }

  async replace(
    tenant: TenantId,
    by: PersonId,
    file: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<Result<PromptState, PromptRefusal>> {
    const name = readFileName(file)
    if (name === undefined) return fail({ why: 'no-name' })
    if (builtIn(name.name)?.isFixed) return fail({ why: 'fixed' })
    if (!this.#hasRoom(tenant, file)) return fail({ why: 'full' })
    const { converter, log } = this.#parts
    const converted = await converter.convert(bytes, name.language === 'music' ? 'music' : 'speech')
    if (!converted.ok) {
      const { error } = converted
      return fail(error.why === 'busy' ? { why: 'busy' } : { why: 'no-sound', sentence: sentenceOf(error) })
    }
    // Others may have come while it was converted.
    if (!this.#hasRoom(tenant, file)) return fail({ why: 'full' })
    const written = await this.#write(tenant, file, converted.value)
    if (!written) return fail({ why: 'not-stored' })
    log.info('prompt replaced', { tenant, by, file })
    return ok(written)
  }

  usedAt(tenant: TenantId, file: string): string | undefined {
    const state = this.state(tenant, file)
    return state?.own === undefined || state.isBuiltIn ? undefined : this.#parts.placeOf?.(tenant, file)
  }

  async reset(tenant: TenantId, by: PersonId, file: string): Promise<boolean> {
    if (!this.#filesOf(tenant).has(file)) return false
    await this.#folder.remove(tenant, file)
    this.#own.get(tenant)?.delete(file)
    this.#parts.log.info('prompt reset', { tenant, by, file })
    return true
  }

  /** What callers hear, as it lies there. */
  async sound(tenant: TenantId, file: string): Promise<Uint8Array | undefined> {
    if (this.#filesOf(tenant).has(file)) return await this.#folder.read(tenant, file)
    const name = readFileName(file)
    const isThere =
      name !== undefined && (name.language === 'music' ? file === HOLD_FILE : builtIn(name.name))
    if (!isThere) return undefined
    return await readFile(join(this.#parts.builtInFolder, `${file}.wav`))
  }

  /** Own files of all companies. */
  size(): number {
    return [...this.#own.values()].reduce((sum, files) => sum + files.size, 0)
  }

  #filesOf(tenant: TenantId): ReadonlyMap<string, OwnFile> {
    return this.#own.get(tenant) ?? new Map<string, OwnFile>()
  }

  #hasRoom(tenant: TenantId, file: string): boolean {
    const own = this.#filesOf(tenant)
    return own.has(file) || own.size < OWN_PROMPTS_MAX
  }

  async #write(tenant: TenantId, file: string, sound: Uint8Array): Promise<PromptState | undefined> {
    try {
      await this.#folder.write(tenant, file, sound)
    } catch (error) {
      this.#parts.log.error('prompt not stored', { tenant, file, error: String(error).slice(0, 200) })
      return undefined
    }
    const written = await this.#folder.file(tenant, file)
    if (written === undefined) return undefined
    const files = this.#own.get(tenant) ?? new Map<string, OwnFile>()
    this.#own.set(tenant, files.set(file, written))
    return this.#state(file, written)
  }

  #state(file: string, own: OwnFile | undefined): PromptState | undefined {
    const name = readFileName(file)
    if (name === undefined) return undefined
    const { language } = name
    const prompt = language === 'music' ? undefined : builtIn(name.name)
    const isBuiltIn = prompt !== undefined || file === HOLD_FILE
    if (!isBuiltIn && own === undefined) return undefined
    return {
      file,
      ...name,
      isBuiltIn,
      isFixed: prompt?.isFixed === true,
      ...(prompt && language !== 'music' && { text: prompt[language], use: prompt.use }),
      ...(own && { own: { seconds: secondsOf(own, PROMPT_RATE), changedAt: own.changedAt } }),
    }
  }
}
