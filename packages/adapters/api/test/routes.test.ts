// Every route of the OpenAPI document answers what its schema says, and refuses whom it must refuse.
// The cases are generated from the document: a new route without an example here fails.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { LIMITS } from '@rufwerk/api'
import * as contract from '@rufwerk/contract'
import * as attacksContract from '@rufwerk/contract/attacks'
import * as auditContract from '@rufwerk/contract/audit'
import * as backupsContract from '@rufwerk/contract/backups'
import * as casesContract from '@rufwerk/contract/cases'
import * as configurationContract from '@rufwerk/contract/configuration'
import * as planContract from '@rufwerk/contract/dial-plan'
import * as egressContract from '@rufwerk/contract/egress'
import * as fleetContract from '@rufwerk/contract/fleet'
import * as fleetWorkContract from '@rufwerk/contract/fleet-work'
import * as mailContract from '@rufwerk/contract/mail'
import * as meContract from '@rufwerk/contract/me'
import * as operationsContract from '@rufwerk/contract/operations'
import * as phonesContract from '@rufwerk/contract/phones'
import * as quarantineContract from '@rufwerk/contract/quarantine'
import * as queuesContract from '@rufwerk/contract/queues'
import * as recordingsContract from '@rufwerk/contract/recordings'
import * as recordsContract from '@rufwerk/contract/records'
import * as relayContract from '@rufwerk/contract/relay'
import * as roomsContract from '@rufwerk/contract/rooms'
import * as searchesContract from '@rufwerk/contract/searches'
import * as trunksContract from '@rufwerk/contract/trunks'
import * as voicemailContract from '@rufwerk/contract/voicemail'
import { type Ask, GOOD_PASSWORD, openOffice, openStaffedOffice, type Staffed } from './office.ts'
import { actor, applyOnePlan, EXAMPLES, type Example, setup } from './route-examples/examples.ts'

interface Operation {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly access: 'anyone' | 'person' | 'admin'
  /** JSON. */
  readonly hasBody: boolean
  readonly isUpload: boolean
  readonly hasQuery: boolean
  readonly bodyBytesMax: number
  readonly status: number
  /** Name of the answer's schema; absent with 204 and for a file. */
  readonly answer?: string
  /** Media type of the file that it answers with. */
  readonly file?: string
}

const operations = await readOperations()

async function readOperations(): Promise<Operation[]> {
  const office = await openOffice()
  const answer = await office.ask('GET', '/api/v1/openapi.json')
  assert.equal(answer.status, 200)
  const document = (await answer.json()) as {
    openapi: string
    paths: Record<string, Record<string, OpenApiOperation>>
  }
  assert.equal(document.openapi, '3.1.0')
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => readOperation(path, method, operation)),
  )
}

interface OpenApiOperation {
  readonly operationId: string
  readonly 'x-access': Operation['access']
  readonly 'x-body-bytes-max'?: number
  readonly security: readonly object[]
  readonly requestBody?: { readonly content: Record<string, object> }
  readonly parameters?: readonly { readonly in: string }[]
  readonly responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>
}

function readOperation(path: string, method: string, operation: OpenApiOperation): Operation {
  const [status, response] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? []
  const reference = response?.content?.['application/json']?.schema.$ref
  const file = Object.keys(response?.content ?? {}).find((type) => type !== 'application/json')
  assert.equal(operation.security.length, operation['x-access'] === 'anyone' ? 0 : 1, path)
  return {
    name: operation.operationId,
    method: method.toUpperCase(),
    path,
    access: operation['x-access'],
    hasBody: operation.requestBody?.content['application/json'] !== undefined,
    isUpload: operation.requestBody?.content['application/octet-stream'] !== undefined,
    bodyBytesMax: operation['x-body-bytes-max'] ?? LIMITS.requestBodyBytesMax,
    hasQuery: operation.parameters?.some((parameter) => parameter.in === 'query') ?? false,
    status: Number(status),
    ...(reference && { answer: reference.replace('#/components/schemas/', '') }),
    ...(file !== undefined && { file }),
  }
}

/** What is sent to a route: JSON, a file, or nothing. */
function sentTo({ isUpload }: Operation, body: object | undefined): Ask {
  if (isUpload) return { body: 'a file', headers: { 'content-type': 'application/octet-stream' } }
  return body === undefined ? {} : { body }
}

function exampleOf({ name }: Operation): Example {
  return EXAMPLES[name] ?? assert.fail(`the route ${name} has no example in this test`)
}

async function pathOf(operation: Operation, office: Staffed): Promise<string> {
  const id = (await exampleOf(operation).id?.(office)) ?? 'none'
  return operation.path.replace('{id}', id)
}

async function codeOf(answer: Response): Promise<string> {
  return contract.ApiError.parse(await answer.json()).error.code
}

/** The parsed answer must be the answer itself: a field that the schema does not know would be lost. */
async function assertAnswer(
  answer: Response,
  { name, status, answer: schemaName, file }: Operation,
): Promise<void> {
  const text = await answer.text()
  assert.equal(answer.status, status, `${name}: ${text}`)
  if (file !== undefined) {
    assert.equal(answer.headers.get('content-type'), file)
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="[\w.-]+"$/)
    return assert.notEqual(text, '')
  }
  if (schemaName === undefined) return assert.equal(text, '')
  const schema = Object.entries({
    ...contract,
    ...meContract,
    ...operationsContract,
    ...mailContract,
    ...phonesContract,
    ...planContract,
    ...attacksContract,
    ...casesContract,
    ...egressContract,
    ...fleetContract,
    ...fleetWorkContract,
    ...searchesContract,
    ...quarantineContract,
    ...queuesContract,
    ...recordingsContract,
    ...recordsContract,
    ...configurationContract,
    ...auditContract,
    ...backupsContract,
    ...relayContract,
    ...roomsContract,
    ...trunksContract,
    ...voicemailContract,
  }).find(([exported]) => exported === schemaName)?.[1]
  assert.ok(schema && typeof schema === 'object' && 'safeParse' in schema, schemaName)
  const value: unknown = JSON.parse(text)
  assert.deepEqual(schema.parse(value), value)
}

describe('every route answers what its schema says', () => {
  for (const operation of operations) {
    test(`${operation.method} ${operation.path}`, async () => {
      if (operation.name === 'setUp') return
      const office = await openStaffedOffice()
      let { body } = exampleOf(operation)
      if (operation.name === 'signInByLink') {
        const link = await office.world.accounts.createSignInLink(actor(office), office.colleague.id)
        assert.ok(link.ok)
        body = { token: link.value.token }
      }
      if (operation.name === 'changePassword') body = { ...body, currentPassword: GOOD_PASSWORD }
      const as = operation.name === 'changePassword' ? office.stranger.token : office.admin.token
      if (exampleOf(operation).isPlanned) await applyOnePlan(office)
      const path = (await pathOf(operation, office)) + (exampleOf(operation).query ?? '')
      const how = { as, ...sentTo(operation, body) }
      await assertAnswer(await office.ask(operation.method, path, how), operation)
      assert.deepEqual(office.logged, [])
    })
  }

  test('POST /api/v1/setup, once', async () => {
    const office = await openOffice()
    const link = await office.world.accounts.prepareSetup()
    assert.ok(link.ok)
    const body = { ...setup, token: link.value.token }
    const operation = operations.find(({ name }) => name === 'setUp') ?? assert.fail()
    await assertAnswer(await office.ask('POST', operation.path, { body }), operation)
    assert.equal(await codeOf(await office.ask('POST', operation.path, { body })), 'setup-done')
  })
})

describe('what an admin does is in the log of administration', () => {
  for (const operation of operations) {
    const isRead = operation.method === 'GET'
    // Noted with what it changes (packages/domain/accounts); the office has a stand-in for it.
    if (operation.access !== 'admin' || operation.name === 'importConfiguration') continue
    test(`${operation.method} ${operation.path}`, async () => {
      const office = await openStaffedOffice()
      const acts = async (): Promise<string[]> => {
        const read = await office.world.accounts.audit(office.admin.session, 200)
        assert.ok(read.ok)
        return read.value.map(({ act, detail }) =>
          detail.route === undefined ? act : `${act} ${detail.route}`,
        )
      }
      const { body, query = '', isPlanned } = exampleOf(operation)
      if (isPlanned) await applyOnePlan(office)
      const path = (await pathOf(operation, office)) + query
      const before = (await acts()).length
      const answer = await office.ask(operation.method, path, {
        as: office.admin.token,
        ...sentTo(operation, body),
      })
      assert.equal(answer.status, operation.status)
      await answer.arrayBuffer()
      const after = await acts()
      const [newest = ''] = after
      const isNoted = after.length > before
      if (isRead) return assert.ok(!isNoted || !newest.startsWith('administered'))
      assert.equal(after.length, before + 1, 'one entry')
      if (newest.startsWith('administered')) assert.equal(newest, `administered ${operation.name}`)
    })
  }

  test('who reads the records and traces of all calls is there, too; who is refused is not', async () => {
    const office = await openStaffedOffice()
    const ask = (path: string, as: string) => office.ask('GET', `/api/v1${path}`, { as })
    assert.equal((await ask('/cdrs', office.user.token)).status, 403)
    assert.equal((await ask('/cdrs', office.admin.token)).status, 200)
    const read = await office.world.accounts.audit(office.admin.session, 5)
    assert.ok(read.ok)
    const routes = read.value
      .filter(({ act }) => act === 'accessed')
      .map(({ actor, detail }) => [actor, detail.route])
    assert.deepEqual(routes, [[office.admin.person.id, 'companyRecords']])
  })
})

test('every route of the document is for whom it is meant, and every example has its route', () => {
  const access = Object.fromEntries(operations.map(({ name, access }) => [name, access]))
  const meant = Object.fromEntries(Object.entries(EXAMPLES).map(([name, { access }]) => [name, access]))
  assert.deepEqual(access, meant)
})

describe('every route refuses', () => {
  let office: Staffed
  before(async () => {
    office = await openStaffedOffice()
  })

  for (const operation of operations) {
    const { method, path, access } = operation
    const example = exampleOf(operation)
    const body = example.body ?? (operation.hasBody ? {} : undefined)
    const sent = sentTo(operation, body)
    const ask = async ({ headers, ...how }: Ask) =>
      office.ask(method, await pathOf(operation, office), {
        ...sent,
        ...how,
        headers: { ...sent.headers, ...headers },
      })

    if (access !== 'anyone') {
      test(`${method} ${path}: who is not signed in, or pretends to be`, async () => {
        assert.equal(await codeOf(await ask({})), 'unauthenticated')
        assert.equal(await codeOf(await ask({ as: 'A'.repeat(43) })), 'unauthenticated')
        const twice = `rufwerk_session=${office.admin.token}; rufwerk_session=${office.user.token}`
        assert.equal(await codeOf(await ask({ headers: { cookie: twice } })), 'unauthenticated')
      })
    }
    if (access === 'admin') {
      test(`${method} ${path}: who is not an admin`, async () => {
        assert.equal(await codeOf(await ask({ as: office.user.token })), 'forbidden')
      })
    }
    if (access !== 'anyone' && (path.includes('{id}') || example.ofColleague)) {
      test(`${method} ${path}: other persons, and other companies' admins`, async () => {
        assert.ok(example.ofColleague, 'a route that names something needs an example of somebody else’s')
        const other = await example.ofColleague(office)
        const place = path.replace('{id}', other.id ?? '') + (other.query ?? '')
        const how = sentTo(operation, other.body ?? body)
        const byUser = await office.ask(method, place, { ...how, as: office.user.token })
        const code = await codeOf(byUser)
        assert.ok(code === 'forbidden' || code === 'not-found', code)
        const byStranger = await office.ask(method, place, { ...how, as: office.stranger.token })
        assert.equal(await codeOf(byStranger), 'not-found')
      })
    }
    if (method !== 'GET') {
      test(`${method} ${path}: pages of other origins`, async () => {
        const as = office.admin.token
        for (const origin of [
          undefined,
          'null',
          'http://evil.example',
          'http://localhost:9090',
          'localhost:8080',
        ]) {
          assert.equal(await codeOf(await ask({ as, headers: { origin } })), 'origin-refused', String(origin))
        }
        const headers = { 'sec-fetch-site': 'cross-site' }
        assert.equal(await codeOf(await ask({ as, headers })), 'origin-refused')
      })
    }
    if (operation.hasBody) {
      test(`${method} ${path}: bodies that are not the JSON it wants`, async () => {
        const as = office.admin.token
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          undefined,
          'application/jsonp',
        ]) {
          const headers = { 'content-type': type }
          const code = await codeOf(await ask({ as, headers, body: '{}' }))
          assert.equal(code, 'unsupported-media-type', String(type))
        }
        for (const wrong of [
          '',
          '{',
          '[]',
          'null',
          '{"__proto__":{}}',
          JSON.stringify({ ...body, more: 1 }),
        ]) {
          assert.equal(await codeOf(await ask({ as, body: wrong })), 'bad-request', wrong)
        }
        const large = JSON.stringify({ name: 'x'.repeat(operation.bodyBytesMax) })
        assert.equal(await codeOf(await ask({ as, body: large })), 'too-large')
      })
    }
    if (operation.isUpload) {
      test(`${method} ${path}: what is no file, and files that are too large`, async () => {
        const as = office.admin.token
        const place = (await pathOf(operation, office)) + (example.query ?? '')
        for (const type of ['text/plain', 'application/json', undefined]) {
          const headers = { 'content-type': type }
          const code = await codeOf(await office.ask(method, place, { as, headers, body: 'x' }))
          assert.equal(code, 'unsupported-media-type', String(type))
        }
        const large = { ...sent, as, body: 'x'.repeat(operation.bodyBytesMax + 1) }
        assert.equal(await codeOf(await office.ask(method, place, large)), 'too-large')
      })
    }
    if (operation.hasQuery) {
      test(`${method} ${path}: senseless queries`, async () => {
        const place = await pathOf(operation, office)
        const query = operation.name === 'calls' ? '?limit=1000' : '?person=../x'
        const answer = await office.ask(method, place + query, { as: office.admin.token })
        assert.equal(await codeOf(answer), 'bad-request')
      })
    }
  }
})

test('a session says whether there is a password, from the link on', async () => {
  const office = await openStaffedOffice()
  const hasPassword = async (token: string): Promise<unknown> => {
    const answer = await office.ask('GET', '/api/v1/session', { as: token })
    return ((await answer.json()) as { hasPassword: unknown }).hasPassword
  }
  assert.equal(await hasPassword(office.admin.token), true)
  const { token, session } = office.user
  assert.equal(await hasPassword(token), false)
  const link = await office.world.accounts.createSignInLink(session, session.person)
  assert.ok(link.ok)
  const came = await office.ask('POST', '/api/v1/session/link', { body: { token: link.value.token } })
  assert.equal(((await came.json()) as { hasPassword: unknown }).hasPassword, false)
  const body = { newPassword: 'ein langes neues Kennwort' }
  assert.equal((await office.ask('PUT', '/api/v1/session/password', { as: token, body })).status, 204)
  assert.equal(await hasPassword(token), true)
})

test('an address without a route, and a method that a route does not have', async () => {
  const office = await openStaffedOffice()
  assert.equal(await codeOf(await office.ask('GET', '/api/v1/none')), 'not-found')
  assert.equal(await codeOf(await office.ask('PATCH', '/api/v1/session')), 'method-not-allowed')
  assert.equal(await codeOf(await office.ask('DELETE', '/api/v1/calls/call-1')), 'method-not-allowed')
  const as = office.admin.token
  assert.equal(await codeOf(await office.ask('GET', '/api/v1/calls/..%2f..%2fetc', { as })), 'not-found')
})
