// Row 15: what an advisory recommends is work with an owner, a deadline and evidence. The twin differs in one
// thing: nobody shows evidence, and the step stays open.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Shown } from '../../tools/promises/rows.ts'
import { Server } from '../support/server.ts'

const FIRST = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures/revision-first.json')

interface Playbook {
  readonly wanted: number
  readonly done: number
  readonly steps: readonly { readonly id: string }[]
}

export async function row15(): Promise<Shown> {
  const server = await Server.start()
  try {
    const { admin, colleagues } = server
    const document = await readFile(FIRST, 'utf8')
    const { publisher, tracking, vulnerabilities } = parsed(document)
    const of = { issuer: publisher.namespace, advisory: tracking.id }
    await admin.ask('PUT', '/fleet/issuers', { namespace: of.issuer, addresses: [`${of.issuer}/`] })
    await admin.upload(`/fleet/advisories?address=${encodeURIComponent(`${of.issuer}/sa.json`)}`, document)
    const playbook = (): Promise<Playbook> => admin.ask('GET', `/fleet/playbook?${new URLSearchParams(of)}`)
    const owner = (await colleagues[0]?.id()) ?? ''
    const carriedOut = async (hasEvidence: boolean): Promise<string> => {
      for (const { id: step } of (await playbook()).steps) {
        const act = (body: object) => admin.ask('POST', '/fleet/playbook/acts', { ...of, step, ...body })
        await act({ type: 'assign', owner, deadline: Date.now() + 86_400_000 })
        if (hasEvidence) await act({ type: 'evidence', text: 'Done, and looked at.' })
        await act({ type: 'done' }).catch(() => undefined)
      }
      const { wanted, done } = await playbook()
      return `${done} of ${wanted} done`
    }
    const without = await carriedOut(false)
    const observed = await carriedOut(true)
    const recommended = vulnerabilities.flatMap(({ remediations }) => remediations).length
    const expected = `${recommended} of ${recommended} done`
    return {
      ...{ expected, observed, ok: observed === expected && recommended > 0 },
      twin: {
        changed: 'nobody shows evidence',
        observed: without,
        ok: without === `0 of ${recommended} done`,
      },
    }
  } finally {
    await server.stop()
  }
}

interface Document {
  readonly publisher: { readonly namespace: string }
  readonly tracking: { readonly id: string }
}

function parsed(text: string) {
  const { document, vulnerabilities } = JSON.parse(text) as {
    readonly document: Document
    readonly vulnerabilities: readonly { readonly remediations: readonly object[] }[]
  }
  return { ...document, vulnerabilities }
}
