// Numbers of the public network in a configuration: readable, once, and shown only by whom they belong to.
import type { RoutingConfig } from '../config.ts'
import type { DialPlan } from '../dial-plan.ts'
import type { DialPlanIndex } from '../dial-plan-index.ts'
import { readE164, readNumber } from '../numbers/number.ts'
import { ownsNumber, showable } from '../outside/caller-number.ts'
import type { ConfigError } from './check-config.ts'
import { duplicates } from './extensions.ts'

export function numberErrors(config: RoutingConfig, plan: DialPlan, index: DialPlanIndex): ConfigError[] {
  const numbers = plan.people.flatMap(({ number }, at) =>
    number === undefined ? [] : [{ key: number, path: `people[${at}].number` }],
  )
  return [
    ...trunkErrors(plan),
    ...numbers.flatMap(({ key, path }) => ownedErrors(key, path, plan.trunks)),
    ...duplicates(numbers, 'duplicate-number'),
    ...siteErrors(plan, index),
    ...dialledErrors(config, plan),
  ]
}

function trunkErrors(plan: DialPlan): ConfigError[] {
  return plan.trunks.flatMap((trunk, at) => {
    const errors: ConfigError[] = []
    const mainPath = `trunks[${at}].mainNumber`
    if (!readE164(trunk.mainNumber).ok) errors.push(noNumber(trunk.mainNumber, mainPath))
    else if (showable(trunk.mainNumber, trunk) === undefined)
      errors.push({ path: mainPath, code: 'not-showable', values: { number: trunk.mainNumber } })
    for (const [place, range] of trunk.numbers.entries()) {
      const path = `trunks[${at}].numbers[${place}]`
      const isSingle = range.extensionDigits === 0
      if (!/^\+[1-9][0-9]{3,14}$/.test(range.number) || (isSingle && !readE164(range.number).ok))
        errors.push(noNumber(range.number, path))
      else if (isSingle && showable(range.number, trunk) === undefined)
        errors.push({ path, code: 'not-showable', values: { number: range.number } })
    }
    return errors
  })
}

function siteErrors(plan: DialPlan, index: DialPlanIndex): ConfigError[] {
  return plan.sites.flatMap((site, at) => {
    const trunks = site.emergencyTrunks.flatMap((id) => index.trunks.get(id) ?? [])
    const number = site.emergencyNumber
    return number === undefined ? [] : ownedErrors(number, `sites[${at}].emergencyNumber`, trunks)
  })
}

function ownedErrors(number: string, path: string, trunks: DialPlan['trunks']): ConfigError[] {
  if (!readE164(number).ok) return [noNumber(number, path)]
  if (trunks.some((trunk) => ownsNumber(trunk, number))) return []
  return [{ path, code: 'number-of-no-trunk', values: { number } }]
}

/** What somebody else is called by: mobiles, members of groups, speed dialling. */
function dialledErrors(config: RoutingConfig, plan: DialPlan): ConfigError[] {
  const place = plan.sites[0] ?? { country: config.country }
  const mobiles = plan.people.flatMap(({ mobile }, at) =>
    mobile === undefined || readE164(mobile.number).ok
      ? []
      : [noNumber(mobile.number, `people[${at}].mobile.number`)],
  )
  const members = plan.flows.flatMap((flow, at) =>
    flow.kind !== 'ringGroup'
      ? []
      : flow.members.flatMap((member, position) =>
          'person' in member || readE164(member.outside).ok
            ? []
            : [noNumber(member.outside, `flows[${at}].members[${position}]`)],
        ),
  )
  const speed = plan.speedDial.flatMap(({ number }, at) =>
    readNumber(number, place).ok ? [] : [noNumber(number, `speedDial[${at}].number`)],
  )
  return [...mobiles, ...members, ...speed]
}

function noNumber(number: string, path: string): ConfigError {
  return { path, code: 'not-a-number', values: { number } }
}
