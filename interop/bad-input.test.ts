// Messages that are not as they should be, against the real server over UDP, TCP and WebSocket: each gets the
// status that its RFC asks for, or nothing, and afterwards a proper request is answered as before.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import test from 'node:test'
import { choosePorts } from './support/launch.ts'
import { header, openUdp, plainSdp, RawPhone } from './support/raw-sip.ts'
import { Server } from './support/server.ts'
import { sleep, until } from './support/wait.ts'
import { openSipWebSocket } from './support/web-socket.ts'

const FIXTURES = new URL('../packages/protocol/sip/test/fixtures/rfc4475/', import.meta.url)
const ADDRESS = '127.0.0.1'
/** After this time nothing more is expected to come. */
const SILENCE_MS = 300

const server = await Server.start(['--ring-seconds', '2'])
const account = await server.admin.addPhone('Raw phone')
const phone = await RawPhone.open(account)
test.after(async () => {
  phone.close()
  await server.stop()
})

type Answer = number | 'nothing'
type Row = [name: string, answer: Answer, tcp?: Answer]

/**
 * RFC 4475 from the outside. A well-formed request of a stranger is challenged (401) or, as OPTIONS,
 * answered; responses and ACKs to nothing are dropped. The third column: over TCP, when it differs.
 */
const ROWS: Row[] = [
  ['wsinv', 481], // §3.1.1.1 has a To tag of a dialog that is not ours.
  ['intmeth', 401],
  ['esc01', 401],
  ['escnull', 401],
  ['esc02', 401],
  ['lwsdisp', 200],
  ['longreq', 401],
  ['dblreq', 401],
  ['semiuri', 200],
  ['transports', 200],
  ['mpart01', 401],
  ['unreason', 'nothing'],
  ['noreason', 'nothing'],
  ['badinv01', 400],
  ['clerr', 400, 'nothing'], // §3.1.2.2: over TCP the rest may still come.
  ['ncl', 400],
  ['scalar02', 400],
  ['scalarlg', 'nothing'],
  ['quotbal', 400],
  ['ltgtruri', 400],
  ['lwsruri', 400],
  ['lwsstart', 400],
  ['trws', 400],
  ['escruri', 400],
  ['baddate', 401],
  ['regbadct', 400],
  ['badaspec', 400],
  ['baddn', 400],
  ['badvers', 505],
  ['mismatch01', 400],
  ['mismatch02', 400],
  ['bigcode', 'nothing'],
  ['badbranch', 200],
  ['insuf', 400],
  ['unkscm', 416],
  ['novelsc', 416],
  ['unksm2', 401],
  ['bext01', 420],
  ['invut', 401],
  ['regaut01', 401],
  ['multi01', 400, 'nothing'], // Its body is shorter than it says: over TCP the rest may still come.
  ['mcl01', 400],
  ['bcast', 'nothing'],
  ['zeromf', 200],
  ['cparam01', 401],
  ['cparam02', 401],
  ['regescrt', 401],
  ['sdp01', 401],
  ['inv2543', 401],
]

/**
 * The message with a branch and Call-ID of its own: several fixtures share one, which makes them one
 * transaction.
 */
function fixture(name: string, mark: string): Buffer {
  const text = readFileSync(new URL(`${name}.dat`, FIXTURES), 'latin1')
  const marked = text
    .replace(/(branch\s*=\s*z9hG4bK[^;,\s]+)/gi, `$1${mark}`)
    .replace(/^((?:call-id|i)\s*:\s*)(?=\S)/gim, `$1${mark}`)
  return Buffer.from(marked, 'latin1')
}

/** What `answers` says within a short while, once each; nothing must follow. */
async function firstAnswer(answers: readonly string[], expected: Answer): Promise<Answer> {
  if (expected !== 'nothing') await until('an answer', () => answers.length > 0, 3000).catch(() => undefined)
  else await sleep(SILENCE_MS)
  const statuses = new Set(
    answers.flatMap((text) => [...text.matchAll(/^SIP\/2\.0 (\d{3}) /gm)].map(([, code]) => Number(code))),
  )
  assert.ok(statuses.size <= 1, `more than one answer: ${[...statuses]}`)
  return [...statuses][0] ?? 'nothing'
}

async function assertAlive(): Promise<void> {
  assert.deepEqual(
    phone.received.filter(({ status }) => status === 0),
    [],
    'nothing was passed on to a phone',
  )
  assert.equal((await phone.ask({ method: 'OPTIONS', isAuthenticated: false })).status, 200)
  assert.equal((await phone.register()).status, 200)
}

test('all 49 messages are here', () => {
  assert.deepEqual(ROWS.map(([name]) => `${name}.dat`).sort(), readdirSync(FIXTURES).sort())
})

async function compare(
  transport: 'UDP' | 'TCP' | 'WS',
  ask: (bytes: Buffer, expected: Answer) => Promise<Answer>,
): Promise<void> {
  const wrong: string[] = []
  for (const [name, overUdp, overTcp = overUdp] of ROWS) {
    // The connection of a browser's phone says who it is: another From is refused, not challenged.
    const overWebSocket = overUdp === 401 ? 403 : overUdp
    const expected = { UDP: overUdp, TCP: overTcp, WS: overWebSocket }[transport]
    const got = await ask(fixture(name, `${transport}${name}`), expected)
    if (got !== expected) wrong.push(`${name}: ${got}, not ${expected}`)
  }
  assert.deepEqual(wrong, [])
  await assertAlive()
}

test('RFC 4475 over UDP', () =>
  compare('UDP', async (bytes, expected) => {
    const socket = await openUdp(ADDRESS)
    const answers: string[] = []
    socket.on('message', (answer) => answers.push(answer.toString('latin1')))
    socket.send(bytes, server.sipPort, ADDRESS)
    const got = await firstAnswer(answers, expected)
    socket.close()
    return got
  }))

test('RFC 4475 over TCP, each on a connection of its own', () =>
  compare('TCP', async (bytes, expected) => {
    const { socket, answers } = await openTcp()
    socket.write(bytes)
    const got = await firstAnswer(answers, expected)
    socket.destroy()
    return got
  }))

test('RFC 4475 over WebSocket, all on the connection of a signed-in browser', async () => {
  const answers: string[] = []
  const open = () =>
    openSipWebSocket(server.origin, server.admin, (bytes) =>
      answers.push(Buffer.from(bytes).toString('latin1')),
    )
  let socket = await open()
  await compare('WS', async (bytes, expected) => {
    answers.length = 0
    if (socket.readyState !== WebSocket.OPEN) socket = await open()
    socket.send(bytes)
    return firstAnswer(answers, expected)
  })
  socket.close()
})

async function openTcp(): Promise<{ socket: Socket; answers: string[] }> {
  const answers: string[] = []
  const socket = connect(server.sipPort, ADDRESS)
  socket.on('data', (bytes) => answers.push(bytes.toString('latin1')))
  // The server may close what cannot be framed any more.
  socket.on('error', () => socket.destroy())
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, answers }
}

const rtpPort = (await choosePorts()).media
const good = plainSdp(rtpPort)
const audioLine = `m=audio ${rtpPort} RTP/AVP 8 101`
const SENSELESS: [what: string, body: string, statuses: number[]][] = [
  ['text', 'hello', [400]],
  ['no version', good.replace('v=0\r\n', ''), [400]],
  ['another version', good.replace('v=0', 'v=1'), [400]],
  ['no address', good.replace(/c=.*\r\n/, ''), [400, 488]],
  ['an impossible address', good.replace('c=IN IP4 127.0.0.1', 'c=IN IP4 999.1.1.1'), [400, 488]],
  ['a name for an address', good.replace('c=IN IP4 127.0.0.1', 'c=IN IP4 nowhere.invalid'), [400, 488]],
  ['a multicast address', good.replace('c=IN IP4 127.0.0.1', 'c=IN IP4 224.1.1.1'), [488]],
  ['a broadcast address', good.replace('c=IN IP4 127.0.0.1', 'c=IN IP4 255.255.255.255'), [488]],
  ['port 0', good.replace(String(rtpPort), '0'), [488]],
  ['port 99999', good.replace(String(rtpPort), '99999'), [400]],
  ['port −1', good.replace(String(rtpPort), '-1'), [400]],
  ['no stream', good.replace(/m=[\s\S]*/, ''), [488]],
  ['video only', good.replace('m=audio', 'm=video'), [488]],
  ['codecs that nobody here speaks', good.replace(audioLine, `m=audio ${rtpPort} RTP/AVP 18`), [488]],
  ['no codec', good.replace(audioLine, `m=audio ${rtpPort} RTP/AVP`), [400]],
  ['a payload type of 999', good.replace(audioLine, `m=audio ${rtpPort} RTP/AVP 999`), [400]],
  ['an unknown profile', good.replace('RTP/AVP', 'FOO/BAR'), [488]],
  ['digits without sound', good.replace(audioLine, `m=audio ${rtpPort} RTP/AVP 101`), [488]],
  ['a line of 30 kB', `${good}a=x:${'y'.repeat(30_000)}\r\n`, [400]],
  ['500 streams', good + 'm=audio 4000 RTP/AVP 8\r\n'.repeat(500), [400]],
  ['a NUL', good.replace('s=-', 's=\0'), [400]],
]

test('senseless SDP in INVITE of a registered phone is 400 or 488; good SDP is answered', async () => {
  assert.equal((await phone.register()).status, 200)
  const wrong: string[] = []
  for (const [what, body, statuses] of SENSELESS) {
    const { status } = await phone.ask({ method: 'INVITE', dials: '*43', body })
    if (!statuses.includes(status)) wrong.push(`${what}: ${status}`)
  }
  assert.deepEqual(wrong, [])
  const established = await phone.ask({ method: 'INVITE', dials: '*43', body: good })
  assert.equal(established.status, 200)
  assert.equal((await phone.hangUp(established)).status, 200)
})

const UNACCEPTABLE: [what: string, options: object, status: number, says: [string, RegExp]][] = [
  ['another kind of body', { contentType: 'text/plain' }, 415, ['Accept', /application\/sdp/]],
  ['a coded body', { headers: ['Content-Encoding: gzip'] }, 415, ['Accept-Encoding', /identity/]],
  ['a required extension', { headers: ['Require: flying'] }, 420, ['Unsupported', /flying/]],
]
for (const [what, options, status, [name, value]] of UNACCEPTABLE)
  test(`INVITE with ${what} is ${status} and says what would do`, async () => {
    const refused = await phone.ask({ method: 'INVITE', dials: '*43', body: good, ...options })
    assert.equal(refused.status, status)
    assert.match(header(refused.text, name) ?? '', value)
  })

test('senseless SDP in a call does not end the call', async () => {
  const established = await phone.ask({ method: 'INVITE', dials: '*43', body: good })
  assert.equal(established.status, 200)
  const inDialog = {
    method: 'INVITE',
    uri: /<([^>]*)>/.exec(header(established.text, 'Contact') ?? '')?.[1] ?? '',
    callId: header(established.text, 'Call-ID') ?? '',
    tag: /tag=([^;]+)/.exec(header(established.text, 'From') ?? '')?.[1] ?? '',
    to: header(established.text, 'To') ?? '',
  }
  const senseless = await phone.ask({ ...inDialog, seq: 20, body: good.replace('m=audio', 'm=video') })
  assert.equal(senseless.status, 488)
  const sensible = await phone.ask({ ...inDialog, seq: 30, body: good.replace('o=- 1 1', 'o=- 1 2') })
  assert.equal(sensible.status, 200)
  assert.equal((await phone.hangUp(established, 40)).status, 200)
})

test('5,000 datagrams of rubbish: none is answered with 200, afterwards all is as before', async () => {
  const socket = await openUdp(ADDRESS)
  const answers: string[] = []
  socket.on('message', (answer) => answers.push(answer.toString('latin1')))
  const names = ROWS.map(([name]) => name)
  for (let sent = 0; sent < 5000; sent++) {
    socket.send(
      sent % 2 === 0 ? randomBytes(1 + (sent % 1400)) : mutated(names, sent),
      server.sipPort,
      ADDRESS,
    )
    // What the socket's buffer does not hold is not received, and nothing is shown.
    if (sent % 50 === 0) await sleep(5)
  }
  await sleep(SILENCE_MS)
  socket.close()
  const accepted = answers.filter((text) => /^SIP\/2\.0 200 /.test(text) && !/CSeq:.*OPTIONS/i.test(text))
  assert.deepEqual(accepted, [])
  assert.ok(answers.length > 500, `it was read: ${answers.length} answers`)
  await assertAlive()
  const established = await phone.ask({ method: 'INVITE', dials: '*43', body: good })
  assert.equal(established.status, 200, 'a call works')
  assert.equal((await phone.hangUp(established)).status, 200)
})

/** One of the fixtures with a few bytes changed. The same for the same number. */
function mutated(names: readonly string[], number: number): Buffer {
  const bytes = fixture(names[number % names.length] ?? '', String(number))
  const chance = createHash('sha256').update(String(number)).digest()
  for (let change = 0; change < 4; change++)
    bytes[chance.readUInt16BE(change * 4) % bytes.length] = chance[change * 4 + 2] ?? 0
  return bytes
}

test('nothing of all this was a mistake of ours', () => {
  const errors = server.log.split('\n').filter((line) => /\berror\b/.test(line))
  assert.deepEqual(errors, [])
})
