// What is wrong with a configuration, before it is applied: each error names the place and a code. route()
// bears all of it, but a call that meets it hears an announcement.
import type { PersonId } from '@rufwerk/core'
import { checkSchedule } from '../calendar/check-schedule.ts'
import type { RoutingConfig } from '../config.ts'
import type { DialPlan } from '../dial-plan.ts'
import { type DialPlanIndex, indexOf, serviceKey } from '../dial-plan-index.ts'
import { serviceOf } from '../flow/lead.ts'
import type { Target } from '../flow-types.ts'
import { readE164 } from '../numbers/number.ts'
import { duplicates, extensionErrors } from './extensions.ts'
import { findLoops } from './loops.ts'
import { type NetworkErrorCode, networkErrors } from './network-errors.ts'
import { numberErrors } from './number-errors.ts'
import { type Placed, placedTargets } from './targets.ts'

export type ConfigErrorCode =
  | 'loop'
  | 'points-to-nothing'
  | 'duplicate-id'
  | 'duplicate-extension'
  | 'duplicate-key'
  | 'duplicate-code'
  | 'duplicate-number'
  | 'emergency-number'
  | 'not-an-extension'
  | 'not-a-code'
  | 'not-a-number'
  | 'not-showable'
  | 'number-of-no-trunk'
  | 'not-for-emergency'
  | 'nothing-fits'
  | 'empty'
  | 'not-positive'
  | 'wrong-schedule'
  | NetworkErrorCode

export interface ConfigError {
  /** Where in the dial plan: `flows[2].keys[0].target`. */
  readonly path: string
  readonly code: ConfigErrorCode
  /** What the sentence needs to name. */
  readonly values: Readonly<Record<string, string>>
}

/** An empty list: the configuration may be applied. Never throws. */
export function checkConfig(config: RoutingConfig): ConfigError[] {
  const index = indexOf(config)
  const { plan } = index
  const placed = placedTargets(plan)
  return [
    ...idErrors(plan),
    ...extensionErrors(config, plan),
    ...numberErrors(config, plan, index),
    ...networkErrors(plan),
    ...placed.flatMap((one) => targetErrors(config, index, one)),
    ...referenceErrors(plan, index),
    ...flowErrors(plan, index),
    ...scheduleErrors(plan),
    ...findLoops(config, index, placed).map(({ path, circle }): ConfigError => {
      return { path, code: 'loop', values: { circle: circle.join(' > ') } }
    }),
  ]
}

function idErrors(plan: DialPlan): ConfigError[] {
  const lists: readonly [name: string, ids: readonly string[]][] = [
    ['sites', plan.sites.map(({ site }) => site)],
    ['trunks', plan.trunks.map(({ id }) => id)],
    ['outbound', plan.outbound.map(({ id }) => id)],
    ['inbound', plan.inbound.map(({ id }) => id)],
    ['people', plan.people.map(({ person }) => person)],
    ['schedules', plan.schedules.map(({ id }) => id)],
    ['flows', plan.flows.map(({ id }) => id)],
    ['services', plan.services.map(({ kind, id }) => serviceKey(kind, id))],
  ]
  return lists.flatMap(([name, ids]) =>
    duplicates(
      ids.map((id, index) => ({ key: id, path: `${name}[${index}]` })),
      'duplicate-id',
    ),
  )
}

function targetErrors(config: RoutingConfig, index: DialPlanIndex, { path, target }: Placed): ConfigError[] {
  if (target.to === 'outside' && !readE164(target.number).ok)
    return [{ path, code: 'not-a-number', values: { number: target.number } }]
  const missing = missingIn(config, index, target)
  return missing === undefined ? [] : [{ path, code: 'points-to-nothing', values: { target: missing } }]
}

/** The name of what is not there. */
function missingIn(config: RoutingConfig, index: DialPlanIndex, target: Target): string | undefined {
  switch (target.to) {
    case 'person':
      return index.byPerson.has(target.person) ? undefined : `person:${target.person}`
    case 'flow':
      return index.flows.has(target.flow) ? undefined : `flow:${target.flow}`
    case 'extension': {
      const { extension } = target
      const isThere =
        config.byExtension.has(extension) || index.targets.has(extension) || index.slots.has(extension)
      return isThere ? undefined : `extension:${extension}`
    }
    case 'voicemail':
    case 'queue':
    case 'conference':
    case 'parking': {
      // A person's own box is no service of the plan.
      if (target.to === 'voicemail' && isPerson(index, target.box)) return undefined
      const key = serviceKey(...serviceOf(target))
      return index.services.has(key) ? undefined : key
    }
    default:
      return undefined
  }
}

function isPerson(index: DialPlanIndex, id: string): boolean {
  return index.byPerson.has(id as PersonId)
}

function referenceErrors(plan: DialPlan, index: DialPlanIndex): ConfigError[] {
  const errors: ConfigError[] = []
  const need = (isThere: boolean, path: string, target: string) => {
    if (!isThere) errors.push({ path, code: 'points-to-nothing', values: { target } })
  }
  for (const [at, rule] of plan.outbound.entries()) {
    for (const [place, id] of rule.trunks.entries())
      need(index.trunks.has(id), `outbound[${at}].trunks[${place}]`, `trunk:${id}`)
    for (const [place, id] of (rule.people ?? []).entries())
      need(index.byPerson.has(id), `outbound[${at}].people[${place}]`, `person:${id}`)
    for (const [place, id] of (rule.sites ?? []).entries())
      need(index.sites.has(id), `outbound[${at}].sites[${place}]`, `site:${id}`)
    if (rule.digits && rule.digits.min > rule.digits.max)
      errors.push({ path: `outbound[${at}].digits`, code: 'nothing-fits', values: {} })
  }
  for (const [at, rule] of plan.inbound.entries()) {
    const schedule = rule.hours?.schedule
    if (schedule !== undefined)
      need(index.schedules.has(schedule), `inbound[${at}].hours.schedule`, `schedule:${schedule}`)
    for (const [place, id] of (rule.trunks ?? []).entries())
      need(index.trunks.has(id), `inbound[${at}].trunks[${place}]`, `trunk:${id}`)
  }
  for (const [at, rules] of plan.people.entries()) {
    need(index.byPerson.has(rules.person), `people[${at}].person`, `person:${rules.person}`)
    need(index.sites.has(rules.site), `people[${at}].site`, `site:${rules.site}`)
    const box = rules.voicemail
    if (box !== undefined)
      need(
        index.services.has(serviceKey('voicemail', box)) || isPerson(index, box),
        `people[${at}].voicemail`,
        `voicemail:${box}`,
      )
  }
  for (const [at, site] of plan.sites.entries())
    for (const [place, id] of site.emergencyTrunks.entries()) {
      const path = `sites[${at}].emergencyTrunks[${place}]`
      need(index.trunks.has(id), path, `trunk:${id}`)
      if (index.trunks.get(id)?.isForEmergency === false)
        errors.push({ path, code: 'not-for-emergency', values: { trunk: id } })
    }
  return errors
}

function scheduleErrors(plan: DialPlan): ConfigError[] {
  return plan.schedules.flatMap(({ schedule }, at) => {
    const checked = checkSchedule(schedule)
    if (checked.ok) return []
    return checked.error.map(({ place, code }): ConfigError => {
      return { path: `schedules[${at}].schedule.${place}`, code: 'wrong-schedule', values: { problem: code } }
    })
  })
}

function flowErrors(plan: DialPlan, index: DialPlanIndex): ConfigError[] {
  const errors: ConfigError[] = []
  for (const [at, flow] of plan.flows.entries()) {
    const path = `flows[${at}]`
    if (flow.kind === 'hours' && !index.schedules.has(flow.schedule)) {
      const target = `schedule:${flow.schedule}`
      errors.push({ path: `${path}.schedule`, code: 'points-to-nothing', values: { target } })
    }
    if (flow.kind === 'receptionist') {
      const keys = flow.keys.map(({ key }, place) => ({ key: key as string, path: `${path}.keys[${place}]` }))
      errors.push(...duplicates(keys, 'duplicate-key'))
      if (!(flow.keyTime > 0)) errors.push({ path: `${path}.keyTime`, code: 'not-positive', values: {} })
      if (!(flow.tries >= 1)) errors.push({ path: `${path}.tries`, code: 'not-positive', values: {} })
    }
    if (flow.kind !== 'ringGroup') continue
    if (flow.members.length === 0) errors.push({ path: `${path}.members`, code: 'empty', values: {} })
    for (const field of ['memberTime', 'ringTime'] as const)
      if (!(flow[field] > 0)) errors.push({ path: `${path}.${field}`, code: 'not-positive', values: {} })
    for (const [place, member] of flow.members.entries()) {
      if (!('person' in member) || index.byPerson.has(member.person)) continue
      const target = `person:${member.person}`
      errors.push({ path: `${path}.members[${place}]`, code: 'points-to-nothing', values: { target } })
    }
  }
  return errors
}
