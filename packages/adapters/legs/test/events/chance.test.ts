// Lamps in bad weather: datagrams are lost, doubled and late, connections are cut, phones move and refresh.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig, SeededRandom, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'
import { assertNobodyWatches, textOf, Watcher } from './watcher.ts'

const STEPS = 60
const SEEDS = [1, 2, 3, 4]
const EXTENSIONS = ['100', '101', '102']

interface Office {
  readonly rig: ExchangeRig
  readonly random: SeededRandom
  readonly people: readonly SimulatedPhone[]
  readonly watchers: readonly Watcher[]
  readonly calls: SimulatedCall[]
}

/** Three people call each other; five phones of four kinds watch 101. */
async function office(seed: number): Promise<Office> {
  const rig = new ExchangeRig({ seed })
  const random = new SeededRandom(seed)
  const people: SimulatedPhone[] = []
  for (const extension of EXTENSIONS) people.push(await rig.registered(extension))
  const watchers: Watcher[] = []
  const kinds = [{}, {}, { transport: 'tcp' }, { transport: 'tcp' }, { kind: 'browser' }] as const
  for (const [at, kind] of kinds.entries()) {
    const watcher = new Watcher(rig, await rig.registered(`20${at}`, kind))
    watcher.answer = () =>
      random.next() < 0.2 ? { status: 503, headers: [['Retry-After', '2']] } : { status: 200 }
    assert.equal((await watcher.subscribe('101', { expiresS: 800 })).status, 200)
    watchers.push(watcher)
  }
  for (const phone of people) phone.onCall = (call) => pickUp(random, call)
  rig.network.setWeather({ loss: 0.2, duplicates: 0.1, delayMs: [1, 60] })
  return { rig, random, people, watchers, calls: [] }
}

function pickUp(random: SeededRandom, call: SimulatedCall): void {
  call.ring()
  const chance = random.next()
  if (chance < 0.5) call.answer()
  else if (chance < 0.7) call.reject(486)
}

async function act({ rig, random, people, watchers, calls }: Office): Promise<void> {
  const pick = <T>(from: readonly T[]): T => from[random.between(0, from.length - 1)] as T
  const chance = random.next()
  if (chance < 0.4) calls.push(pick(people).dial(pick(EXTENSIONS)))
  else if (chance < 0.7) stop(calls.pop())
  else if (chance < 0.85) await reconnect(rig, pick(watchers))
  else pick(watchers).phone.register(800)
  await rig.clock.pass(random.between(10, 3_000))
}

function stop(call: SimulatedCall | undefined): void {
  if (call?.state === 'talking') call.hangUp()
  else if (call?.state === 'calling') call.cancel()
}

async function reconnect(rig: ExchangeRig, { phone }: Watcher): Promise<void> {
  if (phone.flow.transport === 'udp') return
  rig.network.cut(phone.flow)
  await rig.clock.pass(3_000)
  phone.reconnect()
  phone.register(800)
}

/** The state of each dialog that the last NOTIFY told of and that is not over. */
function lampsOf({ notifies }: Watcher): readonly string[] {
  const last = notifies.toSorted((one, other) => one.headers.cseq.seq - other.headers.cseq.seq).at(-1)
  const told = [...textOf(last).matchAll(/direction="(\w+)">\s*<state>(\w+)/g)]
  return told
    .flatMap(([, direction, state]) => (state === 'terminated' ? [] : [`${direction} ${state}`]))
    .sort()
}

for (const seed of SEEDS)
  test(`LEG-EVT19 whatever is lost or cut, the last that was told is true; seed ${seed}`, async () => {
    const made = await office(seed)
    const { rig, watchers, calls } = made
    for (let count = 0; count < STEPS; count += 1) {
      await act(made)
      // A lamp shows three calls; more are not told apart here.
      if (calls.length > 2) stop(calls.shift())
    }
    rig.network.setWeather({ loss: 0, duplicates: 0, delayMs: [1, 1] })
    for (const watcher of watchers) watcher.answer = () => ({ status: 200 })
    await rig.clock.pass(45_000)
    assert.equal(rig.userAgent.sizes().subscriptions, watchers.length)
    const person = rig.watch.people.get('101')
    assert.ok(person)
    const truth = rig.watch.callsOf(person).map(({ direction, state }) => `${direction} ${state}`)
    for (const watcher of watchers) assert.deepEqual(lampsOf(watcher), truth.toSorted())
    for (const call of calls) stop(call)
    for (const watcher of watchers) assert.equal((await watcher.refresh({ expiresS: 0 })).status, 200)
    await assertNobodyWatches(made)
  })
