// The thread that converts one file and ends: whatever a file does to a decoder happens here and not where
// calls are controlled. It is stopped from outside when it takes too long.
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '@rufwerk/core'
import { convert } from './convert.ts'

const { bytes, use } = workerData as { readonly bytes: Uint8Array; readonly use: 'speech' | 'music' }
assert(parentPort, 'this file runs as a worker thread')
const converted = await convert(bytes, use)
parentPort.postMessage(converted)
