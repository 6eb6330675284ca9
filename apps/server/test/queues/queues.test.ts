// Queues as calls meet them: the exchange and the driver together.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type CallId, type DeviceId, SILENT_LOG, seconds, type TenantId, wallTime } from '@rufwerk/core'
import { agentView, type QueueId, queueView } from '@rufwerk/queues'
import type { PersonState } from '@rufwerk/routing'
import { QueueBooks } from '../../src/services/queues-books.ts'
import { canRing } from '../../src/services/queues-start.ts'
import { inside, type Name, OUTSIDE, person, QueueBench, SALES, sales } from './queue-bench.ts'

const MUSIC = 'music-hold'

function doing(bench: QueueBench, name: Name): string | undefined {
  return agentView(bench.queues.set, person(name), bench.queues.now().now)?.activity
}

function counts(bench: QueueBench, queue: QueueId = SALES) {
  return queueView(bench.queues.set, queue, bench.queues.now().now)?.today
}

test('a caller hears music, two agents ring, one has the caller; wrap-up follows', async () => {
  const bench = await QueueBench.open(sales(['anna', 'bernd'], { strategy: 'ringAll', wrapUp: seconds(10) }))
  bench.call('A', '300')
  assert.deepEqual(bench.take(), [`A hears ${MUSIC}`, 'answer A', 'dial L1 anna', 'dial L2 bernd'])
  bench.leg('L1', { type: 'ringing' }).leg('L2', { type: 'answered' })
  assert.deepEqual(bench.take(), ['end L1 487 26', 'A hears L2', 'L2 hears A'])
  assert.deepEqual([doing(bench, 'anna'), doing(bench, 'bernd')], ['idle', 'talking'])
  await bench.pass(30_000)
  bench.hangUp('A')
  await bench.pass(1)
  assert.equal(doing(bench, 'bernd'), 'wrapUp')
  await bench.pass(10_000)
  assert.equal(doing(bench, 'bernd'), 'idle')
  const { answered, entered, talkMs } = counts(bench) ?? assert.fail()
  assert.deepEqual([entered, answered, talkMs], [1, 1, 30_000])
  const [cdr] = bench.kept.calls.cdrs
  assert.deepEqual(cdr?.answeredBy, { kind: 'person', person: 'bernd', device: 'bernd-phone' })
  assert.deepEqual([bench.queues.size(), bench.exchange.size(), bench.complaints], [0, 0, []])
})

test('announcements come between the music; what is missing of them is a tone, never silence', async () => {
  const bench = await QueueBench.open(sales(['anna'], { ringTime: seconds(120) }))
  bench.call('A', '300').call('B', '300')
  bench.take()
  const told = await bench.pass(20_000)
  assert.deepEqual(told, [
    'A hears de-queue-next+de-queue-wait-short',
    'B hears de-queue-position+de-number-2+de-queue-wait+de-number-3+de-minutes',
  ])
  bench.leg('A', { type: 'sourceEnded' })
  assert.deepEqual(bench.take(), [`A hears ${MUSIC}`])
  bench.leg('A', { type: 'sourceFailed' })
  assert.deepEqual(bench.take(), ['A hears hold'])
  bench.leg('A', { type: 'sourceFailed' })
  assert.deepEqual(bench.take(), [])
})

test('who leaves unserved goes where the queue says: by key, in time, when full or unstaffed', async () => {
  const overflow = {
    full: { to: 'end' },
    timeout: { to: 'number', number: '103' },
    unstaffed: { to: 'announcement', prompt: 'closed' },
    removed: { to: 'end' },
  } as const
  const keys = [{ key: '1', target: { to: 'number', number: '102' } }] as const
  const settings = { overflow, keys, waitMax: seconds(60), ringTime: seconds(20), lengthMax: 2 }
  const bench = await QueueBench.open(sales(['anna'], { ...settings, announce: undefined }))
  bench.call('A', '300').call('B', '300').call('C', '300')
  assert.deepEqual(bench.take().slice(-1), ['end C 486 17'])
  bench.leg('B', { type: 'dtmf', digit: '5', durationMs: 100, isInBand: true })
  assert.deepEqual(bench.take(), [])
  bench.leg('B', { type: 'dtmf', digit: '1', durationMs: 100, isInBand: true })
  assert.deepEqual(bench.take(), ['B hears ringback', 'dial L2 carla'])
  const told = await bench.pass(80_000)
  assert.ok(
    told.some((line) => /^dial L\d+ david$/.test(line)),
    String(told),
  )
  bench.kept.registered.delete(person('anna'))
  bench.queues.reachabilityChanged(person('anna'))
  await bench.pass(60_000)
  bench.call('D', '300')
  assert.deepEqual(bench.take(), ['D hears de-closed+de-closed', 'progress D'])
  const { full, key, timeout, unstaffed } = counts(bench) ?? assert.fail()
  assert.deepEqual([full, key, timeout, unstaffed], [1, 1, 1, 1])
})

test('an agent who is lost by the network brings the caller back to the front', async () => {
  for (const event of [{ type: 'ended', by: 'network' }, { type: 'silent' }] as const) {
    const bench = await QueueBench.open(sales(['anna', 'bernd']))
    bench.call('A', '300').leg('L1', { type: 'answered' }).call('B', '300')
    bench.leg('L2', { type: 'ringing' })
    bench.take()
    bench.happened()
    bench.leg('L1', event)
    const told = bench.take()
    assert.ok(told.includes(`A hears ${MUSIC}`), String(told))
    assert.deepEqual(told.includes('end L1 480 38'), event.type === 'silent')
    assert.deepEqual(bench.happened()[0], 'requeued anna')
    const view = queueView(bench.queues.set, SALES, bench.queues.now().now)
    assert.deepEqual(
      view?.waiting.map(({ caller }) => caller),
      ['call-A', 'call-B'],
    )
    // Who rings for the next one goes on; the first free agent after that is for who was lost.
    bench.hangUp('B')
    const after = await bench.pass(1)
    assert.ok(
      after.some((line) => / bernd$/.test(line)),
      String(after),
    )
    bench.hangUp('A')
    await bench.pass(1)
    assert.deepEqual([bench.queues.size(), bench.exchange.size()], [0, 0])
    const [first] = bench.kept.calls.cdrs.filter(({ call }) => call === 'call-A')
    assert.deepEqual(first?.answeredBy, { kind: 'system', name: 'queue' })
  }
})

test('the caller hangs up, or the agent does: the call is over', async () => {
  for (const leg of ['A', 'L1']) {
    const bench = await QueueBench.open(sales(['anna']))
    bench.call('A', '300').leg('L1', { type: 'answered' }).hangUp(leg)
    await bench.pass(1)
    assert.equal(bench.kept.calls.cdrs.length, 1)
    assert.equal(bench.happened().includes('ended completed anna'), true)
    assert.equal(bench.queues.size(), 0)
  }
  const bench = await QueueBench.open(sales(['anna']))
  bench.call('A', '300').hangUp('A')
  await bench.pass(1)
  assert.deepEqual(bench.happened().slice(-2), ['ended abandoned', 'anna idle'])
})

test('agents are not rung while they talk elsewhere, wait themselves, or have no phone', async () => {
  const bench = await QueueBench.open(sales(['anna', 'bernd', 'carla']))
  bench.call('X', '103', inside('anna'))
  bench.call('Y', '300', inside('bernd'))
  assert.deepEqual([doing(bench, 'anna'), doing(bench, 'bernd')], ['busy', 'busy'])
  assert.deepEqual(bench.take().slice(-1), ['dial L2 carla'])
  bench.hangUp('X').hangUp('Y')
  await bench.pass(6_000)
  assert.deepEqual([doing(bench, 'anna'), doing(bench, 'bernd')], ['idle', 'idle'])
  bench.kept.registered.delete(person('anna'))
  bench.queues.reachabilityChanged(person('anna'))
  assert.equal(doing(bench, 'anna'), 'unreachable')
})

test('an agent who answers a direct call is busy from the answer on', async () => {
  const bench = await QueueBench.open(sales(['anna']))
  bench.call('A', '100').leg('L1', { type: 'ringing' })
  assert.equal(doing(bench, 'anna'), 'idle')
  bench.leg('L1', { type: 'answered' })
  assert.equal(doing(bench, 'anna'), 'busy')
  bench.hangUp('A')
  await bench.pass(1)
  bench.call('B', '300').leg('L2', { type: 'answered' })
  assert.equal(doing(bench, 'anna'), 'talking')
})

test('who comes to a queue that could not be set up hears so, and not nothing', async () => {
  const bench = await QueueBench.open()
  bench.queues.configure(sales(['anna'], { lengthMax: -1 }))
  bench.call('A', '300')
  assert.deepEqual(bench.take(), ['A hears de-out-of-order+de-out-of-order', 'progress A'])
  bench.hangUp('A')
  await bench.pass(1)
  assert.equal(bench.queues.size(), 0)
})

test('a queue without settings is an announcement and a line in the log', async () => {
  const bench = await QueueBench.open()
  bench.call('A', '302')
  assert.deepEqual(bench.take(), ['A hears de-out-of-order+de-out-of-order', 'progress A'])
  assert.equal(bench.complaints.length, 1)
  bench.hangUp('A')
  await bench.pass(1)
  assert.equal(bench.queues.size(), 0)
})

test('from one queue to the next the wait counts', async () => {
  const second = 'second' as QueueId
  const overflow = sales([]).overflow
  const first = sales([], {
    whenUnstaffed: 'wait',
    waitMax: seconds(30),
    overflow: { ...overflow, timeout: { to: 'queue', queue: second } },
  })
  const bench = await QueueBench.open(first, sales([], { queue: second, whenUnstaffed: 'wait' }))
  bench.call('A', '300')
  await bench.pass(20_000)
  bench.call('B', '301')
  await bench.pass(10_000)
  const view = queueView(bench.queues.set, second, bench.queues.now().now)
  assert.deepEqual(
    view?.waiting.map(({ caller }) => caller),
    ['call-A', 'call-B'],
  )
  bench.hangUp('A').hangUp('B')
  await bench.pass(1)
  assert.equal(bench.queues.size(), 0)
})

test('over a restart who waits waits on, and who talks talks', async () => {
  const before = await QueueBench.open(sales(['anna', 'bernd'], { ringTime: seconds(120) }))
  before.call('A', '300').leg('L1', { type: 'answered' }).call('B', '300')
  await before.pass(40_000)
  const bench = await before.restarted()
  assert.deepEqual(bench.take(), ['A hears L1', 'L1 hears A', 'B hears hold', `B hears ${MUSIC}`])
  assert.equal(bench.queues.hasBegun, false)
  // Somebody comes before the phones are back.
  bench.call('C', '300')
  assert.deepEqual(bench.take(), [`C hears ${MUSIC}`, 'answer C'])
  bench.queues.begin()
  assert.deepEqual(
    bench.take().filter((line) => line.startsWith('dial')),
    ['dial M1 bernd'],
  )
  const view = queueView(bench.queues.set, SALES, bench.queues.now().now)
  assert.deepEqual(
    view?.waiting.map(({ caller, waited }) => [caller, waited]),
    [
      ['call-B', 40_000],
      ['call-C', 0],
    ],
  )
  assert.deepEqual([doing(bench, 'anna'), doing(bench, 'bernd')], ['talking', 'ringing'])
  bench.leg('M1', { type: 'answered' }).hangUp('B').hangUp('A').hangUp('C')
  await bench.pass(1)
  assert.deepEqual([bench.queues.size(), bench.exchange.size()], [0, 0])
  assert.deepEqual(doing(bench, 'anna'), 'wrapUp')
})

test('who hung up while the system was down is lost, and a broken state begins anew', async () => {
  const before = await QueueBench.open(sales(['anna']))
  before.call('A', '300')
  await before.queues.close()
  const after = new QueueBench(before.kept, 'M')
  await after.start()
  after.queues.begin()
  assert.equal(counts(after)?.lost, 1)
  before.kept.store.states.set('muster' as never, { day: 1, text: '{"version":1}' })
  const anew = new QueueBench(before.kept, 'N')
  await anew.start()
  assert.equal(anew.complaints.length, 1)
  assert.equal(counts(anew)?.entered, 0)
})

test('at midnight the figures of the day are stored, and begin anew', async () => {
  const bench = await QueueBench.open(sales(['anna']))
  bench.call('A', '300').hangUp('A')
  await bench.pass(16 * 3600 * 1000)
  assert.equal(counts(bench)?.entered, 0)
  const [day] = await bench.kept.store.days('muster' as never, SALES, 10)
  assert.deepEqual([day?.counts.entered, day?.counts.abandoned], [1, 1])
  const { events } = await bench.kept.store.events('muster' as never, { queue: SALES }, { limit: 10 })
  assert.equal(events.at(-1)?.event.type, 'entered')
})

test('an agent who transfers the caller is free', async () => {
  const bench = await QueueBench.open(sales(['anna'], { wrapUp: seconds(0) as never }))
  bench.call('A', '300').leg('L1', { type: 'answered' })
  bench.leg('L1', { type: 'transfer', to: { dialled: '103' } })
  await bench.pass(1)
  bench.leg('L3', { type: 'answered' })
  await bench.pass(1)
  assert.equal(doing(bench, 'anna'), 'idle')
  bench.hangUp('A')
  await bench.pass(1)
  assert.deepEqual([bench.queues.size(), bench.exchange.size()], [0, 0])
  assert.equal(OUTSIDE.kind, 'outside')
  assert.equal(bench.queues.callerOf('call-A' as CallId), undefined)
})

const SUPERVISION = {
  supervision: {
    modes: ['listen', 'whisper', 'barge'],
    supervisors: [person('carla')],
    announcement: 'queue-supervised',
  },
} as const
const CODES = { listen: '*54100', whisper: '*55100', barge: '*56100' } as const
const MIX = 'queue-call-A'

/** Carla asks to hear Anna, who talks to a caller. */
async function heard(mode: keyof typeof CODES, change: object = SUPERVISION): Promise<QueueBench> {
  const bench = await QueueBench.open(sales(['anna'], change))
  bench.call('A', '300').leg('L1', { type: 'answered' })
  bench.take()
  bench.call('S', CODES[mode], inside('carla'))
  return bench
}

test('nobody listens before the caller was told; the agent hears a tone now and then', async () => {
  const sources = {
    listen: `S hears ${MIX} muted`,
    whisper: `S hears ${MIX} for L1`,
    barge: `S hears ${MIX}`,
  }
  for (const mode of ['listen', 'whisper', 'barge'] as const) {
    const bench = await heard(mode)
    assert.deepEqual(bench.take(), [
      'S hears ringback',
      'progress S',
      ...[`A hears ${MIX}`, `L1 hears ${MIX}`],
      ...['A is told de-queue-supervised', 'L1 is told beep'],
    ])
    // The end of the tone that the agent heard says nothing about the caller.
    bench.leg('L1', { type: 'announced', isPlayed: true })
    assert.deepEqual(bench.take(), [])
    bench.leg('A', { type: 'announced', isPlayed: true })
    assert.deepEqual(bench.take(), [sources[mode], 'answer S'])
    assert.deepEqual(await bench.pass(15_000), ['L1 is told beep'])
    bench.hangUp('S')
    assert.deepEqual(await bench.pass(60_000), ['A hears L1', 'L1 hears A'])
    assert.equal(bench.happened().filter((word) => word.startsWith('supervision')).length, 3)
    bench.hangUp('A')
    await bench.pass(1)
    assert.deepEqual([bench.queues.size(), bench.exchange.size(), bench.complaints], [0, 0, []])
  }
})

test('listening is refused in words where it is off, and when the caller could not be told', async () => {
  const off = await heard('listen', {})
  assert.deepEqual(off.take(), [
    'S hears ringback',
    'progress S',
    'S hears de-setting-refused+de-setting-refused',
  ])
  assert.equal(off.happened().at(-1), 'supervision anna')
  const untold = await heard('listen')
  untold.take()
  untold.leg('A', { type: 'announced', isPlayed: false })
  assert.deepEqual(await untold.pass(1), ['A hears L1', 'L1 hears A', 'end S 480 16'])
  assert.equal(untold.complaints.length, 1)
  untold.hangUp('A')
  await untold.pass(1)
  assert.deepEqual([untold.queues.size(), untold.exchange.size()], [0, 0])
})

test('listening ends with the conversation; another mode is told of again', async () => {
  const bench = await heard('listen')
  bench.leg('A', { type: 'announced', isPlayed: true })
  bench.take()
  bench.call('T', CODES.barge, inside('carla'))
  const told = await bench.pass(1)
  assert.ok(told.includes('end S 480 16') && told.includes('A is told de-queue-supervised'), String(told))
  assert.ok(!told.includes(`T hears ${MIX}`), String(told))
  bench.leg('A', { type: 'announced', isPlayed: true })
  assert.deepEqual(bench.take(), [`T hears ${MIX}`, 'answer T'])
  bench.hangUp('A')
  assert.ok((await bench.pass(1)).includes('end T 480 16'))
  assert.deepEqual([bench.queues.size(), bench.exchange.size(), await bench.pass(60_000)], [0, 0, []])
})

test('figures of a day that cannot be stored are tried again; nothing is armed after the end', async () => {
  const timers: (() => void)[] = []
  const stored: number[] = []
  let isFull = true
  const books = new QueueBooks(
    {
      tenant: 'tenant' as TenantId,
      store: {
        saveState: async () => !isFull,
        endDay: async (_, days) => {
          if (!isFull) stored.push(...days.map(({ day }) => day))
          return !isFull
        },
      },
      arm: (_, callback) => {
        timers.push(callback)
        return { [Symbol.dispose]: () => void timers.splice(timers.indexOf(callback), 1) }
      },
      log: SILENT_LOG,
      snapshot: () => '',
    },
    1,
  )
  await books.endDay(
    2,
    [{ queue: SALES, day: 1, counts: counts(await QueueBench.open(sales([]))) ?? assert.fail() }],
    wallTime(0),
  )
  assert.deepEqual([books.day, timers.length], [2, 1])
  isFull = false
  timers.shift()?.()
  await Promise.resolve()
  assert.deepEqual([stored, timers.length], [[1], 0])
  isFull = true
  await books.close()
  books.changed()
  assert.equal(timers.length, 0)
})

test('who is not to be disturbed is not rung, and rings no more; the caller is served later', async () => {
  const bench = await QueueBench.open(sales(['anna']))
  bench.call('A', '300')
  assert.equal(doing(bench, 'anna'), 'ringing')
  const contacts = [{ device: 'phone' as DeviceId, binding: 'anna' }]
  const live = (state: PersonState, of = contacts) => ({ contactsOf: () => of, stateOf: () => state })
  const states = ['available', 'away', 'doNotDisturb'] as const
  assert.deepEqual(
    states.map((state) => canRing(live(state), person('anna'))),
    [true, true, false],
  )
  assert.deepEqual(
    [canRing(live('available', []), person('anna')), canRing(undefined, person('anna'))],
    [false, false],
  )
  bench.kept.registered.delete(person('anna'))
  bench.queues.reachabilityChanged(person('anna'))
  assert.equal(doing(bench, 'anna'), 'unreachable')
  bench.take()
  bench.kept.registered.add(person('anna'))
  bench.queues.reachabilityChanged(person('anna'))
  await bench.pass(1)
  assert.equal(doing(bench, 'anna'), 'ringing')
})
