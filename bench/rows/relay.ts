// relayed-packet: CPU of the product per RTP packet it passes on, against a C loop of recvfrom and sendto.
import { writeFileSync } from 'node:fs'
import { cpuMs } from '../support/cpu.ts'
import { startProduct } from '../support/product.ts'
import {
  CORE_OF_LOAD,
  CORE_UNDER_TEST,
  compiled,
  isInstalled,
  pause,
  startProgram,
} from '../support/program.ts'
import { type Row, ratioRow } from '../support/row.ts'
import { SippLoad } from '../support/sipp.ts'

const CALLS = 200
/** Packets per second and direction of one call with 20 ms packets. */
const PACKETS_PER_SECOND = 50
const USERS = 50
const MEASURED_SECONDS = 8
const ANSWER_PORT = 25_061
const CALL_PORT = 25_062
const MEDIA_BASE = 27_000
const ECHO_PORT = 26_500

/** µs CPU per packet of the C relay at the same packet rate. */
async function measureC(): Promise<number | null> {
  if (!(await isInstalled('gcc'))) return null
  const rate = 2 * CALLS * PACKETS_PER_SECOND
  const seconds = String(MEASURED_SECONDS)
  const relay = await compiled('c-relay')
  const generator = await compiled('generator')
  const underTest = { core: CORE_UNDER_TEST }
  await using program = startProgram(relay, [String(CALLS), String(MEASURED_SECONDS + 2)], underTest)
  await pause(300)
  const load = { core: CORE_OF_LOAD }
  await using source = startProgram(generator, [String(CALLS), String(rate), seconds], load)
  await source.ended
  await program.ended
  const found = /([0-9.]+) us\/pkt/.exec(program.output())
  return found ? Number(found[1]) : null
}

interface Relayed {
  readonly us: number
  readonly lossPercent: number
  readonly roundTrip: string
}

async function measureProduct(): Promise<Relayed> {
  const rtpq = await compiled('rtpq')
  await using product = await startProduct()
  const users = await product.users(USERS)
  using load = new SippLoad(product.sipPort)
  await load.register(users, ANSWER_PORT, USERS, 100)
  await using _answer = load.answer(ANSWER_PORT)
  const echoSeconds = String(MEASURED_SECONDS + 25)
  await using _echo = startProgram(rtpq, ['echo', String(ECHO_PORT), '1', echoSeconds], {
    core: CORE_OF_LOAD,
  })
  await pause(500)
  const { program, mapFile } = load.holdCalls({
    callers: users,
    callees: users.toReversed(),
    localPort: CALL_PORT,
    count: CALLS,
    rate: 50,
    mediaBase: MEDIA_BASE,
    holdMs: (MEASURED_SECONDS + 14) * 1000,
  })
  await using _calls = program
  writeFileSync(mapFile, '', { flag: 'a' })
  const sendSeconds = String(MEASURED_SECONDS + 8)
  const send = ['send', String(MEDIA_BASE), String(CALLS), sendSeconds, mapFile]
  await using sender = startProgram(rtpq, send, { core: CORE_OF_LOAD })
  await pause(CALLS * 20 + 2500)
  const before = cpuMs(product.pid)
  const startedAt = performance.now()
  await pause(MEASURED_SECONDS * 1000)
  const packets = ((performance.now() - startedAt) / 1000) * PACKETS_PER_SECOND * 2 * CALLS
  const us = ((cpuMs(product.pid) - before) * 1000) / packets
  await sender.ended
  const report = JSON.parse(sender.output().trim().split('\n').at(-1) ?? '{}')
  if (report.mapped !== CALLS || report.silent !== 0)
    throw new Error(`not all calls stood: ${sender.output()}`)
  const { p50, p99 } = report.rtt_us
  return { us, lossPercent: report.loss_pct, roundTrip: `round trip p50 ${p50} µs, p99 ${p99} µs` }
}

export async function relay(): Promise<Row[]> {
  const c = await measureC()
  const own = await measureProduct()
  return [
    ratioRow({
      row: 'relayed-packet',
      value: own.us,
      unit: 'µs CPU per packet',
      peer: c === null ? null : { name: 'C loop', value: c },
      ratioMax: 3,
      notes: `${CALLS} calls G.711 both ways, loss ${own.lossPercent} %, ${own.roundTrip}`,
    }),
  ]
}
