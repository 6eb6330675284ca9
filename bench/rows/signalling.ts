// b2bua-call and registration: CPU of all processes of the product per unit of work, against Kamailio
// doing the same work on the same core in the same run. They take turns, because the machine may be faster
// now than later.
import { startKamailio } from '../support/kamailio.ts'
import { startProduct } from '../support/product.ts'
import { isInstalled } from '../support/program.ts'
import { type Row, ratioRow } from '../support/row.ts'
import {
  measureCalls,
  REGISTRATION_RATE,
  register,
  type Subject,
  subject,
  TURNS,
} from '../support/subject.ts'

const USERS = 100
// Both are warmed up as long as it takes until they are measured as they run all day.
const REGISTRATIONS_BEFORE = 3000
const REGISTRATIONS = 5000
const CALLS = { before: 9000, count: 5000 }
const KAMAILIO_PORT = 15_060

async function measureRegistrations(subjects: readonly Subject[]): Promise<void> {
  for (const each of subjects) await register(each, REGISTRATIONS_BEFORE)
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const each of subjects) {
      const before = each.cpuMs()
      await register(each, REGISTRATIONS / TURNS)
      each.registrationMs += each.cpuMs() - before
    }
  }
}

/** The peer, unless it is not on this machine. */
async function peerSubject(stack: AsyncDisposableStack): Promise<Subject | undefined> {
  if (!(await isInstalled('kamailio'))) return undefined
  const kamailio = stack.use(await startKamailio(KAMAILIO_PORT))
  return stack.use(subject(kamailio.port, kamailio.users(USERS), kamailio))
}

export async function signalling(): Promise<Row[]> {
  await using stack = new AsyncDisposableStack()
  const peer = await peerSubject(stack)
  const product = stack.use(await startProduct())
  const users = await product.users(USERS)
  const own = stack.use(subject(product.sipPort, users, product))
  const subjects: [Subject, ...Subject[]] = peer ? [peer, own] : [own]
  await measureRegistrations(subjects)
  const how = await measureCalls(subjects, CALLS)
  return [
    ratioRow({
      row: 'b2bua-call',
      value: own.callMs / CALLS.count,
      unit: 'ms CPU per call',
      peer: peer ? { name: 'Kamailio proxy', value: peer.callMs / CALLS.count } : null,
      ratioMax: 2.5,
      notes: `with credentials, ${how}`,
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
