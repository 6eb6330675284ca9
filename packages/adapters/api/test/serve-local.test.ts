// The socket in the data folder and the command line over it: who may open it is an admin, nobody else may.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type LocalServer, serveLocal } from '@rufwerk/api'
import { EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { ELSEWHERE, openOffice, openStaffedOffice, recordOf, type Staffed } from './office.ts'

const folder = mkdtempSync(join(tmpdir(), 'rufwerk-local-'))
after(() => rmSync(folder, { recursive: true }))
const TOOL = join(import.meta.dirname, '../../../../tools/rufwerk.ts')

interface Ended {
  readonly code: number
  readonly out: string
  readonly said: string
}

function rufwerk(...args: string[]): Promise<Ended> {
  const env = { ...process.env, LC_ALL: 'C', INIT_CWD: folder }
  return new Promise((resolve) => {
    execFile(process.execPath, [TOOL, ...args], { env }, (error, out, said) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, said }),
    )
  })
}

function get(socketPath: string, path: string, headers = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers: { host: 'localhost', ...headers } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('the socket', () => {
  test('has mode 0600 from its first moment, replaces one that was left, and goes at the end', async () => {
    const office = await openStaffedOffice()
    const path = join(folder, 'a.sock')
    writeFileSync(path, 'left behind')
    const before = process.umask()
    const served = await serveLocal(office.api, path)
    assert.ok(served.ok)
    assert.equal(process.umask(), before)
    const { mode } = statSync(path)
    assert.equal(mode & 0o777, 0o600)
    assert.equal(await get(path, '/api/v1/people'), 200)
    assert.equal(await get(path, '/metrics'), 200)
    await served.value.close()
    await assert.rejects(get(path, '/api/v1/people'))
  })

  test('a path that no socket can have is told', async () => {
    const office = await openStaffedOffice()
    const served = await serveLocal(office.api, join(folder, 'x'.repeat(120)))
    assert.ok(!served.ok)
    assert.match(served.error, /too long/)
  })

  test('before there is a company nobody is an admin, and over the network nobody by a header', async () => {
    const empty = await openOffice()
    const path = join(folder, 'b.sock')
    const served = await serveLocal(empty.api, path)
    assert.ok(served.ok)
    assert.equal(await get(path, '/api/v1/people'), 403)
    assert.equal(await get(path, '/api/v1/health'), 200)
    await served.value.close()
    const office = await openStaffedOffice()
    for (const headers of [{ 'x-local-admin': '1' }, { cookie: 'rufwerk_session=local-admin' }]) {
      const answer = await office.ask('GET', '/api/v1/people', { headers, peer: ELSEWHERE })
      assert.equal(answer.status, 401)
    }
  })

  test('it has no phone, no WebSocket and no password of its own', async () => {
    const office = await openStaffedOffice()
    const path = join(folder, 'c.sock')
    const served = await serveLocal(office.api, path)
    assert.ok(served.ok)
    const headers = { connection: 'upgrade', upgrade: 'websocket' }
    await assert.rejects(get(path, '/api/v1/live', headers))
    await served.value.close()
  })
})

describe('the command line', () => {
  let office: Staffed
  let served: LocalServer
  before(async () => {
    office = await openStaffedOffice()
    office.records.push(recordOf(office.admin.person, office.colleague))
    const opened = await serveLocal(office.api, join(folder, 'rufwerk.sock'))
    assert.ok(opened.ok)
    served = opened.value
  })
  after(() => served.close())

  test('lists people for people, and as the server says them', async () => {
    const shown = await rufwerk('people', 'list', '--data', '.')
    assert.deepEqual([shown.code, shown.said], [0, ''])
    assert.match(shown.out, /^id +name +extension/)
    const { out } = await rufwerk('people', '--data', '.', '--json')
    const people = (JSON.parse(out) as { people: { extension: string }[] }).people
    assert.equal(people.length, 3)
  })

  test('changes what an admin may change, and the log of administration says from where', async () => {
    const added = await rufwerk('people', 'add', '--name', 'Neu', '--extension=150', '--data=.', '--json')
    assert.equal(added.code, 0, added.said)
    assert.equal((JSON.parse(added.out) as { role: string }).role, 'user')
    const audit = await office.world.accounts.audit(office.admin.session, 1)
    assert.ok(audit.ok)
    assert.deepEqual([audit.value[0]?.act, audit.value[0]?.actor], ['person-added', 'local-admin'])
  })

  test('applies a dial plan from a file that holds the plan alone', async () => {
    writeFileSync(join(folder, 'plan.json'), JSON.stringify({ ...EMPTY_DIAL_PLAN, codes: [] }))
    const applied = await rufwerk('dial-plan', 'apply', 'plan.json', '--note', 'new', '--data', '.', '--json')
    assert.equal(applied.code, 0, applied.said)
    assert.equal((JSON.parse(applied.out) as { version: number }).version, 1)
    writeFileSync(join(folder, 'wrong.json'), '{"flows":7}')
    const refused = await rufwerk('dial-plan', 'apply', 'wrong.json', '--data', '.', '--language', 'de')
    assert.equal(refused.code, 1)
    assert.match(refused.said, /^rufwerk: Der Wählplan hat Fehler; nichts wurde geändert\./)
  })

  test('shows no secret, takes none as an argument, and writes them to a private file', async () => {
    const { id } = office.colleague
    const hidden = await rufwerk('people', 'link', id, '--data', '.', '--json')
    assert.equal(hidden.code, 0, hidden.said)
    assert.doesNotMatch(hidden.out + hidden.said, /#link=/)
    const written = await rufwerk('people', 'link', id, '--data', '.', '--output', 'link.json')
    assert.doesNotMatch(written.out + written.said, /#link=/)
    assert.match(readFileSync(join(folder, 'link.json'), 'utf8'), /#link=/)
    assert.equal(statSync(join(folder, 'link.json')).mode & 0o777, 0o600)
    const again = await rufwerk('people', 'link', id, '--data', '.', '--output', 'link.json')
    assert.equal(again.code, 2, 'never over a file')
    const phone = [
      'devices',
      'add',
      '--kind',
      'phone',
      '--name',
      'x',
      '--person',
      id,
      '--data',
      '.',
      '--json',
    ]
    const made = JSON.parse((await rufwerk(...phone)).out) as { password: string }
    assert.match(made.password, /secret/)
  })

  test('a table goes to standard output, and a filter to the server', async () => {
    const table = await rufwerk('cdrs', 'csv', '--outcome', 'answered', '--data', '.')
    assert.equal(table.code, 0, table.said)
    assert.match(table.out, /^call,dialled\r\n/)
    assert.deepEqual(office.kept.filters.at(-1), { outcome: 'answered' })
  })

  test('backups are asked for and restored; the recovery key is not shown', async () => {
    const made = await rufwerk('backup', '--data', '.', '--json')
    assert.match(made.out, /rufwerk-20261122T030000Z\.backup/, made.said)
    const key = await rufwerk('backups', 'recovery-key', '--data', '.')
    assert.match(key.out, /secret/)
    writeFileSync(join(folder, 'none.backup'), 'x')
    writeFileSync(join(folder, 'key.json'), '{"recoveryKey":"abcd-efgh"}')
    const restore = await rufwerk('restore', 'none.backup', '--data', 'new', '--key', 'key.json')
    assert.deepEqual([restore.code, restore.said], [1, 'rufwerk: this is no backup of Rufwerk\n'])
  })

  test('what is wrong has a sentence in two languages and its own exit code', async () => {
    const rows: [args: string[], code: number, said: RegExp][] = [
      [['nothing', '--data', '.'], 2, /no such command: nothing/],
      [['people', 'link', 'nobody', '--data', '.', '--language=de'], 1, /Das gibt es nicht/],
      [['people', 'list', '--data', 'elsewhere'], 3, /no server runs/],
      [['personal', 'find', 'none.json', '--data', '.'], 2, /cannot be read/],
    ]
    const all = await Promise.all(rows.map(([args]) => rufwerk(...args)))
    for (const [at, [args, code, said]] of rows.entries()) {
      const ended = all[at] ?? assert.fail()
      assert.equal(ended.code, code, args.join(' ') + ended.said)
      assert.match(ended.said, said)
    }
  })
})
