// The thread that checks and compares dial plans, one order after the other. It is ended from outside: when
// something takes too long, or when nobody asks for a while.
import { parentPort } from 'node:worker_threads'
import { assert } from '@rufwerk/core'
import { compareStored, examine } from '@rufwerk/routing/versions'
import type { CheckOrder, CompareOrder } from './messages.ts'

const port = parentPort
assert(port, 'this file runs as a worker thread')
port.on('message', (order: CheckOrder | CompareOrder) => {
  if (order.do === 'check') port.postMessage(examine(JSON.parse(order.json), order.company))
  else port.postMessage(compareStored(order.before, order.after))
})
