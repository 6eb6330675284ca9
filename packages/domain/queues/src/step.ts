// The machine of all queues of a tenant and their agents: an input and the time go in, what to do comes out.
// Pure but for its state, which it owns and changes; it knows no socket, no clock and no timer.
import { changeAgent, newAgentDay, settle } from './agents.ts'
import { agentLost, end, enter, gone, key } from './callers.ts'
import { answered, notAnswered } from './conversations.ts'
import { announce, arm, expire } from './deadlines.ts'
import { dispatch } from './dispatch.ts'
import { noCounts } from './figures/counts.ts'
import { configure, removeQueue, sweep } from './settings.ts'
import type { QueueEnv, QueueInput, QueueStep, Turn } from './signals.ts'
import type { QueueSet } from './state.ts'
import { endSupervision, stopSupervising, supervise, warned } from './supervision.ts'

/** The state that is given is used up: go on with the one that is returned. Perform the outputs in order. */
export function step(state: QueueSet, input: QueueInput, env: QueueEnv): QueueStep {
  const turn: Turn = { set: state, now: env.now, at: env.at, out: [] }
  apply(turn, input)
  expire(turn)
  // Twice: who becomes free and rings again at the same instant was idle in between.
  settle(turn)
  dispatch(turn)
  announce(turn)
  settle(turn)
  sweep(turn)
  arm(turn)
  return { state: turn.set, out: turn.out }
}

function apply(turn: Turn, input: QueueInput): void {
  switch (input.type) {
    case 'configure':
      configure(turn, input.config)
      return
    case 'remove':
      removeQueue(turn, input.queue)
      return
    case 'enter':
      enter(turn, input)
      return
    case 'ended':
      gone(turn, input)
      return
    case 'key':
      key(turn, input)
      return
    case 'answered':
      answered(turn, input)
      return
    case 'notAnswered':
      notAnswered(turn, input)
      return
    case 'agentLost':
      agentLost(turn, input)
      return
    case 'supervise':
      supervise(turn, input)
      return
    case 'warned':
      warned(turn, input)
      return
    case 'stopSupervising':
      stopSupervising(turn, input)
      return
    case 'restored':
      restored(turn, new Set(input.callers))
      return
    case 'newDay':
      newDay(turn)
      return
    case 'timer':
      return
    default:
      changeAgent(turn, input)
  }
}

/**
 * After a restart nobody listens any more, and who did not survive is gone. (A snapshot has nobody ringing.)
 */
function restored(turn: Turn, survivors: ReadonlySet<string>): void {
  for (const caller of [...turn.set.callers.values()]) {
    if (caller.name === 'talking') endSupervision(turn, caller)
    if (!survivors.has(caller.id)) end(turn, caller, 'lost')
  }
}

function newDay(turn: Turn): void {
  for (const queue of turn.set.queues.values()) queue.figures.today = noCounts()
  newAgentDay(turn)
}
