// Agents log in and out, pause, finish their wrap-up, are busy elsewhere, lose their devices. Whatever of
// this happens while an agent rings, the caller keeps the place in the line.
import { between } from '@rufwerk/core'
import { withdraw } from './conversations.ts'
import { queuesError } from './errors.ts'
import { NAME_CHARS_MAX } from './limits.ts'
import { type QueueInput, refuse, type Turn, tell } from './signals.ts'
import { type Agent, activityOf, isFree, isLoggedIn, noTimes } from './state.ts'

type OfAgent = Extract<
  QueueInput,
  { type: 'logIn' | 'logOut' | 'pause' | 'resume' | 'ready' | 'busy' | 'reachable' }
>

/** Refused when there is no such agent. */
export function changeAgent(turn: Turn, input: OfAgent): void {
  const agent = turn.set.agents.get(input.agent)
  if (agent === undefined) {
    refuse(turn, queuesError('unknown-agent'))
    return
  }
  change(turn, agent, input)
  // Only work that is free can be rung, so an agent who rings is looked at as if the phone were silent.
  const { work } = agent
  if (work.name !== 'ringing') return
  const isMember = agent.memberships.get(work.queue)?.isLoggedIn === true
  if (!isMember || !isFree({ ...agent, work: { name: 'free' } }, turn.now)) withdraw(turn, agent)
}

function change(turn: Turn, agent: Agent, input: OfAgent): void {
  switch (input.type) {
    case 'logIn':
    case 'logOut':
      log(turn, agent, input)
      return
    case 'pause':
      pause(turn, agent, input.reason)
      return
    case 'resume':
      agent.pause = undefined
      agent.missesInRow = 0
      return
    case 'ready':
      if (agent.work.name === 'wrapUp') agent.work = { name: 'free' }
      return
    case 'busy':
      agent.isBusy = input.isBusy
      return
    case 'reachable':
      agent.isReachable = input.isReachable
      return
  }
}

function log(
  turn: Turn,
  agent: Agent,
  { type, queue }: Extract<OfAgent, { type: 'logIn' | 'logOut' }>,
): void {
  if (queue !== undefined && !agent.memberships.has(queue)) {
    refuse(turn, queuesError('not-a-member'))
    return
  }
  for (const [id, membership] of agent.memberships)
    if (queue === undefined || queue === id) membership.isLoggedIn = type === 'logIn'
  // Who logs in is there, whatever the system thought; and nobody is paused who is not logged in.
  if (type === 'logIn' ? agent.pause?.by === 'system' : !isLoggedIn(agent)) agent.pause = undefined
  if (type === 'logIn') agent.missesInRow = 0
  const { work } = agent
  if (work.name === 'wrapUp' && agent.memberships.get(work.queue)?.isLoggedIn !== true)
    agent.work = { name: 'free' }
}

function pause(turn: Turn, agent: Agent, reason: string): void {
  if (reason.length > NAME_CHARS_MAX) {
    refuse(turn, queuesError('bad-value', 'reason'))
    return
  }
  const isChanged = agent.activity === 'paused' && agent.pause?.reason !== reason
  agent.pause = { reason, by: 'agent' }
  // The activity stays the same, so nobody else tells it.
  if (isChanged) tell(turn, { type: 'agent', agent: agent.id, activity: 'paused', reason })
}

/** Adds up what each agent did, and tells what became different. */
export function settle(turn: Turn): void {
  for (const agent of turn.set.agents.values()) {
    const activity = activityOf(agent)
    if (activity === agent.activity) continue
    addUp(turn, agent)
    // A phone that rang in vain does not make anybody less idle.
    if (activity === 'idle' && agent.activity !== 'ringing') agent.idleSince = turn.now
    agent.activity = activity
    agent.activitySince = turn.now
    const reason = activity === 'paused' && agent.pause ? { reason: agent.pause.reason } : {}
    tell(turn, { type: 'agent', agent: agent.id, activity, ...reason })
  }
}

function addUp(turn: Turn, agent: Agent): void {
  agent.times.spentMs[agent.activity] += between(agent.countedUntil, turn.now)
  agent.countedUntil = turn.now
}

/** The sums of the day begin anew; who talks at midnight has talked in both days. */
export function newAgentDay(turn: Turn): void {
  for (const agent of turn.set.agents.values()) {
    agent.countedUntil = turn.now
    agent.times = noTimes()
    for (const membership of agent.memberships.values()) {
      membership.calls = 0
      membership.talkMs = 0
    }
  }
}
