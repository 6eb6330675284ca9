// How carriers are reached, in a configuration file: without passwords. One that is known keeps its password,
// a new one needs it in trunks.json. Trunks that the file does not name stay.
import { readFile } from 'node:fs/promises'
import { type TrunkEntry, TrunkFile } from '@rufwerk/contract/trunk-file'
import { fail, type Log, ok } from '@rufwerk/core'
import type { ConfigChange, ConfigSection } from './section.ts'
import { readTrunkFile } from './trunk-file-text.ts'
import { putTrunkFile, trunkFileText } from './trunk-secrets.ts'

export function trunksSection(path: string, log: Log): ConfigSection {
  return {
    name: 'trunks',
    async export() {
      const known = await readEntries(path)
      return known === undefined || known.length === 0 ? undefined : known.map(withoutSecrets)
    },
    async prepare(_draft, value) {
      const read = TrunkFile.safeParse({ trunks: value })
      if (!read.success) {
        const place = read.error.issues[0]?.path.slice(1).join('.') ?? ''
        return fail([{ path: place, sentence: `${place || 'The section'} is not as it should be.` }])
      }
      const wanted = read.data.trunks
      const known = await readEntries(path)
      if (known === undefined) return fail([{ path: '', sentence: 'trunks.json itself cannot be read.' }])
      if (wanted.some(hasPassword))
        return fail([
          { path: '', sentence: 'A configuration holds no passwords; they stand in trunks.json.' },
        ])
      if (new Set(wanted.map(({ id }) => id)).size < wanted.length)
        return fail([{ path: '', sentence: 'Two trunks have the same id.' }])
      const moved = wanted.find((entry) => isMoved(entry, known))
      if (moved !== undefined)
        return fail([
          {
            path: moved.id,
            sentence: 'Its password is for another server or user; change that in trunks.json.',
          },
        ])
      const next = merged(known, wanted)
      const before = await readFile(path, 'utf8').catch(() => undefined)
      const changes = changesOf(known, wanted)
      return ok({
        changes,
        apply: async () => changes.length === 0 || putTrunkFile(path, trunkFileText(next), log),
        undo: async () => changes.length === 0 || putTrunkFile(path, before, log),
      })
    },
  }
}

/** Undefined when the file is there and wrong, or cannot be read now. */
export async function readEntries(path: string): Promise<readonly TrunkEntry[] | undefined> {
  try {
    const read = readTrunkFile(await readFile(path, 'utf8'))
    return read.ok ? read.value : undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined
  }
}

/** What a password is for: whoever may change a trunk may not have it sent elsewhere. */
const PASSWORD_FOR = [
  ...(['profile', 'domain', 'port', 'transport', 'outboundProxy', 'tlsName', 'authorities'] as const),
  ...(['account', 'authUser'] as const),
]

/** Its password is known, and it would be used elsewhere or as somebody else. */
export function isMoved(entry: TrunkEntry, known: readonly TrunkEntry[]): boolean {
  const before = known.find(({ id }) => id === entry.id)
  if (before === undefined || !hasPassword(before)) return false
  return PASSWORD_FOR.some((name) => JSON.stringify(entry[name]) !== JSON.stringify(before[name]))
}

export function hasPassword({ password, passwordSealed }: TrunkEntry): boolean {
  return password !== undefined || passwordSealed !== undefined
}

export function withoutSecrets({ password: _, passwordSealed: __, ...entry }: TrunkEntry): TrunkEntry {
  return entry
}

function merged(known: readonly TrunkEntry[], wanted: readonly TrunkEntry[]): readonly TrunkEntry[] {
  const rest = known.filter(({ id }) => !wanted.some((one) => one.id === id))
  const named = wanted.map((entry) => {
    const { password, passwordSealed } = known.find(({ id }) => id === entry.id) ?? {}
    return {
      ...entry,
      ...(password !== undefined && { password }),
      ...(passwordSealed !== undefined && { passwordSealed }),
    }
  })
  return [...rest, ...named]
}

function changesOf(known: readonly TrunkEntry[], wanted: readonly TrunkEntry[]): ConfigChange[] {
  return wanted.flatMap((entry): ConfigChange[] => {
    const same = known.find(({ id }) => id === entry.id)
    if (same === undefined) return [{ path: entry.id, what: 'added', after: entry }]
    const before = withoutSecrets(same)
    const isSame = JSON.stringify(sorted(before)) === JSON.stringify(sorted(entry))
    return isSame ? [] : [{ path: entry.id, what: 'changed', before, after: entry }]
  })
}

function sorted(entry: TrunkEntry): unknown {
  return Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
