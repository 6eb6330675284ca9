// relayed-packet: CPU of the product per RTP packet it passes on, against a C loop of recvfrom and sendto;
// beside it the same loop in Node.
import { join } from 'node:path'
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
import { PACKETS_PER_SECOND, withRelayedCalls } from '../support/relayed-calls.ts'
import { type Row, ratioRow } from '../support/row.ts'

const CALLS = 200
const MEASURED_SECONDS = 8

const NODE_RELAY = join(import.meta.dirname, '../native/node-relay.mjs')

/** µs CPU per packet of a loop that only passes packets on, at the same packet rate. */
async function measureLoop(command: string, args: readonly string[] = []): Promise<number | null> {
  const rate = 2 * CALLS * PACKETS_PER_SECOND
  const seconds = String(MEASURED_SECONDS)
  const generator = await compiled('generator')
  const underTest = { core: CORE_UNDER_TEST }
  const ends = [String(CALLS), String(MEASURED_SECONDS + 2)]
  await using program = startProgram(command, [...args, ...ends], underTest)
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

/** µs CPU of the product per packet that it passes on. */
export async function measureRelayed(): Promise<Relayed> {
  await using product = await startProduct()
  let us = 0
  const report = await withRelayedCalls(product, { calls: CALLS, seconds: MEASURED_SECONDS }, async () => {
    const before = cpuMs(product.pid)
    const startedAt = performance.now()
    await pause(MEASURED_SECONDS * 1000)
    const packets = ((performance.now() - startedAt) / 1000) * PACKETS_PER_SECOND * 2 * CALLS
    us = ((cpuMs(product.pid) - before) * 1000) / packets
  })
  return { us, ...report }
}

export async function relay(): Promise<Row[]> {
  const hasCompiler = await isInstalled('gcc')
  const c = hasCompiler ? await measureLoop(await compiled('c-relay')) : null
  const node = hasCompiler ? await measureLoop(process.execPath, [NODE_RELAY]) : null
  const own = await measureRelayed()
  const bare = node === null ? '' : `, a bare loop in Node ${node.toFixed(1)} µs`
  return [
    ratioRow({
      row: 'relayed-packet',
      value: own.us,
      unit: 'µs CPU per packet',
      peer: c === null ? null : { name: 'C loop', value: c },
      ratioMax: 3,
      notes: `${CALLS} calls G.711 both ways, loss ${own.lossPercent} %, ${own.roundTrip}${bare}`,
    }),
  ]
}
