// A digital receptionist: a key leads on, several digits are an extension, silence and wrong keys play the
// prompt again while there are tries.
import { KEYS_MAX } from '../limits.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { CallRecord, InMenu, MenuNode } from '../state.ts'
import { countPlan, enterPlanned, tooManyPlans } from './ask.ts'
import { enter } from './enter.ts'
import { again, type Keyed, keyedEvent, keying, prompted } from './keying.ts'

export function enterMenu(record: CallRecord, node: MenuNode, env: CallEnv): CallStep {
  const { answered, out } = prompted(record, node.prompts, env)
  const fresh = { keyed: '', isPrompting: true, isAsking: false, triesLeft: node.tries - 1 }
  return { state: { name: 'menu', record: answered, node, ...fresh }, out }
}

export function menu(state: InMenu, input: CallInput, env: CallEnv): CallStep {
  if (state.isAsking && input.type === 'planned') {
    // An extension that nobody has is a wrong key, not the end of the call.
    if (input.node.why.rule === 'unknown-number') return wrong(state, env)
    return leave(state, (record) => enterPlanned(record, input, env))
  }
  if (state.isAsking && input.type === 'notPlanned') return wrong(state, env)
  const keyed = keying(state, input, env)
  if (!('did' in keyed)) return keyed
  const { did, state: next, out } = keyed
  const step = performed(next, did, env)
  return { state: step.state, out: [...out, ...step.out] }
}

function performed(state: InMenu, did: Keyed, env: CallEnv): CallStep {
  switch (did.type) {
    case 'key':
      return pressed(state, did.key, env)
    case 'pause':
      return paused(state, env)
    case 'unheard':
      return silent(state, env)
  }
}

function silent(state: InMenu, env: CallEnv): CallStep {
  return leave(state, (record) => enter(record, state.node.next.silence, env))
}

function paused(state: InMenu, env: CallEnv): CallStep {
  if (state.keyed !== '') return complete(state, state.keyed, env)
  return state.triesLeft > 0 ? again(state) : silent(state, env)
}

function pressed(state: InMenu, key: string, env: CallEnv): CallStep {
  const { keyed, node } = state
  if (!node.dialsExtensions) return complete(state, keyed, env)
  // No extension begins with these; behind digits # says that there are no more.
  if (key === '*' || key === '#') {
    const before = keyed.slice(0, -1)
    return complete(state, key === '#' && before !== '' ? before : keyed, env)
  }
  return keyed.length >= KEYS_MAX ? complete(state, keyed, env) : { state, out: [] }
}

function complete(state: InMenu, keyed: string, env: CallEnv): CallStep {
  const { node, record } = state
  const target = Object.hasOwn(node.keys, keyed) ? node.keys[keyed] : undefined
  const told = keyedEvent({ ...state, keyed })
  if (target !== undefined) {
    const left = leave(state, (still) => enter(still, target, env))
    return { state: left.state, out: [told, ...left.out] }
  }
  if (!node.dialsExtensions || !/^[0-9]+$/.test(keyed)) {
    const step = wrong(state, env)
    return { state: step.state, out: [told, ...step.out] }
  }
  const asked = countPlan(record)
  if (asked === undefined) return tooManyPlans(record, env)
  const ask: CallOutput = { type: 'plan', target: { to: 'extension', extension: keyed } }
  return {
    state: { ...state, record: asked, isAsking: true },
    out: [told, { type: 'disarm', timer: 'of-node' }, ask],
  }
}

function wrong(state: InMenu, env: CallEnv): CallStep {
  if (state.triesLeft > 0) return again(state)
  return leave(state, (record) => enter(record, state.node.next.wrongKey, env))
}

/** The timers of the menu end with it. */
function leave({ record }: InMenu, go: (record: CallRecord) => CallStep): CallStep {
  const { state, out } = go(record)
  return { state, out: [{ type: 'disarm', timer: 'of-node' }, ...out] }
}
