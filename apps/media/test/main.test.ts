// The media process as call control sees it: a real process, its control stream, attach, take-over and end.
import assert from 'node:assert/strict'
import { linkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { frame } from '@rufwerk/media-control'
import { attach, folder, said, startMedia } from './support/media-process.ts'

const path = join(folder, 'media.sock')
const FIRST_PORT = 28_440
const start = (environment: Record<string, string>, third: 'ignore' | object = 'ignore') =>
  startMedia(FIRST_PORT, environment, [], third)
const ready = (child: ReturnType<typeof start>) => said(child, 'media.ready')

const OPEN = { tenant: 't', call: 'c', leg: 'l', address: '127.0.0.1' } as never as {
  tenant: never
  call: never
  leg: never
  address: string
}

test('newer call control takes over, and endpoints stay', async () => {
  const child = start({ RUFWERK_MEDIA_SOCKET: path })
  assert.match(await ready(child), /media\.ready/)
  const first = attach(path)
  const tooEarly = await first.client.command({ type: 'snapshot' })
  assert.ok(tooEarly.type === 'refused' && tooEarly.code === 'version')
  assert.equal((await first.client.hello(1)).type, 'hello')
  const opened = await first.client.command({ type: 'openRtp', endpoint: 'a' as never, ...OPEN })
  assert.equal(opened.type, 'openedRtp')
  const second = attach(path)
  assert.equal((await second.client.hello(2)).type, 'hello')
  const snapshot = await second.client.command({ type: 'snapshot' })
  assert.ok(snapshot.type === 'snapshot' && snapshot.endpoints.length === 1)
  await sleep(50)
  assert.deepEqual(first.deaths, ['the stream was closed'])
  const older = attach(path)
  assert.equal((await older.client.hello(1)).type, 'refused')
  older.client.close()
  const broken = connect(path)
  broken.write(frame({ command: { type: 'ping' } }))
  await new Promise((resolve) => broken.once('close', resolve))
  assert.equal((await second.client.command({ type: 'ping' })).type, 'alive')
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
  assert.deepEqual(second.deaths, ['the stream was closed'])
})

test('the control stream may be a listening socket as descriptor 3', async () => {
  const server = createServer()
  const handed = join(folder, 'handed.sock')
  const alias = join(folder, 'alias.sock')
  await new Promise<void>((resolve) => server.listen(handed, resolve))
  const { _handle: handle } = server as unknown as { _handle: object }
  const child = start({ RUFWERK_MEDIA_FD: '3' }, handle)
  assert.match(await ready(child), /media\.ready/)
  linkSync(handed, alias) // Closing our end removes the first name of the socket.
  await new Promise((resolve) => server.close(resolve))
  const { client } = attach(alias)
  assert.equal((await client.hello(1)).type, 'hello')
  client.close()
  child.kill('SIGTERM')
})

test('a wrong setting ends the process with one line and code 2', async () => {
  const child = start({})
  const ended = new Promise((resolve) => child.once('exit', resolve))
  assert.match(await ready(child), /^rufwerk media: set RUFWERK_MEDIA_SOCKET[^\n]*\n$/)
  assert.equal(await ended, 2)
})
