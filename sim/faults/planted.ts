// Faults that are planted between call control and its ports, to prove that the simulation would find them.
// The product itself has no switch for them.
import type { Flow } from '@rufwerk/core'
import type { MediaPort } from '@rufwerk/legs'
import type { Store } from '@rufwerk/store'
import type { World } from '../world.ts'

export type Send = (flow: Flow, bytes: Uint8Array) => boolean
export type Receive = (flow: Flow, bytes: Uint8Array) => void

export interface PlantedFault {
  beforeStart?(world: World): void
  wrapSend?(send: Send, world: World): Send
  wrapReceive?(receive: Receive, world: World): Receive
  wrapMedia?(media: MediaPort, world: World): MediaPort
  wrapStore?(store: Store, world: World): Store
}

export const NO_FAULT: PlantedFault = {}
