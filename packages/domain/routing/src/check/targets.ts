// Every target of a dial plan with the place where it stands, for all checks that follow targets.
import type { DialPlan, PersonRules } from '../dial-plan.ts'
import type { Flow, Target } from '../flow-types.ts'

export interface Placed {
  readonly path: string
  readonly target: Target
  /** Which flow or person leads there; absent: a rule or a trunk, which nothing leads to. */
  readonly from?: string
  /** A key of the caller: what it leads to may lead back. */
  readonly isKey: boolean
}

export function placedTargets(plan: DialPlan): Placed[] {
  const rule = (path: string, target: Target): Placed => ({ path, target, isKey: false })
  return [
    ...plan.inbound.map(({ target }, index) => rule(`inbound[${index}].target`, target)),
    ...plan.trunks.flatMap(({ otherwise }, index) =>
      otherwise === undefined ? [] : [rule(`trunks[${index}].otherwise`, otherwise)],
    ),
    ...plan.people.flatMap((person, index) => ofPerson(person, `people[${index}]`)),
    ...plan.flows.flatMap((flow, index) => ofFlow(flow, `flows[${index}]`)),
  ]
}

function ofPerson(rules: PersonRules, path: string): Placed[] {
  const from = `person:${rules.person}`
  return Object.entries(rules.forwarding).flatMap(([when, forward]) =>
    (['inside', 'outside'] as const).flatMap((side): Placed[] => {
      const target = forward?.[side]
      return target ? [{ path: `${path}.forwarding.${when}.${side}`, target, from, isKey: false }] : []
    }),
  )
}

function ofFlow(flow: Flow, path: string): Placed[] {
  const from = `flow:${flow.id}`
  const at = (field: string, target: Target | undefined): Placed[] =>
    target ? [{ path: `${path}.${field}`, target, from, isKey: false }] : []
  switch (flow.kind) {
    case 'ringGroup':
      return at('nobody', flow.nobody)
    case 'hours':
      return [
        ...at('open', flow.open),
        ...at('closed', flow.closed),
        ...at('break', flow.break),
        ...at('holiday', flow.holiday),
      ]
    case 'receptionist':
      return [
        ...at('silence', flow.silence),
        ...at('wrongKey', flow.wrongKey),
        ...flow.keys.flatMap(({ target }, index): Placed[] =>
          target.to === 'names' ? [] : [{ path: `${path}.keys[${index}].target`, target, from, isKey: true }],
        ),
      ]
  }
}
