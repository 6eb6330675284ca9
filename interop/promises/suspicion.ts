// Row 13a: what a virus scanner says opens a case at a whole server, and only evidence and a second person
// close it. The twin differs in the evidence alone: the word of another scanner, as in 2023.
import type { Shown } from '../../tools/promises/rows.ts'
import { type Person, Server } from '../support/server.ts'

const HASH = '7986bbaee8940da11ce089383521ab420c443ab7b15ed42aed91fd31ce833896'
const OTHER_HASH = 'c485674ee63ec8d4e8fde9800788175a8b02d3f9416d0e763360fff7f8eb4e02'

interface Case {
  readonly id: string
  readonly hashes: readonly string[]
  readonly status: string
}

export async function row13a(): Promise<Shown> {
  const server = await Server.start()
  try {
    const bea = await server.admin.addPerson('Bea', '120', 'admin')
    const closing = (hash: string, kind: string) => closed(server, bea, { hash, kind })
    const [real, word] = [await closing(HASH, 'file-analysis'), await closing(OTHER_HASH, 'scanner-verdict')]
    return {
      expected: 'opened; without evidence: open; by one person: proposed; by two: closed',
      observed: real,
      ok: real === 'opened; without evidence: open; by one person: proposed; by two: closed',
      twin: {
        changed: 'the evidence is the word of another scanner',
        observed: word,
        ok: word === 'opened; without evidence: open; by one person: open; by two: open',
      },
    }
  } finally {
    await server.stop()
  }
}

async function closed(
  { admin, colleagues }: Server,
  second: Person,
  { hash, kind }: { readonly hash: string; readonly kind: string },
): Promise<string> {
  const reported = { hashes: [hash], words: 'My scanner flags it.' }
  const received = await colleagues[0]?.ask<{ how: string }>('POST', '/reports', reported)
  const known = async (): Promise<Case | undefined> =>
    (await admin.ask<{ cases: Case[] }>('GET', '/cases')).cases.find(({ hashes }) => hashes.includes(hash))
  const place = `/cases/${(await known())?.id}/acts`
  /** What is refused leaves the case as it is. */
  const after = async (who: Person, body: object): Promise<string | undefined> => {
    await who.ask('POST', place, body).catch(() => undefined)
    return (await known())?.status
  }
  const close = { type: 'propose', verdict: 'false-positive', why: 'It is harmless.' }
  const without = await after(admin, close)
  await after(admin, { type: 'evidence', kind, what: 'Looked at.', sha256: hash })
  await after(admin, close)
  const alone = await after(admin, { type: 'confirm' })
  const both = await after(second, { type: 'confirm' })
  return `${received?.how}; without evidence: ${without}; by one person: ${alone}; by two: ${both}`
}
