import assert from 'node:assert/strict'
import test from 'node:test'
import type { QueueConfig, SupervisionMode } from '@rufwerk/queues'
import { agent, Bench, caller, queue } from './bench.ts'

const ALLOWED: QueueConfig['supervision'] = {
  modes: ['listen', 'whisper'],
  supervisors: [agent('boss'), agent('a')],
  announcement: 'may-be-heard',
}

function talking(supervision = ALLOWED): Bench {
  const bench = new Bench([queue('a b', { supervision })])
  bench.enter('x').answer('x', 'a').take()
  return bench
}

function supervise(bench: Bench, supervisor: string, mode: SupervisionMode = 'listen', whom = 'a'): string[] {
  bench.give({ type: 'supervise', supervisor: agent(supervisor), agent: agent(whom), mode })
  return bench.take()
}

function log(bench: Bench): string[] {
  return bench.events.flatMap((event) => {
    if (event.type !== 'supervision') return []
    return [[event.phase, event.supervisor, event.agent, event.mode, event.why ?? event.caller].join(' ')]
  })
}

test('QUE-SV1 nobody listens before a queue allows it', () => {
  const bench = new Bench([queue('a')])
  bench.enter('x').answer('x', 'a').take()
  assert.deepEqual(supervise(bench, 'boss'), [])
  assert.deepEqual(bench.errors, ['supervision-off'])
  assert.deepEqual(log(bench), ['refused boss a listen supervision-off'])
})

const refusals: [why: string, supervisor: string, mode: SupervisionMode, whom: string][] = [
  ['supervision-off', 'boss', 'barge', 'a'],
  ['supervision-not-allowed', 'stranger', 'listen', 'a'],
  ['supervision-self', 'a', 'listen', 'a'],
  ['not-talking', 'boss', 'listen', 'b'],
  ['not-talking', 'boss', 'listen', 'z'],
]
for (const [why, supervisor, mode, whom] of refusals) {
  test(`QUE-SV2 ${supervisor} may not ${mode} to ${whom}: ${why}, and that is logged`, () => {
    const bench = talking()
    assert.deepEqual(supervise(bench, supervisor, mode, whom), [])
    assert.deepEqual(bench.errors, [why])
    assert.deepEqual(log(bench), [`refused ${supervisor} ${whom} ${mode} ${why}`])
  })
}

test('QUE-SV3 first the caller is told, then somebody listens; all of it is logged', () => {
  const bench = talking()
  assert.deepEqual(supervise(bench, 'boss'), ['warn x a may-be-heard'])
  bench.give({ type: 'warned', caller: caller('x') })
  assert.deepEqual(bench.take(), ['supervise x a boss listen'])
  bench.give({ type: 'warned', caller: caller('x') })
  assert.deepEqual(bench.take(), [])
  bench.give({ type: 'stopSupervising', agent: agent('a') })
  assert.deepEqual(bench.take(), ['stopSupervising x boss'])
  assert.deepEqual(log(bench), [
    'announced boss a listen x',
    'began boss a listen x',
    'ended boss a listen x',
  ])
})

test('QUE-SV4 another mode is announced and logged again', () => {
  const bench = talking()
  supervise(bench, 'boss')
  bench.give({ type: 'warned', caller: caller('x') }).take()
  assert.deepEqual(supervise(bench, 'boss', 'whisper'), ['stopSupervising x boss', 'warn x a may-be-heard'])
  assert.equal(log(bench).at(-1), 'announced boss a whisper x')
})

test('QUE-SV4 one supervisor for a conversation', () => {
  const supervisors = [agent('boss'), agent('other')]
  const bench = talking({ ...ALLOWED, supervisors })
  supervise(bench, 'boss')
  assert.deepEqual([supervise(bench, 'other'), bench.errors], [[], ['supervision-taken']])
})

test('QUE-SV5 it ends with the conversation, and when the queue forbids it', () => {
  const ended = talking()
  supervise(ended, 'boss')
  ended.end('x')
  assert.deepEqual(ended.take(), ['stopSupervising x boss'])
  const lost = talking()
  supervise(lost, 'boss')
  lost.give({ type: 'agentLost', caller: caller('x') })
  assert.equal(lost.take()[0], 'stopSupervising x boss')
  const forbidden = talking()
  supervise(forbidden, 'boss')
  forbidden.give({ type: 'configure', config: queue('a b') })
  assert.deepEqual(forbidden.take(), ['stopSupervising x boss'])
  forbidden.give({ type: 'warned', caller: caller('x') })
  assert.deepEqual([forbidden.take(), forbidden.view().talking], [[], 1])
})
