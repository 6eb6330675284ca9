// The connections of trunks from a file of the data folder: read at the start and when it has changed. What
// cannot be read changes nothing, and is told without its text: there are passwords in it, until they have
// been read and are sealed there.
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { TrunkEntry } from '@rufwerk/contract/trunk-file'
import { type Log, ok, type Result, seconds, type TenantId } from '@rufwerk/core'
import { CARRIER_PROFILES, type TrunkId, type TrunkSettings } from '@rufwerk/legs/trunks'
import type { Timers } from '@rufwerk/net'
import type { Seal } from '@rufwerk/store'
import type { Trunks } from './trunks.ts'

const LOOK_EVERY = seconds(5)
/** What group and others may do with it: nothing. */
const OTHERS_MODE = 0o077

export interface TrunkFileParts {
  readonly path: string
  readonly tenant: { readonly id: TenantId; readonly country: 'de' | 'us' }
  readonly trunks: Trunks
  readonly timers: Timers
  /** For the passwords in the file. */
  readonly seal: Seal
  readonly log: Log
}

/** Follows the file until it is disposed. The first look is over when this resolves. */
export async function followTrunkFile(parts: TrunkFileParts): Promise<Disposable> {
  const follower = new Follower(parts)
  await follower.look()
  return follower
}

class Follower implements Disposable {
  readonly #parts: TrunkFileParts
  /** By the text of the entry, so that one that has not changed stays the same object. */
  #known: ReadonlyMap<string, TrunkSettings> = new Map()
  #seen = ''
  #timer: Disposable | undefined
  #isClosed = false

  constructor(parts: TrunkFileParts) {
    this.#parts = parts
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
  }

  async look(): Promise<void> {
    const { path, log, timers } = this.#parts
    try {
      await this.#read()
    } catch (error) {
      log.error('trunks cannot be read', { path, error: String(error) })
    }
    if (!this.#isClosed) this.#timer = timers.arm(LOOK_EVERY, () => void this.look())
  }

  async #read(): Promise<void> {
    const { path, log, trunks, tenant } = this.#parts
    const file = await stat(path).catch(() => undefined)
    const seen = stampOf(file)
    if (seen === this.#seen) return
    this.#seen = seen
    if (file !== undefined && (file.mode & OTHERS_MODE) !== 0)
      log.warn('others can read the passwords of trunks', { path, wanted: '0600' })
    const read = file === undefined ? ok([]) : await this.#readEntries(seen)
    if (!read.ok) {
      log.error('trunks cannot be read', { path, why: read.error })
      return
    }
    const next = new Map<string, TrunkSettings>()
    for (const entry of read.value) {
      const key = JSON.stringify(entry)
      next.set(key, this.#known.get(key) ?? settingsOf(entry, tenant))
    }
    this.#known = next
    trunks.set([...next.values()])
    log.info('trunks read', { trunks: next.size })
  }

  /**
   * With their passwords. What checks them takes longer to load than most of a start: not where there is no
   * file.
   */
  async #readEntries(seen: string): Promise<Result<readonly TrunkEntry[], string>> {
    const { path, seal, log } = this.#parts
    const { readTrunkFile } = await import('./configuration/trunk-file-text.ts')
    const { openPassword, putTrunkFile, sealPasswords, trunkFileText } = await import(
      './configuration/trunk-secrets.ts'
    )
    const read = readTrunkFile(await readFile(path, 'utf8'))
    if (!read.ok) return read
    const sealed = sealPasswords(read.value, seal)
    // Somebody may be writing it again at this moment: then it is read again soon.
    const isSame = stampOf(await stat(path).catch(() => undefined)) === seen
    if (sealed && isSame && (await putTrunkFile(path, trunkFileText(sealed), log)))
      this.#seen = stampOf(await stat(path))
    const opened = read.value.map((entry) => openPassword(entry, seal))
    const unread = opened.filter(({ password }, at) => !password && read.value[at]?.passwordSealed)
    for (const { id } of unread) log.error('the password of a trunk cannot be opened', { trunk: id })
    return ok(opened)
  }
}

function stampOf(file: Stats | undefined): string {
  return file === undefined ? '' : `${file.mtimeMs} ${file.size} ${file.ino}`
}

/** What the entry does not say is as in its profile. */
export function settingsOf(
  entry: TrunkEntry,
  { id: tenant, country }: TrunkFileParts['tenant'],
): TrunkSettings {
  const profile = CARRIER_PROFILES.find(({ id }) => id === entry.profile) ?? CARRIER_PROFILES[0]
  const { manner, name, domain = '' } = profile ?? { manner: undefined, name: '', domain: '' }
  if (manner === undefined) throw new Error('there are profiles')
  const { id, password, passwordSealed: __, from, identity, forwarding, profile: _, ...rest } = entry
  return {
    ...manner,
    ...{ name, domain, tenant, country, sources: [] },
    ...rest,
    id: id as TrunkId,
    identity: {
      ...manner.identity,
      ...(from && { from }),
      ...(identity && { identity }),
      ...(forwarding && { forwarding }),
    },
    ...(password === undefined ? {} : { password: () => password }),
  }
}
