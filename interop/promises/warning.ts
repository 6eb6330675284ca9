// Row 14a: an admin publishes a warning and revises it; strangers read it as page in two languages, feed and
// CSAF, and the validator that OASIS names checks every document. The twin lacks one product in a document.
import type { Shown } from '../../tools/promises/rows.ts'
import { atomProblems } from '../fleet/atom.ts'
import { oasisRules } from '../fleet/oasis.ts'
import { freePorts } from '../support/ports.ts'
import { Server } from '../support/server.ts'
import { askOverTls } from './outside.ts'

const both = (de: string, en: string) => ({ de, en })
const WARNING = {
  ...{ level: 3, title: both('Fremder Code', 'Foreign code'), advice: [both('Entfernen.', 'Remove it.')] },
  summary: both('Eine Version enthält fremden Code.', 'A release holds foreign code.'),
  products: [
    { vendor: 'V', product: 'Phone', version: '1.2', status: 'affected' },
    { vendor: 'V', product: 'Phone', version: '1.3', status: 'notAffected' },
  ],
  change: both('Neue Fassung', 'New revision'),
}

export async function row14a(): Promise<Shown> {
  const httpsPort = await freePorts(1)
  const server = await Server.start(['--https-port', String(httpsPort)])
  try {
    const get = (path: string) => askOverTls(server, `https://localhost:${httpsPort}${path}`)
    const { admin } = server
    await admin.ask('POST', '/reports', { words: 'flagged' })
    const { cases } = await admin.ask<{ cases: { id: string }[] }>('GET', '/cases')
    const checked = { at: Date.now() - 1_000, by: 'Ada', what: both('150 Geräte', '150 devices') }
    let number = ''
    for (const [seen, phase] of ['incident-response', 'advisory', 'vex'].entries()) {
      const body = { ...WARNING, checked, seen, phase }
      number = (await admin.ask<{ number: string }>('PUT', `/cases/${cases[0]?.id}/warning`, body)).number
    }
    const page = async (language: string): Promise<string | undefined> =>
      /(?:Stufe|Level) \d (?:von|of) 4/.exec(
        (await get(`/security/warnings/${number}?lang=${language}`)).text,
      )?.[0]
    const folder = '/.well-known/csaf/'
    const paths = (await get(`${folder}index.txt`)).text.trim().split('\n')
    const documents = await Promise.all(paths.map(async (path) => (await get(`${folder}${path}`)).text))
    const failed = await Promise.all(documents.map(async (text) => oasisRules(JSON.parse(text))))
    const feed = atomProblems((await get('/security/feed.atom')).text)
    const observed =
      `${await page('de')}, ${await page('en')}; wrong in the feed: ${feed.length}; ` +
      `documents: ${documents.length}, rules that they break: ${failed.flat().length}`
    const expected =
      'Stufe 3 von 4, Level 3 of 4; wrong in the feed: 0; documents: 3, rules that they break: 0'
    const broken = JSON.parse(documents.at(-1) ?? '{}')
    broken.product_tree.branches[0].branches[0].branches.pop()
    const rules = (await oasisRules(broken)).length
    return {
      ...{ expected, observed, ok: observed === expected },
      twin: {
        changed: 'one product is missing from the tree of a document',
        observed: `rules that it breaks: ${rules}`,
        ok: rules > 0,
      },
    }
  } finally {
    await server.stop()
  }
}
