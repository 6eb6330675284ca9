// The places in which a jitter buffer keeps its packets: one per sequence number modulo the length of the
// window. Memory for a payload is taken once per place and grows only for longer payloads.
import type { RtpHeader } from './header.ts'

/** A packet whose turn it is. The object and its payload are valid until the next put or take. */
export interface Frame {
  readonly payloadType: number
  readonly timestamp: number
  /** Extended sequence number. */
  readonly sequence: number
  readonly payload: Uint8Array
}

export interface Slot {
  /** −1: the place is free. */
  sequence: number
  payloadType: number
  timestamp: number
  /** False: a packet that brings no sound and leaves no hole. */
  hasSound: boolean
  memory: Uint8Array
  payload: Uint8Array
}

const EMPTY = new Uint8Array(0)
/** 20 ms of G.711 or G.722. */
const PAYLOAD_BYTES_USUAL = 160

export class FrameWindow {
  readonly length: number
  readonly #slots: Slot[]
  readonly #frame: { -readonly [Key in keyof Frame]: Frame[Key] }
  #size = 0

  constructor(length: number) {
    this.length = length
    this.#frame = { payloadType: 0, timestamp: 0, sequence: 0, payload: EMPTY }
    this.#slots = Array.from({ length }, () => ({
      sequence: -1,
      payloadType: 0,
      timestamp: 0,
      hasSound: false,
      memory: EMPTY,
      payload: EMPTY,
    }))
  }

  /** How many packets are kept. */
  size(): number {
    return this.#size
  }

  has(sequence: number): boolean {
    return this.#place(sequence).sequence === sequence
  }

  /** The packet with that number; undefined when it is not here. */
  at(sequence: number): Slot | undefined {
    const slot = this.#place(sequence)
    return slot.sequence === sequence ? slot : undefined
  }

  /** Copies the payload; the place must be free. */
  store(sequence: number, packet: Uint8Array, header: RtpHeader, hasSound: boolean): void {
    const slot = this.#place(sequence)
    const length = hasSound ? header.payloadEnd - header.payloadStart : 0
    if (slot.memory.length < length) slot.memory = new Uint8Array(Math.max(PAYLOAD_BYTES_USUAL, length))
    if (slot.payload.length !== length || slot.payload.buffer !== slot.memory.buffer)
      slot.payload = slot.memory.subarray(0, length)
    for (let i = 0; i < length; i += 1) slot.memory[i] = packet[header.payloadStart + i] as number
    slot.sequence = sequence
    slot.payloadType = header.payloadType
    slot.timestamp = header.timestamp
    slot.hasSound = hasSound
    this.#size += 1
  }

  /** Frees the place; what was in it stays readable until the next store. */
  free(slot: Slot): void {
    slot.sequence = -1
    this.#size -= 1
  }

  clear(): void {
    for (const slot of this.#slots) slot.sequence = -1
    this.#size = 0
  }

  /** The one frame object, filled with what the place holds. */
  frame(slot: Slot, sequence: number): Frame {
    this.#frame.payloadType = slot.payloadType
    this.#frame.timestamp = slot.timestamp
    this.#frame.sequence = sequence
    this.#frame.payload = slot.payload
    return this.#frame
  }

  #place(sequence: number): Slot {
    return this.#slots[sequence % this.length] as Slot
  }
}
