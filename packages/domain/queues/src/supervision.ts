// Listening to a conversation, whispering to the agent, taking part: off until a queue names modes, people
// and an announcement. First the caller is told and the agent hears a tone, then somebody listens. All is
// told.
import type { PersonId } from '@rufwerk/core'
import type { AgentId, SupervisionMode } from './config.ts'
import { type QueuesErrorCode, queuesError } from './errors.ts'
import { type QueueInput, refuse, type Turn, tell } from './signals.ts'
import type { TalkingCaller } from './state.ts'

type InputOf<Type extends QueueInput['type']> = Extract<QueueInput, { type: Type }>

interface Attempt {
  readonly supervisor: PersonId
  readonly agent: AgentId
  readonly mode: SupervisionMode
}

export function supervise(turn: Turn, input: InputOf<'supervise'>): void {
  const { supervisor, agent, mode } = input
  const attempt = { supervisor, agent, mode }
  const caller = callerOf(turn, agent)
  const why = refusalOf(turn, attempt, caller)
  if (caller === undefined || why !== undefined) {
    const code = why ?? 'not-talking'
    const whom = caller && { caller: caller.id, queue: caller.queue }
    tell(turn, { type: 'supervision', ...attempt, phase: 'refused', why: code, ...whom })
    refuse(turn, queuesError(code))
    return
  }
  const prompt = turn.set.queues.get(caller.queue)?.config.supervision.announcement ?? ''
  endSupervision(turn, caller)
  caller.supervision = { supervisor, mode, hasBegun: false }
  turn.out.push({ type: 'warn', caller: caller.id, agent, prompt })
  tellPhase(turn, caller, attempt, 'announced')
}

function refusalOf(turn: Turn, attempt: Attempt, caller?: TalkingCaller): QueuesErrorCode | undefined {
  if (attempt.supervisor === attempt.agent) return 'supervision-self'
  if (caller === undefined) return 'not-talking'
  const settings = turn.set.queues.get(caller.queue)?.config.supervision
  if (!settings?.modes.includes(attempt.mode)) return 'supervision-off'
  if (!settings.supervisors.includes(attempt.supervisor)) return 'supervision-not-allowed'
  const present = caller.supervision?.supervisor
  return present === undefined || present === attempt.supervisor ? undefined : 'supervision-taken'
}

function callerOf(turn: Turn, agent: AgentId): TalkingCaller | undefined {
  const work = turn.set.agents.get(agent)?.work
  if (work?.name !== 'talking') return undefined
  const caller = turn.set.callers.get(work.caller)
  return caller?.name === 'talking' ? caller : undefined
}

export function warned(turn: Turn, input: InputOf<'warned'>): void {
  const caller = turn.set.callers.get(input.caller)
  if (caller?.name !== 'talking' || caller.supervision === undefined || caller.supervision.hasBegun) return
  const { supervisor, mode } = caller.supervision
  caller.supervision.hasBegun = true
  turn.out.push({ type: 'supervise', supervisor, caller: caller.id, agent: caller.agent, mode })
  tellPhase(turn, caller, { supervisor, mode, agent: caller.agent }, 'began')
}

export function stopSupervising(turn: Turn, input: InputOf<'stopSupervising'>): void {
  const caller = callerOf(turn, input.agent)
  if (caller !== undefined) endSupervision(turn, caller)
}

/** Nothing when nobody listens. */
export function endSupervision(turn: Turn, caller: TalkingCaller): void {
  if (caller.supervision === undefined) return
  const { supervisor, mode } = caller.supervision
  caller.supervision = undefined
  turn.out.push({ type: 'stopSupervising', supervisor, caller: caller.id })
  tellPhase(turn, caller, { supervisor, mode, agent: caller.agent }, 'ended')
}

function tellPhase(
  turn: Turn,
  caller: TalkingCaller,
  attempt: Attempt,
  phase: 'announced' | 'began' | 'ended',
): void {
  tell(turn, { type: 'supervision', ...attempt, phase, caller: caller.id, queue: caller.queue })
}
