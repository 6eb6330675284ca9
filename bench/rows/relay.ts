// relayed-packet: CPU of the product per RTP packet it passes on, against a C loop of recvfrom and sendto
// under the same load; beside it the same loop in Node, and the C loop under a load that wakes nobody.
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
import { PACKETS_PER_SECOND, withRelayedCalls, withRelayLoop } from '../support/relayed-calls.ts'
import { type Row, ratioRow } from '../support/row.ts'

const CALLS = 200
const MEASURED_SECONDS = 8
const LOAD = { calls: CALLS, seconds: MEASURED_SECONDS }

const NODE_CALLS = join(import.meta.dirname, '../native/node-calls.mjs')

interface Relayed {
  readonly us: number
  readonly lossPercent: number
  readonly roundTrip: string
}

/** µs CPU of a process and those it started per packet of these calls, both ways, over the measured time. */
async function usPerPacket(pid: number): Promise<number> {
  const before = cpuMs(pid)
  const startedAt = performance.now()
  await pause(MEASURED_SECONDS * 1000)
  const packets = ((performance.now() - startedAt) / 1000) * PACKETS_PER_SECOND * 2 * CALLS
  return ((cpuMs(pid) - before) * 1000) / packets
}

/** µs CPU of the product per packet that it passes on. */
export async function measureRelayed(): Promise<Relayed> {
  await using product = await startProduct()
  let us = 0
  const report = await withRelayedCalls(product, LOAD, async () => {
    us = await usPerPacket(product.pid)
  })
  return { us, ...report }
}

async function measureLoop(...command: readonly [string, ...string[]]): Promise<Relayed> {
  let us = 0
  const report = await withRelayLoop(command, LOAD, async (pid) => {
    us = await usPerPacket(pid)
  })
  return { us, ...report }
}

/**
 * µs CPU per packet of a C loop whose packets go to sockets on which nobody sleeps, so that it does not pay
 * for waking anybody: the limit as baselines.md has it.
 */
async function measureUnheard(): Promise<number> {
  const generator = await compiled('generator')
  const rate = 2 * CALLS * PACKETS_PER_SECOND
  const ends = [String(CALLS), String(MEASURED_SECONDS + 2)]
  await using program = startProgram(await compiled('c-relay'), ends, { core: CORE_UNDER_TEST })
  await pause(300)
  const load = [String(CALLS), String(rate), String(MEASURED_SECONDS)]
  await using source = startProgram(generator, load, { core: CORE_OF_LOAD })
  await source.ended
  await program.ended
  return Number(/([0-9.]+) us\/pkt/.exec(program.output())?.[1])
}

export async function relay(): Promise<Row[]> {
  const hasCompiler = await isInstalled('gcc')
  const c = hasCompiler ? await measureLoop(await compiled('c-calls')) : null
  const node = hasCompiler ? await measureLoop(process.execPath, NODE_CALLS) : null
  const unheard = hasCompiler ? await measureUnheard() : null
  const own = await measureRelayed()
  const loops =
    c === null || node === null || unheard === null
      ? ''
      : `; a bare loop in Node ${node.us.toFixed(1)} µs, loss ${node.lossPercent} %; ` +
        `the C loop's loss ${c.lossPercent} %, and ${unheard.toFixed(1)} µs where it wakes nobody`
  return [
    ratioRow({
      row: 'relayed-packet',
      value: own.us,
      unit: 'µs CPU per packet',
      peer: c === null ? null : { name: 'C loop', value: c.us },
      ratioMax: 3,
      notes: `${CALLS} calls G.711 both ways, loss ${own.lossPercent} %, ${own.roundTrip}${loops}`,
    }),
  ]
}
