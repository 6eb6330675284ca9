// One run: from a seed to what happened, the digest of it, and the first invariant that did not hold.
import { SeededRandom } from '@rufwerk/testing'
import { act, drawTroubles, drawWeather, TROUBLES, type Trouble } from './actions/index.ts'
import { FAULTS, type FaultName } from './faults/index.ts'
import { Listening } from './listening.ts'
import { People } from './people.ts'
import {
  lookAfterStart,
  lookForSilence,
  lookWhenEmpty,
  lookWhenOver,
  lookWhenSettled,
} from './watch/endings.ts'
import { LAMP_TIME_MS, LampWatch } from './watch/lamps.ts'
import { faultOfTable } from './watch/trunks.ts'
import { type Breach, Watch } from './watch/watch.ts'
import { openWatchers, type Watcher } from './watchers.ts'
import { World } from './world.ts'

export const STEPS = 60
/** A quarter longer than 64*T1: whatever SIP waits for is over. */
const SETTLED_MS = 40_000
/** Longer than a registration and half of it. */
const EXPIRED_MS = 1_000_000
/** Until a trunk that was refused stands again; and how often it is looked. */
const TRUNKS_STAND_MS = 800_000
const TRUNKS_STEP_MS = 10_000
/** Longer than a message that could not be kept is left alone. */
const LEFT_OVER_MS = 601_000
/** The longest time between two things that happen, in ms: one of these in each run. */
const PACES = [500, 1500, 3000] as const

export interface RunOptions {
  readonly seed: number
  /** Things that happen; fewer of them happen as in the longer run. */
  readonly steps?: number
  readonly fault?: FaultName
  readonly without?: readonly Trouble[]
}

export interface Outcome {
  readonly seed: number
  readonly breach: Breach | undefined
  readonly digest: string
  readonly lines: readonly string[]
  readonly figures: {
    readonly calls: number
    readonly answered: number
    /** How often which kind of event was written of calls. */
    readonly kinds: Readonly<Record<string, number>>
    /** Recordings of calls, and of these those in which somebody is heard. */
    readonly recordings: { readonly begun: number; readonly read: number }
    /** Messages that somebody began to speak, that are kept, and that owners have heard. */
    readonly boxes: { readonly spoken: number; readonly kept: number; readonly heard: number }
    /** Callers that came into a queue, and those of them whom an agent answered, as the store has it. */
    readonly queues: { readonly entered: number; readonly answered: number }
    /** How often lamps were told something. */
    readonly lamps: number
    /** How often the trunk was registered, and refused. */
    readonly trunk: { readonly registered: number; readonly refused: number }
    readonly runs: number
    readonly messages: number
    readonly seconds: number
  }
}

export async function simulate(options: RunOptions): Promise<Outcome> {
  const watch = new Watch()
  const fault = options.fault === undefined ? undefined : FAULTS[options.fault].plant()
  const world = new World(options.seed, () => watch, fault)
  watch.begin(world)
  const start = world.clock.now()
  try {
    await play(world, watch, options)
  } catch (error) {
    // What a phone throws: the server sent it something that it cannot make sense of.
    watch.broken('sane-phones', error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const records = [...watch.calls.values()].flatMap((call) => call.cdrs)
  return {
    seed: options.seed,
    breach: watch.breach,
    digest: world.trace.digest(),
    lines: world.trace.lines,
    figures: {
      calls: watch.calls.size,
      answered: records.filter((record) => record.answeredAt !== undefined).length,
      kinds: countOf([...watch.calls.values()].flatMap(({ kinds }) => kinds)),
      recordings: watch.recordings?.figures() ?? { begun: 0, read: 0 },
      boxes: watch.messages?.figures() ?? { spoken: 0, kept: 0, heard: 0 },
      queues: queueFigures(world),
      lamps: watch.notified,
      trunk: { registered: world.carriers.registrar.registered, refused: world.carriers.registrar.refused },
      runs: world.run,
      messages: world.network.sent,
      seconds: Math.round((world.clock.now() - start) / 1000),
    },
  }
}

function queueFigures(world: World): Outcome['figures']['queues'] {
  const rows = world.disk.rows('SELECT event FROM queue_events')
  const types = rows.map(({ event }) => (JSON.parse(String(event)) as { readonly type: string }).type)
  const count = (type: string) => types.filter((one) => one === type).length
  return { entered: count('entered'), answered: count('answered') }
}

function countOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

async function play(
  world: World,
  watch: Watch,
  { seed, steps = STEPS, without = [] }: RunOptions,
): Promise<void> {
  const random = new SeededRandom(seed * 104_729)
  const gaps = new SeededRandom(seed * 15_485_863)
  const withoutSet = drawTroubles(random, without)
  const pace = PACES[random.between(0, PACES.length - 1)] ?? 1000
  world.network.setWeather(drawWeather(random, withoutSet))
  const people = new People(world, new SeededRandom(seed * 32_452_843))
  const watchers = openWatchers(world, new SeededRandom(seed * 67_867_967))
  new Listening(world, new SeededRandom(seed * 49_979_687))
  const stage = { world, people, random, without: withoutSet }
  await world.start()
  /** Time passes; call control is started again when it crashed. False when something is wrong. */
  const pass = async (length: number): Promise<boolean> => {
    const end = world.clock.now() + length
    while (world.clock.now() < end && watch.breach === undefined) {
      await world.clock.pass(Math.min(PASS_MS, end - world.clock.now()))
      if (!world.isUp) await startAgain(world, watch, gaps)
      watch.look()
    }
    return watch.breach === undefined
  }
  await pass(5000)
  for (let step = 1; step <= steps; step += 1) {
    world.trace.add(`step ${step}: ${act(stage)}`)
    if (!(await pass(gaps.between(0, pace)))) return
  }
  const isCalm = TROUBLES.every((trouble) => withoutSet.has(trouble))
  await closeDown({ world, watch, people, watchers, pass, isCalm })
}

const PASS_MS = 500
/** How many starts are killed, and within which time. */
const KILLED_AGAIN_SHARE = 0.3
const START_MS_MAX = 20

/** As the launcher does: after a pause that is not always the same. */
async function startAgain(world: World, watch: Watch, gaps: SeededRandom): Promise<void> {
  await world.clock.pass(gaps.between(100, 2500))
  const isKilledAgain = gaps.next() < KILLED_AGAIN_SHARE
  await world.start(isKilledAgain ? gaps.between(0, START_MS_MAX) : Number.POSITIVE_INFINITY)
  if (world.isUp) lookAfterStart(world, watch)
}

interface Scene {
  readonly world: World
  readonly watch: Watch
  readonly people: People
  readonly watchers: readonly Watcher[]
  readonly pass: (length: number) => Promise<boolean>
  /** Without any trouble. */
  readonly isCalm: boolean
}

async function closeDown(scene: Scene): Promise<void> {
  const { world, watch, people, watchers, pass } = scene
  world.trace.add('the weather clears')
  world.isDiskFull = false
  world.messagesUntilCrash = Number.POSITIVE_INFINITY
  world.network.setWeather({ loss: 0, duplicates: 0 })
  for (const member of world.members) world.comeBack(member)
  if (!(await pass(SETTLED_MS))) return
  lookWhenSettled(world, watch)
  if (!(await sweepMessages(scene))) return
  if (!(await lookAtLamps(scene)) || !(await waitForTrunks(scene))) return
  world.trace.add('everybody goes home')
  world.carriers.remove()
  people.goHome()
  if (!(await pass(SETTLED_MS))) return
  people.goHome()
  people.stop()
  for (const watcher of watchers) watcher.stop()
  world.fallSilent()
  if (!(await pass(3 * SETTLED_MS))) return
  lookWhenOver(world, watch)
  new LampWatch(world, watch).lookWhenOver(watchers)
  if (scene.isCalm) lookForSilence(world, watch)
  world.services?.close()
  world.trace.add('registrations run out')
  await world.clock.pass(EXPIRED_MS)
  lookWhenEmpty(world, watch)
}

/** What a full disk did not take is kept by the next sweep. */
async function sweepMessages({ world, pass }: Scene): Promise<boolean> {
  const left = world.disk.rows(TAKES_BEFORE, world.clock.wallTime() - SETTLED_MS)
  if (left.length === 0) return true
  if (!(await pass(LEFT_OVER_MS))) return false
  const swept = world.services?.sounds.sweep()
  const isQuiet = await pass(SETTLED_MS)
  await swept
  return isQuiet
}

const TAKES_BEFORE = 'SELECT recording FROM voicemail_takes WHERE started_at < ?'

/** People still talk. */
async function lookAtLamps({ world, watch, watchers, pass }: Scene): Promise<boolean> {
  const lamps = new LampWatch(world, watch)
  lamps.look(watchers)
  if (!(await pass(LAMP_TIME_MS))) return false
  lamps.look(watchers)
  return watch.breach === undefined
}

/** Who was refused asks again after minutes, after a timeout before after twice as many. */
async function waitForTrunks({ world, watch, pass }: Scene): Promise<boolean> {
  let fault = faultOfTable(world)
  for (let waited = 0; fault !== undefined && waited < TRUNKS_STAND_MS; waited += TRUNKS_STEP_MS) {
    if (!(await pass(TRUNKS_STEP_MS))) return false
    fault = faultOfTable(world)
  }
  if (fault !== undefined) watch.broken('trunks', fault)
  return watch.breach === undefined
}
