import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, readWish } from '../rufwerk/arguments.ts'
import { commandsOf, type OpenApi, readOperations } from '../rufwerk/operations.ts'
import { withoutSecrets, writeAnswer } from '../rufwerk/print.ts'

const answer = (schema: object) => ({ 200: { content: { 'application/json': { schema } } } })
const takes = (properties: Readonly<Record<string, object>>, required: string[] = []) => ({
  content: { 'application/json': { schema: { type: 'object', properties, required } } },
})
const TEXT = { type: 'string' }

/** An interface as it may be tomorrow: the commands follow from it. */
const DOCUMENT: OpenApi = {
  paths: {
    '/api/v1/queues': {
      get: { operationId: 'queues', summary: 'All.', responses: answer({ type: 'object' }) },
      post: {
        operationId: 'addQueue',
        requestBody: takes({ name: TEXT, size: { type: 'integer' } }, ['name']),
      },
    },
    '/api/v1/queues/{id}': {
      get: { operationId: 'queue' },
      put: { operationId: 'changeQueue', requestBody: takes({ isOn: { type: 'boolean' } }) },
      delete: { operationId: 'removeQueue' },
    },
    '/api/v1/queues/{id}/agents': {
      get: { operationId: 'agents' },
      post: { operationId: 'addAgent', requestBody: takes({ people: { type: 'array', items: TEXT } }) },
    },
    '/api/v1/plan': {
      get: { operationId: 'plan' },
      put: {
        operationId: 'changePlan',
        requestBody: takes({ expected: { type: 'integer' }, plan: { type: 'object' } }, ['expected', 'plan']),
      },
    },
    '/api/v1/plan/rollback': { post: { operationId: 'rollBack' } },
    '/api/v1/mail': {
      put: { operationId: 'setMail', requestBody: takes({ host: TEXT, password: TEXT }, ['password']) },
    },
    '/api/v1/sounds/{id}': {
      put: {
        operationId: 'replaceSound',
        requestBody: { content: { 'application/octet-stream': { schema: TEXT } } },
      },
    },
    '/api/v1/session': { post: { operationId: 'signIn', requestBody: takes({ password: TEXT }) } },
  },
}
const operations = readOperations(DOCUMENT)
const commands = commandsOf(operations)
const named = (line: string) => {
  const wish = readWish(line.split(' '), commands)
  return 'code' in wish ? wish.code : wish.operation.name
}

test('each operation has its words, however they are said', () => {
  const rows: [line: string, name: string][] = [
    ['queues list', 'queues'],
    ['queues', 'queues'],
    ['queues show q1', 'queue'],
    ['queues add --name x', 'addQueue'],
    ['queues change q1 --is-on', 'changeQueue'],
    ['queues set q1 --is-on=false', 'changeQueue'],
    ['queues remove q1', 'removeQueue'],
    ['queues agents list q1', 'agents'],
    ['queues agents add q1 --people a,b', 'addAgent'],
    ['plan show', 'plan'],
    ['plan', 'plan'],
    ['plan apply f.json', 'changePlan'],
    ['plan rollback', 'rollBack'],
    ['sounds set welcome welcome.mp3', 'replaceSound'],
  ]
  for (const [line, name] of rows) assert.equal(named(line), name, line)
  assert.equal(named('session'), 'unknown-command', 'who comes by the socket has no session')
})

test('what is wrong is told by a code', () => {
  const rows: [line: string, code: string][] = [
    ['queues show', 'id-missing'],
    ['queues show ../etc', 'id-wrong'],
    ['queues list x', 'too-much'],
    ['queues list --nope 1', 'unknown-flag'],
    ['queues add --name', 'value-missing'],
    ['queues add --name x --size many', 'value-wrong'],
    ['queues add', 'field-missing'],
    ['plan apply', 'file-needed'],
    ['plan apply --plan {}', 'file-needed'],
    ['mail set --password hunter2', 'secret-in-arguments'],
    ['mail set --host x', 'file-needed'],
    ['sounds set welcome', 'file-needed'],
    ['sounds set welcome a.mp3 b.mp3', 'too-much'],
    ['plan show f.json', 'too-much'],
  ]
  for (const [line, code] of rows) assert.equal(named(line), code, line)
})

test('a body is flags over a file; a file may be the one large thing alone', () => {
  const wishOf = (line: string) => {
    const wish = readWish(line.split(' '), commands)
    assert.ok(!('code' in wish), line)
    return wish
  }
  assert.deepEqual(bodyOf(wishOf('queues add --name a=b --size 3'), undefined), { name: 'a=b', size: 3 })
  assert.deepEqual(bodyOf(wishOf('queues add --name x f'), { name: 'y', size: 1 }), { name: 'x', size: 1 })
  assert.deepEqual(bodyOf(wishOf('plan apply f'), { flows: [] }), { plan: { flows: [] } })
  const whole = { expected: 1, plan: { flows: [] } }
  assert.deepEqual(bodyOf(wishOf('plan apply f'), whole), whole)
})

test('answers are tables and lines; secrets and what a terminal would obey are not shown', () => {
  const table = writeAnswer({ people: [{ id: 'a', name: 'Änne' }, { id: 'bcd' }], more: 3 })
  assert.equal(table, 'id   name\na    Änne\nbcd\nmore: 3\n')
  assert.equal(writeAnswer({ a: { b: 1 }, c: [1, 2] }), 'a:\n  b: 1\nc: [1,2]\n')
  assert.equal(writeAnswer({ name: '\u001b[2Jx\n' }), 'name:  [2Jx \n')
  const shown = withoutSecrets({ a: [{ password: 'x', b: 1 }] }, new Set(['password']), '–')
  assert.deepEqual(shown, { a: [{ password: '–', b: 1 }] })
})
