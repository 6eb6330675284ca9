// Calls whose sound the product relays: SIPp sets them up, rtpq sends 50 packets a second from each caller
// and reflects them at each callee.
import { writeFileSync } from 'node:fs'
import type { Product } from './product.ts'
import { CORE_OF_LOAD, compiled, type Program, pause, startProgram } from './program.ts'
import { SippLoad, type SipUser } from './sipp.ts'

/** Packets per second and direction of one call with 20 ms packets. */
export const PACKETS_PER_SECOND = 50
const USERS = 50
const ANSWER_PORT = 25_061
const CALL_PORT = 25_062
const MEDIA_BASE = 27_000
const ECHO_PORT = 26_500

/** What rtpq says at the end. */
interface Report {
  readonly lossPercent: number
  readonly roundTrip: string
}

/** Runs `measure`, which takes `seconds`, while `calls` calls stand. Throws unless all stood to the end. */
export async function withRelayedCalls(
  product: Product,
  { calls, seconds }: { readonly calls: number; readonly seconds: number },
  measure: () => Promise<void>,
): Promise<Report> {
  const rtpq = await compiled('rtpq')
  const users = await product.users(USERS)
  using load = new SippLoad(product.sipPort)
  await load.register(users, ANSWER_PORT, USERS, 100)
  await using _answer = load.answer(ANSWER_PORT)
  const echoSeconds = String(seconds + 25)
  await using _echo = startProgram(rtpq, ['echo', String(ECHO_PORT), '1', echoSeconds], {
    core: CORE_OF_LOAD,
  })
  await pause(500)
  const callees = users.toReversed()
  await using talks = sendingCalls(load, rtpq, { callers: users, callees, calls, seconds })
  const { sender } = talks
  await pause(calls * 20 + 2500)
  await measure()
  await sender.ended
  const report = JSON.parse(sender.output().trim().split('\n').at(-1) ?? '{}')
  if (report.mapped !== calls || report.silent !== 0)
    throw new Error(`not all calls stood: ${sender.output()}`)
  const { p50, p99 } = report.rtt_us
  return { lossPercent: report.loss_pct, roundTrip: `round trip p50 ${p50} µs, p99 ${p99} µs` }
}

/** Calls of which each caller sends; ended with what is returned. */
export function sendingCalls(
  load: SippLoad,
  rtpq: string,
  wanted: {
    readonly callers: readonly SipUser[]
    readonly callees: readonly SipUser[]
    readonly calls: number
    readonly seconds: number
  },
): AsyncDisposable & { readonly sender: Program } {
  const { callers, callees, calls, seconds } = wanted
  const { program, mapFile } = load.holdCalls({
    ...{ callers, callees, localPort: CALL_PORT, count: calls, rate: 50, mediaBase: MEDIA_BASE },
    holdMs: (seconds + 14) * 1000,
  })
  writeFileSync(mapFile, '', { flag: 'a' })
  const send = ['send', String(MEDIA_BASE), String(calls), String(seconds + 8), mapFile]
  const sender = startProgram(rtpq, send, { core: CORE_OF_LOAD })
  return {
    sender,
    async [Symbol.asyncDispose]() {
      await sender[Symbol.asyncDispose]()
      await program[Symbol.asyncDispose]()
    },
  }
}
