// Where somebody goes who leaves a queue unserved, in the words of the dial plan.
import type { PersonId } from '@rufwerk/core'
import type { Target as QueueTarget } from '@rufwerk/queues'
import type { RoutingConfig, Target } from '@rufwerk/routing'

/** The end of the way is the busy tone: who has waited does not hear nothing. */
const NOWHERE: Target = { to: 'busy' }

export function leadTo(target: QueueTarget, config: RoutingConfig | undefined): Target {
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
      const box = boxOf(target.person, config)
      return box === undefined ? NOWHERE : { to: 'voicemail', box }
    }
    case 'announcement':
      return { to: 'announcement', prompt: target.prompt }
  }
}

/** The box that a person's calls go to. */
export function boxOf(person: PersonId, config: RoutingConfig | undefined): string | undefined {
  return config?.dialPlan?.people.find((rules) => rules.person === person)?.voicemail
}
