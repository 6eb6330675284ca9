// A call whose path broke: when a restart of ICE is offered, how often, which ends of JsSIP are kept back.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { IceRestart, type RestartPorts } from '../src/platform/ice-restart.ts'

type Reject = (options?: { status_code?: number }) => void

class FakeSession {
  readonly ended: string[] = []
  readonly offers: (() => void)[] = []
  isReady = true
  direction = 'outgoing'
  #onReinvite: (event: { request: object; reject: Reject }) => void = () => {}
  terminate(options?: { cause?: string }): void {
    this.ended.push(options?.cause ?? 'hung up')
  }
  isEnded(): boolean {
    return this.ended.length > 0
  }
  isReadyToReOffer(): boolean {
    return this.isReady
  }
  on(_type: string, listener: (event: { request: object; reject: Reject }) => void): void {
    this.#onReinvite = listener
  }
  renegotiate({ rtcOfferConstraints }: { rtcOfferConstraints: object }, done: () => void): boolean {
    assert.deepEqual(rtcOfferConstraints, { iceRestart: true })
    if (this.isReady) this.offers.push(done)
    return this.isReady
  }
  /** What the server's offer gets at once; undefined: it is taken. */
  offered(state?: number, body = ''): number | undefined {
    let status: number | undefined
    const reject: Reject = (options) => {
      status = options?.status_code
    }
    const request = { body, ...(state === undefined ? {} : { server_transaction: { state } }) }
    this.#onReinvite({ request, reject })
    return status
  }
}

function scene(t: TestContext, { isEndedByUs = false, relay = [] as object[] } = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  const session = new FakeSession()
  let listener = (): void => {}
  const connection = {
    iceConnectionState: 'new',
    signalingState: 'stable',
    remoteDescription: { sdp: 'v=0\r\na=ice-ufrag:before\r\n' },
    rolledBack: 0,
    configured: [] as unknown[],
    addEventListener: (_type: string, added: () => void) => {
      listener = added
    },
    setConfiguration: (given: unknown) => connection.configured.push(given),
    setLocalDescription: async () => {
      connection.rolledBack += 1
    },
  }
  const ports = { canSignal: true, isEndedByUs, reconnected: 0 }
  new IceRestart({
    session: session as unknown as RestartPorts['session'],
    connection: connection as unknown as RestartPorts['connection'],
    canSignal: () => ports.canSignal,
    reconnect: () => {
      ports.reconnected += 1
      session.terminate({ cause: 'Connection Error' })
    },
    configuration: async () => ({ iceServers: relay }) as RTCConfiguration,
    isEndedByUs: () => ports.isEndedByUs,
  })
  /** As the browser does: JsSIP hears of it first. */
  const become = (state: string): void => {
    connection.iceConnectionState = state
    if (state === 'failed') session.terminate({ cause: 'RTP Timeout' })
    listener()
  }
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 250) {
      t.mock.timers.tick(250)
      for (let turn = 0; turn < 4; turn += 1) await Promise.resolve()
    }
  }
  return { session, connection, ports, become, pass }
}

test('a path that is back within 2.5 s is left alone', async (t) => {
  const { session, become, pass } = scene(t)
  become('checking')
  become('connected')
  become('disconnected')
  await pass(2_000)
  become('connected')
  await pass(30_000)
  assert.deepEqual([session.offers.length, session.ended], [0, []])
})

for (const hasFailed of [true, false])
  test(`a path that stays away is restarted five times; ${hasFailed ? 'failed' : 'no end'}`, async (t) => {
    const { session, become, pass } = scene(t)
    become('connected')
    become('disconnected')
    let count = 0
    for (let second = 0; second < 42; second += 1) {
      await pass(1_000)
      if (second === 15 && hasFailed) become('failed')
      if (session.offers.length === count) continue
      count += 1
      session.offers.at(-1)?.()
    }
    assert.deepEqual([count, session.ended], [5, []])
    await pass(20_000)
    assert.deepEqual([session.offers.length, session.ended], [5, hasFailed ? ['RTP Timeout'] : []])
    if (hasFailed) return
    // Now it is JsSIP's and the server's; and with the next loss everything begins anew.
    become('checking')
    become('connected')
    become('disconnected')
    await pass(3_000)
    assert.equal(session.offers.length, 6)
    session.offers.at(-1)?.()
    become('failed')
    assert.deepEqual(session.ended, [])
  })

test('a restart that helps: the next loss has all of them again', async (t) => {
  const { session, become, pass } = scene(t)
  become('connected')
  for (const wanted of [1, 2]) {
    become('disconnected')
    await pass(3_000)
    assert.equal(session.offers.length, wanted)
    session.offers.at(-1)?.()
    become('checking')
    become('connected')
    await pass(20_000)
  }
  assert.deepEqual([session.offers.length, session.ended], [2, []])
})

test('a connection that never came to be fails as ever, and the person may always hang up', (t) => {
  const never = scene(t)
  never.become('checking')
  never.become('failed')
  assert.deepEqual(never.session.ended, ['RTP Timeout'])
  t.mock.timers.reset()
  const ours = scene(t, { isEndedByUs: true })
  ours.become('connected')
  ours.session.terminate({ cause: 'RTP Timeout' })
  assert.equal(ours.session.ended.length, 1)
})

test('an offer without answer for 4 s: the page connects again, and offers at once', async (t) => {
  const { session, ports, become, pass } = scene(t)
  become('connected')
  become('disconnected')
  await pass(3_000)
  assert.deepEqual([session.offers.length, ports.reconnected], [1, 0])
  ports.canSignal = false
  await pass(4_000)
  assert.deepEqual([session.offers.length, ports.reconnected, session.ended], [1, 1, []])
  ports.canSignal = true
  await pass(500)
  assert.equal(session.offers.length, 2)
})

for (const cause of ['WebRTC Error', 'Request Timeout'])
  test(`an offer that comes to nothing (${cause}) is taken back and made again`, async (t) => {
    const { session, connection, become, pass } = scene(t)
    become('connected')
    become('disconnected')
    await pass(3_000)
    assert.equal(session.offers.length, 1)
    connection.signalingState = 'have-local-offer'
    session.terminate({ cause })
    assert.deepEqual([session.ended, connection.rolledBack], [[], 1])
    await pass(4_000)
    assert.equal(session.offers.length, 1)
    await pass(1_000)
    assert.equal(session.offers.length, 2)
  })

test('other ends are not kept back: those without an offer of ours, and what the server says', async (t) => {
  for (const [cause, isOffering] of [
    ['WebRTC Error', false],
    ['Connection Error', false],
    ['SIP Failure Code', true],
    ['Dialog Error', true],
    [undefined, true],
  ] as const) {
    const { session, become, pass } = scene(t)
    become('connected')
    become('disconnected')
    if (isOffering) await pass(3_000)
    session.terminate(cause === undefined ? undefined : { cause })
    assert.equal(session.ended.length, 1, String(cause))
    t.mock.timers.reset()
  }
})

test('never in glare: nothing is offered while the server does, nor taken while ours is open', async (t) => {
  const { session, become, pass } = scene(t)
  become('connected')
  assert.equal(session.offered(), undefined)
  assert.equal(session.offered(5), 491)
  become('disconnected')
  session.isReady = false
  await pass(5_000)
  assert.equal(session.offers.length, 0)
  session.isReady = true
  assert.equal(session.offered(), undefined)
  await pass(7_000)
  assert.equal(session.offers.length, 0)
  await pass(2_000)
  assert.equal(session.offers.length, 1)
  session.isReady = false
  assert.equal(session.offered(), 491)
  session.offers.at(-1)?.()
  assert.equal(session.offered(), undefined)
})

test('without the server it waits, and a call that is lost for 60 s ends', async (t) => {
  const { session, ports, become, pass } = scene(t)
  become('connected')
  ports.canSignal = false
  become('failed')
  await pass(20_000)
  assert.deepEqual([session.offers.length, session.ended], [0, []])
  ports.canSignal = true
  await pass(500)
  assert.equal(session.offers.length, 1)
  session.offers.at(-1)?.()
  session.isReady = false
  await pass(39_000)
  assert.deepEqual(session.ended, [])
  await pass(1_000)
  assert.deepEqual(session.ended, ['RTP Timeout'])
})

test('the credentials of the relay are new for each restart', async (t) => {
  const relay = [{ urls: ['turns:pbx.example:5349'] }]
  const { connection, become, pass } = scene(t, { relay })
  become('connected')
  become('disconnected')
  await pass(3_000)
  assert.deepEqual(connection.configured, [{ iceServers: relay }])
})

const ANOTHER = 'v=0\r\na=ice-ufrag:after\r\n'

test('who was called restarts in place of another end, once, and takes the next offer', async (t) => {
  const { session, become, pass } = scene(t)
  session.direction = 'incoming'
  become('connected')
  assert.equal(session.offered(undefined, ANOTHER), 491)
  await pass(250)
  assert.equal(session.offers.length, 1)
  session.offers[0]?.()
  assert.equal(session.offered(undefined, ANOTHER), undefined)
  await pass(12_000)
  assert.equal(session.offered(undefined, ANOTHER), 491, 'another crash')
  await pass(250)
  assert.deepEqual([session.offers.length, session.ended], [2, []])
})

test("a restart that is refused is not said again: the server's offer is taken", async (t) => {
  const { session, connection, become, pass } = scene(t)
  session.direction = 'incoming'
  become('connected')
  session.offered(undefined, ANOTHER)
  await pass(250)
  connection.signalingState = 'have-local-offer'
  session.terminate({ cause: 'WebRTC Error' })
  assert.deepEqual([connection.rolledBack, session.ended], [1, []])
  connection.signalingState = 'stable'
  await pass(2_000)
  assert.equal(session.offered(undefined, ANOTHER), undefined)
  assert.equal(session.offers.length, 1)
})

test('taken as ever: the same end, who called, and what never was connected', async (t) => {
  const called = scene(t)
  called.session.direction = 'incoming'
  assert.equal(called.session.offered(undefined, ANOTHER), undefined)
  called.become('connected')
  assert.equal(called.session.offered(undefined, 'v=0\r\na=ice-ufrag:before\r\n'), undefined)
  assert.equal(called.session.offered(), undefined)
  called.ports.canSignal = false
  assert.equal(called.session.offered(undefined, ANOTHER), undefined)
  t.mock.timers.reset()
  const caller = scene(t)
  caller.become('connected')
  assert.equal(caller.session.offered(undefined, ANOTHER), undefined)
  await caller.pass(1_000)
  assert.deepEqual([called.session.offers.length, caller.session.offers.length], [0, 0])
})
