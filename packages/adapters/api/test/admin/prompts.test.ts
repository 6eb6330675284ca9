// Replacing what callers hear, at the door of the interface: who may, in which form, and what is answered.
// What a file is, is decided behind it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApi, type PromptDoor, type PromptRefusal, type PromptState } from '@rufwerk/api'
import * as contract from '@rufwerk/contract'
import { PROMPT_UPLOAD_BYTES_MAX, Prompts } from '@rufwerk/contract/prompts'
import { fail, ok, wallTime } from '@rufwerk/core'
import { HERE, ORIGIN, openStaffedOffice } from '../office.ts'
import { giveBox } from '../support/voicemail-boxes.ts'

const WELCOME: PromptState = {
  ...({
    file: 'de-welcome',
    language: 'de',
    name: 'welcome',
    text: 'Willkommen',
    use: 'A greeting.',
  } as const),
  ...{ isBuiltIn: true, isFixed: false, own: { seconds: 1.5, changedAt: wallTime(5) } },
}
const SOUND = Uint8Array.from([82, 73, 70, 70])

async function studio(refusal?: PromptRefusal) {
  const office = await openStaffedOffice()
  const asked: string[] = []
  const door: PromptDoor = {
    list: (tenant) => (tenant === office.admin.person.tenant ? [WELCOME] : []),
    replace: async (tenant, by, file, bytes) => {
      asked.push(
        `${tenant === office.admin.person.tenant} ${by === office.admin.person.id} ${file} ${bytes.length}`,
      )
      return refusal ? fail(refusal) : ok(WELCOME)
    },
    usedAt: (_, file) => (file === 'de-closing' ? 'flows[1].prompt of the dial plan' : undefined),
    reset: async (_, __, file) => file === 'de-welcome',
    sound: async (_, file) => (file === 'de-welcome' ? SOUND : undefined),
  }
  const api = createApi({ ...office.ports, prompts: door })
  const ask = (
    method: string,
    path: string,
    how: { as?: string; headers?: object; body?: Uint8Array } = {},
  ) => {
    const { as, headers, body } = how
    const request = new Request(`${ORIGIN}/api/v1${path}`, {
      method,
      headers: {
        origin: ORIGIN,
        host: new URL(ORIGIN).host,
        ...(as && { cookie: `rufwerk_session=${as}` }),
        ...(body && { 'content-type': 'audio/wav', 'content-length': String(body.length) }),
        ...headers,
      },
      ...(body && { body: Buffer.from(body) }),
    })
    return api.fetch(request, HERE)
  }
  return { office, ask, asked, api }
}

const codeOf = async (answer: Response) => contract.ApiError.parse(await answer.json()).error.code

test('an admin lists, hears, replaces and resets prompts', async () => {
  const { office, ask, asked } = await studio()
  const as = office.admin.token
  assert.deepEqual(Prompts.parse(await (await ask('GET', '/prompts', { as })).json()), { prompts: [WELCOME] })
  const replaced = await ask('PUT', '/prompts/de-welcome', { as, body: SOUND })
  assert.deepEqual([replaced.status, await replaced.json()], [200, WELCOME])
  assert.deepEqual(asked, ['true true de-welcome 4'])
  const heard = await ask('GET', '/prompts/de-welcome/sound', { as })
  assert.equal(heard.headers.get('content-type'), 'audio/wav')
  assert.deepEqual(new Uint8Array(await heard.arrayBuffer()), SOUND)
  assert.equal(await codeOf(await ask('GET', '/prompts/de-other/sound', { as })), 'not-found')
  assert.equal((await ask('DELETE', '/prompts/de-welcome', { as })).status, 204)
  assert.equal(await codeOf(await ask('DELETE', '/prompts/de-other', { as })), 'not-found')
  const used = contract.ApiError.parse(await (await ask('DELETE', '/prompts/de-closing', { as })).json())
  assert.equal(used.error.message, 'It is still named: flows[1].prompt of the dial plan.')
})

test('nobody else may, and no page of another origin', async () => {
  const { office, ask, asked } = await studio()
  for (const [method, path, body] of [
    ['GET', '/prompts', undefined],
    ['GET', '/prompts/de-welcome/sound', undefined],
    ['PUT', '/prompts/de-welcome', SOUND],
    ['DELETE', '/prompts/de-welcome', undefined],
  ] as const) {
    const rest = body ? { body } : {}
    assert.equal(await codeOf(await ask(method, path, rest)), 'unauthenticated')
    assert.equal(await codeOf(await ask(method, path, { ...rest, as: office.user.token })), 'forbidden')
    if (method === 'GET') continue
    const headers = { origin: 'http://evil.example' }
    const answer = await ask(method, path, { ...rest, as: office.admin.token, headers })
    assert.equal(await codeOf(answer), 'origin-refused')
  }
  assert.deepEqual(asked, [])
})

test('a file is sent as a file, with its length, and not larger than allowed', async () => {
  const { office, ask, asked } = await studio()
  const put = (headers: object) =>
    ask('PUT', '/prompts/de-welcome', { as: office.admin.token, body: SOUND, headers })
  const forms = ['application/json', 'text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']
  for (const type of forms)
    assert.equal(await codeOf(await put({ 'content-type': type })), 'unsupported-media-type', type)
  assert.equal(
    await codeOf(await put({ 'content-length': String(PROMPT_UPLOAD_BYTES_MAX + 1) })),
    'too-large',
  )
  assert.equal(await codeOf(await put({ 'transfer-encoding': 'chunked' })), 'bad-request')
  assert.deepEqual(asked, [])
  for (const type of [
    'application/octet-stream',
    'audio/mpeg',
    'audio/x-wav; codecs=1',
    'video/mp4',
    'image/png',
  ])
    assert.equal((await put({ 'content-type': type })).status, 200, type)
})

test('names that lead elsewhere are not there', async () => {
  const { office, ask, asked } = await studio()
  for (const id of ['..%2f..%2fetc', 'de.welcome', '%2e%2e', 'x'.repeat(65), 'de%00x'])
    assert.equal(
      await codeOf(await ask('PUT', `/prompts/${id}`, { as: office.admin.token, body: SOUND })),
      'not-found',
    )
  assert.deepEqual(asked, [])
})

test('each refusal has its code, and what is no sound its sentence', async () => {
  const rows: readonly (readonly [PromptRefusal, string, RegExp])[] = [
    [{ why: 'no-sound', sentence: 'The file is a PNG picture.' }, 'not-a-sound', /PNG/],
    [{ why: 'no-name' }, 'not-found', /de-NAME/],
    [{ why: 'fixed' }, 'forbidden', /evidence/],
    [{ why: 'full' }, 'limit-reached', /remove/],
    [{ why: 'busy' }, 'unavailable', /busy/],
    [{ why: 'not-stored' }, 'unavailable', /busy/],
  ]
  for (const [refusal, code, sentence] of rows) {
    const { office, ask } = await studio(refusal)
    const answer = await ask('PUT', '/prompts/de-welcome', { as: office.admin.token, body: SOUND })
    const { error } = contract.ApiError.parse(await answer.json())
    assert.equal(error.code, code)
    assert.match(error.message, sentence)
  }
})

test('uploads of one person have a rate', async () => {
  const { office, ask, api } = await studio()
  let last = 200
  for (let upload = 0; upload < 70 && last === 200; upload += 1)
    last = (await ask('PUT', '/prompts/de-welcome', { as: office.admin.token, body: SOUND })).status
  assert.equal(last, 429)
  api.close()
})

test('an admin makes a message that was spoken by phone a prompt, none of others', async () => {
  const { office, ask, asked } = await studio()
  const { admin, colleague } = office
  await giveBox(office.ports, admin.person, 'mia')
  await giveBox(office.ports, colleague, 'anna')
  const use = (message: unknown, as = admin.token) => {
    const body = Buffer.from(JSON.stringify({ message }))
    return ask('POST', '/prompts/de-welcome/message', {
      as,
      body,
      headers: { 'content-type': 'application/json' },
    })
  }
  assert.equal((await use('message-of-mia')).status, 200)
  assert.deepEqual(asked, ['true true de-welcome 4'])
  assert.equal(await codeOf(await use('message-of-anna')), 'not-found')
  assert.equal(await codeOf(await use('no-message')), 'not-found')
  assert.equal(await codeOf(await use('../x')), 'bad-request')
  assert.equal(await codeOf(await use(7)), 'bad-request')
  assert.equal(await codeOf(await use('message-of-mia', office.user.token)), 'forbidden')
  assert.equal(asked.length, 1)
})
