// Where somebody goes who leaves a queue unserved, in the words of the dial plan.
import type { PersonId } from '@rufwerk/core'
import type { Target as QueueTarget } from '@rufwerk/queues'
import type { RoutingConfig, Target } from '@rufwerk/routing'

/** The end of the way is the busy tone: who has waited does not hear nothing. */
const NOWHERE: Target = { to: 'busy' }

/** The personal box of somebody, when there is one. */
export type OwnBox = (person: PersonId) => string | undefined

export function leadTo(target: QueueTarget, config: RoutingConfig | undefined, ownBox?: OwnBox): Target {
  switch (target.to) {
    case 'end':
      return NOWHERE
    case 'number': {
      const { number } = target
      return number.startsWith('+') ? { to: 'outside', number } : { to: 'extension', extension: number }
    }
    case 'queue':
      return { to: 'queue', queue: target.queue }
    case 'voicemail': {
      const box = boxOf(target.person, config, ownBox)
      return box === undefined ? NOWHERE : { to: 'voicemail', box }
    }
    case 'announcement':
      return { to: 'announcement', prompt: target.prompt }
  }
}

/** The box that a person's calls go to: that of the plan, or else their own. */
export function boxOf(
  person: PersonId,
  config: RoutingConfig | undefined,
  ownBox?: OwnBox,
): string | undefined {
  const rules = config?.dialPlan?.people.find((one) => one.person === person)
  return rules?.voicemail ?? ownBox?.(person)
}
