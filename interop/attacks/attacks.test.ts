// Attackers are blocked while they attack, and nobody else is: SIPVicious and our own scanner against a whole
// server, beside real phones at the same address.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import test from 'node:test'
import { plainSdp, RawPhone } from '../support/raw-sip.ts'
import { until } from '../support/wait.ts'
import {
  type Attacks,
  answered,
  BOTH_HEAR,
  besiege,
  ELSEWHERE,
  NAMES,
  OFFICE,
  openHouse,
  SETTINGS,
  scan,
  someNames,
} from './siege.ts'

const MEDIA_PORT = 21_760
/** Longer than a phone waits for the first answer. */
const SILENCE_MS = 1_500
/** From where somebody comes over TCP, and in whose name somebody may have sent. */
const [CONNECTED, FORGED] = ['127.0.0.67', '127.0.0.68']
const HELP_MS_MAX = 20_000
/** Of an office: 60 points and a reserve for what is on its way, and two a second in about eight seconds. */
const ANSWERED_HERE_MAX = 100
/** Where nobody is: 20 points, and what is on its way. */
const ANSWERED_ELSEWHERE_MAX = 25

const receiver = createSocket('udp4')
const lines: string[] = []
receiver.on('message', (bytes) => lines.push(bytes.toString()))
await new Promise<void>((resolve) => receiver.bind(0, OFFICE, resolve))
const { port } = receiver.address()
const syslog = { host: OFFICE, port, transport: 'udp', format: 'rfc5424' }
const house = await openHouse({ ...SETTINGS, syslog })
const { server, ben } = house
const { admin } = server
/** A phone at the address of the attack that is not registered. */
const spare = await admin.addPhone('Spare')
test.after(async () => {
  receiver.close()
  await house.stop()
})

const attacks = () => admin.ask<Attacks>('GET', '/attacks')

test('SIPVicious finds nothing and is blocked; a phone at its address calls meanwhile', async () => {
  const siege = await besiege(house)
  assert.equal(siege.found, 0)
  assert.equal(siege.sound, BOTH_HEAR)
  assert.ok(siege.answeredElsewhere <= ANSWERED_ELSEWHERE_MAX, `${siege.answeredElsewhere} of ${NAMES}`)
  assert.ok(siege.answeredHere <= ANSWERED_HERE_MAX, `${siege.answeredHere} of ${NAMES}`)
  const [here, elsewhere] = [OFFICE, ELSEWHERE].map((address) =>
    siege.attacks.blocks.find(({ source }) => source === address),
  )
  assert.equal(here?.isKnown, true)
  assert.equal(elsewhere?.isKnown, false)
  assert.ok((elsewhere?.dropped ?? 0) > NAMES / 2, 'they are dropped and not only unanswered')
  assert.ok((siege.attacks.counts['wrong-credentials'] ?? 0) > 0, 'passwords were guessed')
})

test('at a blocked address known and unknown names are as silent', async () => {
  const { account } = house
  const answers = await scan(server, ELSEWHERE, [account.sipName, 'nobody', account.sipName, 'someone'])
  assert.deepEqual([...answers], [])
})

test('from a new port hardly anything passes but a call for help, and then it is known', async () => {
  const phone = await RawPhone.open(spare)
  const asks = () =>
    phone.ask({ method: 'OPTIONS', timeoutMs: SILENCE_MS }).then(
      ({ status }) => status,
      () => 0,
    )
  // Two a second pass for whoever is first, so one or another may be answered.
  const statuses = await Promise.all(Array.from({ length: 20 }, asks))
  assert.ok(statuses.filter((status) => status === 0).length >= 10, `${statuses}`)
  const body = plainSdp(MEDIA_PORT)
  const help = await phone.ask({ method: 'INVITE', body, dials: '112', timeoutMs: HELP_MS_MAX })
  assert.ok(help.status > 403, 'there is no line for it, and it was looked at')
  assert.deepEqual(await Promise.all(Array.from({ length: 20 }, asks)), Array(20).fill(200))
  phone.close()
})

test('a canary that a phone calls tells who it was, and blocks nobody', async () => {
  const before = (await attacks()).blocks.length
  ben.dial('666')
  const event = await until('the event', async () =>
    (await attacks()).events.find(({ what }) => what === 'canary-called'),
  )
  assert.deepEqual([event.who, event.name], ['Ben', '666'])
  assert.equal((await attacks()).canaryCalls, 1)
  assert.ok((await attacks()).blocks.length <= before)
})

/** Connects from an address and sends an INVITE of a stranger; what comes back, and whether it was closed. */
async function overTcp(from: string, dials: string): Promise<string> {
  const socket = connect({ port: server.sipPort, host: OFFICE, localAddress: from })
  let heard = ''
  let isClosed = false
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isClosed = true
  })
  socket.write(
    [
      `INVITE sip:${dials}@${OFFICE} SIP/2.0`,
      `Via: SIP/2.0/TCP ${from};branch=z9hG4bK${from}${dials}`,
      'Max-Forwards: 70',
      `From: <sip:nobody@${OFFICE}>;tag=tcp`,
      `To: <sip:${dials}@${OFFICE}>`,
      `Call-ID: tcp-${from}-${dials}`,
      'CSeq: 1 INVITE',
      `Contact: <sip:nobody@${from};transport=tcp>`,
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n'),
  )
  await until('an answer or the end', () => isClosed || / 401 /.test(heard))
  socket.destroy()
  return isClosed ? 'closed' : (/ (\d{3}) /.exec(heard)?.[1] ?? '')
}

test('over TCP a canary blocks at once, also UDP; what may be forged over UDP leaves TCP alone', async () => {
  assert.equal(await overTcp(CONNECTED, '555'), '401', 'the twin: a number that is no canary')
  assert.equal(await overTcp(CONNECTED, '666'), '401')
  assert.equal(await overTcp(CONNECTED, '555'), 'closed')
  assert.equal(answered(await scan(server, CONNECTED, ['nobody'])), 0)
  await scan(server, FORGED, someNames('forged').slice(0, 60))
  assert.equal(answered(await scan(server, FORGED, ['nobody'])), 0)
  assert.equal(await overTcp(FORGED, '555'), '401')
  const { blocks } = await attacks()
  const scopes = [CONNECTED, FORGED].map((address) => blocks.find(({ source }) => source === address)?.scope)
  assert.deepEqual(scopes, ['all', 'udp'])
})

test('an admin ends a block: the same scanner is answered again until it is blocked again', async () => {
  const block = (await attacks()).blocks.find(({ source }) => source === ELSEWHERE)
  assert.ok(block)
  assert.equal(answered(await scan(server, ELSEWHERE, ['nobody'])), 0, 'the twin: before')
  await admin.ask('DELETE', `/attacks/blocks/${block.id}`)
  assert.equal(answered(await scan(server, ELSEWHERE, ['nobody'])), 1)
  assert.ok(answered(await scan(server, ELSEWHERE, someNames('again'))) <= ANSWERED_ELSEWHERE_MAX)
})

test('syslog has been told of each of these, in lines of RFC 5424', async () => {
  await until('the last line', () => lines.some((line) => / - released \[/.test(line)))
  for (const line of lines)
    assert.match(line, /^<\d{2}>1 \S+Z \S+ rufwerk - [a-z-]+ \[attack@32473 .*\] \ufeff[^\r\n]+$/u)
  const blocked = lines.filter((line) => / - blocked \[/.test(line))
  for (const address of [OFFICE, ELSEWHERE])
    assert.ok(blocked.some((line) => line.includes(`source="${address}"`)))
  assert.ok(lines.some((line) => / - canary-called \[.* name="666" who="Ben"/.test(line)))
})

test('the twin: switched off, every name is answered and counted, and nobody is blocked', async () => {
  await admin.ask('PUT', '/attacks/settings', { ...SETTINGS, isOn: false })
  const before = (await attacks()).counts['unknown-name'] ?? 0
  const answers = await scan(server, ELSEWHERE, someNames('open'))
  assert.deepEqual([...answers], [[401, NAMES]])
  const { blocks, counts } = await attacks()
  assert.deepEqual(blocks, [])
  assert.equal((counts['unknown-name'] ?? 0) - before, NAMES)
})
