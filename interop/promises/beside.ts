// Row 26b: the defence alone, as somebody starts it beside another phone system: it opens nothing for phones
// and says who is affected. The twin differs in one thing: nobody has pinned the issuer.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { storyList } from '@rufwerk/fleet/testing'
import type { Shown } from '../../tools/promises/rows.ts'
import { pidOf, runningWith, udpPortsOf } from '../support/processes.ts'
import { Server } from '../support/server.ts'

const FIRST = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures/revision-first.json')
const DEVICES = 150
const EXPECTED = '6 of 150 affected, 3 unknown; ports for phones 0, media processes 0'

export async function row26b(): Promise<Shown> {
  const server = await Server.start(['--guard'])
  try {
    const document = await readFile(FIRST, 'utf8')
    const { namespace } = JSON.parse(document).document.publisher
    const address = `/fleet/advisories?address=${encodeURIComponent(`${namespace}/sa.json`)}`
    await server.admin.upload('/fleet/imports?format=table', storyList(DEVICES))
    await server.admin.upload(address, document)
    const unpinned = await affected(server)
    await server.admin.ask('PUT', '/fleet/issuers', { namespace, addresses: [`${namespace}/`] })
    await server.admin.upload(address, document)
    const ports = udpPortsOf(pidOf('guard', server.dataFolder)).length
    const media = runningWith(server.dataFolder).filter(({ part }) => part === 'media').length
    const observed = `${await affected(server)}; ports for phones ${ports}, media processes ${media}`
    return {
      ...{ expected: EXPECTED, observed, ok: observed === EXPECTED },
      twin: {
        changed: 'nobody has pinned the issuer',
        observed: unpinned,
        ok: unpinned.startsWith('0 of 150 affected'),
      },
    }
  } finally {
    await server.stop()
  }
}

async function affected({ admin }: Server): Promise<string> {
  interface Exposure {
    readonly all: { readonly affected: number; readonly unknown: number }
    readonly total: number
  }
  const { all, total } = await admin.ask<Exposure>('GET', '/fleet/exposure')
  return `${all.affected} of ${total} affected, ${all.unknown} unknown`
}
