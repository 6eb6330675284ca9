// The planted faults by name, and the invariant that finds each.
import type { Invariant } from '../watch/watch.ts'
import { cdrTwice, strangeBridge } from './after-restart.ts'
import { heldHears, listensOn, strangeRoom } from './led-on.ts'
import {
  lostMessage,
  messageTwice,
  noEvidence,
  recordsOnAfterwards,
  recordsOnInPause,
  recordsTooEarly,
  resumedUnheard,
  strangeTape,
} from './on-tape.ts'
import {
  crossedCancel,
  forgottenCarrier,
  lampStays,
  lateFork,
  refusalTaken,
  secondCall,
} from './on-the-wire.ts'
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
  | 'strange-tape'
  | 'records-in-pause'
  | 'records-on'
  | 'resumed-unheard'
  | 'records-early'
  | 'no-evidence'
  | 'lost-message'
  | 'message-twice'
  | 'lamp-stays'
  | 'refusal-taken'

export const FAULTS: Readonly<Record<FaultName, KnownFault>> = {
  'late-fork': {
    says: 'the late 2xx of a fork that lost gets its ACK, but no BYE',
    foundBy: ['no-ghosts', 'sessions'],
    firstSeed: 3,
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
    firstSeed: 6,
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
    firstSeed: 11,
    plant: strangeRoom,
  },
  'forgotten-carrier': {
    says: 'the end of a call is not said to its carrier',
    foundBy: ['no-ghosts', 'sessions'],
    firstSeed: 2,
    plant: forgottenCarrier,
  },
  'strange-tape': {
    says: 'after a restart the endpoint of another call is recorded',
    foundBy: ['consent', 'own-recording', 'messages'],
    firstSeed: 1,
    plant: strangeTape,
  },
  'records-in-pause': {
    says: 'a recording that is paused goes on',
    foundBy: ['pause'],
    firstSeed: 1,
    plant: recordsOnInPause,
  },
  'records-on': {
    says: 'a recording goes on with whom somebody is led to',
    foundBy: ['own-recording', 'recordings-end'],
    firstSeed: 6,
    plant: recordsOnAfterwards,
  },
  'resumed-unheard': {
    says: 'a recording is told to go on while no media process is there, and does so in the next one',
    foundBy: ['pause'],
    firstSeed: 375,
    plant: resumedUnheard,
  },
  'records-early': {
    says: 'a recording begins with the question, before the key',
    foundBy: ['consent'],
    firstSeed: 1,
    plant: recordsTooEarly,
  },
  'no-evidence': {
    says: 'who agreed to a recording is not stored',
    foundBy: ['evidence'],
    firstSeed: 1,
    plant: noEvidence,
  },
  'lost-message': {
    says: 'a message that was spoken while call control crashed is forgotten',
    foundBy: ['messages', 'nothing-left'],
    firstSeed: 5,
    plant: lostMessage,
  },
  'message-twice': {
    says: 'a message is stored twice',
    foundBy: ['messages'],
    firstSeed: 1,
    plant: messageTwice,
  },
  'lamp-stays': {
    says: 'a lamp is not told that a call is over',
    foundBy: ['lamps'],
    firstSeed: 3,
    plant: lampStays,
  },
  'refusal-taken': {
    says: 'a trunk that its carrier refuses is held for registered',
    foundBy: ['trunks'],
    firstSeed: 2,
    plant: refusalTaken,
  },
}
