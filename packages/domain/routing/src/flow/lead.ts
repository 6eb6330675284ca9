// Leads a call to a target: the one place where the tree grows, so the one place that ends loops and dead
// ends.
import { CAUSE, type Deciding, end, type Path } from '../deciding.ts'
import type { Service } from '../dial-plan.ts'
import { serviceKey } from '../dial-plan-index.ts'
import type { FlowId, Target } from '../flow-types.ts'
import { emergencyCode, readE164 } from '../numbers/number.ts'
import { dialOutside } from '../outside/outside.ts'
import type { Payer } from '../outside/payer.ts'
import type { PlanNode, Why } from '../plan.ts'
import { ringGroup } from './group.ts'
import { hoursAt, targetAt } from './hours.ts'
import { greet } from './menu.ts'
import { reachPerson } from './person.ts'

export type Greeting = Extract<PlanNode, { do: 'voicemail' }>['greeting']

export interface Lead {
  readonly path: Path
  /** Who pays when it leads outside; absent: the company. */
  readonly payer?: Payer
  readonly greeting?: Greeting
}

export function lead(d: Deciding, target: Target, how: Lead): PlanNode {
  const { path } = how
  switch (target.to) {
    case 'person':
      return guarded(d, `person:${target.person}`, target, path, (onwards) =>
        reachPerson(d, target.person, onwards),
      )
    case 'flow':
      return guarded(d, `flow:${target.flow}`, target, path, (onwards) => enterFlow(d, target.flow, onwards))
    case 'outside':
      return leadOutside(d, target.number, how)
    case 'extension':
      return leadToExtension(d, target.extension, how)
    case 'announcement': {
      const why: Why = { rule: 'announcement', values: { prompt: target.prompt } }
      return d.announce(target.prompt, why, 480, CAUSE.normal)
    }
    case 'busy':
      return end({ rule: 'busy', values: {} }, 486, CAUSE.busy)
    case 'hangUp':
      return end({ rule: 'hang-up', values: {} }, 603, CAUSE.rejected)
    default:
      return leadToService(d, target, how)
  }
}

/** Something that leads on: not again without the caller's doing, and not when the tree is full. */
function guarded(
  d: Deciding,
  key: string,
  target: Target,
  path: Path,
  enter: (onwards: Path) => PlanNode,
): PlanNode {
  if (path.passed.includes(key)) return broken(d, path, 'flow-loop', key)
  if (path.before.includes(key)) {
    d.look(path, key, 'back-again')
    return { do: 'continue', why: { rule: 'continue', values: { target: key } }, target }
  }
  if (!d.grows()) return broken(d, path, 'plan-too-big', key)
  return enter({ ...path, passed: [...path.passed, key] })
}

/** What does not work is announced and recorded, never silence. */
export function broken(
  d: Deciding,
  path: Path,
  rule: 'flow-loop' | 'points-to-nothing' | 'plan-too-big',
  place: string,
): PlanNode {
  d.look(path, place, rule)
  const why: Why = { rule, values: { place } }
  return d.announce('out-of-order', why, 500, CAUSE.failed)
}

function enterFlow(d: Deciding, id: FlowId, path: Path): PlanNode {
  const flow = d.index.flows.get(id)
  if (flow === undefined) return broken(d, path, 'points-to-nothing', `flow:${id}`)
  switch (flow.kind) {
    case 'ringGroup':
      return ringGroup(d, flow, path)
    case 'receptionist':
      return greet(d, flow, path)
    case 'hours': {
      const state = hoursAt(d, path, flow.schedule)
      if (state === undefined) return broken(d, path, 'points-to-nothing', `schedule:${flow.schedule}`)
      return lead(d, targetAt(flow, state), { path })
    }
  }
}

function leadOutside(d: Deciding, number: string, { path, payer = {} }: Lead): PlanNode {
  const read = readE164(number)
  if (!read.ok) return broken(d, path, 'points-to-nothing', `outside:${number}`)
  return dialOutside(d, read.value, payer, path)
}

/** What a caller may key in: people, flows and services; no code, nothing outside, no emergency number. */
export function leadToExtension(d: Deciding, extension: string, how: Lead): PlanNode {
  const { path } = how
  const place = d.place(undefined)
  const person = emergencyCode(extension, place) ? undefined : d.config.byExtension.get(extension)
  if (person) return lead(d, { to: 'person', person: person.person }, how)
  const target = d.index.targets.get(extension)
  if (target) return lead(d, target, how)
  const slot = d.index.slots.get(extension)
  if (slot) return { do: 'park', why: { rule: 'parking', values: slot }, ...slot }
  d.look(path, `extension:${extension}`, 'unknown')
  const why: Why = { rule: 'unknown-number', values: { number: extension } }
  return d.announce('not-found', why, 404, CAUSE.unallocated)
}

type ServiceTarget = Extract<Target, { to: 'voicemail' | 'queue' | 'conference' | 'parking' }>

function leadToService(d: Deciding, target: ServiceTarget, { path, greeting = 'plain' }: Lead): PlanNode {
  const [kind, id] = serviceOf(target)
  const key = serviceKey(kind, id)
  const isThere = d.index.services.has(key) || (target.to === 'voicemail' && d.isOwnBox(id))
  if (!isThere) return broken(d, path, 'points-to-nothing', key)
  d.look(path, key, 'led-there')
  const values = { id }
  switch (target.to) {
    case 'voicemail':
      return { do: 'voicemail', why: { rule: 'voicemail', values }, box: id, greeting }
    case 'queue':
      return { do: 'queue', why: { rule: 'queue', values }, queue: id }
    case 'conference':
      return { do: 'conference', why: { rule: 'conference', values }, room: id }
    case 'parking':
      return { do: 'park', why: { rule: 'parking', values }, lot: id }
  }
}

export function serviceOf(target: ServiceTarget): readonly [kind: Service['kind'], id: string] {
  switch (target.to) {
    case 'voicemail':
      return ['voicemail', target.box]
    case 'queue':
      return ['queue', target.queue]
    case 'conference':
      return ['conference', target.room]
    case 'parking':
      return ['parking', target.lot]
  }
}
