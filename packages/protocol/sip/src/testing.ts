// For tests of this package and of what is built on it: messages from readable text, flows, and a driver
// with a clock that only moves when told. Not for the product.
import { assert, type Flow, type Ms, type TransportName } from '@rufwerk/core'
import type { SipMessage, SipRequest, SipResponse } from './message/message.ts'
import { parseMessage } from './message/parse.ts'
import type { TransactionLayer } from './transaction/layer.ts'
import type { TransactionOutput } from './transaction/output.ts'
import { timerOf } from './transaction/timers.ts'

/** Text with LF or CRLF as bytes; the blank line that ends the head is added when there is none. */
export function wire(text: string): Uint8Array {
  const lines = text.replace(/^\n/, '').replace(/\r?\n/g, '\r\n')
  return Buffer.from(lines.includes('\r\n\r\n') ? lines : `${lines.trimEnd()}\r\n\r\n`, 'utf8')
}

/** The message that text or bytes parse to; a failed assertion otherwise. */
export function messageOf(text: string | Uint8Array): SipMessage {
  const result = parseMessage(typeof text === 'string' ? wire(text) : text)
  assert(result.ok, `the test's message parses: ${JSON.stringify(result)}`)
  return result.value
}

export function requestOf(text: string | Uint8Array): SipRequest {
  const message = messageOf(text)
  assert(message.kind === 'request', 'the test means a request')
  return message
}

export function responseOf(text: string | Uint8Array): SipResponse {
  const message = messageOf(text)
  assert(message.kind === 'response', 'the test means a response')
  return message
}

/** A flow between 192.0.2.1 (us) and 192.0.2.`host` (the peer). */
export function testFlow(transport: TransportName = 'udp', host = 7, port = 5070): Flow {
  return {
    id: `${transport}:${host}:${port}`,
    transport,
    local: { address: '192.0.2.1', port: 5060 },
    remote: { address: `192.0.2.${host}`, port },
  }
}

/** The same bytes in every run, and no two calls alike. */
export function countingBytes(): (size: number) => Uint8Array {
  let count = 0
  return (size) => {
    count++
    return Uint8Array.from({ length: size }, (_, at) => (count >> (at % 4)) + at * 7)
  }
}

/** Performs what a transaction layer wants: keeps its timers, notes the rest. */
export class TestDriver {
  readonly layer: TransactionLayer
  /** Everything but timers, in order, since the last `take`. */
  #noted: TransactionOutput[] = []
  readonly #timers = new Map<number, number>()
  now = 0

  constructor(layer: TransactionLayer) {
    this.layer = layer
  }

  perform(out: readonly TransactionOutput[]): this {
    for (const output of out) {
      if (output.type === 'arm') this.#timers.set(output.key, this.now + output.after)
      else if (output.type === 'disarm') this.#timers.delete(output.key)
      else this.#noted.push(output)
    }
    return this
  }

  /** Lets time pass; timers run off in their order. */
  advance(time: Ms): this {
    const end = this.now + time
    for (;;) {
      const next = [...this.#timers].filter(([, at]) => at <= end).sort((a, b) => a[1] - b[1])[0]
      if (next === undefined) break
      this.now = next[1]
      this.#timers.delete(next[0])
      this.perform(this.layer.timer(next[0]))
    }
    this.now = end
    return this
  }

  /** What was noted since the last time. */
  take(): readonly TransactionOutput[] {
    return this.#noted.splice(0)
  }

  /** The same as words: `send INVITE`, `send 200`, `response 180`, `failed timeout`, `terminated` … */
  words(): readonly string[] {
    return this.take().map(wordOf)
  }

  timers(): readonly string[] {
    return [...this.#timers.keys()].map((key) => timerOf(key)?.timer ?? '?').sort()
  }
}

function wordOf(output: TransactionOutput): string {
  switch (output.type) {
    case 'send': {
      const message = messageOf(output.bytes)
      return `send ${message.kind === 'request' ? message.method : message.status}`
    }
    case 'response':
      return `response ${output.response.status}`
    case 'request':
      return `request ${output.request.method}`
    case 'failed':
    case 'dropped':
      return `${output.type} ${output.why}`
    default:
      return output.type
  }
}
