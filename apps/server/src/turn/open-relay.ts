// The relay as the flags want it, or none.
import { join } from 'node:path'
import { type Log, ok, type Result, type SocketAddress, type WallTime } from '@rufwerk/core'
import { type CertificateStore, localAddresses, type Timers } from '@rufwerk/net'
import type { Flags } from '../flags.ts'
import { Relay } from './relay.ts'

export interface OpenRelayParts {
  readonly flags: Flags
  readonly secret: Uint8Array
  readonly certificates: CertificateStore
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly log: Log
}

/** Undefined without `--turn` and `--turn-tls`. */
export function openRelay({ flags, ...parts }: OpenRelayParts): Result<Relay | undefined, string> {
  const { turn } = flags.nat
  if (turn === undefined) return ok(undefined)
  return Relay.open({
    ...parts,
    folder: join(flags.data, 'turn'),
    settings: { ...turn, addresses: relayAddresses(flags) },
  })
}

/** Where browsers reach the web app: media listens there for them, and so does the relay. */
function relayAddresses({ httpHost }: Pick<Flags, 'httpHost'>): readonly string[] {
  if (httpHost !== '0.0.0.0' && httpHost !== '::') return [httpHost]
  const isWanted = (address: string): boolean => httpHost === '::' || !address.includes(':')
  return localAddresses()
    .filter(({ address, where }) => where !== 'loopback' && isWanted(address))
    .map(({ address }) => address)
}

/**
 * True for packets that come out of the relay: whoever is behind it is outside, although the address is ours.
 * Only media listens to them.
 */
export function isFromRelay(flags: Flags): (remote: SocketAddress) => boolean {
  const { turn } = flags.nat
  if (turn === undefined) return () => false
  const addresses = new Set(relayAddresses(flags))
  return ({ address, port }) => port >= turn.relayFirst && port <= turn.relayLast && addresses.has(address)
}
