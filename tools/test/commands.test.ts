// Each route of the interface is a command of `npm run rufwerk`, under words of its own, and nothing else is.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createApi, type PromptDoor, serveLocal } from '@rufwerk/api'
import { fail } from '@rufwerk/core'
import { HERE, ORIGIN, openStaffedOffice } from '../../packages/adapters/api/test/office.ts'
import { readWish } from '../rufwerk/arguments.ts'
import { ask } from '../rufwerk/connection.ts'
import { commandsOf, NOT_HERE, type OpenApi, readOperations } from '../rufwerk/operations.ts'

/** What was sent as one. */
const sounds: string[] = []

/** All that is left out in tests of other things. */
const prompts: PromptDoor = {
  list: () => [],
  replace: async (_, __, file, bytes) => {
    sounds.push(`${file} ${bytes.length}`)
    return fail({ why: 'full' })
  },
  usedAt: () => undefined,
  reset: async () => false,
  sound: async () => undefined,
}

async function readDocument(): Promise<OpenApi> {
  const { ports } = await openStaffedOffice()
  const missing = Object.entries(ports).filter(([, port]) => port === undefined)
  assert.deepEqual(missing, [])
  const api = createApi({ ...ports, prompts })
  const answer = await api.fetch(new Request(`${ORIGIN}/api/v1/openapi.json`), HERE)
  api.close()
  return (await answer.json()) as OpenApi
}

const document = await readDocument()
const routes = Object.values(document.paths).flatMap((methods) =>
  Object.values(methods).map(({ operationId = '' }) => operationId),
)
const operations = readOperations(document)
const commands = commandsOf(operations)

test('every route is a command, but those that browsers and signing in need', () => {
  const said = new Set(commands.map(({ operation }) => operation.name))
  assert.deepEqual(routes.filter((route) => !said.has(route)).toSorted(), [...NOT_HERE].toSorted())
  assert.ok(routes.length > 95, `${routes.length} routes`)
})

test('the words of each lead to it, with nothing but an ID and a file of the request', () => {
  for (const { words, operation } of commands) {
    const takesFile = operation.isUpload || operation.body !== undefined
    const line = [...words, ...(operation.hasId ? ['some-id'] : []), ...(takesFile ? ['request.json'] : [])]
    const wish = readWish(line, commands)
    assert.ok(!('code' in wish), `${line.join(' ')}: ${JSON.stringify(wish)}`)
    assert.equal(wish.operation.name, operation.name, line.join(' '))
  }
})

test('a sound is sent as it is', async (t) => {
  const { ports } = await openStaffedOffice()
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-commands-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const socket = join(folder, 'rufwerk.sock')
  const local = await serveLocal(createApi({ ...ports, prompts }), socket)
  assert.ok(local.ok)
  const sent = { method: 'PUT', path: '/api/v1/prompts/de-welcome', body: new Uint8Array(2_000_000) }
  assert.equal((await ask(socket, sent)).status, 409)
  assert.deepEqual(sounds, ['de-welcome 2000000'])
  await local.value.close()
})
