// post-dial: how long the product holds an INVITE with credentials before the callee's INVITE leaves, read
// from a capture, at the rate of calls that takes half of its core.
import { Capture, type Datagram, quantiles } from '../support/capture.ts'
import { startProduct } from '../support/product.ts'
import { pause } from '../support/program.ts'
import { limitRow, type Row } from '../support/row.ts'
import { ANSWER_PORT, call, register, subject, warmUp } from '../support/subject.ts'

const USERS = 100
const CALLS_BEFORE = 3000
const CALLS = 3000
const HALF_OF_A_CORE_MS = 500
const SNAPPED_BYTES = 1500

export async function postDial(): Promise<Row[]> {
  await using product = await startProduct()
  using own = subject(product.sipPort, await product.users(USERS), product)
  await register(own, USERS)
  await using _ = own.load.answer(ANSWER_PORT)
  await pause(500)
  const warm = await warmUp([own], CALLS_BEFORE)
  const before = own.cpuMs()
  await call(own, CALLS_BEFORE, warm)
  const rate = Math.round(HALF_OF_A_CORE_MS / ((own.cpuMs() - before) / CALLS_BEFORE))
  await using capture = await Capture.start(`udp port ${product.sipPort}`, SNAPPED_BYTES)
  await call(own, CALLS, rate)
  const delays = delaysMs(await capture.stop(), product.sipPort)
  if (delays.length !== CALLS) throw new Error(`${delays.length} of ${CALLS} calls are in the capture`)
  const { p50, p99 } = quantiles(delays)
  return [
    limitRow({
      row: 'post-dial',
      value: p99,
      unit: 'ms, p99',
      max: 20,
      notes: `p50 ${p50.toFixed(2)} ms, ${CALLS} calls at ${rate}/s (half of the core), INVITE in to INVITE out`,
    }),
  ]
}

/** For each call that was dialled, in ms. Calls to one callee leave in the order in which they came. */
function delaysMs(datagrams: readonly Datagram[], sipPort: number): number[] {
  const arrived = new Map<string, number[]>()
  const seen = new Set<string>()
  const delays: number[] = []
  for (const { at, to, payload } of datagrams) {
    const text = payload.toString('latin1')
    const [, callee = ''] = /^INVITE sip:([^@;>\s]+)@/.exec(text) ?? []
    const isIn = to === sipPort
    if (callee === '' || (isIn && !/^Authorization:/im.test(text))) continue
    const id = `${isIn} ${/^(?:Call-ID|i): *(\S+)/im.exec(text)?.[1]}`
    if (seen.has(id)) continue // Sent again.
    seen.add(id)
    if (isIn) arrived.set(callee, [...(arrived.get(callee) ?? []), at])
    else {
      const since = arrived.get(callee)?.shift()
      if (since !== undefined) delays.push((at - since) / 1000)
    }
  }
  return delays
}
