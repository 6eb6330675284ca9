// The planted faults by name, and the invariant that finds each.
import type { Invariant } from '../watch/watch.ts'
import { cdrTwice, strangeBridge } from './after-restart.ts'
import { heldHears, listensOn, strangeRoom } from './led-on.ts'
import { crossedCancel, forgottenCarrier, lateFork, secondCall } from './on-the-wire.ts'
import type { PlantedFault } from './planted.ts'

interface KnownFault {
  readonly says: string
  readonly foundBy: readonly Invariant[]
  /** A seed that found it; one of the next ones does when that has changed. */
  readonly firstSeed: number
  plant(): PlantedFault
}

export type FaultName =
  | 'late-fork'
  | 'crossed-cancel'
  | 'strange-bridge'
  | 'cdr-twice'
  | 'second-call'
  | 'listens-on'
  | 'held-hears'
  | 'strange-room'
  | 'forgotten-carrier'

export const FAULTS: Readonly<Record<FaultName, KnownFault>> = {
  'late-fork': {
    says: 'the late 2xx of a fork that lost gets its ACK, but no BYE',
    foundBy: ['no-ghosts', 'sessions'],
    firstSeed: 1,
    plant: lateFork,
  },
  'crossed-cancel': {
    says: 'a 2xx that crosses the CANCEL is ignored: the leg stays at the phone',
    foundBy: ['acknowledged', 'no-ghosts'],
    firstSeed: 1,
    plant: crossedCancel,
  },
  'strange-bridge': {
    says: 'after a restart a bridge is joined to the endpoint of another call',
    foundBy: ['own-sound'],
    firstSeed: 1,
    plant: strangeBridge,
  },
  'cdr-twice': {
    says: 'after a restart calls that had ended are ended again',
    foundBy: ['one-cdr'],
    firstSeed: 1,
    plant: cdrTwice,
  },
  'second-call': {
    says: 'a repeated INVITE makes a second call, which answers it, too',
    foundBy: ['one-answer'],
    firstSeed: 8,
    plant: secondCall,
  },
  'listens-on': {
    says: 'who has transferred a call goes on hearing the party',
    foundBy: ['own-sound'],
    firstSeed: 4,
    plant: listensOn,
  },
  'held-hears': {
    says: 'who is put on hold or parked goes on hearing the other side',
    foundBy: ['own-sound'],
    firstSeed: 1,
    plant: heldHears,
  },
  'strange-room': {
    says: 'somebody is put into a room in which others talk',
    foundBy: ['own-sound'],
    firstSeed: 1,
    plant: strangeRoom,
  },
  'forgotten-carrier': {
    says: 'the end of a call is not said to its carrier',
    foundBy: ['no-ghosts', 'sessions'],
    firstSeed: 2,
    plant: forgottenCarrier,
  },
}
