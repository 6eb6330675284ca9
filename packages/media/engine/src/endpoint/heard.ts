// The receiving side of an endpoint, as those see it who listen to it.
import type { Instant } from '@rufwerk/core'
import type { RtpHeader } from '@rufwerk/rtp'
import type { Negotiated } from '../stream/routes.ts'

/** Hears the packets of an endpoint. Header and packet belong to the caller and are reused. */
export interface PacketListener {
  packetArrived(packet: Uint8Array, header: RtpHeader, now: Instant): void
  /** Its formats or its direction may be others now. */
  sourceConfigured(): void
  /** It is gone and will not be heard again. */
  sourceClosed(): void
}

export interface Heard {
  /** A number of its own among all endpoints of the process. */
  readonly key: number
  readonly negotiated: Negotiated | undefined
  listen(listener: PacketListener): void
  unlisten(listener: PacketListener): void
}
