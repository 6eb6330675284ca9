// What a NOTIFY says: the calls of who is watched (RFC 4235), or what waits in a box (RFC 3842).
import { hash } from 'node:crypto'
import type { Flow, PersonId } from '@rufwerk/core'
import { writeUri } from '@rufwerk/sip'
import {
  DIALOG_INFO_TYPE,
  MESSAGE_SUMMARY_TYPE,
  type WatchedDialog,
  writeDialogInfo,
  writeMessageSummary,
} from '@rufwerk/sip/events'
import { localUri } from '../headers.ts'
import type { Subscription } from './subscription.ts'
import type { WaitingMessages, WatchedCall } from './watch-port.ts'

/** A lamp has one colour; so many dialogs still fit into one datagram. */
const DIALOGS_TOLD_MAX = 3
const ID_CHARS = 12

export interface NotifyBody {
  readonly type: string
  readonly content: string
}

/** What a lamp shows, the most urgent first. */
export function dialogsOf(
  calls: readonly WatchedCall[],
  { person, entity, flow }: Pick<Subscription, 'person' | 'entity' | 'flow'>,
): readonly WatchedDialog[] {
  return calls
    .toSorted((one, other) => urgency(one) - urgency(other))
    .slice(0, DIALOGS_TOLD_MAX)
    .map((call) => {
      const { direction, state } = call
      const id = dialogId(call, person)
      return { id, state, direction, local: { identity: entity }, ...remoteOf(call, flow) }
    })
}

function urgency({ state, direction }: WatchedCall): number {
  if (state === 'early' && direction === 'recipient') return 0
  return state === 'confirmed' ? 1 : 2
}

/** Two lamps of one call have different ids, so that they do not tell who talks to whom. */
function dialogId({ call }: WatchedCall, person: PersonId): string {
  return hash('sha256', `${call} ${person}`, 'base64url').slice(0, ID_CHARS)
}

function remoteOf({ remote }: WatchedCall, flow: Flow): Pick<WatchedDialog, 'remote'> {
  if (remote === undefined) return {}
  const { number, name } = remote
  const identity = writeUri(localUri(number, flow))
  return { remote: { identity, ...(name === undefined ? {} : { displayName: name }) } }
}

/**
 * The whole state each time, since not every phone puts partial ones together. What it was told before and is
 * gone is named once more as terminated, since not every lamp goes out because a dialog is missing.
 */
export function dialogBody(
  { entity, told }: Pick<Subscription, 'entity' | 'told'>,
  dialogs: readonly WatchedDialog[],
  version: number,
): NotifyBody {
  const current = new Set(dialogs.map(({ id }) => id))
  const gone = told
    .filter(({ id }) => !current.has(id))
    .map(({ id, direction, local }) => ({
      id,
      state: 'terminated' as const,
      ...(direction && { direction }),
      ...(local && { local }),
    }))
  const report = { entity, version, state: 'full' as const, dialogs: [...dialogs, ...gone] }
  return { type: DIALOG_INFO_TYPE, content: writeDialogInfo(report) }
}

export function messageBody({ unheard, heard, listenAt }: WaitingMessages, flow: Flow): NotifyBody {
  const account = listenAt === undefined ? undefined : localUri(listenAt, flow)
  return { type: MESSAGE_SUMMARY_TYPE, content: writeMessageSummary({ unheard, heard }, account) }
}
