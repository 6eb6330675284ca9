// relayed-packet: CPU of the product per RTP packet it passes on, against a C loop of recvfrom and sendto.
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
