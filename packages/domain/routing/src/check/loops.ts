// Flows that lead back to themselves without anybody pressing a key: a call would never arrive.
import type { RoutingConfig } from '../config.ts'
import type { DialPlanIndex } from '../dial-plan-index.ts'
import type { Target } from '../flow-types.ts'
import type { Placed } from './targets.ts'

export interface Loop {
  /** The place that closes the circle. */
  readonly path: string
  /** The flows and people of the circle, in order. */
  readonly circle: readonly string[]
}

interface Edge {
  readonly to: string
  readonly path: string
}

/** One loop for each place that closes a circle. */
export function findLoops(config: RoutingConfig, index: DialPlanIndex, placed: readonly Placed[]): Loop[] {
  const edges = new Map<string, Edge[]>()
  for (const { from, target, path, isKey } of placed) {
    const to = isKey || from === undefined ? undefined : nodeOf(config, index, target)
    if (from === undefined || to === undefined) continue
    const known = edges.get(from)
    if (known) known.push({ to, path })
    else edges.set(from, [{ to, path }])
  }
  const loops: Loop[] = []
  const done = new Set<string>()
  for (const start of edges.keys()) walk(start, edges, done, loops)
  return loops
}

/** Depth first, with a stack of its own: a plan may have more flows than the language has frames. */
function walk(
  start: string,
  edges: ReadonlyMap<string, readonly Edge[]>,
  done: Set<string>,
  loops: Loop[],
): void {
  if (done.has(start)) return
  const stack = [{ node: start, next: 0 }]
  const open = new Set([start])
  for (;;) {
    const top = stack.at(-1)
    if (top === undefined) return
    const edge = edges.get(top.node)?.[top.next]
    top.next += 1
    if (edge === undefined) {
      done.add(top.node)
      open.delete(top.node)
      stack.pop()
    } else if (open.has(edge.to)) {
      const nodes = stack.map(({ node }) => node)
      loops.push({ path: edge.path, circle: [...nodes.slice(nodes.indexOf(edge.to)), edge.to] })
    } else if (!done.has(edge.to)) {
      open.add(edge.to)
      stack.push({ node: edge.to, next: 0 })
    }
  }
}

function nodeOf(config: RoutingConfig, index: DialPlanIndex, target: Target): string | undefined {
  switch (target.to) {
    case 'person':
      return `person:${target.person}`
    case 'flow':
      return `flow:${target.flow}`
    case 'extension': {
      const person = config.byExtension.get(target.extension)
      if (person) return `person:${person.person}`
      const further = index.targets.get(target.extension)
      return further?.to === 'flow' ? `flow:${further.flow}` : undefined
    }
    default:
      return undefined
  }
}
