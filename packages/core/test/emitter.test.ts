import assert from 'node:assert/strict'
import test from 'node:test'
import { Emitter } from '@rufwerk/core'

type Events = { rang: number }

test('listeners hear facts until they are disposed', () => {
  const emitter = new Emitter<Events>(() => assert.fail('no error'))
  const heard: number[] = []
  const subscription = emitter.on('rang', (times) => heard.push(times))
  emitter.emit('rang', 1)
  subscription[Symbol.dispose]()
  emitter.emit('rang', 2)
  assert.deepEqual(heard, [1])
  assert.equal(emitter.size(), 0)
})

test('a listener that throws keeps nobody else from hearing', () => {
  const errors: unknown[] = []
  const emitter = new Emitter<Events>((error) => errors.push(error))
  const heard: number[] = []
  emitter.on('rang', () => {
    throw new Error('mistake')
  })
  emitter.on('rang', (times) => heard.push(times))
  emitter.emit('rang', 3)
  assert.deepEqual(heard, [3])
  assert.equal(errors.length, 1)
})

test('disposing twice, or while a fact is told, is harmless', () => {
  const emitter = new Emitter<Events>(() => assert.fail('no error'))
  const heard: string[] = []
  const first = emitter.on('rang', () => {
    heard.push('first')
    first[Symbol.dispose]()
    first[Symbol.dispose]()
  })
  emitter.on('rang', () => heard.push('second'))
  emitter.emit('rang', 1)
  emitter.emit('rang', 2)
  assert.deepEqual(heard, ['first', 'second', 'second'])
})
