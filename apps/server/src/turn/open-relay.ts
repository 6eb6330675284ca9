// The relay as the flags want it, or none.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail, type Log, ok, type Result, type SocketAddress, type WallTime } from '@rufwerk/core'
import { localAddresses, type Timers } from '@rufwerk/net'
import type { Flags } from '../flags.ts'
import { Relay } from './relay.ts'

export interface OpenRelayParts {
  readonly flags: Flags
  readonly secret: Uint8Array
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly log: Log
}

/** Undefined without `--turn` and `--turn-tls`. After the certificates, whose files it uses. */
export function openRelay({ flags, ...parts }: OpenRelayParts): Result<Relay | undefined, string> {
  const { turn } = flags.nat
  if (turn === undefined) return ok(undefined)
  const certificate = turn.tlsPort === undefined ? {} : certificateFiles(flags)
  if (certificate === undefined) return fail('--turn-tls needs a certificate; none was made.')
  return Relay.open({
    ...parts,
    folder: join(flags.data, 'turn'),
    settings: { ...turn, ...certificate, addresses: relayAddresses(flags) },
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

function certificateFiles(flags: Flags): { certificateFile: string; keyFile: string } | undefined {
  if (flags.certificateFiles !== undefined) return flags.certificateFiles
  const both = ['acme.pem', 'local.pem']
    .map((name) => join(flags.data, 'certificates', name))
    .find((file) => existsSync(file))
  return both === undefined ? undefined : { certificateFile: both, keyFile: both }
}
