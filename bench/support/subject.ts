// A program under test for signalling, SIPp's work for it, and what it has used for measured work so far.
import { cpuMs } from './cpu.ts'
import { pause } from './program.ts'
import { SippLoad, type SipUser } from './sipp.ts'

export const ANSWER_PORT = 25_061
const CALL_PORT = 25_062
export const REGISTRATION_RATE = 500
/** The first calls come slowly: a cold start under full load refuses some, and every call has to succeed. */
const FIRST_CALLS = 300
const FIRST_CALL_RATE = 25
/** These tell what a call costs on this machine today, and so do all that follow: of those … */
const PROBE_CALLS = 500
const PROBE_RATE = 50
/**
 * … so many come a second as need this much of a core. The rates of baselines.md begin at 200/s, and a call
 * costs any program the less the more there are, so the dearer one is measured where it is well occupied …
 */
const SHARE_OF_CORE_MS = 800
const CALL_RATE_MAX = 250
/** … as often as it takes: at a higher rate the next calls cost less. */
const CLIMBS = 3
/** Calls were refused at the rate before: what is left of it. */
const AFTER_REFUSAL_SHARE = 0.8

/** How often each has its turn while it is measured, because the machine may be faster now than later. */
export const TURNS = 5

/** Each turn with refused calls is taken again, so many times in all … */
const TRIES_MAX = 6
/** … after the refused ones have ended. */
const AFTER_REFUSAL_MS = 5000

export interface Subject extends Disposable {
  readonly load: SippLoad
  readonly users: readonly SipUser[]
  readonly cpuMs: () => number
  /** What it wrote so far. */
  readonly log: () => string
  registrationMs: number
  callMs: number
  /** Turns that were taken again because calls were refused. */
  repeatedTurns: number
}

export function subject(
  port: number,
  users: readonly SipUser[],
  program: { readonly pid: number; log(): string },
): Subject {
  const load = new SippLoad(port)
  const dispose = (): void => load[Symbol.dispose]()
  const own = {
    load,
    users,
    cpuMs: () => cpuMs(program.pid),
    log: () => program.log(),
    [Symbol.dispose]: dispose,
  }
  return { ...own, registrationMs: 0, callMs: 0, repeatedTurns: 0 }
}

export async function register({ load, users }: Subject, count: number): Promise<void> {
  await load.register(users, ANSWER_PORT, count, REGISTRATION_RATE)
}

export async function call({ load, users }: Subject, count: number, rate: number): Promise<void> {
  const callees = users.toReversed()
  await load.call({ callers: users, callees, localPort: CALL_PORT, rate, count })
  await pause(500) // What the last calls still cause.
}

/** Calls until each runs as it does all day. Returns the rate at which none has more than it can do. */
export async function warmUp(subjects: readonly Subject[], count: number): Promise<number> {
  const rates: number[] = []
  for (const each of subjects) {
    await cleanCalls(each, FIRST_CALLS, FIRST_CALL_RATE)
    let rate = rateFor((await cleanCalls(each, PROBE_CALLS, PROBE_RATE)) / PROBE_CALLS)
    for (let climb = 0; climb < CLIMBS; climb += 1) rate = await nextRate(each, count / CLIMBS, rate)
    rates.push(rate)
  }
  return Math.min(...rates)
}

/** By what calls cost at this rate; a lower one when not all of them succeeded. */
async function nextRate(each: Subject, count: number, rate: number): Promise<number> {
  const usedMs = await costOf(each, Math.ceil(count), rate)
  return usedMs === undefined ? Math.ceil(rate * AFTER_REFUSAL_SHARE) : rateFor(usedMs / Math.ceil(count))
}

/** How many calls a second need the share of a core, when one costs so many ms of it. */
function rateFor(callMs: number): number {
  return Math.min(CALL_RATE_MAX, Math.floor(SHARE_OF_CORE_MS / callMs))
}

/** What these calls cost, in ms of a core; refused ones are made again. */
async function cleanCalls(each: Subject, count: number, rate: number): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const usedMs = await costOf(each, count, rate)
    if (usedMs !== undefined) return usedMs
    each.repeatedTurns += 1
  }
  throw new Error(`of ${count} calls at ${rate}/s some were refused each time`)
}

/**
 * What these calls cost, in ms of a core. A machine that stands still for a second, or its disk, makes the
 * product refuse calls: such a turn does not count and gives undefined.
 */
async function costOf(each: Subject, count: number, rate: number): Promise<number | undefined> {
  const before = each.cpuMs()
  try {
    await call(each, count, rate)
    return each.cpuMs() - before
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`bench: ${why}\nThe end of the log:\n${each.log().slice(-1000)}\n`)
    await pause(AFTER_REFUSAL_MS)
    return undefined
  }
}

interface MeasuredCalls {
  /** Until each runs as it does all day; then those that are measured, in turns. */
  readonly before: number
  readonly count: number
}

/**
 * Calls of each that is warmed up, at a rate that none of them minds; adds to each `callMs`. Says how it
 * went.
 */
export async function measureCalls(
  subjects: readonly [Subject, ...Subject[]],
  { before, count }: MeasuredCalls,
): Promise<string> {
  await using _ = subjects[0].load.answer(ANSWER_PORT) // Answers calls from wherever they come.
  await pause(500)
  const rate = await warmUp(subjects, before)
  for (let turn = 0; turn < TURNS; turn += 1)
    for (const each of subjects) each.callMs += await cleanCalls(each, count / TURNS, rate)
  const repeated = subjects.reduce((sum, each) => sum + each.repeatedTurns, 0)
  const turns = repeated === 0 ? '' : `, ${repeated} turns repeated because calls were refused`
  return `${count} calls at ${rate}/s, all succeeded${turns}`
}
