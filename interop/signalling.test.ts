// SIPp against Rufwerk over UDP and TCP: call, busy, no answer, cancel, wrong password, unknown number. Each
// scenario file of interop/sipp is named by what it expects.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { freePorts } from './support/ports.ts'
import { type PhoneAccount, Server } from './support/server.ts'
import { type SippOptions, type SippRun, startSipp } from './support/sipp.ts'
import { until } from './support/wait.ts'

const RING_SECONDS = 3

const server = await Server.start(['--ring-seconds', String(RING_SECONDS)])
const caller = await server.admin.addPhone('Caller')
const callee = await (server.colleagues[0] ?? server.admin).addPhone('Callee')
test.after(() => server.stop())

type Transport = SippOptions['transport']

/** One port for the callee, so that it has one contact. */
const calleePort = await freePorts(1)

/**
 * The callee is registered over UDP: a contact over TCP lives as long as its connection, and SIPp ends
 * between.
 */
async function startCallee(t: TestContext, scenario: string): Promise<SippRun> {
  const port = calleePort
  await register(callee, port)
  const run = startSipp({ scenario, account: callee, transport: 'udp', port })
  t.after(() => run.stop())
  return run
}

async function register(account: PhoneAccount, port: number): Promise<void> {
  await startSipp({ scenario: 'register-expect-200', account, transport: 'udp', port }).succeeded()
}

async function startCaller(
  t: TestContext,
  scenario: string,
  transport: Transport,
  dials: string,
): Promise<SippRun> {
  const run = startSipp({ scenario, account: caller, transport, port: await freePorts(1), dials })
  t.after(() => run.stop())
  return run
}

/** The newest record of the caller, once there is one more than `before`. */
async function recordAfter(before: number) {
  return until('the record of the call', async () => {
    const calls = await server.admin.calls()
    return calls.length > before ? calls[0] : undefined
  })
}

const rows = [
  { name: 'call', uac: 'uac-invite-expect-200', uas: 'uas-answer-expect-bye', cause: 16, status: 200 },
  { name: 'busy', uac: 'uac-invite-expect-486', uas: 'uas-busy-expect-ack', cause: 17, status: 486 },
  { name: 'no answer', uac: 'uac-invite-expect-480', uas: 'uas-ring-expect-cancel', cause: 19, status: 480 },
  {
    name: 'cancel',
    uac: 'uac-invite-cancel-expect-487',
    uas: 'uas-ring-expect-cancel',
    cause: 16,
    status: 487,
  },
  {
    name: 'PRACK and UPDATE',
    uac: 'uac-100rel-expect-prack-200',
    uas: 'uas-reliable-183-expect-prack',
    cause: 16,
    status: 200,
  },
] as const

for (const transport of ['udp', 'tcp'] as const) {
  for (const { name, uac, uas, cause, status } of rows)
    test(`${name} over ${transport}`, async (t) => {
      const before = (await server.admin.calls()).length
      const called = await startCallee(t, uas)
      const calling = await startCaller(t, uac, transport, '101')
      await calling.succeeded()
      await called.succeeded()
      const record = await recordAfter(before)
      assert.deepEqual({ cause: record.cause, status: record.status }, { cause, status })
      assert.equal((await server.admin.calls()).length, before + 1, 'exactly one record per call')
    })

  test(`unknown number over ${transport}`, async (t) => {
    const before = (await server.admin.calls()).length
    const calling = await startCaller(t, 'uac-invite-expect-404', transport, '199')
    await calling.succeeded()
    assert.equal((await recordAfter(before)).status, 404)
  })

  test(`wrong password over ${transport}`, async () => {
    const before = (await server.admin.calls()).length
    for (const scenario of ['uac-invite-wrong-password-expect-403', 'register-expect-403']) {
      const port = await freePorts(1)
      const run = startSipp({ scenario, account: caller, transport, port, dials: '101', password: 'wrong' })
      await run.succeeded()
    }
    const nobody = { ...caller, sipName: 'nobody-here' }
    const port = await freePorts(1)
    const scenario = 'register-expect-403'
    // A name that does not exist is answered in the same way.
    await startSipp({ scenario, account: nobody, transport, port }).succeeded()
    assert.equal((await server.admin.calls()).length, before, 'no call came of it')
  })

  test(`right password over ${transport}`, async () => {
    const port = await freePorts(1)
    await startSipp({ scenario: 'register-expect-200', account: caller, transport, port }).succeeded()
  })
}
