// A call as route() is asked about it: by whom, or who leads the caller on.
import type { WallTime } from '@rufwerk/core'
import type { InsideCall, TrunkCall } from '@rufwerk/routing'
import type { CallRecord } from './state.ts'

type Asking = Pick<CallRecord, 'caller' | 'dialled' | 'transferor'>

export function routedCall(asking: Asking, at: WallTime, seed: number): InsideCall | TrunkCall {
  const { caller, dialled, transferor } = asking
  if (transferor !== undefined) {
    const { person, device } = transferor
    return { dialled, caller: person, callerDevice: device, isTransfer: true, at, seed }
  }
  if (caller.kind === 'inside')
    return { dialled, caller: caller.person, callerDevice: caller.device, at, seed }
  const { trunk, number } = caller
  const callerNumber = number === undefined ? {} : { callerNumber: number }
  return { from: 'trunk', trunk, called: dialled, ...callerNumber, at, seed }
}
