// What goes into the machine of the queues and what comes out: inputs are facts and wishes, outputs are
// commands in the order in which to perform them, and events to show and to store.
import type { Instant, Ms, PersonId, WallTime } from '@rufwerk/core'
import type { AgentId, CallerId, QueueConfig, QueueId, SupervisionMode, Target } from './config.ts'
import type { QueuesError } from './errors.ts'
import type { Activity, QueueSet } from './state.ts'

export type QueueInput =
  /** A new queue, or other settings for one; conversations and callers stay. */
  | { readonly type: 'configure'; readonly config: QueueConfig }
  | { readonly type: 'remove'; readonly queue: QueueId }
  | {
      readonly type: 'enter'
      readonly caller: CallerId
      readonly queue: QueueId
      /** 0 to 9, the higher first; that of the queue unless told. */
      readonly priority?: number
      /** What it has waited in other queues, WAIT_MAX at most; it counts for the order only. */
      readonly waited?: Ms
    }
  /** The caller is gone: hung up, or taken elsewhere by the agent. */
  | { readonly type: 'ended'; readonly caller: CallerId }
  | { readonly type: 'key'; readonly caller: CallerId; readonly key: string }
  | { readonly type: 'answered'; readonly caller: CallerId; readonly agent: AgentId }
  | { readonly type: 'notAnswered'; readonly caller: CallerId; readonly agent: AgentId; readonly why: Missed }
  /** The agent's side of a conversation broke; the caller is still there. */
  | { readonly type: 'agentLost'; readonly caller: CallerId }
  /** One queue, or all of the agent's when none is named. */
  | { readonly type: 'logIn' | 'logOut'; readonly agent: AgentId; readonly queue?: QueueId }
  | { readonly type: 'pause'; readonly agent: AgentId; readonly reason: string }
  | { readonly type: 'resume'; readonly agent: AgentId }
  /** Ends the wrap-up early. */
  | { readonly type: 'ready'; readonly agent: AgentId }
  /** A call outside all queues begins or ends; never said of the calls this machine connects. */
  | { readonly type: 'busy'; readonly agent: AgentId; readonly isBusy: boolean }
  | { readonly type: 'reachable'; readonly agent: AgentId; readonly isReachable: boolean }
  | {
      readonly type: 'supervise'
      readonly supervisor: PersonId
      readonly agent: AgentId
      readonly mode: SupervisionMode
    }
  /** The caller has heard the announcement that `warn` asked for, to its end. */
  | { readonly type: 'warned'; readonly caller: CallerId }
  | { readonly type: 'stopSupervising'; readonly agent: AgentId }
  /** The first input after a restart: which callers are still there. */
  | { readonly type: 'restored'; readonly callers: readonly CallerId[] }
  /** Midnight where the company is: the figures of today begin anew. */
  | { readonly type: 'newDay' }
  | { readonly type: 'timer' }

/** Why an agent who rang did not answer. Only `noAnswer` and `declined` count towards `missesMax`. */
export type Missed = 'noAnswer' | 'declined' | 'busy' | 'failed'
/** Why an agent stops ringing who did not answer. */
export type CancelReason = 'answeredElsewhere' | 'noAnswer' | 'callerLeft' | 'agentChanged'
/** Why a caller goes elsewhere. */
export type LeaveReason = 'full' | 'timeout' | 'unstaffed' | 'removed' | 'key'
export type Outcome = 'completed' | 'abandoned' | 'lost' | LeaveReason

export type QueueOutput =
  /** The caller waits from now on: answer it and play the music. */
  | {
      readonly type: 'hold'
      readonly caller: CallerId
      readonly queue: QueueId
      readonly music: string
    }
  | { readonly type: 'ring'; readonly caller: CallerId; readonly queue: QueueId; readonly agent: AgentId }
  | {
      readonly type: 'cancel'
      readonly caller: CallerId
      readonly agent: AgentId
      readonly reason: CancelReason
    }
  /** At once, whatever the caller hears at this moment: an announcement is cut off. */
  | { readonly type: 'connect'; readonly caller: CallerId; readonly agent: AgentId }
  /** The agent answered a caller who is not to be had any more. */
  | { readonly type: 'tooLate'; readonly caller: CallerId; readonly agent: AgentId }
  | {
      readonly type: 'announce'
      readonly caller: CallerId
      /** From 1; present when the queue tells it. */
      readonly position?: number
      readonly wait?: Ms
    }
  | {
      readonly type: 'leave'
      readonly caller: CallerId
      readonly queue: QueueId
      readonly reason: LeaveReason
      readonly target: Target
      /** Here and in the queues before. */
      readonly waited: Ms
    }
  /** Tell the caller, and the agent by a tone, before anybody listens. */
  | { readonly type: 'warn'; readonly caller: CallerId; readonly agent: AgentId; readonly prompt: string }
  /** The agent hears the tone as long as this lasts. */
  | {
      readonly type: 'supervise'
      readonly supervisor: PersonId
      readonly caller: CallerId
      readonly agent: AgentId
      readonly mode: SupervisionMode
    }
  | { readonly type: 'stopSupervising'; readonly supervisor: PersonId; readonly caller: CallerId }
  | { readonly type: 'event'; readonly at: WallTime; readonly event: QueueEvent }
  /** The input asked for something that is not possible; nothing changed. */
  | { readonly type: 'refused'; readonly error: QueuesError }
  /** Give `timer` at this instant; it replaces the one before. */
  | { readonly type: 'arm'; readonly at: Instant }
  | { readonly type: 'disarm' }

type OfCaller = { readonly caller: CallerId; readonly queue: QueueId }

export type QueueEvent =
  | (OfCaller & { readonly type: 'entered'; readonly priority: number; readonly position: number })
  | (OfCaller & { readonly type: 'ringing'; readonly agent: AgentId })
  | (OfCaller & { readonly type: 'missed'; readonly agent: AgentId; readonly why: Missed })
  | (OfCaller & { readonly type: 'answered'; readonly agent: AgentId; readonly waited: Ms })
  /** Waits longer than the queue's target. */
  | (OfCaller & { readonly type: 'late' })
  /** At the front again, as the agent was lost. */
  | (OfCaller & { readonly type: 'requeued'; readonly agent: AgentId })
  /** Exactly one for each `enter` that was not refused. */
  | (OfCaller & {
      readonly type: 'ended'
      readonly outcome: Outcome
      readonly waited: Ms
      readonly talked: Ms
      readonly agent?: AgentId
    })
  | {
      readonly type: 'agent'
      readonly agent: AgentId
      readonly activity: Activity
      readonly reason?: string
    }
  /** Every use of listening, and every attempt. */
  | {
      readonly type: 'supervision'
      readonly supervisor: PersonId
      readonly agent: AgentId
      readonly mode: SupervisionMode
      readonly phase: 'refused' | 'announced' | 'began' | 'ended'
      readonly caller?: CallerId
      readonly queue?: QueueId
      readonly why?: QueuesError['code']
    }

export interface QueueEnv {
  /** Never earlier than in the step before. */
  readonly now: Instant
  /** For events and figures. */
  readonly at: WallTime
}

export interface QueueStep {
  readonly state: QueueSet
  readonly out: readonly QueueOutput[]
}

/** One step under way. */
export interface Turn {
  readonly set: QueueSet
  readonly now: Instant
  readonly at: WallTime
  readonly out: QueueOutput[]
}

export function tell(turn: Turn, event: QueueEvent): void {
  turn.out.push({ type: 'event', at: turn.at, event })
}

export function refuse(turn: Turn, error: QueuesError): void {
  turn.out.push({ type: 'refused', error })
}
