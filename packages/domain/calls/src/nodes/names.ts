// The caller spells a name on the keys. Whoever alone has it is called; otherwise the prompt is played again.
import { CAUSE, NAME_TRIES } from '../limits.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { CallRecord, NamesNode, Spelling } from '../state.ts'
import { countPlan, enterPlanned, tooManyPlans } from './ask.ts'
import { enter } from './enter.ts'
import { again, keyedEvent, keying, prompted } from './keying.ts'

const DISARM: CallOutput = { type: 'disarm', timer: 'of-node' }

export function enterNames(record: CallRecord, node: NamesNode, env: CallEnv): CallStep {
  const { answered, out } = prompted(record, node.prompts, env)
  const fresh = { keyed: '', isPrompting: true, isAsking: false, triesLeft: NAME_TRIES - 1 }
  return { state: { name: 'names', record: answered, node, ...fresh }, out }
}

export function names(state: Spelling, input: CallInput, env: CallEnv): CallStep {
  if (state.isAsking && input.type === 'planned') {
    const entered = enterPlanned(state.record, input, env)
    return { state: entered.state, out: [DISARM, ...entered.out] }
  }
  if (state.isAsking && input.type === 'notPlanned') return nobody(state, env)
  const keyed = keying(state, input, env)
  if (!('did' in keyed)) return keyed
  const { did, state: next, out } = keyed
  if (did.type === 'unheard') {
    const ended = nobody({ ...next, triesLeft: 0 }, env)
    return { state: ended.state, out: [...out, ...ended.out] }
  }
  const isOver = did.type === 'pause' || did.key === '#' || did.key === '*'
  if (!isOver) return { state: next, out }
  const step = find({ ...next, keyed: next.keyed.replace(/[#*]$/, '') }, env)
  return { state: step.state, out: [...out, ...step.out] }
}

function find(state: Spelling, env: CallEnv): CallStep {
  const { record, keyed } = state
  if (keyed === '') return nobody(state, env)
  const asked = countPlan(record)
  if (asked === undefined) return tooManyPlans(record, env)
  const out: CallOutput[] = [keyedEvent(state), DISARM, { type: 'find', keyed }]
  return { state: { ...state, record: asked, isAsking: true }, out }
}

function nobody(state: Spelling, env: CallEnv): CallStep {
  if (state.triesLeft > 0) return again(state)
  const why = { rule: 'unknown-number', values: { number: state.keyed } } as const
  const end = { do: 'end', why, status: 404, cause: CAUSE.unallocated } as const
  const entered = enter(state.record, end, env)
  return { state: entered.state, out: [DISARM, ...entered.out] }
}
