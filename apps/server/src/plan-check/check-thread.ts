// The thread that checks dial plans, one order after the other. It is ended from outside: when a plan takes
// too long, or when nobody asks for a while.
import { parentPort } from 'node:worker_threads'
import { assert } from '@rufwerk/core'
import { examine } from '@rufwerk/routing/versions'
import type { CheckOrder } from './messages.ts'

const port = parentPort
assert(port, 'this file runs as a worker thread')
port.on('message', ({ json, company }: CheckOrder) => port.postMessage(examine(JSON.parse(json), company)))
