// Which versions are allowed, and what an advisory recommends, over the interface of a whole server: phones
// say what they are, rules are watched and enforced, and recommendations become work.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { STORY_APP } from '@rufwerk/fleet/testing'
import { RawPhone } from '../support/raw-sip.ts'
import { Server } from '../support/server.ts'
import { until } from '../support/wait.ts'

const FIXTURES = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures')
const FIRST = await readFile(join(FIXTURES, 'revision-first.json'), 'utf8')
const CORRECTED = await readFile(join(FIXTURES, 'revision-corrected.json'), 'utf8')
const { publisher, tracking } = JSON.parse(FIRST).document
const OF = { issuer: publisher.namespace as string, advisory: tracking.id as string }
const ADDRESS = `/fleet/advisories?address=${encodeURIComponent(`${OF.issuer}/sa.json`)}`
const TOKEN = STORY_APP.replaceAll(' ', '')
/** Older than allowed, allowed, one that nobody can read, another product. */
const CLIENTS = [
  ['Ben', `${TOKEN}/18.12.416 (Windows; x64)`, 403],
  ['Cleo', `${TOKEN}/18.12.425 (Windows; x64)`, 200],
  ['Dora', `${TOKEN}/18.12.425 <script>`, 200],
  ['Emil', 'OtherPhone/1.0', 200],
] as const

interface Versions {
  readonly forbidden: number
  readonly unknown: number
  readonly devices: readonly { readonly person?: string; readonly judgement: string }[]
  readonly acted?: { readonly stopped: number; readonly missing: number }
}
interface Playbook {
  readonly wanted: number
  readonly done: number
  readonly overdue: number
  readonly steps: readonly {
    readonly id: string
    readonly owner?: string
    readonly doneBy?: string
    readonly isWithdrawn: boolean
    readonly evidence: readonly { readonly by: string; readonly text: string }[]
  }[]
}

const server = await Server.start()
test.after(() => server.stop())
const { admin, colleagues } = server
const people = [...colleagues, await admin.addPerson('Dora', '103'), await admin.addPerson('Emil', '104')]
const accounts = await Promise.all(people.map((person) => person.addPhone('Computer')))

async function registers(): Promise<number[]> {
  const statuses: number[] = []
  for (const [at, [, userAgent]] of CLIENTS.entries()) {
    const account = accounts[at]
    assert.ok(account)
    const phone = await RawPhone.open(account)
    const headers = ['Expires: 300', `User-Agent: ${userAgent}`]
    statuses.push((await phone.ask({ method: 'REGISTER', headers })).status)
    phone.close()
  }
  return statuses
}

const rule = (mode: 'watch' | 'enforce', more: object = {}) => ({
  rules: [{ id: 'desktop', product: STORY_APP, ranges: ['>=18.12.422'], mode, ...more }],
})

test('a rule that is watched names who runs another version, and stops nobody', async () => {
  assert.deepEqual(await registers(), [200, 200, 200, 200])
  const total = async () => (await admin.ask<{ total: number }>('GET', '/fleet/exposure')).total
  await until('all are seen', async () => (await total()) === CLIENTS.length)
  const { forbidden, unknown, devices, acted } = await admin.ask<Versions>(
    'PUT',
    '/fleet/versions',
    rule('watch'),
  )
  assert.deepEqual([forbidden, unknown, acted], [1, 1, undefined])
  assert.deepEqual(
    devices.map(({ person, judgement }) => [person, judgement]),
    [
      ['Ben', 'forbidden'],
      ['Dora', 'unknown'],
    ],
  )
  assert.deepEqual(await registers(), [200, 200, 200, 200])
})

test('the same rule enforced stops exactly that one; the unreadable only where it says so', async () => {
  const enforced = await admin.ask<Versions>('PUT', '/fleet/versions', rule('enforce'))
  assert.equal(enforced.acted?.stopped, 1)
  assert.deepEqual(
    await registers(),
    CLIENTS.map(([, , status]) => status),
  )
  const { stops } = await admin.ask<{ stops: { person: string; why: string[] }[] }>('GET', '/quarantine')
  assert.deepEqual(
    stops.map(({ person, why }) => [person, why]),
    [['Ben', [`desktop: ${STORY_APP}`]]],
  )
  // One policy stops a tenth alone: the second one of four devices waits for people.
  const stricter = await admin.ask<Versions>(
    'PUT',
    '/fleet/versions',
    rule('enforce', { stopsUnknown: true }),
  )
  assert.deepEqual([stricter.acted?.stopped, stricter.acted?.missing], [0, 2])
  assert.deepEqual(await registers(), [403, 200, 200, 200])
})

test('ranges that cannot be read, two rules of one name and others than admins are refused', async () => {
  const [other] = colleagues
  const set = (body: object) => admin.ask('PUT', '/fleet/versions', body)
  for (const ranges of [['newest'], ['vers:unknown/>=1'], ['>=18.12.422', '>=x']])
    await assert.rejects(set(rule('watch', { ranges })), /400.*range/s, String(ranges))
  const [one] = rule('watch').rules
  await assert.rejects(set({ rules: [one, one] }), /400/)
  await assert.rejects(other?.ask('GET', '/fleet/versions') ?? assert.fail(), /403/)
  assert.equal((await admin.ask<Versions>('GET', '/fleet/versions')).forbidden, 1, 'nothing was changed')
})

test('an advisory becomes work: an owner, a deadline, evidence, done; a revision keeps it', async () => {
  const of = `/fleet/playbook?${new URLSearchParams(OF)}`
  await assert.rejects(admin.ask('GET', of), /404/)
  await admin.ask('PUT', '/fleet/issuers', { namespace: OF.issuer, addresses: [`${OF.issuer}/`] })
  await admin.upload(ADDRESS, FIRST)
  const before = await admin.ask<Playbook>('GET', of)
  const [first] = before.steps
  assert.ok(first)
  assert.deepEqual([before.wanted > 0, before.done], [true, 0])
  const act = (body: object) =>
    admin.ask<Playbook>('POST', '/fleet/playbook/acts', { ...OF, step: first.id, ...body })
  await assert.rejects(act({ type: 'done' }), /409/, 'without evidence')
  await act({ type: 'evidence', text: 'The script ran on PC-7.' })
  await assert.rejects(act({ type: 'done' }), /409/, 'without an owner')
  await assert.rejects(act({ type: 'assign', owner: 'nobody', deadline: 1 }), /404/)
  const owner = (await colleagues[0]?.id()) ?? ''
  const late = await act({ type: 'assign', owner, deadline: 1 })
  assert.deepEqual([late.overdue, late.steps[0]?.owner], [1, 'Ben'])
  const done = await act({ type: 'done' })
  assert.deepEqual([done.done, done.overdue, done.steps[0]?.doneBy], [1, 0, 'Ada'])
  await admin.upload(ADDRESS, CORRECTED)
  const after = await admin.ask<Playbook>('GET', of)
  const kept = after.steps.find(({ id }) => id === first.id)
  assert.deepEqual(
    kept?.evidence.map(({ by, text }) => [by, text]),
    [['Ada', 'The script ran on PC-7.']],
  )
  await admin.ask('DELETE', `/fleet/issuers?namespace=${encodeURIComponent(OF.issuer)}`)
  await assert.rejects(admin.ask('GET', of), /404/, 'its issuer is pinned no more')
})
