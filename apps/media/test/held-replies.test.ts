// Answers that nobody waits for go out with the next one, or by themselves after a while.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import type { Engine } from '@rufwerk/engine'
import { type Envelope, frame, Unframer } from '@rufwerk/media-control'
import { ControlServer } from '../src/control-server.ts'

/** Answers hello, and `done` to all else. */
const ENGINE = {
  events: { listen: () => undefined },
  detached: () => undefined,
  perform: async (command: { readonly type: string }) =>
    command.type === 'hello' ? { type: 'hello', version: 1, pid: 1, instance: 'x' } : { type: 'done' },
} as unknown as Engine

test('what was set is answered with the next answer that somebody waits for, in order, or soon', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'held-'))
  const path = join(folder, 'control.sock')
  const server = new ControlServer(ENGINE, SILENT_LOG)
  await server.listen({ path })
  const socket = connect(path)
  const unframer = new Unframer()
  const answered: number[] = []
  let onAnswer = (_id: number): void => undefined
  socket.on('data', (bytes: Uint8Array) => {
    const read = unframer.push(bytes)
    for (const envelope of read.ok ? (read.value as Envelope[]) : []) {
      if (!('id' in envelope)) continue
      answered.push(envelope.id)
      onAnswer(envelope.id)
    }
  })
  const untilAnswered = (wanted: number) =>
    new Promise<void>((resolve) => {
      onAnswer = (id) => (id === wanted ? resolve() : undefined)
    })
  const send = (id: number, type: string) => void socket.write(frame({ id, command: { type } }))
  const greeted = untilAnswered(1)
  send(1, 'hello')
  await greeted
  const pinged = untilAnswered(4)
  send(2, 'configure')
  send(3, 'setSource')
  send(4, 'ping')
  await pinged
  assert.deepEqual(answered, [1, 2, 3, 4])
  const soon = untilAnswered(5)
  send(5, 'configure')
  await soon
  socket.destroy()
  server.close()
  rmSync(folder, { recursive: true })
})
