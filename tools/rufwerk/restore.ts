// `rufwerk restore FILE` and `rufwerk verify FILE`: what is done with a backup when no server runs.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { type RestoreProblem, restoreBackup, verifyBackup } from '@rufwerk/store/backup'
import type { Language } from './words.ts'

export interface RestoreWish {
  readonly what: 'restore' | 'verify'
  readonly file: string
  /** A file that holds the passphrase or the recovery key, alone or as the server gave it. */
  readonly keyFile?: string
  readonly dataDir: string
}

const PROBLEMS: Readonly<Record<RestoreProblem | 'no-key-file', Readonly<Record<Language, string>>>> = {
  'not-empty': {
    en: 'something is in … already, or beside it as ….unfinished: a backup never goes over it',
    de: 'in … liegt schon etwas, oder daneben als ….unfinished: darüber wird nichts wiederhergestellt',
  },
  'no-file': { en: 'there is no such backup', de: 'diese Sicherung gibt es nicht' },
  'not-a-backup': { en: 'this is no backup of Rufwerk', de: 'das ist keine Sicherung von Rufwerk' },
  'wrong-key': {
    en: 'the passphrase or the recovery key is another one',
    de: 'Passphrase oder Wiederherstellungsschlüssel ist ein anderer',
  },
  damaged: {
    en: 'the backup is damaged or was changed; nothing was restored',
    de: 'die Sicherung ist beschädigt oder verändert; nichts wurde wiederhergestellt',
  },
  'no-room': { en: 'there is no room for it', de: 'dafür ist kein Platz' },
  failed: { en: 'it could not be written', de: 'sie ließ sich nicht schreiben' },
  'no-key-file': { en: 'the key file cannot be read', de: 'die Schlüsseldatei ist nicht lesbar' },
}
const ASK = { en: 'Passphrase or recovery key: ', de: 'Passphrase oder Wiederherstellungsschlüssel: ' }
const DONE = {
  restore: {
    en: 'restored: the state of {at}, {files} files, in {folder}',
    de: 'wiederhergestellt: der Stand von {at}, {files} Dateien, in {folder}',
  },
  verify: {
    en: 'sound: the state of {at}, {files} files',
    de: 'unversehrt: der Stand von {at}, {files} Dateien',
  },
} as const

/** Undefined: another command. */
export function readRestore(
  args: readonly string[],
  folders: { readonly current: string; readonly dataDir: string },
): RestoreWish | undefined {
  const [what, ...rest] = args
  if (what !== 'restore' && what !== 'verify') return undefined
  const at = rest.indexOf('--key')
  const keyFile = at < 0 ? undefined : rest[at + 1]
  const [file] = rest.filter((_, place) => at < 0 || (place !== at && place !== at + 1))
  return {
    ...{ what, file: resolve(folders.current, file ?? ''), dataDir: folders.dataDir },
    ...(keyFile !== undefined && { keyFile: resolve(folders.current, keyFile) }),
  }
}

export interface Told {
  readonly isDone: boolean
  readonly sentence: string
}

export async function carryOutRestore(wish: RestoreWish, language: Language): Promise<Told> {
  const { what, file, dataDir } = wish
  const secret = wish.keyFile === undefined ? await askSecret(ASK[language]) : readKeyFile(wish.keyFile)
  const problem = (code: keyof typeof PROBLEMS) => ({
    isDone: false,
    sentence: PROBLEMS[code][language].replaceAll('…', dataDir),
  })
  if (secret === undefined) return problem('no-key-file')
  const done = what === 'restore' ? restoreBackup({ file, secret, dataDir }) : verifyBackup(file, secret)
  if (!done.ok) return problem(done.error)
  const sentence = DONE[what][language]
    .replace('{at}', done.value.createdAt)
    .replace('{files}', String(done.value.files))
    .replace('{folder}', dataDir)
  return { isDone: true, sentence }
}

function readKeyFile(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (!text.startsWith('{')) return text
    const { recoveryKey, passphrase } = JSON.parse(text) as Record<string, unknown>
    return String(recoveryKey ?? passphrase ?? '')
  } catch {
    return undefined
  }
}

/** From the terminal without showing it, or the first line of standard input. */
async function askSecret(question: string): Promise<string> {
  const isTerminal = process.stdin.isTTY === true
  if (isTerminal) process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: isTerminal })
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    if (isTerminal) process.stderr.write('\n')
  }
}
