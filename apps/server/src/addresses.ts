// Which addresses are ours: public ones that are given or that a STUN server sees (RFC 8489), and the
// networks that are local. What was learned is asked for again, because a line may get another address.
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { fail, type Log, minutes, ms, ok, type Result, seconds } from '@rufwerk/core'
import { type AddressRules, localNetworks, type Timers } from '@rufwerk/net'
import { parseStun, writeStun } from '@rufwerk/rtp/stun'
import type { Flags } from './flags.ts'
import { isFromRelay } from './turn/open-relay.ts'

/** RFC 8489 §6.2.1: sent again after 500 ms, doubling. */
const TRIES = 4
const FIRST_WAIT = ms(500)
const ASK_AGAIN = minutes(5)
const ASK_AGAIN_FAILED = seconds(30)

export interface AddressParts {
  readonly flags: Flags
  readonly timers: Timers
  readonly randomBytes: (size: number) => Uint8Array
  readonly log: Log
  /** A learned address came or changed. */
  readonly onChanged: () => void
}

export interface Addresses extends AddressRules {
  close(): void
}

/** The error names the network that is none. Learning goes on in the background. */
export function openAddresses(parts: AddressParts): Result<Addresses, string> {
  const { nat } = parts.flags
  const isLocal = localNetworks(nat.localNetworks)
  if (!isLocal.ok) return fail(`--local-network takes networks like 10.0.0.0/8, not "${isLocal.error}"`)
  const learned = new Learned(parts)
  return ok({
    get publicAddresses() {
      return learned.address === undefined ? nat.publicAddresses : [...nat.publicAddresses, learned.address]
    },
    isLocal: isLocal.value,
    isFromRelay: isFromRelay(parts.flags),
    close: () => learned.close(),
  })
}

/** What the STUN server says, as long as it says so. */
class Learned {
  address: string | undefined
  readonly #parts: AddressParts
  #timer: Disposable | undefined
  #isClosed = false

  constructor(parts: AddressParts) {
    this.#parts = parts
    if (parts.flags.nat.stun !== undefined) void this.#ask(parts.flags.nat.stun)
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
  }

  async #ask(server: { readonly host: string; readonly port: number }): Promise<void> {
    const { log, timers, randomBytes, onChanged } = this.#parts
    const asked = await askStun(server, randomBytes)
    if (this.#isClosed) return
    if (!asked.ok) log.warn('public address not learned', { server: server.host, why: asked.error })
    else if (asked.value !== this.address) {
      this.address = asked.value
      log.info('public address learned', { address: asked.value })
      onChanged()
    }
    this.#timer = timers.arm(asked.ok ? ASK_AGAIN : ASK_AGAIN_FAILED, () => void this.#ask(server))
  }
}

/** The address that our packets come from, as this server sees it. */
export async function askStun(
  server: { readonly host: string; readonly port: number },
  randomBytes: (size: number) => Uint8Array,
): Promise<Result<string, string>> {
  let address = server.host
  try {
    if (isIP(address) === 0) address = (await lookup(address)).address
  } catch (error) {
    return fail(String(error))
  }
  const transactionId = Uint8Array.from(randomBytes(12))
  const request = writeStun({ class: 'request', transactionId })
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4')
  const answered = Promise.withResolvers<Result<string, string>>()
  socket.on('error', (error) => answered.resolve(fail(error.message)))
  socket.on('message', (bytes) => {
    const parsed = parseStun(bytes)
    // Only the one who saw our question knows its id.
    if (!parsed.ok || !Buffer.from(transactionId).equals(Buffer.from(parsed.value.transactionId))) return
    const { mapped } = parsed.value
    if (parsed.value.class === 'success' && mapped !== undefined) answered.resolve(ok(mapped.address))
    else answered.resolve(fail('the STUN server refused'))
  })
  let tries = 0
  let timer: NodeJS.Timeout | undefined
  const send = (): void => {
    if (tries === TRIES) {
      answered.resolve(fail('no answer'))
      return
    }
    socket.send(request, server.port, address)
    timer = setTimeout(send, FIRST_WAIT * 2 ** tries)
    tries += 1
  }
  send()
  const result = await answered.promise
  clearTimeout(timer)
  socket.close()
  return result
}
