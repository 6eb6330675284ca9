import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MediaEvent } from '@rufwerk/media-control'
import { EventLog } from '../src/index.ts'

const connected = (id: string): MediaEvent => ({ type: 'connected', endpoint: id as never })
const stats = (id: string): MediaEvent => ({ type: 'stats', endpoint: id as never, stats: {} as never })

test('EVL-1 events are numbered from 1 by one, whoever listens', () => {
  const log = new EventLog()
  log.append(connected('a'))
  const numbers: number[] = []
  log.listen(({ number }) => numbers.push(number))
  log.append(connected('b'))
  assert.deepEqual(numbers, [1, 2])
})

test('EVL-2 what was not acknowledged comes again to the next listener', () => {
  const log = new EventLog()
  for (const id of ['a', 'b', 'c']) log.append(connected(id))
  log.acknowledge(2)
  const numbers: number[] = []
  log.listen(({ number }) => numbers.push(number))
  assert.deepEqual(numbers, [3])
  log.acknowledge(3)
  assert.equal(log.size(), 0)
})

test('EVL-3 when full, the oldest statistics go first, then the oldest event', () => {
  const log = new EventLog(3)
  log.append(connected('a'))
  log.append(stats('b'))
  log.append(connected('c'))
  log.append(connected('d'))
  log.append(connected('e'))
  const numbers: number[] = []
  log.listen(({ number }) => numbers.push(number))
  assert.deepEqual(numbers, [3, 4, 5])
  assert.equal(log.lost, 2)
})

test('EVL-3 who spoke in a mix is forgotten like statistics', () => {
  const log = new EventLog(2)
  log.append(connected('a'))
  log.append({ type: 'speakers', mix: 'm' as never, speakers: [] })
  log.append(connected('b'))
  const numbers: number[] = []
  log.listen(({ number }) => numbers.push(number))
  assert.deepEqual(numbers, [1, 3])
})
