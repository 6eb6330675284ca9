// Rows 8, 11, 12, 18 and 19: who is affected, what an attack has left behind, lists that differ. Each is
// measured in this run, beside the same run with one changed input.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type AdvisoryBook,
  type BookOutput,
  countingAdvisories,
  EMPTY_BOOK,
  step as stepBook,
} from '@rufwerk/advisories/book'
import { type AdvisoryIndex, indexAdvisories, match } from '@rufwerk/advisories/match'
import { readAdvisory } from '@rufwerk/advisories/read'
import { type CollectorReport, readReport } from '@rufwerk/collectors'
import { emptyInventory, step } from '@rufwerk/fleet'
import { type Counts, differenceOf, exposureOf } from '@rufwerk/fleet/exposure'
import { importTable } from '@rufwerk/fleet/imports'
import { STORY_APP, STORY_TENANT, storyClients, storyList } from '@rufwerk/fleet/testing'
import { EMPTY_QUARANTINE, type Figures, figuresOf, step as stepQuarantine } from '@rufwerk/quarantine'
import { carryOutSweep, readSweepWish } from '../rufwerk/sweep.ts'
import type { Shown } from './rows.ts'

const FIXTURES = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures')
const CLIENTS = 10_000
const DEVICES = 150
const IMPORT_MS_MAX = 10_000

const textOf = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8')

function indexOf(name: string): AdvisoryIndex {
  const read = readAdvisory(textOf(name))
  if (!read.ok) throw new Error(`${name} is no advisory: ${JSON.stringify(read.error[0])}`)
  return indexAdvisories([read.value])
}

/** Exactly the six pairs of system and version among 10,000; with the first list one pair is missed. */
export async function row8(): Promise<Shown> {
  const clients = storyClients(CLIENTS)
  const reports = clients.map(({ report }) => report)
  const { state } = step(emptyInventory(STORY_TENANT), reports)
  const count = (name: string): { missed: number; wrong: number; found: number } => {
    const { devices } = exposureOf(state, indexOf(name), 0)
    const found = devices.map((device) => device.state === 'affected')
    const missed = clients.filter(({ isAffected }, number) => isAffected && !found[number]).length
    const wrong = clients.filter(({ isAffected }, number) => !isAffected && found[number]).length
    return { missed, wrong, found: found.filter(Boolean).length }
  }
  const all = clients.filter(({ isAffected }) => isAffected).length
  const lacking = clients.filter(({ isAffected, isInFirst }) => isAffected && !isInFirst).length
  const [corrected, first] = [count('revision-corrected.json'), count('revision-first.json')]
  return {
    expected: `${all} of ${CLIENTS} clients, missed 0, wrong 0`,
    observed: `${corrected.found} of ${CLIENTS} clients, missed ${corrected.missed}, wrong ${corrected.wrong}`,
    ok: corrected.found === all && corrected.missed === 0 && corrected.wrong === 0,
    twin: {
      changed: 'a list without macOS 18.12.402',
      observed: `missed ${first.missed}, wrong ${first.wrong}`,
      ok: lacking > 0 && first.missed === lacking && first.wrong === 0,
    },
  }
}

/** The scripts look, remove and look again on a disk; the twin only says what it would remove. */
export async function row11(): Promise<Shown> {
  const [removed, kept] = [followUp(['--really']), followUp([])]
  const told = ({ stopped, closed }: Figures): string => `removed and verified: ${closed} of ${stopped}`
  return {
    expected: 'removed and verified: 1 of 1',
    observed: told(removed),
    ok: removed.closed === 1 && removed.stopped === 1,
    twin: {
      changed: 'the removal says what it would do, and does nothing',
      observed: told(kept),
      ok: kept.closed === 0 && kept.stopped === 1,
    },
  }
}

const SCRIPTS = join(import.meta.dirname, '../../packages/domain/collectors/scripts')
const OFFICER = { kind: 'person', id: 'officer' } as const

function followUp(really: readonly string[]): Figures {
  const root = mkdtempSync(join(tmpdir(), 'rufwerk-promise-'))
  try {
    put(root, 'opt/3CXDesktopApp/ffmpeg.dll', 'stands for the app')
    for (const place of ['usr/', 'home/anna/']) mkdirSync(join(root, place), { recursive: true })
    const run = (script: string, ...args: string[]): string =>
      execFileSync('sh', [join(SCRIPTS, script), '--root', root, '--name', 'pc-1', ...args], {
        encoding: 'utf8',
      })
    let at = 1
    const look = (): CollectorReport => {
      at += 1
      const report = readReport(run('collect.sh'), at, '')
      if (!report.ok) throw new Error(report.error.en)
      return report.value
    }
    const isThere = ({ installations }: CollectorReport): boolean => installations.length > 0
    if (!isThere(look())) throw new Error('the app was not found')
    const client = 'pc-1'
    let state = stepQuarantine(EMPTY_QUARANTINE, {
      ...{ type: 'stop', id: 'r1', by: OFFICER, at, clients: [client], fleet: 10, isCounting: true },
      reason: { kind: 'person', why: 'the app is there' },
    }).state
    state = stepQuarantine(state, { type: 'removal-asked', by: OFFICER, at, clients: [client] }).state
    run('remove.sh', '--app', STORY_APP, ...really)
    const after = look()
    const seen = {
      type: 'seen',
      client,
      seenAt: at,
      coverage: after.coverage,
      isThere: isThere(after),
    } as const
    return figuresOf(stepQuarantine(state, seen).state)
  } finally {
    rmSync(root, { recursive: true })
  }
}

interface Swept {
  readonly files: number
  readonly lines: number
}

/** Planted in folders and in logs of a proxy and a resolver; the twin has the neighbours of it. */
export async function row12(): Promise<Shown> {
  const root = mkdtempSync(join(tmpdir(), 'rufwerk-promise-'))
  try {
    const bytes = 'stands for a library that was changed'
    const hash = createHash('sha256').update(bytes).digest('hex')
    put(root, 'list.txt', `${hash}\nakamaicontainer[.]com\n`)
    const run = (folder: string, library: string, domain: string): Promise<Swept> => {
      put(root, `${folder}/Users/anna/AppData/Local/Programs/App/ffmpeg.dll`, library)
      put(root, `${folder}/Users/anna/Documents/note.txt`, 'akamaicontainer.com')
      put(root, `${folder}-proxy.log`, proxyLine('example.org') + proxyLine(domain))
      put(root, `${folder}-dns.log`, dnsLine('example.org') + dnsLine(domain))
      return sweep(root, folder)
    }
    const planted = await run('planted', bytes, 'akamaicontainer.com')
    const harmless = await run('harmless', `${bytes}!`, 'akamai.example.com')
    const told = ({ files, lines }: Swept): string => `${files} files, ${lines} lines of logs`
    return {
      expected: '1 files, 2 lines of logs',
      observed: told(planted),
      ok: planted.files === 1 && planted.lines === 2,
      twin: {
        changed: 'another byte in the file, another domain in the logs',
        observed: told(harmless),
        ok: harmless.files === 0 && harmless.lines === 0,
      },
    }
  } finally {
    rmSync(root, { recursive: true })
  }
}

function put(root: string, path: string, content: string): void {
  const whole = join(root, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, content)
}

/** As squid writes its access log. */
function proxyLine(host: string): string {
  return `1680000000.123 45 10.0.0.7 TCP_TUNNEL/200 5120 CONNECT ${host}:443 - HIER_DIRECT/192.0.2.1 -\n`
}

/** As dnsmasq does with log-queries. */
function dnsLine(host: string): string {
  return `Mar 29 10:00:00 dnsmasq[812]: query[A] ${host} from 10.0.0.7\n`
}

async function sweep(root: string, folder: string): Promise<Swept> {
  const logs = ['--log', `${folder}-proxy.log`, '--log', `${folder}-dns.log`]
  const wish = readSweepWish(['sweep', folder, '--indicators', 'list.txt', ...logs], root, 'en')
  if (wish === undefined || 'sentence' in wish) throw new Error('the sweep is no command')
  const swept = await carryOutSweep(wish)
  const lines = swept.logs.reduce((sum, log) => sum + log.searched.hits.length, 0)
  return { files: swept.folders.hits.length, lines }
}

/** A list of 150 devices; the twin has one more affected version in it. */
export async function row18(): Promise<Shown> {
  const answer = (text: string): { counts: Counts; sites: number; took: number } => {
    const begun = performance.now()
    const { reports } = importTable(text, { tenant: STORY_TENANT, seenAt: 1 })
    const { state } = step(emptyInventory(STORY_TENANT), reports)
    const { all, bySite } = exposureOf(state, indexOf('revision-corrected.json'), 1)
    return { counts: all, sites: bySite.size, took: performance.now() - begun }
  }
  const told = ({ affected, unknown, clean }: Counts): string =>
    `${affected} affected, ${unknown} unknown, ${clean} not affected`
  const list = storyList(DEVICES)
  const [plain, changed] = [
    answer(list),
    answer(list.replace('pc-20;', 'pc-20 ;').replace(/(pc-20 ;.*;)18\.12\.\d+/, '$118.12.407')),
  ]
  const expected = told({ affected: 6, unknown: 3, underInvestigation: 0, clean: DEVICES - 9 })
  return {
    expected: `${expected}, at 2 sites, within ${IMPORT_MS_MAX / 1_000} s`,
    observed: `${told(plain.counts)}, at ${plain.sites} sites, in ${Math.ceil(plain.took)} ms`,
    ok: told(plain.counts) === expected && plain.sites === 2 && plain.took <= IMPORT_MS_MAX,
    twin: {
      changed: 'an affected version on one device more',
      observed: told(changed.counts),
      ok: changed.counts.affected === 7 && changed.counts.unknown === 3,
    },
  }
}

const OTHER_ISSUER = 'https://warnings.example.net'

/** Two issuers and a corrected list; the twin calls the same revision by the same name with other words. */
export async function row19(): Promise<Shown> {
  const first = textOf('revision-first.json')
  const namespace = (JSON.parse(first) as { document: { publisher: { namespace: string } } }).document
    .publisher.namespace
  const other = first.replaceAll(namespace, OTHER_ISSUER)
  let book = pinned(pinned(EMPTY_BOOK, namespace), OTHER_ISSUER)
  book = received(book, first, namespace).book
  book = received(book, other, OTHER_ISSUER).book
  const reports = storyClients(2_000)
  const { state } = step(
    emptyInventory(STORY_TENANT),
    reports.map(({ report }) => report),
  )
  const before = exposureOf(state, indexAdvisories(countingAdvisories(book)), 1)
  const { because } = match(indexAdvisories(countingAdvisories(book)), {
    product: STORY_APP,
    platform: 'windows',
    version: '18.12.416',
  })
  const origins = new Set(because.map(({ issuer }) => issuer)).size
  const corrected = received(book, textOf('revision-corrected.json'), namespace)
  const after = exposureOf(state, indexAdvisories(countingAdvisories(corrected.book)), 2)
  const changed = differenceOf(before, after).map(({ device }) => device)
  const wanted = reports.flatMap(({ report, isAffected, isInFirst }) =>
    isAffected && !isInFirst ? [`hostname ${report.device.hostname}`] : [],
  )
  const isExact = changed.length === wanted.length && changed.every((device) => wanted.includes(device))
  const forged = received(book, first.replaceAll('18.12.407', '18.12.408'), namespace)
  const unchanged = differenceOf(
    before,
    exposureOf(state, indexAdvisories(countingAdvisories(forged.book)), 3),
  ).length
  return {
    expected: `2 origins, ${wanted.length} devices more by the corrected list, and no other`,
    observed: `${origins} origins, ${changed.length} devices more, ${isExact ? 'no other' : 'others, too'}`,
    ok: origins === 2 && isExact && wanted.length > 0,
    twin: {
      changed: 'other content under the same name and version',
      observed: `${forged.out.join()}, ${unchanged} devices changed`,
      ok: forged.out.includes('conflict') && unchanged === 0,
    },
  }
}

function pinned(book: AdvisoryBook, namespace: string): AdvisoryBook {
  return stepBook(book, { type: 'pin', issuer: { namespace, keys: [], addresses: [`${namespace}/`] } }).state
}

function received(
  book: AdvisoryBook,
  text: string,
  namespace: string,
): { book: AdvisoryBook; out: BookOutput['type'][] } {
  const { state, out } = stepBook(book, { type: 'receive', text, from: { address: `${namespace}/a.json` } })
  return { book: state, out: out.map(({ type }) => type) }
}
