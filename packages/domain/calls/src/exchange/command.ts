// What the machine says about legs, said to the legs.
import { unreachable } from '@rufwerk/core'
import type { RoutingConfig } from '@rufwerk/routing'
import { forwardedCall } from '../forwarded.ts'
import type { LegPort } from '../ports.ts'
import type { CallOutput } from '../signals.ts'
import type { CallRecord } from '../state.ts'

export type LegCommand = Extract<
  CallOutput,
  { readonly type: 'dial' | 'ring' | 'progress' | 'answer' | 'end' | 'source' | 'announce' | 'dtmf' }
>

/** `config`: of the call; without it, as after a restart, a phone is not told who forwarded. */
export function command(
  legs: LegPort,
  record: CallRecord,
  output: LegCommand,
  config: RoutingConfig | undefined,
): void {
  switch (output.type) {
    case 'dial': {
      const { call, caller, callerLeg } = record
      const { leg, destination } = output
      const forwarded = destination.to === 'contact' && config && forwardedCall(record, config)
      legs.dial({ call, leg, caller, callerLeg, destination, ...(forwarded && { forwarded }) })
      break
    }
    case 'ring':
      legs.ring(output.leg)
      break
    case 'progress':
      legs.progress(output.leg)
      break
    case 'answer':
      legs.answer(output.leg)
      break
    case 'end':
      legs.end(output.leg, output.cause)
      break
    case 'source':
      legs.setSource(output.leg, output.source)
      break
    case 'announce':
      legs.announce({ mix: output.mix, to: output.leg, sound: output.sound })
      break
    case 'dtmf':
      legs.sendDtmf(output.leg, output.digit, output.durationMs, output.isCarried)
      break
    default:
      unreachable(output)
  }
}
