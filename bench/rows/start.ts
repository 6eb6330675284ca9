// cold-start: from the start of the process to the first accepted REGISTER. idle-memory: all processes with
// 100 registered phones, proportional set size.
import { memoryMb } from '../support/cpu.ts'
import { startProduct } from '../support/product.ts'
import { pause } from '../support/program.ts'
import { registerUntilAccepted } from '../support/register.ts'
import { limitRow, type Row } from '../support/row.ts'
import { SippLoad, type SipUser } from '../support/sipp.ts'

const STARTS = 5
const PHONES = 100
const ANSWER_PORT = 25_061

export async function start(): Promise<Row[]> {
  await using product = await startProduct()
  const users = await product.users(PHONES)
  using load = new SippLoad(product.sipPort)
  await load.register(users, ANSWER_PORT, PHONES, 100)
  await pause(5000)
  const memory = memoryMb(product.pid)
  const times: number[] = []
  for (let run = 0; run < STARTS; run += 1) {
    await product.stop()
    const startedAt = performance.now()
    const started = product.start()
    await registerUntilAccepted(product.sipPort, users[0] as SipUser, 20_000)
    times.push((performance.now() - startedAt) / 1000)
    await started
  }
  const sorted = times.toSorted((a, b) => a - b)
  return [
    limitRow({
      row: 'cold-start',
      value: sorted[Math.floor(STARTS / 2)] as number,
      unit: 's',
      max: 3,
      notes: `median of ${STARTS}: ${sorted.map((time) => time.toFixed(2)).join(', ')} s, on one core`,
    }),
    limitRow({
      row: 'idle-memory',
      value: memory,
      unit: 'MB',
      max: 250,
      notes: `launcher, server and one media process, ${PHONES} phones registered`,
    }),
  ]
}
