// queue: CPU of the product for a caller who waits with music, against 50 packets a second that it relays in
// the same run.
import { cpuMs } from '../support/cpu.ts'
import { type Product, startProduct } from '../support/product.ts'
import { compiled, pause } from '../support/program.ts'
import { PACKETS_PER_SECOND, sendingCalls } from '../support/relayed-calls.ts'
import { type Row, ratioRow } from '../support/row.ts'
import { SippLoad } from '../support/sipp.ts'
import { measureRelayed } from './relay.ts'

const CALLERS = 100
const USERS = 50
const SECONDS = 8
const NUMBER = '300'
const REGISTER_PORT = 25_061

const PLAN = {
  ...{ sites: [], rates: [], people: [], inbound: [], blocked: [], schedules: [], flows: [], trunks: [] },
  ...{ allowed: { countries: [], premium: [] }, speedDial: [], outbound: [], codes: [] },
  services: [{ kind: 'queue', id: 'sales', extension: NUMBER }],
}
/** Nobody ever answers, and everybody may wait. */
const QUEUE = { queue: 'sales', name: 'Sales', members: [], whenUnstaffed: 'wait', lengthMax: 500 }

async function ask(product: Product, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', origin: product.origin, cookie: product.cookie }
  const answer = await fetch(`${product.origin}/api/v1${path}`, {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function waiting(product: Product): Promise<number> {
  const live = (await ask(product, 'GET', '/queues/sales/live')) as { waiting: unknown[] }
  return live.waiting.length
}

/** ms CPU per caller and second while all of them wait. */
async function measureWaiting(): Promise<number> {
  const rtpq = await compiled('rtpq')
  await using product = await startProduct()
  await ask(product, 'PUT', '/dial-plan', { expected: 0, plan: PLAN })
  await ask(product, 'POST', '/queues', { ...QUEUE, announce: null })
  const callers = await product.users(USERS)
  using load = new SippLoad(product.sipPort)
  await load.register(callers, REGISTER_PORT, USERS, 100)
  const callees = [{ name: NUMBER, password: '' }]
  await using _calls = sendingCalls(load, rtpq, { callers, callees, calls: CALLERS, seconds: SECONDS })
  await pause(CALLERS * 20 + 2500)
  if ((await waiting(product)) !== CALLERS) throw new Error('not all callers came to the queue')
  const before = cpuMs(product.pid)
  const startedAt = performance.now()
  await pause(SECONDS * 1000)
  const spent = (cpuMs(product.pid) - before) / ((performance.now() - startedAt) / 1000)
  if ((await waiting(product)) !== CALLERS) throw new Error('not all callers waited to the end')
  return spent / CALLERS
}

export async function queue(): Promise<Row[]> {
  const perCaller = await measureWaiting()
  const { us } = await measureRelayed()
  return [
    ratioRow({
      row: 'queue',
      value: perCaller,
      unit: 'ms CPU per caller and s',
      peer: { name: `${PACKETS_PER_SECOND} relayed`, value: (us * PACKETS_PER_SECOND) / 1000 },
      ratioMax: 1.5,
      notes: `${CALLERS} callers wait with music, each sends ${PACKETS_PER_SECOND} packets a second`,
    }),
  ]
}
