// The world around a media engine while it is looked at: sockets that only take notes, and a clock that
// stands still. The engine asks node:dgram and the global timers for both, so these are exchanged until
// `restore`.
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { EventEmitter } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
import { isIP } from 'node:net'
import { ms } from '@rufwerk/core'
import { VirtualClock } from '@rufwerk/testing'

/** Addresses that this machine has. */
const OWN = /^127\.|^::1$/
const EPHEMERAL_FROM = 50_000

class NotedSocket extends EventEmitter {
  readonly #world: World
  #name: string | undefined
  #isClosed = false

  constructor(world: World) {
    super()
    this.#world = world
  }

  bind({ address, port: wanted }: { address: string; port: number }): void {
    const { bound } = this.#world
    const port = wanted === 0 ? EPHEMERAL_FROM + bound.size : wanted
    const name = `${address} ${port}`
    const code = OWN.test(address) ? (bound.has(name) ? 'EADDRINUSE' : undefined) : 'EADDRNOTAVAIL'
    if (code === undefined) {
      bound.set(name, this)
      this.#name = name
    } else this.emit('error', Object.assign(new Error(code), { code }))
  }

  /** Complains as the real one does. */
  send(packet: Uint8Array, port: number, address: string): void {
    assert(!this.#isClosed && this.#name !== undefined, 'a closed socket sends')
    assert(Number.isInteger(port) && port > 0 && port <= 0xffff, `a packet goes to port ${port}`)
    assert(isIP(address) !== 0, `a packet goes to ${address}`)
    assert(packet.length > 0 && packet.length <= 2_100, `${packet.length} bytes are sent`)
    this.#world.sent(`${address} ${port}`)
  }

  close(): void {
    assert(!this.#isClosed, 'a socket is closed twice')
    this.#isClosed = true
    if (this.#name !== undefined) this.#world.bound.delete(this.#name)
  }

  unref(): this {
    return this
  }
}

export class World {
  readonly clock = new VirtualClock()
  /** Sockets by address and port. */
  readonly bound = new Map<string, NotedSocket>()
  /** Hears where each packet goes. */
  sent: (to: string) => void = () => undefined
  readonly #before = {
    createSocket: dgram.createSocket,
    setTimeout: globalThis.setTimeout,
    setInterval: globalThis.setInterval,
    clearTimeout: globalThis.clearTimeout,
    clearInterval: globalThis.clearInterval,
  }

  constructor() {
    Object.assign(dgram, { createSocket: () => new NotedSocket(this) })
    syncBuiltinESMExports()
    const { clock } = this
    const cleared = (timer: Disposable | undefined) => timer?.[Symbol.dispose]()
    Object.assign(globalThis, {
      setTimeout: (callback: () => void, delay = 0) => unrefed(clock.arm(ms(delay), callback)),
      setInterval: (callback: () => void, delay: number) => repeated(clock, callback, delay),
      clearTimeout: cleared,
      clearInterval: cleared,
    })
  }

  restore(): void {
    const { createSocket, ...timers } = this.#before
    Object.assign(dgram, { createSocket })
    syncBuiltinESMExports()
    Object.assign(globalThis, timers)
  }

  /** A datagram arrives at one of the ports. */
  arrive(at: string, packet: Uint8Array, address: string, port: number): void {
    this.bound.get(at)?.emit('message', Buffer.from(packet), { address, port })
  }
}

function unrefed(timer: Disposable): Disposable & { unref(): void } {
  return { [Symbol.dispose]: () => timer[Symbol.dispose](), unref: () => undefined }
}

function repeated(clock: VirtualClock, callback: () => void, delay: number): Disposable {
  let timer: Disposable
  const arm = () => {
    timer = clock.arm(ms(delay), () => {
      arm()
      callback()
    })
  }
  arm()
  return unrefed({ [Symbol.dispose]: () => timer[Symbol.dispose]() })
}
