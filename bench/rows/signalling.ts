// b2bua-call and registration: CPU of all processes of the product per unit of work, against Kamailio
// doing the same work on the same core in the same run. They take turns, because the machine may be faster
// now than later.
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
/** The first calls come slowly: a cold start under full load refuses some, and every call has to succeed. */
const FIRST_CALLS = 300
const FIRST_CALL_RATE = 50
/** How often each has its turn while it is measured. */
const TURNS = 5
const KAMAILIO_PORT = 15_060
const ANSWER_PORT = 25_061
const CALL_PORT = 25_062

/** A program under test and what it has used so far for measured work. */
interface Subject extends Disposable {
  readonly load: SippLoad
  readonly users: readonly SipUser[]
  readonly cpuMs: () => number
  registrationMs: number
  callMs: number
}

function subject(port: number, pid: () => number, users: readonly SipUser[]): Subject {
  const load = new SippLoad(port)
  const dispose = (): void => load[Symbol.dispose]()
  return { load, users, cpuMs: () => cpuMs(pid()), registrationMs: 0, callMs: 0, [Symbol.dispose]: dispose }
}

async function register({ load, users }: Subject, count: number): Promise<void> {
  await load.register(users, ANSWER_PORT, count, REGISTRATION_RATE)
}

async function call({ load, users }: Subject, count: number, rate = CALL_RATE): Promise<void> {
  const callees = users.toReversed()
  await load.call({ callers: users, callees, localPort: CALL_PORT, rate, count })
  await pause(500) // What the last calls still cause.
}

async function measure(subjects: readonly Subject[]): Promise<void> {
  for (const each of subjects) await register(each, REGISTRATIONS_BEFORE)
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const each of subjects) {
      const before = each.cpuMs()
      await register(each, REGISTRATIONS / TURNS)
      each.registrationMs += each.cpuMs() - before
    }
  }
  const [first] = subjects
  if (first === undefined) return
  await using _ = first.load.answer(ANSWER_PORT) // Answers calls from wherever they come.
  await pause(500)
  for (const each of subjects) {
    await call(each, FIRST_CALLS, FIRST_CALL_RATE)
    await call(each, CALLS_BEFORE)
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const each of subjects) {
      const before = each.cpuMs()
      await call(each, CALLS / TURNS)
      each.callMs += each.cpuMs() - before
    }
  }
}

/** The peer, unless it is not on this machine. */
async function peerSubject(stack: AsyncDisposableStack): Promise<Subject | undefined> {
  if (!(await isInstalled('kamailio'))) return undefined
  const kamailio = stack.use(await startKamailio(KAMAILIO_PORT))
  return stack.use(subject(kamailio.port, () => kamailio.pid, kamailio.users(USERS)))
}

export async function signalling(): Promise<Row[]> {
  await using stack = new AsyncDisposableStack()
  const peer = await peerSubject(stack)
  const product = stack.use(await startProduct())
  const users = await product.users(USERS)
  const own = stack.use(subject(product.sipPort, () => product.pid, users))
  await measure(peer ? [peer, own] : [own])
  return [
    ratioRow({
      row: 'b2bua-call',
      value: own.callMs / CALLS,
      unit: 'ms CPU per call',
      peer: peer ? { name: 'Kamailio proxy', value: peer.callMs / CALLS } : null,
      ratioMax: 2.5,
      notes: `${CALLS} authenticated calls at ${CALL_RATE}/s, all succeeded`,
    }),
    ratioRow({
      row: 'registration',
      value: own.registrationMs / REGISTRATIONS,
      unit: 'ms CPU per registration',
      peer: peer ? { name: 'Kamailio registrar', value: peer.registrationMs / REGISTRATIONS } : null,
      ratioMax: 2.5,
      notes: `${REGISTRATIONS} with digest at ${REGISTRATION_RATE}/s`,
    }),
  ]
}
