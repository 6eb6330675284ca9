// The messages of each call, for finding out what went wrong: kept as they are in bounded rings, and made
// readable, without secrets, when somebody looks. What is kept is gone with the process.
import type { CallId, Flow, TransportName, WallTime } from '@rufwerk/core'
import type { TracePort } from '../ports.ts'
import { redactedMessage } from './redact.ts'

export interface TraceLimits {
  /** Messages kept of one call; the oldest are dropped beyond. */
  readonly messagesPerCallMax: number
  /** Bytes kept of one call; the oldest messages are dropped beyond. */
  readonly bytesPerCallMax: number
  /** Calls kept, ended ones too; the oldest is dropped beyond. */
  readonly callsMax: number
  /** INVITEs of no call, such as those that were challenged and never came again; the oldest is dropped. */
  readonly straysMax: number
  /** Bytes kept in total; the oldest calls are dropped beyond. */
  readonly bytesMax: number
}

export const TRACE_LIMITS: TraceLimits = {
  messagesPerCallMax: 200,
  bytesPerCallMax: 262_144,
  callsMax: 1_000,
  straysMax: 200,
  bytesMax: 33_554_432,
}

/** Longer Call-IDs are not followed: they are keys of maps. */
const CALL_ID_CHARS_MAX = 256
/** The Call-ID is looked for in the first so many bytes. */
const HEAD_BYTES_MAX = 8_192

export interface TracedMessage {
  readonly at: WallTime
  readonly direction: 'received' | 'sent'
  readonly transport: TransportName
  readonly local: string
  readonly remote: string
  /** Start line and headers, and an SDP body; secrets are blotted out, other bodies left out. */
  readonly text: string
}

export interface CallTrace {
  readonly messages: readonly TracedMessage[]
  /** Messages dropped because of a limit. */
  readonly dropped: number
}

interface Kept {
  readonly at: WallTime
  readonly direction: 'received' | 'sent'
  readonly flow: Flow
  /** Text: one character a byte. */
  readonly message: Uint8Array | string
}

interface Ring {
  readonly callIds: Set<string>
  call: CallId | undefined
  messages: Kept[]
  bytes: number
  dropped: number
}

export class SipTrace implements TracePort {
  readonly #wallTime: () => WallTime
  readonly #limits: TraceLimits
  readonly #byCallId = new Map<string, Ring>()
  /** Oldest first. */
  readonly #byCall = new Map<CallId, Ring>()
  /** Rings that no call has claimed yet, oldest first. */
  readonly #strays = new Set<Ring>()
  #bytes = 0
  #droppedCalls = 0
  #isOn: boolean

  constructor(wallTime: () => WallTime, isOn = true, limits: Partial<TraceLimits> = {}) {
    this.#wallTime = wallTime
    this.#isOn = isOn
    this.#limits = { ...TRACE_LIMITS, ...limits }
  }

  get isOn(): boolean {
    return this.#isOn
  }

  /** Off forgets everything. */
  switch(isOn: boolean): void {
    this.#isOn = isOn
    if (isOn) return
    this.#byCallId.clear()
    this.#byCall.clear()
    this.#strays.clear()
    this.#bytes = 0
  }

  record(direction: 'received' | 'sent', flow: Flow, bytes: Uint8Array, known?: string): void {
    if (!this.#isOn) return
    const callId = known ?? callIdOf(bytes)
    if (callId === undefined) return
    let ring = this.#byCallId.get(callId)
    if (ring === undefined) {
      // Only an INVITE begins a call; registrations and the like belong to none.
      if (!isInvite(bytes) || callId.length > CALL_ID_CHARS_MAX) return
      const own = ownText(callId)
      ring = { callIds: new Set([own]), call: undefined, messages: [], bytes: 0, dropped: 0 }
      this.#byCallId.set(own, ring)
      this.#strays.add(ring)
    }
    this.#keep(ring, { at: this.#wallTime(), direction, flow, message: ownMessage(bytes) })
    this.#makeRoom()
  }

  join(callId: string, call: CallId): void {
    if (!this.#isOn || callId.length > CALL_ID_CHARS_MAX) return
    const found = this.#byCallId.get(callId)
    if (found?.call === call) return
    let ring = this.#byCall.get(call)
    if (ring === undefined) {
      ring = { callIds: new Set(), call, messages: [], bytes: 0, dropped: 0 }
      this.#byCall.set(call, ring)
    }
    if (found !== undefined) {
      // A Call-ID that was used for a call before belongs to the newer one, with what is kept of it.
      this.#forget(found)
      for (const message of found.messages) this.#keep(ring, message)
      for (const id of found.callIds) ring.callIds.add(id)
    }
    ring.callIds.add(callId)
    for (const id of ring.callIds) this.#byCallId.set(id, ring)
    this.#makeRoom()
  }

  /** Undefined: nothing is kept of this call. */
  read(call: CallId): CallTrace | undefined {
    const ring = this.#byCall.get(call)
    if (ring === undefined) return undefined
    const messages = ring.messages.map(({ at, direction, flow, message }) => ({
      at,
      direction,
      transport: flow.transport,
      local: writeAddress(flow.local),
      remote: writeAddress(flow.remote),
      text: redactedMessage(typeof message === 'string' ? Buffer.from(message, 'latin1') : message),
    }))
    return { messages, dropped: ring.dropped }
  }

  /** Calls and bytes that are kept, INVITEs of no call, and calls dropped because of a limit. */
  sizes(): { calls: number; bytes: number; strays: number; droppedCalls: number } {
    return {
      calls: this.#byCall.size,
      bytes: this.#bytes,
      strays: this.#strays.size,
      droppedCalls: this.#droppedCalls,
    }
  }

  /** Entries of all books. */
  size(): number {
    return this.#byCallId.size + this.#byCall.size + this.#strays.size
  }

  #keep(ring: Ring, kept: Kept): void {
    const { messagesPerCallMax, bytesPerCallMax } = this.#limits
    ring.messages.push(kept)
    ring.bytes += kept.message.length
    this.#bytes += kept.message.length
    while (ring.messages.length > messagesPerCallMax || ring.bytes > bytesPerCallMax) {
      const [oldest] = ring.messages.splice(0, 1)
      if (oldest === undefined) return
      ring.bytes -= oldest.message.length
      this.#bytes -= oldest.message.length
      ring.dropped += 1
    }
  }

  #makeRoom(): void {
    const { callsMax, straysMax, bytesMax } = this.#limits
    // Asked before anything is iterated: the begin of a map from which the oldest went is slow to find.
    if (this.#strays.size > straysMax) this.#forgetOldest(this.#strays)
    while (this.#byCall.size > callsMax || (this.#bytes > bytesMax && this.#byCall.size > 0)) {
      this.#forgetOldest(this.#byCall.values())
      this.#droppedCalls += 1
    }
  }

  #forgetOldest(rings: Iterable<Ring>): void {
    for (const ring of rings) {
      this.#forget(ring)
      return
    }
  }

  /** The only place where a ring leaves the books. */
  #forget(ring: Ring): void {
    for (const callId of ring.callIds) {
      if (this.#byCallId.get(callId) === ring) this.#byCallId.delete(callId)
    }
    if (ring.call !== undefined) this.#byCall.delete(ring.call)
    this.#strays.delete(ring)
    this.#bytes -= ring.bytes
  }
}

/** As nearly everybody writes it: found much faster than by the expression. */
const USUAL_NAME = Buffer.from('\r\nCall-ID: ', 'latin1')
const INVITE = Buffer.from('INVITE ', 'latin1')

function isInvite(bytes: Uint8Array): boolean {
  return INVITE.every((byte, at) => bytes[at] === byte)
}

/** RFC 3261 §20.8, also in its compact form (§7.3.3). Not whole in HEAD_BYTES_MAX: as if absent. */
function callIdOf(bytes: Uint8Array): string | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES_MAX))
  const usual = all.indexOf(USUAL_NAME)
  const end = usual < 0 ? -1 : all.indexOf(13, usual + USUAL_NAME.length)
  const callId =
    end < 0
      ? /\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]+?)[ \t]*\r?\n/i.exec(all.toString('utf8'))?.[1]
      : all.toString('utf8', usual + USUAL_NAME.length, end).trim()
  return callId === undefined || callId.length > CALL_ID_CHARS_MAX ? undefined : callId
}

/** A text cut from a message would keep the whole head alive. */
function ownText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

/**
 * A message cut from a stream would keep the whole chunk alive, one that we wrote the memory that Buffer
 * shares among many. A copy as text takes half the time of a copy as bytes.
 */
function ownMessage(bytes: Uint8Array): Uint8Array | string {
  if (bytes.buffer.byteLength <= 2 * bytes.length) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

function writeAddress({ address, port }: Flow['local']): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
