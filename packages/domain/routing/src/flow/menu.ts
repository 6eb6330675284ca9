// The digital receptionist: a node per menu, with what each key leads to. A key is the caller's doing, so a
// menu may lead back to where the call came from.
import { afterKey, branchOf, type Deciding, type Path } from '../deciding.ts'
import type { Receptionist, Target } from '../flow-types.ts'
import type { PlanNode } from '../plan.ts'
import { lead } from './lead.ts'

export function greet(d: Deciding, flow: Receptionist, path: Path): PlanNode {
  d.look(path, `receptionist:${flow.id}`, 'greets')
  const keys = new Map<string, PlanNode>()
  for (const { key, target } of flow.keys)
    if (!keys.has(key)) keys.set(key, behindKey(d, flow, target, afterKey(path, key)))
  const name = promptName(d, flow.prompt)
  return {
    do: 'menu',
    why: { rule: 'receptionist', values: { flow: flow.id } },
    flow: flow.id,
    prompts: [name],
    keys: Object.fromEntries(keys),
    dialsExtensions: flow.dialsExtensions,
    keyTime: flow.keyTime,
    tries: Math.max(1, flow.tries),
    next: {
      silence: lead(d, flow.silence, { path: branchOf(path, 'silence') }),
      wrongKey: lead(d, flow.wrongKey, { path: branchOf(path, 'wrongKey') }),
    },
  }
}

function behindKey(
  d: Deciding,
  flow: Receptionist,
  target: Target | { readonly to: 'names' },
  path: Path,
): PlanNode {
  if (target.to === 'names') {
    const why = { rule: 'names', values: { flow: flow.id } } as const
    return { do: 'names', why, prompts: [promptName(d, 'spell-name')], keyTime: flow.keyTime }
  }
  if (target.to === 'flow' && !d.plansMenusAhead)
    return { do: 'continue', why: { rule: 'continue', values: { target: `flow:${target.flow}` } }, target }
  return lead(d, target, { path })
}

function promptName(d: Deciding, prompt: string): string {
  return `${d.config.language}-${prompt}`
}
