// A call as route() is asked about it: when it comes in, and when it goes on.
import type { LegId, WallTime } from '@rufwerk/core'
import {
  dialsEmergency,
  findByName,
  type InsideCall,
  type Live,
  type RoutingConfig,
  route,
  type Target,
  type TrunkCall,
  type TrunkId,
} from '@rufwerk/routing'
import type { Caller, Cdr } from '../ports.ts'
import type { Planned } from '../signals.ts'
import type { CallRecord, CallState } from '../state.ts'

/** What a tenant's calls are decided from. */
export interface Routing {
  readonly config: RoutingConfig
  readonly live: Live
}

type Asked = Pick<CallRecord, 'caller' | 'dialled' | 'transferor'> & {
  /** Where the network sees whoever of the house dialled. */
  readonly address?: string | undefined
}

/** Without a target: what was dialled. */
export function planOf(
  { config, live }: Routing,
  asked: Asked,
  now: { readonly at: WallTime; readonly seed: number },
  target?: Target,
): Planned {
  const first = firstCall(asked, now)
  const call = target === undefined ? first : ({ from: 'plan', first, target, ...now } as const)
  const plan = route(config, live, call)
  return { node: plan.node, config: plan.configVersion, seed: now.seed }
}

/** Somebody of the house calls for help, or transfers somebody there: no limit may stop that. */
export function callsForHelp({ config, live }: Routing, asked: Asked, at: WallTime): boolean {
  const call = firstCall(asked, { at, seed: 0 })
  return call.from !== 'trunk' && dialsEmergency(config, live, call)
}

/** This call leads, or led, to an emergency number. */
export function isForHelp(state: CallState | undefined): boolean {
  return state?.record.why.rule === 'emergency'
}

/** The code that brings the others of a person's calls together, as a three-way or with each other. */
export function dialsTogether({ dialPlan }: RoutingConfig, dialled: string): boolean {
  const codes = dialPlan?.codes ?? []
  return codes.some(({ code, does }) => code === dialled && (does === 'conference' || does === 'join'))
}

function firstCall(
  { caller, dialled, transferor, address }: Asked,
  now: { readonly at: WallTime; readonly seed: number },
): InsideCall | TrunkCall {
  const place = address === undefined ? {} : { callerAddress: address }
  if (transferor !== undefined) {
    const { person, device } = transferor
    return { dialled, caller: person, callerDevice: device, ...place, isTransfer: true, ...now }
  }
  if (caller.kind === 'inside')
    return { dialled, caller: caller.person, callerDevice: caller.device, ...place, ...now }
  const { trunk, number, forwarders } = caller
  return {
    from: 'trunk',
    trunk,
    called: dialled,
    ...(number !== undefined && { callerNumber: number }),
    ...(forwarders !== undefined && { forwarders }),
    ...now,
  }
}

/** The one person with the name that was spelled; undefined when there is none, or more than one. */
export function spelledTarget({ config }: Routing, keyed: string): Target | undefined {
  const [person, ...others] = findByName(config, keyed)
  if (person === undefined || others.length > 0) return undefined
  return { to: 'extension', extension: person.extension }
}

/** What the limits of calls are counted by. */
export function sourceOf(caller: Caller): string {
  return caller.kind === 'inside' ? `device ${caller.device}` : `trunk ${caller.trunk}`
}

/** The trunks on which a call has a leg now. */
export function trunksOf(state: CallState): TrunkId[] {
  if (state.name === 'ended' || state.name === 'ending') return []
  const { caller, callerLeg, answeredBy, connected } = state.record
  const parties: [LegId, Caller | Cdr['answeredBy']][] = [[callerLeg, connected?.caller ?? caller]]
  if (state.name === 'talking' || state.name === 'transferring')
    parties.push([state.calleeLeg, connected?.callee ?? answeredBy])
  const trunks: TrunkId[] = []
  for (const [leg, party] of parties) {
    // Who is led away counts there.
    if (state.name === 'transferring' && leg === state.party) continue
    if (party?.kind === 'outside') trunks.push(party.trunk)
  }
  if (state.name === 'ringing') {
    for (const { destination } of state.forks.values())
      if (destination.to === 'trunk') trunks.push(destination.attempt.trunk)
  }
  return trunks
}
