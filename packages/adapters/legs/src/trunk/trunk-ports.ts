// What trunks need from outside, and what they tell. Filled by the configuration and by the sockets.
import type { Flow, Ms } from '@rufwerk/core'
import type { RegistrarTarget, registrationStatus } from '@rufwerk/sip/trunk'
import type { CarrierPlace, TrunkId, TrunkSettings } from './settings.ts'

/** Which trunks there are. */
export interface TrunkBook {
  /** All of them, as they are set now. The same object means: unchanged. */
  trunks(): readonly TrunkSettings[]
  /** One listener: the last one given. */
  onChanged(listener: () => void): void
  /** A number of a caller as this carrier writes it, as E.164; undefined when it is none. */
  toE164(trunk: TrunkId, number: string): string | undefined
}

/** Whom a TLS connection must lead to. */
export interface CarrierTls {
  readonly name: string
  readonly authorities?: readonly string[]
}

/** The way to carriers. Nothing here throws or rejects. */
export interface CarrierNetwork {
  /** Where a name leads, in the order in which to try (RFC 3263); empty when nowhere. */
  resolve(
    wanted: CarrierPlace & { readonly transport?: 'udp' | 'tcp' | 'tls' },
  ): Promise<readonly RegistrarTarget[]>
  /** A flow to a server: over UDP from our socket; else a connection, used again where one is open. */
  open(target: RegistrarTarget, tls: CarrierTls): Promise<Flow | undefined>
  /** From now on the connection is pinged this often, and closed when nothing comes back. */
  keepAlive(flow: Flow, every: Ms): void
}

export interface TrunkPorts {
  readonly book: TrunkBook
  readonly network: CarrierNetwork
}

/**
 * Why a trunk is down. The names of registrations are those of the registration client; `no-answer`: OPTIONS
 * are not answered; `settings`: they cannot be used.
 */
export type TrunkProblem =
  | Extract<ReturnType<typeof registrationStatus>, { readonly state: 'failed' }>['why']
  | 'no-answer'
  | 'settings'

export interface TrunkState {
  readonly trunk: TrunkId
  readonly name: string
  /** Calls can be made over it, as far as we know. */
  readonly isUp: boolean
  /** That are going on, in both directions, ringing ones included. */
  readonly calls: number
  /** Stands until the trunk is up again. */
  readonly problem?: { readonly why: TrunkProblem; readonly status?: number }
}
