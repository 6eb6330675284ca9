// b2bua-call and registration: CPU of all processes of the product per unit of work, against Kamailio doing
// the same work on the same core in the same run.
import { cpuMs } from '../support/cpu.ts'
import { startKamailio } from '../support/kamailio.ts'
import { startProduct } from '../support/product.ts'
import { isInstalled, pause } from '../support/program.ts'
import { type Row, ratioRow } from '../support/row.ts'
import { SippLoad, type SipUser } from '../support/sipp.ts'

const USERS = 100
// Both are warmed up as long as it takes until they are measured as they run all day.
const REGISTRATIONS_BEFORE = 3000
const REGISTRATIONS = 5000
const REGISTRATION_RATE = 500
const CALLS_BEFORE = 3000
const CALLS = 5000
const CALL_RATE = 250
const KAMAILIO_PORT = 15_060
const ANSWER_PORT = 25_061
const CALL_PORT = 25_062

interface Figures {
  readonly registration: number
  readonly call: number
}

async function measure(port: number, pid: () => number, users: readonly SipUser[]): Promise<Figures> {
  using load = new SippLoad(port)
  await load.register(users, ANSWER_PORT, USERS, 100)
  await load.register(users, ANSWER_PORT, REGISTRATIONS_BEFORE, REGISTRATION_RATE)
  const beforeRegistrations = cpuMs(pid())
  await load.register(users, ANSWER_PORT, REGISTRATIONS, REGISTRATION_RATE)
  const registration = (cpuMs(pid()) - beforeRegistrations) / REGISTRATIONS
  await using _ = load.answer(ANSWER_PORT)
  await pause(500)
  const calls = { callers: users, callees: users.toReversed(), localPort: CALL_PORT, rate: CALL_RATE }
  await load.call({ ...calls, count: CALLS_BEFORE })
  const beforeCalls = cpuMs(pid())
  await load.call({ ...calls, count: CALLS })
  await pause(1000)
  return { registration, call: (cpuMs(pid()) - beforeCalls) / CALLS }
}

async function measureKamailio(): Promise<Figures | null> {
  if (!(await isInstalled('kamailio'))) return null
  await using kamailio = await startKamailio(KAMAILIO_PORT)
  return await measure(kamailio.port, () => kamailio.pid, kamailio.users(USERS))
}

export async function signalling(): Promise<Row[]> {
  const peer = await measureKamailio()
  await using product = await startProduct()
  const users = await product.users(USERS)
  const own = await measure(product.sipPort, () => product.pid, users)
  return [
    ratioRow({
      row: 'b2bua-call',
      value: own.call,
      unit: 'ms CPU per call',
      peer: peer && { name: 'Kamailio proxy', value: peer.call },
      ratioMax: 2.5,
      notes: `${CALLS} authenticated calls at ${CALL_RATE}/s, all succeeded`,
    }),
    ratioRow({
      row: 'registration',
      value: own.registration,
      unit: 'ms CPU per registration',
      peer: peer && { name: 'Kamailio registrar', value: peer.registration },
      ratioMax: 2.5,
      notes: `${REGISTRATIONS} with digest at ${REGISTRATION_RATE}/s`,
    }),
  ]
}
