// A queue with real phones: a caller hears music, two agents ring, one of them answers, both hear each other,
// and the agent's time after the call passes. One agent has logged in on the page, the other by a code.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { type Person, type PhoneAccount, Server } from '../support/server.ts'
import { assertBothHear, assertHearsMusic, SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const CLEO_HZ = 1500
const LISTEN_MS = 2000
const WRAP_UP_MS = 2000

interface Agents {
  readonly agents: readonly { readonly agent: string; readonly activity: string }[]
}

interface Live {
  readonly waiting: readonly { readonly number?: string }[]
  readonly today: { readonly entered: number; readonly answered: number; readonly requeued: number }
}

const server = await Server.start()
test.after(() => server.stop())
const [benPerson = server.admin, cleoPerson = server.admin] = server.colleagues
const accounts = {
  ada: await server.admin.addPhone('Ada'),
  ben: await benPerson.addPhone('Ben'),
  cleo: await cleoPerson.addPhone('Cleo'),
}

const plan = {
  codes: [{ code: '*51', does: 'queueIn' }],
  services: [{ kind: 'queue', id: 'sales', extension: '300' }],
}

function phone(account: PhoneAccount, toneHz: number): Promise<Baresip> {
  return Baresip.start(account, { transport: 'udp', toneHz, answers: 'manual' })
}

/** What an agent does, once it is this. */
function untilDoing(person: Person, activity: string): Promise<unknown> {
  return until(`an agent who is ${activity}`, async () => {
    const { agents } = await person.ask<Agents>('GET', '/queue-agents')
    return agents.some((agent) => agent.activity === activity) || undefined
  })
}

test('music, two agents ring, one answers, both hear each other; then comes the wrap-up', async (t) => {
  await server.usePlan(plan)
  const members = [
    { agent: await benPerson.id(), level: 0 },
    { agent: await cleoPerson.id(), level: 0 },
  ]
  const queue = { queue: 'sales', name: 'Sales', members, strategy: 'ringAll', wrapUp: WRAP_UP_MS }
  await server.admin.ask('POST', '/queues', queue)
  const ada = await phone(accounts.ada, ADA_HZ)
  const ben = await phone(accounts.ben, BEN_HZ)
  const cleo = await phone(accounts.cleo, CLEO_HZ)
  t.after(() => Promise.all([ada.stop(), ben.stop(), cleo.stop()]))
  await cleoPerson.ask('POST', '/queue-agents', { does: 'logIn' })
  ben.dial('*51300')
  await untilDoing(benPerson, 'idle')
  await ben.waitFor('CALL_CLOSED')

  ada.dial('300')
  await Promise.all([
    ada.waitFor('CALL_ESTABLISHED'),
    ben.waitFor('CALL_INCOMING'),
    cleo.waitFor('CALL_INCOMING'),
  ])
  await sleep(SETTLE_MS)
  await assertHearsMusic({ who: 'who waits', phone: ada }, ADA_HZ, LISTEN_MS)
  const waiting = await cleoPerson.ask<Live>('GET', '/queues/sales/live')
  assert.deepEqual(
    waiting.waiting.map(({ number }) => number),
    ['100'],
  )

  cleo.accept()
  await cleo.waitFor('CALL_ESTABLISHED')
  await ben.waitFor('CALL_CLOSED', 2)
  await untilDoing(cleoPerson, 'talking')
  await sleep(SETTLE_MS)
  const caller = { who: 'caller', phone: ada, hertz: ADA_HZ }
  await assertBothHear(caller, { who: 'agent', phone: cleo, hertz: CLEO_HZ }, LISTEN_MS)

  ada.hangUp()
  await cleo.waitFor('CALL_CLOSED')
  await untilDoing(cleoPerson, 'wrapUp')
  await untilDoing(cleoPerson, 'idle')
  const { today } = await benPerson.ask<Live>('GET', '/queues/sales/live')
  assert.deepEqual([today.entered, today.answered, today.requeued], [1, 1, 0])
  const [record] = await until('the record', async () => {
    const calls = await cleoPerson.calls()
    return calls.length > 0 ? calls : undefined
  })
  assert.equal(record?.status, 200)
})
