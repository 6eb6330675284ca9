// What an attacker in the network tries, against the real server over real sockets: docs/abuse-cases.md says
// which case each of these is. All of it from loopback, bounded in count and time.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import test, { describe } from 'node:test'
import { freePorts } from './support/ports.ts'
import { header, openUdp, plainSdp, RawPhone } from './support/raw-sip.ts'
import { Server } from './support/server.ts'
import { sipVicious } from './support/sipp.ts'
import { sleep, until } from './support/wait.ts'
import { frame } from './support/web-socket.ts'

const ADDRESS = '127.0.0.1'
const SILENCE_MS = 300
const ANSWER_MS_MAX = 3_000
/** Where a call of ours wants its sound: nobody is there. */
const RTP_PORT = await freePorts(10)
const server = await Server.start(['--ring-seconds', '2'])
const account = await server.admin.addPhone('Raw phone')
const phone = await RawPhone.open(account)
/** Whose password is guessed: after that nobody at this address is believed to be it for a minute. */
const victim = await server.admin.addPhone('Victim')
test.after(async () => {
  phone.close()
  await server.stop()
})

let lastBranch = 0

interface Parts {
  readonly method?: string
  readonly user?: string
  readonly via?: string
  readonly more?: readonly string[]
  readonly length?: string | undefined
  readonly body?: string
  readonly replace?: readonly [string | RegExp, string]
}

/** A request of a stranger, well-formed unless told otherwise. */
function message(parts: Parts = {}): string {
  const { method = 'OPTIONS', user = account.sipName, via = 'TCP', more = [], body = '' } = parts
  const length = 'length' in parts ? parts.length : String(Buffer.byteLength(body))
  lastBranch += 1
  const lines = [
    `${method} sip:${user}@${ADDRESS} SIP/2.0`,
    `Via: SIP/2.0/${via} ${ADDRESS};branch=z9hG4bKabuse${lastBranch};rport`,
    'Max-Forwards: 70',
    `From: <sip:${user}@${ADDRESS}>;tag=abuse`,
    `To: <sip:${user}@${ADDRESS}>`,
    `Call-ID: abuse-${lastBranch}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:${user}@${ADDRESS}:9>`,
    ...more,
    ...(length === undefined ? [] : [`Content-Length: ${length}`]),
  ]
  const text = `${lines.join('\r\n')}\r\n\r\n${body}`
  return parts.replace === undefined ? text : text.replace(...parts.replace)
}

class Wire {
  readonly socket: Socket
  heard = ''
  isClosed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      this.heard += bytes.toString('latin1')
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  static async open(port = server.sipPort): Promise<Wire> {
    const wire = new Wire(connect(port, ADDRESS))
    await new Promise((resolve) => wire.socket.once('connect', resolve))
    return wire
  }

  get statuses(): number[] {
    return [...this.heard.matchAll(/^SIP\/2\.0 (\d{3}) /gm)].map(([, status]) => Number(status))
  }

  /** Writes in pieces, each in a segment of its own as far as the system lets us. */
  async drip(bytes: Buffer, size = 1): Promise<void> {
    for (let at = 0; at < bytes.length; at += size) {
      this.socket.write(bytes.subarray(at, at + size))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

async function assertAlive(): Promise<void> {
  assert.equal((await phone.register()).status, 200)
  const call = await phone.ask({ method: 'INVITE', dials: '*43', body: plainSdp(RTP_PORT) })
  assert.equal(call.status, 200, 'a call works')
  assert.equal((await phone.hangUp(call)).status, 200)
  assert.deepEqual(
    phone.received.filter(({ status }) => status === 0),
    [],
    'nothing reached a phone',
  )
}

/** The answers to a datagram until it is silent again, and how many bytes they have. */
async function overUdp(
  bytes: string | Buffer,
  { isAnswered = true, silenceMs = SILENCE_MS } = {},
): Promise<{ status: number; bytes: number }[]> {
  const socket = await openUdp(ADDRESS)
  const answers: { status: number; bytes: number }[] = []
  socket.on('message', (answer) =>
    answers.push({ status: Number(answer.toString('latin1').slice(8, 11)), bytes: answer.length }),
  )
  socket.send(bytes, server.sipPort, ADDRESS)
  if (isAnswered) await until('an answer', () => answers.length > 0, ANSWER_MS_MAX).catch(() => undefined)
  await sleep(silenceMs)
  socket.close()
  return answers
}

test('TCP byte by byte: each message is answered when its last byte is there', async () => {
  const wire = await Wire.open()
  const first = message({ method: 'REGISTER' })
  const second = message({
    method: 'INVITE',
    body: plainSdp(RTP_PORT),
    more: ['Content-Type: application/sdp'],
  })
  await wire.drip(Buffer.from(first + second))
  await until('both answers', () => wire.statuses.filter((status) => status >= 200).length === 2)
  assert.deepEqual(
    wire.statuses.filter((status) => status >= 200),
    [401, 401],
  )
  wire.socket.destroy()
})

test('TCP: two messages in one segment, and one and a half', async () => {
  const wire = await Wire.open()
  wire.socket.write(message() + message())
  await until('both answers', () => wire.statuses.length === 2)
  const third = message()
  wire.socket.write(message() + third.slice(0, 60))
  await until('the third answer', () => wire.statuses.length === 3)
  await sleep(SILENCE_MS)
  assert.equal(wire.statuses.length, 3)
  wire.socket.write(`${third.slice(60)}\r\n\r\n`)
  await until('the fourth answer', () => wire.statuses.length === 4)
  await until('the pong', () => wire.heard.endsWith('\r\n\r\n\r\n'))
  assert.deepEqual(new Set(wire.statuses), new Set([200]))
  wire.socket.destroy()
})

async function openRawWebSocket(): Promise<Wire> {
  const { ticket } = await server.admin.ask<{ ticket: string }>('POST', '/phone/ticket')
  const { name, value } = server.admin.cookie
  const { host, port } = new URL(server.origin)
  const wire = await Wire.open(Number(port))
  const request = [
    'GET /sip HTTP/1.1',
    `Host: ${host}`,
    `Origin: ${server.origin}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Sec-WebSocket-Protocol: sip, ticket.${ticket}`,
    `Cookie: ${name}=${value}`,
  ]
  wire.socket.write(`${request.join('\r\n')}\r\n\r\n`)
  await until('the handshake', () => /^HTTP\/1\.1 101 /.test(wire.heard) && wire.heard.includes('\r\n\r\n'))
  wire.heard = ''
  return wire
}

test('WebSocket: frames cut into bytes, messages cut into frames, two frames in one segment', async () => {
  const wire = await openRawWebSocket()
  const answered = (count: number) =>
    until(`${count} answers`, () => (wire.heard.match(/SIP\/2\.0 200 /g) ?? []).length === count)
  await wire.drip(frame(1, true, Buffer.from(message({ via: 'WS' }))))
  await answered(1)
  const text = Buffer.from(message({ via: 'WS' }))
  const parts = [frame(1, false, text.subarray(0, 50)), frame(9, true, Buffer.from('ping'))]
  parts.push(frame(0, false, text.subarray(50, 51)), frame(0, true, text.subarray(51)))
  await wire.drip(Buffer.concat(parts), 7)
  await answered(2)
  assert.ok(wire.heard.includes('\u008a\u0004ping'), 'a ping between the parts is answered')
  const two = [message({ via: 'WS' }), message({ via: 'WS' })].map((one) => frame(2, true, Buffer.from(one)))
  wire.socket.write(Buffer.concat(two))
  await answered(4)
  // Two SIP messages in one frame: RFC 7118 §4.2 knows only one, the rest is ignored.
  wire.socket.write(frame(1, true, Buffer.from(message({ via: 'WS' }) + message({ via: 'WS' }))))
  await answered(5)
  await sleep(SILENCE_MS)
  await answered(5)
  wire.socket.destroy()
})

const branchOf = (characters: number): string =>
  message({ via: 'UDP', replace: ['z9hG4bK', `z9hG4bK${'x'.repeat(characters)}`] })

const LONG: [what: string, text: string, answer: number | 'nothing'][] = [
  ['CSeq over 2^31', message({ via: 'UDP', replace: ['CSeq: 1 ', 'CSeq: 2147483648 '] }), 400],
  ['CSeq of 8,000 digits', message({ via: 'UDP', replace: ['CSeq: 1 ', `CSeq: ${'9'.repeat(8000)} `] }), 400],
  ['a branch of 9,000 characters', branchOf(9000), 'nothing'],
  ['a branch of 7,800 characters', branchOf(7800), 200],
  ['a branch of 8,000 characters, too long in our answer', branchOf(8000), 513],
  [
    'a From tag of 8,000 characters',
    message({ via: 'UDP', replace: ['tag=abuse', `tag=${'x'.repeat(8000)}`] }),
    200,
  ],
  ['a To of 7,930 characters', message({ via: 'UDP', replace: ['To: ', `To: "${'x'.repeat(7900)}" `] }), 200],
  [
    'a To without room for our tag',
    message({ via: 'UDP', replace: ['To: ', `To: "${'x'.repeat(8160)}" `] }),
    513,
  ],
  [
    '1,000 Accept headers',
    message({ via: 'UDP', method: 'SUBSCRIBE', more: Array(1000).fill('Accept: a/b') }),
    513,
  ],
  [
    '1,000 entries in one Accept',
    message({ via: 'UDP', method: 'SUBSCRIBE', more: [`Accept: ${Array(1000).fill('a/b').join(',')}`] }),
    401,
  ],
  [
    '150 Via entries',
    message({ via: 'UDP', more: [`Via: ${Array(150).fill('SIP/2.0/UDP a').join(',')}`] }),
    'nothing',
  ],
  ['200 Require headers', message({ via: 'UDP', more: Array(150).fill(`Require: ${'x'.repeat(150)}`) }), 420],
  ['a user part of 3,000 characters', message({ via: 'UDP', user: 'x'.repeat(3000) }), 414],
  [
    'a multipart body without end',
    message({ via: 'UDP', method: 'INVITE', more: ['Content-Type: multipart/mixed;boundary="'], body: '--' }),
    401,
  ],
  [
    'headers named __proto__ and constructor',
    message({ via: 'UDP', more: ['__proto__: x', 'constructor: y', 'toString: z'] }),
    200,
  ],
  [
    '30,000 spaces before a fold',
    message({ via: 'UDP', more: [`Subject: a${' '.repeat(30_000)}b\r\n c`] }),
    513,
  ],
]

test('long and odd headers get the status of their limit, in no time', async () => {
  const wrong: string[] = []
  await Promise.all(
    LONG.map(async ([what, text, expected]) => {
      const answers = await overUdp(text, { isAnswered: expected !== 'nothing' })
      const got = answers[0]?.status ?? 'nothing'
      if (got !== expected || answers.length > 1)
        wrong.push(`${what}: ${answers.map(({ status }) => status)}, not ${expected}`)
    }),
  )
  assert.deepEqual(wrong, [])
  const startedAt = performance.now()
  const socket = await openUdp(ADDRESS)
  const worst = LONG.at(-1)?.[1] ?? ''
  for (let count = 0; count < 50; count++) socket.send(worst, server.sipPort, ADDRESS)
  assert.equal((await phone.ask({ method: 'OPTIONS', isAuthenticated: false })).status, 200)
  socket.close()
  assert.ok(performance.now() - startedAt < 2_500, `${Math.round(performance.now() - startedAt)} ms`)
  await assertAlive()
})

const BROKEN: [what: string, text: string, answer: number | 'nothing', isClosed: boolean][] = [
  ['no Content-Length', message({ length: undefined }), 200, true],
  ['a negative Content-Length', message({ length: '-5' }), 400, true],
  ['Content-Length of 4 GB', message({ length: '4294967296' }), 413, true],
  ['Content-Length in hex', message({ length: '0x10' }), 400, true],
  ['two that differ', message({ more: ['l: 5'] }), 400, true],
  ['a body longer than it says: the rest is no message', message({ length: '2', body: 'hello' }), 200, false],
  ['a head of 1 MB', message({ more: [`X: ${'x'.repeat(1_048_576)}`] }), 513, true],
  ['rubbish', randomBytes(40_000).toString('latin1'), 'nothing', true],
  ['HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'nothing', true],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 'nothing', true],
]

test('TCP whose framing is lost is answered where that is possible, and closed', async () => {
  const wrong: string[] = []
  for (const [what, text, answer, isClosed] of BROKEN) {
    const wire = await Wire.open()
    wire.socket.write(text, 'latin1')
    await until('the end', () => wire.isClosed || (!isClosed && wire.statuses.length > 0), 3_000).catch(
      () => undefined,
    )
    const got = wire.statuses[0] ?? 'nothing'
    if (got !== answer || wire.isClosed !== isClosed)
      wrong.push(`${what}: ${got}, ${wire.isClosed ? 'closed' : 'open'}`)
    wire.socket.destroy()
  }
  assert.deepEqual(wrong, [])
  await assertAlive()
})

test('connections that close inside an INVITE leave nothing behind', async () => {
  for (let count = 0; count < 100; count++) {
    const wire = await Wire.open()
    const text = message({
      method: 'INVITE',
      body: plainSdp(RTP_PORT),
      more: ['Content-Type: application/sdp'],
    })
    wire.socket.write(count % 2 === 0 ? text.slice(0, 100 + count) : text)
    if (count % 3 === 0) wire.socket.resetAndDestroy()
    else wire.socket.destroy()
  }
  await assertAlive()
})

test('whoever has no credentials is told the same for every name, after the same time', async () => {
  const times = new Map<string, number[]>([
    ['known', []],
    ['unknown', []],
  ])
  const shapes = new Map<string, Set<string>>()
  const socket = await openUdp(ADDRESS)
  let answer: (text: string) => void = () => undefined
  socket.on('message', (bytes) => answer(bytes.toString('latin1')))
  for (let count = 0; count < 400; count++) {
    const kind = count % 2 === 0 ? 'known' : 'unknown'
    const user = kind === 'known' ? account.sipName : [...account.sipName].reverse().join('')
    for (const method of ['REGISTER', 'INVITE'] as const) {
      const text = message({ via: 'UDP', user, method })
      const startedAt = performance.now()
      const heard = new Promise<string>((resolve) => {
        answer = resolve
      })
      socket.send(text, server.sipPort, ADDRESS)
      const shape = (await heard)
        .replaceAll(user, 'USER')
        .replace(/nonce="[^"]*"/, 'NONCE')
        .replace(/^(Via|To|Call-ID|v|t|i):.*$/gm, '$1')
      if (count >= 40) times.get(kind)?.push(performance.now() - startedAt)
      shapes.set(method, (shapes.get(method) ?? new Set<string>()).add(shape))
    }
  }
  socket.close()
  for (const [method, seen] of shapes) assert.deepEqual(seen.size, 1, `${method}: ${[...seen].join('\n')}`)
  const quantile = (kind: string, share: number) => {
    const sorted = [...(times.get(kind) ?? [])].sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length * share)] ?? 0
  }
  for (const share of [0.1, 0.25, 0.5]) {
    const [known, unknown] = [quantile('known', share), quantile('unknown', share)]
    const difference = Math.abs(known - unknown)
    assert.ok(difference < 0.15 || difference < 0.25 * Math.min(known, unknown), `${known} and ${unknown} ms`)
  }
})

test('default is no: a stranger calls nobody, inside or outside, and guesses are counted', async () => {
  const users = ['101', '*43', '+4990012345', '0900123', '110', account.sipName]
  await Promise.all(
    users.map(async (user) => {
      const [first, ...more] = await overUdp(message({ via: 'UDP', method: 'INVITE', user }))
      assert.deepEqual([first?.status, more.length], [401, 0], user)
    }),
  )
  const guesser = await RawPhone.open({ ...victim, password: 'wrong' })
  const statuses = new Set<number>()
  for (let count = 0; count < 8; count++) statuses.add((await guesser.register()).status)
  guesser.close()
  assert.deepEqual(statuses, new Set([403]))
})

test('over UDP no flood comes back: one answer each, not longer than the request', async () => {
  const methods = ['INVITE', 'REGISTER', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE', 'DANCE', 'BYE', 'CANCEL', 'ACK']
  const wrong: string[] = []
  const answered = new Set<string>()
  await Promise.all(
    methods.map(async (method) => {
      const text = message({ via: 'UDP', method, more: ['User-Agent: phone/1.0', 'Expires: 60'] })
      const answers = await overUdp(text, { isAnswered: false, silenceMs: 6_000 })
      const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0)
      if (answers.length > 0) answered.add(method)
      if (answers.length > 1 || bytes > text.length)
        wrong.push(`${method}: ${answers.length} answers, ${bytes} bytes for ${text.length}`)
    }),
  )
  assert.deepEqual(wrong, [])
  for (const method of ['INVITE', 'REGISTER', 'OPTIONS'])
    assert.ok(answered.has(method), `${method} gets no answer at all`)
})

const audio = (line: string, more = '') => plainSdp(RTP_PORT).replace(/m=audio[\s\S]*/, `${line}\r\n${more}`)
const BOMBS: [what: string, body: string, statuses: number[]][] = [
  ['5,000 m-lines', plainSdp(RTP_PORT) + 'm=a 0 b 1\r\n'.repeat(5_000), [413]],
  ['1,000 m-lines', plainSdp(RTP_PORT) + 'm=a 0 b 1\r\n'.repeat(1_000), [400]],
  [
    '128 formats',
    audio(`m=audio ${RTP_PORT} RTP/AVP ${Array.from({ length: 128 }, (_, type) => type).join(' ')}`),
    [200],
  ],
  ['a ptime of 0', audio(`m=audio ${RTP_PORT} RTP/AVP 8`, 'a=ptime:0\r\n'), [200]],
  ['a ptime of a day', audio(`m=audio ${RTP_PORT} RTP/AVP 8`, 'a=ptime:86400000\r\n'), [200]],
  ['a maxptime below ptime', audio(`m=audio ${RTP_PORT} RTP/AVP 8`, 'a=ptime:60\r\na=maxptime:1\r\n'), [200]],
  ['opus with a clock of 1 Hz', audio(`m=audio ${RTP_PORT} RTP/AVP 96`, 'a=rtpmap:96 opus/1/2\r\n'), [488]],
  [
    'opus with odd fmtp',
    audio(
      `m=audio ${RTP_PORT} RTP/AVP 96`,
      `a=rtpmap:96 opus/48000/2\r\na=fmtp:96 ${'x=1;'.repeat(400)}\r\n`,
    ),
    [200],
  ],
  ['900 attributes', audio(`m=audio ${RTP_PORT} RTP/AVP 8`, 'a=x\r\n'.repeat(900)), [200]],
]

test('descriptions that ask for too much are refused or cut to size, and calls with them end', async () => {
  const wrong: string[] = []
  for (const [what, body, statuses] of BOMBS) {
    const call = await phone.ask({ method: 'INVITE', dials: '*43', body })
    if (!statuses.includes(call.status)) wrong.push(`${what}: ${call.status}`)
    if (call.status === 200) assert.equal((await phone.hangUp(call)).status, 200)
  }
  assert.deepEqual(wrong, [])
  await assertAlive()
})

describe('what takes its time', { concurrency: 2 }, () => {
  test('names and agents with markup, formulas and line ends stay text', async () => {
    const evil = `<img src=x onerror=alert(1)>'"=1+1;--%0d%0aX: y`
    const agents = [`User-Agent: ${evil}`, `Organization: ${evil}`, `Subject: ${evil}`]
    const registered = await phone.ask({ method: 'REGISTER', headers: ['Expires: 300', ...agents] })
    assert.equal(registered.status, 200)
    const call = await phone.ask({
      method: 'INVITE',
      dials: `%3Cscript%3E'--`,
      body: plainSdp(RTP_PORT),
      headers: agents,
      timeoutMs: 40_000,
    })
    assert.ok(call.status >= 400 || (await phone.hangUp(call)).status === 200)
    await until('its record', async () =>
      (await server.admin.calls()).some(({ dialled }) => dialled.includes('script')),
    )
    const response = await fetch(`${server.origin}/api/v1/calls`, {
      headers: { cookie: `${server.admin.cookie.name}=${server.admin.cookie.value}` },
    })
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    assert.doesNotMatch(server.log, /^X: y/m, 'no line of its own in the log')
    assert.equal(header(registered.text, 'X'), undefined)
  })

  test('svwar and svcrack of SIPVicious find no name and no password', async () => {
    const name = victim.sipName
    const names = [...Array.from({ length: 20 }, (_, index) => String(100 + index)), name, 'nobody'].join(
      '\n',
    )
    await Promise.all(
      ['REGISTER', 'INVITE', 'OPTIONS'].map(async (method) => {
        const args = ['-m', method, '-d', '-', '--force']
        const said = await sipVicious('svwar', server.sipPort, args, `${names}\n`)
        assert.match(said, /found nothing/, `${method}: ${said}`)
      }),
    )
    const cracked = await sipVicious('svcrack', server.sipPort, ['-u', name, '-r', '1-40'])
    assert.match(cracked, /found nothing/, cracked)
    await assertAlive()
  })
})

test('STUN at the SIP port says one address and nothing about the software', async () => {
  const socket = await openUdp(ADDRESS)
  const answers: Buffer[] = []
  socket.on('message', (answer) => answers.push(answer))
  const request = Buffer.from('000100002112a442', 'hex')
  socket.send(Buffer.concat([request, randomBytes(12)]), server.sipPort, ADDRESS)
  // Of another kind, too long for its length, and with an attribute that does not fit: not answered.
  for (const head of ['001100002112a442', '000100042112a442', '00010000ffffffff'])
    socket.send(Buffer.concat([Buffer.from(head, 'hex'), randomBytes(12)]), server.sipPort, ADDRESS)
  await until('an answer', () => answers.length > 0)
  await sleep(SILENCE_MS)
  socket.close()
  assert.deepEqual(
    answers.map((answer) => [answer.length, answer.readUInt16BE(0), answer.readUInt16BE(20)]),
    [[32, 0x0101, 0x0020]],
  )
})

test('nothing of all this was a mistake of ours', () => {
  const errors = server.log.split('\n').filter((line) => /\berror\b/.test(line))
  assert.deepEqual(errors, [])
})
