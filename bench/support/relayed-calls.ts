// Calls whose sound is relayed: rtpq sends 50 packets a second from each caller and reflects them at each
// callee. SIPp sets the product's calls up; loops that only pass packets on are given their ports.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Product } from './product.ts'
import { CORE_OF_LOAD, CORE_UNDER_TEST, compiled, type Program, pause, startProgram } from './program.ts'
import { SippLoad, type SipUser } from './sipp.ts'

/** Packets per second and direction of one call with 20 ms packets. */
export const PACKETS_PER_SECOND = 50
const USERS = 50
const ANSWER_PORT = 25_061
const CALL_PORT = 25_062
const MEDIA_BASE = 27_000
const ECHO_PORT = 26_500
/** Of a loop; the product's are in a range of its own. */
const LOOP_BASE = 20_000

interface Calls {
  readonly calls: number
  readonly seconds: number
}

/** What rtpq says at the end. */
interface Report {
  readonly lossPercent: number
  readonly roundTrip: string
}

/** Runs `measure`, which takes `seconds`, while `calls` calls stand. Throws unless all stood to the end. */
export async function withRelayedCalls(
  product: Product,
  { calls, seconds }: Calls,
  measure: () => Promise<void>,
): Promise<Report> {
  const users = await product.users(USERS)
  using load = new SippLoad(product.sipPort)
  await load.register(users, ANSWER_PORT, USERS, 100)
  await using _answer = load.answer(ANSWER_PORT)
  await using _echo = await startEcho(seconds + 25)
  const callees = users.toReversed()
  await using talks = sendingCalls(load, await compiled('rtpq'), {
    ...{ callers: users, callees, calls, seconds },
  })
  await pause(calls * 20 + 2500)
  await measure()
  return await reportOf(talks.sender, calls)
}

/** The same load on a loop, `command CALLS SECONDS BASE PORT`, while `measure` runs; it gets its pid. */
export async function withRelayLoop(
  [command, ...args]: readonly [string, ...string[]],
  { calls, seconds }: Calls,
  measure: (pid: number) => Promise<void>,
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-loop-'))
  try {
    const streams = Array.from({ length: calls }, (_, at) => 2 * at)
    const mapFile = join(folder, 'map')
    const lines = streams.map((at) => `MAP ${MEDIA_BASE + at} 127.0.0.1 ${LOOP_BASE + at}\n`)
    writeFileSync(mapFile, lines.join(''))
    await using _echo = await startEcho(seconds + 10)
    const ends = [calls, seconds + 10, LOOP_BASE, ECHO_PORT].map(String)
    await using loop = startProgram(command, [...args, ...ends], { core: CORE_UNDER_TEST })
    await pause(1000)
    await using sender = startSender(await compiled('rtpq'), { calls, seconds: seconds + 3, mapFile })
    await pause(2500)
    await measure(loop.pid)
    return await reportOf(sender, calls)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Calls of which each caller sends; ended with what is returned. */
export function sendingCalls(
  load: SippLoad,
  rtpq: string,
  wanted: Calls & { readonly callers: readonly SipUser[]; readonly callees: readonly SipUser[] },
): AsyncDisposable & { readonly sender: Program } {
  const { callers, callees, calls, seconds } = wanted
  const { program, mapFile } = load.holdCalls({
    ...{ callers, callees, localPort: CALL_PORT, count: calls, rate: 50, mediaBase: MEDIA_BASE },
    holdMs: (seconds + 14) * 1000,
  })
  writeFileSync(mapFile, '', { flag: 'a' })
  const sender = startSender(rtpq, { calls, seconds: seconds + 8, mapFile })
  return {
    sender,
    async [Symbol.asyncDispose]() {
      await sender[Symbol.asyncDispose]()
      await program[Symbol.asyncDispose]()
    },
  }
}

function startSender(
  rtpq: string,
  { calls, seconds, mapFile }: Calls & { readonly mapFile: string },
): Program {
  const args = ['send', String(MEDIA_BASE), String(calls), String(seconds), mapFile]
  return startProgram(rtpq, args, { core: CORE_OF_LOAD })
}

async function startEcho(seconds: number): Promise<Program> {
  const args = ['echo', String(ECHO_PORT), '1', String(seconds)]
  const echo = startProgram(await compiled('rtpq'), args, { core: CORE_OF_LOAD })
  await pause(500)
  return echo
}

async function reportOf(sender: Program, calls: number): Promise<Report> {
  await sender.ended
  const report = JSON.parse(sender.output().trim().split('\n').at(-1) ?? '{}')
  if (report.mapped !== calls || report.silent !== 0)
    throw new Error(`not all calls stood: ${sender.output()}`)
  const { p50, p99 } = report.rtt_us
  return { lossPercent: report.loss_pct, roundTrip: `round trip p50 ${p50} µs, p99 ${p99} µs` }
}
