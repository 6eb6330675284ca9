// Via (RFC 3261 §20.42) with rport (RFC 3581).
import type { Params } from './uri.ts'

export interface Via {
  /** Upper case: UDP, TCP, TLS, WS, WSS, … */
  readonly transport: string
  readonly host: string
  readonly port?: number
  /** Empty when absent. */
  readonly branch: string
  readonly params: Params
}
