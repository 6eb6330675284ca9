// RFC 6665 §4.2.2: one subscription at the side that notifies.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, ms } from '@rufwerk/core'
import {
  type Notifier,
  type NotifierInput,
  type NotifierOutput,
  newNotifier,
  stepNotifier,
} from '@rufwerk/sip/events'
import fc from 'fast-check'

function word(output: NotifierOutput): string {
  switch (output.type) {
    case 'notify':
      return `${output.isFull ? 'NOTIFY' : 'notify'}#${output.version} ${output.state}`
    case 'arm':
      return `+${output.timer}:${output.after / 1000}`
    case 'disarm':
      return `-${output.timer}`
    case 'ended':
      return `ended ${output.why}`
  }
}

class Run {
  notifier: Notifier

  constructor(options = {}) {
    this.notifier = newNotifier(instant(0), options)
  }

  at(second: number, input: NotifierInput): string {
    const step = stepNotifier(this.notifier, input, ms(1000), instant(second * 1000))
    this.notifier = step.notifier
    return step.out.map(word).join(', ')
  }

  subscribe(second: number, expiresS = 600): string {
    return this.at(second, { type: 'subscribed', expiresS })
  }

  answer(second: number, status = 200, retryAfterS?: number): string {
    return this.at(second, {
      type: 'answered',
      status,
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    })
  }

  change(second: number): string {
    return this.at(second, { type: 'changed' })
  }

  /** Subscribed, with the first NOTIFY answered. */
  begun(): this {
    this.subscribe(0)
    this.answer(0)
    return this
  }
}

test('SUB-1 each SUBSCRIBE gets a full NOTIFY at once, and the time runs anew', () => {
  const run = new Run()
  assert.equal(run.subscribe(0), '+expiry:600, NOTIFY#0 active;expires=600')
  assert.equal(run.answer(0), '')
  assert.equal(run.change(0.5), '+next:0.5')
  assert.equal(run.subscribe(0.6, 300), '+expiry:300, NOTIFY#1 active;expires=300')
})

test('SUB-2 a change is told with what is left of the time, and only what changed', () => {
  assert.equal(new Run().begun().change(100), 'notify#1 active;expires=500')
})

test('SUB-3 one NOTIFY in flight; what changes meanwhile is told once, afterwards', () => {
  const run = new Run().begun()
  run.change(10)
  assert.equal(run.change(11.1), '')
  assert.equal(run.change(11.2), '')
  assert.equal(run.answer(11.5), 'notify#2 active;expires=589')
  assert.equal(run.answer(12), '')
})

test('SUB-4 changes are told no more often than the package allows', () => {
  const run = new Run().begun()
  run.change(10)
  run.answer(10.1)
  assert.equal(run.change(10.2), '+next:0.8')
  assert.equal(run.at(11, { type: 'timer', timer: 'next' }), 'notify#2 active;expires=589')
  assert.equal(run.at(11, { type: 'timer', timer: 'next' }), '')
})

test('SUB-5 Expires of 0 gets the whole state once more, and then it is over', () => {
  const run = new Run().begun()
  assert.equal(run.subscribe(50, 0), '-expiry, -next, NOTIFY#1 terminated;reason=timeout')
  assert.equal(run.answer(50), 'ended timeout')
  const poll = new Run()
  assert.equal(poll.subscribe(0, 0), '-expiry, -next, NOTIFY#0 terminated;reason=timeout')
  assert.equal(poll.subscribe(0, 600), '')
  assert.equal(poll.answer(0), 'ended timeout')
})

test('SUB-6 when the time is over it is told; so is an end of ours, with its reason', () => {
  const run = new Run().begun()
  assert.equal(
    run.at(600, { type: 'timer', timer: 'expiry' }),
    '-expiry, -next, NOTIFY#1 terminated;reason=timeout',
  )
  for (const reason of ['noresource', 'deactivated', 'rejected', 'probation', 'giveup'] as const) {
    const ours = new Run().begun()
    assert.equal(ours.at(5, { type: 'end', reason }), `-expiry, -next, NOTIFY#1 terminated;reason=${reason}`)
    assert.equal(ours.answer(5), `ended ${reason}`)
  }
})

test('SUB-7 the last NOTIFY waits for the one in flight', () => {
  const run = new Run()
  run.subscribe(0)
  assert.equal(run.at(1, { type: 'end', reason: 'deactivated' }), '')
  assert.equal(run.at(1, { type: 'end', reason: 'noresource' }), '')
  assert.equal(run.answer(2), '-expiry, -next, NOTIFY#1 terminated;reason=deactivated')
})

test('SUB-8 a NOTIFY that is refused or not answered ends it without another', () => {
  for (const status of [481, 404, 489, 500]) {
    const run = new Run()
    run.subscribe(0)
    assert.equal(run.answer(1, status), '-expiry, -next, ended refused')
  }
  const silent = new Run()
  silent.subscribe(0)
  assert.equal(silent.at(32, { type: 'failed' }), '-expiry, -next, ended unanswered')
  assert.equal(silent.change(40), '')
  const last = new Run()
  last.subscribe(0, 0)
  assert.equal(last.answer(1, 481), 'ended timeout')
})

test('SUB-14 a NOTIFY that is not answered ends nothing when a SUBSCRIBE came after it', () => {
  const run = new Run().begun()
  assert.equal(run.change(10), 'notify#1 active;expires=590')
  assert.equal(run.subscribe(30), '+expiry:600')
  assert.equal(run.at(42, { type: 'failed' }), 'NOTIFY#2 active;expires=588')
  assert.equal(run.at(74, { type: 'failed' }), '-expiry, -next, ended unanswered')
  const changed = new Run().begun()
  changed.change(10)
  changed.change(20)
  assert.equal(changed.at(42, { type: 'failed' }), '-expiry, -next, ended unanswered')
})

test('SUB-9 with Retry-After it is told anew, in full, after that time; not after more than a minute', () => {
  const run = new Run().begun()
  run.change(10)
  assert.equal(run.answer(10, 503, 5), '+next:5')
  assert.equal(run.change(12), '+next:3')
  assert.equal(run.at(15, { type: 'timer', timer: 'next' }), 'NOTIFY#2 active;expires=585')
  assert.equal(run.answer(15, 503, 61), '-expiry, -next, ended refused')
  const gone = new Run()
  gone.subscribe(0)
  assert.equal(gone.answer(0, 481, 5), '-expiry, -next, ended refused')
})

test('SUB-10 pending: nothing is told until it is allowed', () => {
  const run = new Run({ isPending: true })
  assert.equal(run.subscribe(0), '+expiry:600, NOTIFY#0 pending;expires=600')
  run.answer(0)
  assert.equal(run.change(5), '')
  assert.equal(run.at(5, { type: 'allowed' }), 'NOTIFY#1 active;expires=595')
  assert.equal(run.at(5, { type: 'allowed' }), '')
})

test('SUB-11 a device that is gone hears nothing more', () => {
  const run = new Run().begun()
  assert.equal(run.at(5, { type: 'lost' }), '-expiry, -next, ended lost')
  assert.equal(run.subscribe(6), '')
})

test('SUB-12 answers that belong to nothing, and 1xx, change nothing', () => {
  const run = new Run().begun()
  assert.equal(run.answer(1, 481), '')
  assert.equal(run.at(1, { type: 'failed' }), '')
  run.change(10)
  assert.equal(run.answer(10, 100), '')
})

test('SUB-13 in whatever order things happen: one in flight, versions in steps of one, one end', () => {
  const inputs: readonly NotifierInput[] = [
    { type: 'subscribed', expiresS: 600 },
    { type: 'subscribed', expiresS: 0 },
    { type: 'changed' },
    { type: 'allowed' },
    { type: 'answered', status: 200 },
    { type: 'answered', status: 503, retryAfterS: 3 },
    { type: 'answered', status: 481 },
    { type: 'failed' },
    { type: 'timer', timer: 'expiry' },
    { type: 'timer', timer: 'next' },
    { type: 'end', reason: 'deactivated' },
  ]
  const check = (order: readonly number[], isPending: boolean): void => {
    const run = new Run({ isPending })
    const armed = new Set<string>()
    const versions: number[] = []
    let [inFlight, ends] = [0, 0]
    const perform = (input: NotifierInput, second: number): void => {
      if (input.type === 'answered' || input.type === 'failed') inFlight = 0
      if (input.type === 'timer') armed.delete(input.timer)
      const step = stepNotifier(run.notifier, input, ms(1000), instant(second * 1000))
      run.notifier = step.notifier
      for (const output of step.out) {
        assert.equal(ends, 0)
        if (output.type === 'arm') armed.add(output.timer)
        if (output.type === 'disarm') armed.delete(output.timer)
        if (output.type === 'ended') ends++
        if (output.type === 'notify') {
          inFlight++
          versions.push(output.version)
        }
        assert(inFlight <= 1)
      }
    }
    perform({ type: 'subscribed', expiresS: 600 }, 0)
    for (const [at, which] of order.entries()) perform(inputs[which] as NotifierInput, at)
    for (const input of [
      { type: 'end', reason: 'giveup' },
      { type: 'answered', status: 200 },
    ] as const)
      for (let again = 0; again < 2; again++) perform(input, 1000)
    assert.equal(ends, 1)
    assert.equal(armed.size, 0)
    assert.deepEqual(versions, [...versions.keys()])
  }
  const orders = fc.array(fc.nat(inputs.length - 1), { maxLength: 30 })
  fc.assert(fc.property(orders, fc.boolean(), check), { numRuns: 200 })
})
