// "My virus scanner flags this", at a whole server: it becomes a case and is closed with evidence by two
// people who have not reported it; each refusal beside what is allowed.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Server } from '../support/server.ts'

const HASH = '7986bbaee8940da11ce089383521ab420c443ab7b15ed42aed91fd31ce833896'
const HOUR = 3_600_000

interface Detail {
  readonly id: string
  readonly status: string
  readonly verdict?: string
  readonly reports: number
  readonly confirmedBy?: string
  readonly origins: readonly { readonly by: string; readonly words: string }[]
  readonly timeline: readonly { readonly act: string; readonly by?: string }[]
  readonly evidence: readonly { readonly kind: string }[]
}
interface List {
  readonly open: number
  readonly closed: number
  readonly cases: readonly (Omit<Detail, 'origins'> & {
    readonly openedAt: number
    readonly answerDue: number
    readonly decisionDue: number
  })[]
}

const server = await Server.start()
test.after(() => server.stop())
const { admin } = server
const [ben, cleo] = server.colleagues
assert.ok(ben && cleo)
const bea = await admin.addPerson('Bea', '120', 'admin')
const report = {
  hashes: [HASH.toUpperCase()],
  fileName: 'ffmpeg.dll',
  words: 'My scanner flags <b>this</b>.',
}
const list = (): Promise<List> => admin.ask('GET', '/cases')
let id = ''
const act = (by: typeof admin, body: object): Promise<Detail> => by.ask('POST', `/cases/${id}/acts`, body)
const evidence = (kind: string) => ({ type: 'evidence', kind, what: 'Taken apart.', sha256: HASH })
const CLOSE = { type: 'propose', verdict: 'false-positive', why: 'It is our own file.' }

test('what people report is a case with clocks; the same file again is the same case', async () => {
  const first = await ben.ask<{ receipt: string; how: string }>('POST', '/reports', report)
  const second = await cleo.ask<{ receipt: string; how: string }>('POST', '/reports', report)
  assert.deepEqual([first.how, second.how], ['opened', 'joined'])
  assert.notEqual(first.receipt, second.receipt)
  const { cases, open } = await list()
  const [known] = cases
  assert.ok(known && open === 1 && cases.length === 1)
  id = known.id
  assert.deepEqual(
    [known.reports, known.answerDue - known.openedAt, known.decisionDue - known.openedAt],
    [2, 24 * HOUR, 72 * HOUR],
  )
  const { origins } = await admin.ask<Detail>('GET', `/cases/${id}`)
  assert.deepEqual(
    origins.map(({ words }) => words),
    [report.words, report.words],
  )
  assert.equal(new Set(origins.map(({ by }) => by)).size, 2)
})

test('nothing said is no report, and who is no admin sees no case', async () => {
  await assert.rejects(ben.ask('POST', '/reports', {}), /400/)
  await assert.rejects(ben.ask('POST', '/reports', { hashes: ['abc'] }), /400/)
  for (const path of ['/cases', `/cases/${id}`]) await assert.rejects(ben.ask('GET', path), /403/)
  await assert.rejects(act(ben, { type: 'note', words: 'x' }), /403/)
  assert.equal((await list()).cases.length, 1)
})

test('closed only with evidence that is enough, and by a second person', async () => {
  await act(admin, { type: 'answer', words: 'We look at it.' })
  await assert.rejects(act(admin, CLOSE), /409/, 'without evidence')
  await act(admin, evidence('scanner-verdict'))
  await act(admin, evidence('vendor-statement'))
  await assert.rejects(act(admin, CLOSE), /409/, 'the words of a scanner and of a vendor')
  await assert.rejects(act(admin, { type: 'confirm' }), /409/, 'nobody has proposed it')
  await act(admin, evidence('file-analysis'))
  assert.equal((await act(admin, CLOSE)).status, 'proposed')
  await assert.rejects(act(admin, { type: 'confirm' }), /409/, 'the same person')
  assert.equal((await list()).open, 1)
  const closed = await act(bea, { type: 'confirm' })
  assert.deepEqual([closed.status, closed.verdict, closed.confirmedBy], ['closed', 'false-positive', 'Bea'])
  assert.deepEqual([(await list()).open, (await list()).closed], [0, 1])
})

test('another report opens it again; older evidence and whoever reported it are not enough', async () => {
  const again = await bea.ask<{ how: string }>('POST', '/reports', report)
  assert.equal(again.how, 'reopened')
  await assert.rejects(act(admin, CLOSE), /409/, 'evidence from before')
  await act(admin, evidence('reproduced-build'))
  await act(admin, CLOSE)
  await assert.rejects(act(bea, { type: 'confirm' }), /409/, 'she has reported it')
  const kept = await admin.ask<Detail>('GET', `/cases/${id}`)
  assert.deepEqual([kept.status, kept.evidence.length, kept.reports], ['proposed', 4, 3])
  const acts = kept.timeline.map((entry) => entry.act)
  assert.ok(acts.indexOf('closed') < acts.indexOf('reopened'))
})

test('who did what is in the log of administration', async () => {
  const { entries } = await admin.ask<{ entries: { act: string; detail: Record<string, string> }[] }>(
    'GET',
    '/audit?limit=100',
  )
  assert.ok(entries.some(({ detail }) => detail.route === 'actOnCase'))
  assert.ok(entries.some(({ act: word, detail }) => word === 'accessed' && detail.route === 'case'))
})
