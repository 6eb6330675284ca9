// What the tests of this package share: sockets with a receiver that remembers, and a framer of lines, where
// "\r\n\r\n" alone is a ping.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Flow, SILENT_LOG } from '@rufwerk/core'
import {
  type FramedItem,
  type Framer,
  type NetLimits,
  type Receiver,
  SipSockets,
  type SipSocketsOptions,
  TimerWheel,
} from '../src/index.ts'

export const HOST = '127.0.0.1'

function lineFramer(): Framer {
  let rest = ''
  return {
    push(chunk) {
      const items: FramedItem[] = []
      rest += Buffer.from(chunk).toString('latin1')
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const isPing = rest.startsWith('\r\n\r\n')
        const isLineEnd = !isPing && rest.startsWith('\r\n')
        if (isLineEnd && rest.length < 4) break // May become a ping.
        const line = rest.slice(0, end)
        rest = rest.slice(isPing ? 4 : end + 1)
        const type = line === 'garbage' ? 'broken' : 'message'
        if (isPing) items.push({ type: 'ping' })
        else if (!isLineEnd) items.push({ type, bytes: Buffer.from(line) })
      }
      if (rest.length > 1000) items.push({ type: 'broken', bytes: Buffer.from(rest.slice(0, 8)) })
      return items
    },
    size: () => rest.length,
  }
}

export class Heard implements Receiver {
  readonly messages: [Flow, string][] = []
  readonly closed: Flow[] = []

  onMessage(flow: Flow, bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString()
    if (text === 'throw') throw new Error('a bug')
    this.messages.push([flow, text])
  }

  onFlowClosed(flow: Flow): void {
    this.closed.push(flow)
  }
}

/** Sockets that are closed at the end of the test. */
export function openSockets(
  t: TestContext,
  limits: Partial<NetLimits> = {},
  options: Partial<SipSocketsOptions> = {},
): { sockets: SipSockets; heard: Heard; timers: TimerWheel } {
  const timers = new TimerWheel({ onError: (error) => assert.fail(String(error)) })
  const heard = new Heard()
  const sockets = new SipSockets({
    receiver: heard,
    newFramer: lineFramer,
    timers,
    log: SILENT_LOG,
    randomBytes,
    limits,
    ...options,
  })
  t.after(async () => {
    await sockets.close()
    timers.close()
  })
  return { sockets, heard, timers }
}

export async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if (isTrue()) return
    await sleep(10)
  }
  assert.fail(`waited in vain: ${what}`)
}
