// A program under test for signalling, SIPp's work for it, and what it has used for measured work so far.
import { cpuMs } from './cpu.ts'
import { pause } from './program.ts'
import { SippLoad, type SipUser } from './sipp.ts'

export const ANSWER_PORT = 25_061
const CALL_PORT = 25_062
export const REGISTRATION_RATE = 500
export const CALL_RATE = 250
/** The first calls come slowly: a cold start under full load refuses some, and every call has to succeed. */
const FIRST_CALLS = 300
const FIRST_CALL_RATE = 25

/** Each turn with refused calls is taken again, so many times in all … */
const TRIES_MAX = 3
/** … after the refused ones have ended. */
const AFTER_REFUSAL_MS = 5000

export interface Subject extends Disposable {
  readonly load: SippLoad
  readonly users: readonly SipUser[]
  readonly cpuMs: () => number
  registrationMs: number
  callMs: number
}

export function subject(port: number, pid: () => number, users: readonly SipUser[]): Subject {
  const load = new SippLoad(port)
  const dispose = (): void => load[Symbol.dispose]()
  return { load, users, cpuMs: () => cpuMs(pid()), registrationMs: 0, callMs: 0, [Symbol.dispose]: dispose }
}

export async function register({ load, users }: Subject, count: number): Promise<void> {
  await load.register(users, ANSWER_PORT, count, REGISTRATION_RATE)
}

export async function call({ load, users }: Subject, count: number, rate = CALL_RATE): Promise<void> {
  const callees = users.toReversed()
  await load.call({ callers: users, callees, localPort: CALL_PORT, rate, count })
  await pause(500) // What the last calls still cause.
}

/** Calls until it runs as it does all day. */
export async function warmUp(each: Subject, count: number, rate = CALL_RATE): Promise<void> {
  await untilClean(() => call(each, FIRST_CALLS, FIRST_CALL_RATE))
  await untilClean(() => call(each, count, rate))
}

/** A machine that others keep busy makes the product refuse calls: then the turn does not count. */
async function untilClean(turn: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await turn()
      return
    } catch (error) {
      if (tries === TRIES_MAX) throw error
      await pause(AFTER_REFUSAL_MS)
    }
  }
}

/** Calls in `turns` turns, because the machine may be faster now than later; adds to each `callMs`. */
export async function callInTurns(
  subjects: readonly Subject[],
  { count, turns, rate }: { readonly count: number; readonly turns: number; readonly rate: number },
): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    for (const each of subjects) {
      await untilClean(async () => {
        const before = each.cpuMs()
        await call(each, count / turns, rate)
        each.callMs += each.cpuMs() - before
      })
    }
  }
}
