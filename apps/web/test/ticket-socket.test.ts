// The socket below JsSIP: a ticket first, then one WebSocket; late answers of given-up attempts open nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pauseMs, readLiveMessage } from '../src/platform/live-socket.ts'
import { againMs, TicketSocket } from '../src/platform/ticket-socket.ts'

class FakeWebSocket {
  readyState = 0
  binaryType = ''
  readonly sent: string[] = []
  onopen = (): void => {}
  onmessage = (_event: { data: unknown }): void => {}
  onclose = (_event: { code: number; reason: string; wasClean: boolean }): void => {}
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.readyState = 3
    this.onclose({ code: 1000, reason: '', wasClean: true })
  }
}

const TICKET = {
  ticket: 'abc',
  sipUri: 'sip:x@h',
  displayName: 'X',
  instance: 'urn:uuid:1',
  hasRelay: false,
  device: 'd',
}

function openSocket(fetchTicket: () => Promise<typeof TICKET>, hasCall = false) {
  const opened: { url: string; subprotocols: string[]; socket: FakeWebSocket }[] = []
  const events: string[] = []
  const ticketSocket = new TicketSocket('https://pbx.example:8443/phone', {
    fetchTicket,
    hasCall: () => hasCall,
    open: (url, subprotocols) => {
      const socket = new FakeWebSocket()
      opened.push({ url, subprotocols, socket })
      return socket as unknown as WebSocket
    },
  })
  ticketSocket.onconnect = () => events.push('connect')
  ticketSocket.ondisconnect = (isError, code) => events.push(`disconnect ${isError} ${code}`)
  ticketSocket.ondata = (message) => events.push(`data ${message}`)
  return { ticketSocket, opened, events }
}

const settle = (): Promise<void> => new Promise((done) => setImmediate(done))

test('a ticket opens the WebSocket with both subprotocols', async () => {
  const { ticketSocket, opened, events } = openSocket(() => Promise.resolve(TICKET))
  assert.equal(ticketSocket.via_transport, 'WSS')
  assert.equal(ticketSocket.sip_uri, 'sip:pbx.example:8443;transport=ws')
  ticketSocket.connect()
  ticketSocket.connect()
  await settle()
  assert.equal(opened.length, 1)
  const [first] = opened
  assert.ok(first)
  assert.deepEqual([first.url, first.subprotocols], ['wss://pbx.example:8443/sip', ['sip', 'ticket.abc']])
  assert.equal(ticketSocket.send('too early'), false)
  first.socket.readyState = 1
  first.socket.onopen()
  assert.equal(ticketSocket.send('REGISTER'), true)
  first.socket.onmessage({ data: 'SIP/2.0 200 OK' })
  first.socket.onclose({ code: 1006, reason: '', wasClean: false })
  assert.deepEqual(events, ['connect', 'data SIP/2.0 200 OK', 'disconnect true 1006'])
  assert.deepEqual(first.socket.sent, ['REGISTER'])
})

test('no ticket for 4 s counts as a lost connection, so that JsSIP tries again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  let asked = 0
  const { ticketSocket, opened, events } = openSocket(() => {
    asked += 1
    return Promise.reject(new Error('offline'))
  })
  ticketSocket.connect()
  for (let tenths = 0; tenths < 50 && events.length === 0; tenths += 1) {
    await settle()
    assert.equal(ticketSocket.isConnecting(), true)
    t.mock.timers.tick(100)
    await settle()
  }
  assert.deepEqual([opened.length, events], [0, ['disconnect true 0']])
  assert.equal(ticketSocket.isConnecting(), false)
  assert.ok(asked >= 7 && asked <= 21, `${asked} questions in 4 s`)
})

test('a connection through which nothing comes is dropped once, and not heard any more', async () => {
  const { ticketSocket, opened, events } = openSocket(() => Promise.resolve(TICKET))
  ticketSocket.drop()
  ticketSocket.connect()
  await settle()
  const [{ socket } = assert.fail()] = opened
  socket.readyState = 1
  socket.onopen()
  ticketSocket.drop()
  ticketSocket.drop()
  socket.onmessage({ data: 'late' })
  assert.deepEqual([events, socket.readyState], [['connect', 'disconnect true 0'], 3])
})

test('a ticket that comes after disconnect() opens nothing', async () => {
  const { ticketSocket, opened, events } = openSocket(() => Promise.resolve(TICKET))
  ticketSocket.connect()
  ticketSocket.disconnect()
  await settle()
  assert.deepEqual([opened.length, events], [0, []])
})

test('the pause between attempts is short for 4 s, then doubles, with a random half, up to 15 s', () => {
  assert.deepEqual(
    [0, 1, 2, 20].map((late) => pauseMs(4_000, late, 1)),
    [1_000, 2_000, 4_000, 15_000],
  )
  assert.equal(pauseMs(4_000, 0, 0), 500)
  for (const lostMs of [0, 3_999]) {
    assert.deepEqual([pauseMs(lostMs, 0, 0), pauseMs(lostMs, 0, 1)], [200, 600])
  }
})

/** As in limits.ts of legs. */
const REGISTERS_AT_ONCE = 4_000
const REGISTERS_PER_SECOND = 2_000
const PAGES = 5_000

test('5,000 pages that lost their server are all registered at once when it is back', () => {
  // Each has asked for a while; the server is back 2 s after the loss and answers at once: the worst case.
  const arrivals = Array.from({ length: PAGES }, () => {
    let at = Math.random() * 400
    while (at < 2_000) at += againMs(Math.random())
    return at - 2_000
  }).sort((one, other) => one - other)
  for (const [index, at] of arrivals.entries())
    assert.ok(index + 1 <= REGISTERS_AT_ONCE + (at * REGISTERS_PER_SECOND) / 1_000, `${index} at ${at} ms`)
  assert.ok((arrivals.at(-1) ?? 0) <= 600)
})

test('what is not a live message is nothing', () => {
  for (const text of [undefined, 1, '', '{', 'null', '[]', '{"a":1}'])
    assert.equal(readLiveMessage(text), undefined)
  assert.deepEqual(readLiveMessage('{"type":"calls-changed"}'), { type: 'calls-changed' })
})

for (const hasCall of [true, false])
  test(`a server that is away for a moment is asked again; ${hasCall ? 'a call' : 'no call'}`, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    let asked = 0
    const { ticketSocket, opened, events } = openSocket(() => {
      asked += 1
      return asked <= 3 ? Promise.reject(new Error('refused')) : Promise.resolve(TICKET)
    }, hasCall)
    ticketSocket.connect()
    for (let count = 0; count < 4; count += 1) {
      await settle()
      t.mock.timers.tick(600)
    }
    await settle()
    assert.deepEqual([asked, opened.length, events], [4, 1, []])
  })

test('a server that stays silent is a loss even with a call up, and giving up asks no more', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  let asked = 0
  const { ticketSocket, events } = openSocket(() => {
    asked += 1
    return Promise.reject(new Error('refused'))
  }, true)
  ticketSocket.connect()
  for (let count = 0; count < 80 && events.length === 0; count += 1) {
    await settle()
    t.mock.timers.tick(500)
  }
  assert.deepEqual(events, ['disconnect true 0'])
  assert.ok(asked > 25 && asked < 80, `${asked}`)
  ticketSocket.connect()
  await settle()
  const before = asked
  ticketSocket.disconnect()
  t.mock.timers.tick(500)
  await settle()
  assert.equal(asked, before)
})

test('the time in which a server does not even refuse counts, too', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  let asked = 0
  const unanswered = () => {
    asked += 1
    return new Promise<never>((_, reject) => setTimeout(() => reject(new Error('offline')), 15_000))
  }
  const { ticketSocket, events } = openSocket(unanswered, true)
  ticketSocket.connect()
  for (let seconds = 0; seconds < 40 && events.length === 0; seconds += 1) {
    t.mock.timers.tick(1_000)
    await settle()
  }
  assert.deepEqual([events, asked], [['disconnect true 0'], 2])
})
