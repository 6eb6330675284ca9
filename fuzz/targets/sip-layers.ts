// Everything between a SIP message and the decisions about calls: transactions, registrar, authentication,
// legs, calls. A signed-in browser, a desk phone and a stranger send what no product would, in any order.
// After a quiet time nothing may be left, and nothing may have been a mistake of ours.
import assert from 'node:assert/strict'
import { type Flow, ms, type SocketAddress } from '@rufwerk/core'
import { ExchangeRig, RIG_SERVER, type SeededRandom, type SimulatedPhone } from '@rufwerk/testing'
import { mutate, pick } from '../mutate.ts'
import type { Target } from '../target.ts'
import { callMessages, descriptions, tortureMessages } from './corpus.ts'
import { SIP_WORDS } from './sip.ts'
import { extensionLine } from './sip-extensions.ts'
import { METHODS } from './sip-grammar.ts'
import { Pracks } from './sip-pracks.ts'

const BATCH = 40
/** Longer than every timer of a call that nobody answers or ends. */
const QUIET_MS = 400_000
const RINGING_MS = 60_000
const STRANGER: SocketAddress = { address: '10.9.9.9', port: 5060 }
const BROWSERS: readonly SocketAddress[] = [
  { address: '10.8.8.1', port: 40_001 },
  { address: '10.8.8.2', port: 40_002 },
]
const TARGETS = [
  '101',
  '101',
  '101',
  '102',
  '102',
  '*43',
  '100',
  '999',
  '110',
  '103',
  '103',
  'p101',
  '__proto__',
  '%00',
] as const
const STATUSES = [
  100, 180, 180, 183, 183, 200, 200, 200, 200, 202, 302, 401, 407, 408, 420, 422, 430, 480, 481, 486, 487,
  491, 503, 603,
] as const

/** What our side said last in a dialog. */
interface Heard {
  readonly from: string
  readonly to: string
  readonly contact: string
  /** Number of the request that it answers. */
  readonly seq: number
  /** For a PRACK, when it was a reliable 1xx. */
  readonly rack: string | undefined
}

/** What a browser hears of a message that came to it. */
export type Meddle = (text: string) => readonly string[]
const AS_IT_IS: Meddle = (text) => [text]

class Office {
  readonly rig: ExchangeRig
  readonly flows: readonly Flow[]
  readonly desk: SimulatedPhone
  /** Requests that came to a browser and were not answered yet. */
  readonly asked: { readonly text: string; readonly flow: Flow }[] = []
  readonly heard = new Map<string, Heard>()
  readonly pracks = new Pracks()

  private constructor(rig: ExchangeRig, desk: SimulatedPhone, meddle: Meddle) {
    this.rig = rig
    this.desk = desk
    const { network } = rig
    const flows = BROWSERS.map((at, index) =>
      network.connect('ws', at, RIG_SERVER, `device-p10${index ? 2 : 0}`),
    )
    this.flows = [...flows, network.flow(STRANGER, RIG_SERVER), network.connect('tcp', STRANGER, RIG_SERVER)]
    for (const at of [...BROWSERS, STRANGER])
      network.attach(at, {
        onMessage: (flow, bytes) => {
          for (const text of meddle(Buffer.from(bytes).toString('utf8'))) this.#receive(flow, text)
        },
      })
  }

  static async open(seed: number, meddle: Meddle): Promise<Office> {
    const rig = new ExchangeRig({ seed })
    rig.addDevice('100', { kind: 'browser' })
    rig.addDevice('102', { kind: 'browser' })
    const office = new Office(rig, await rig.registered('101'), meddle)
    await rig.registered('103', { srtp: 'on' })
    for (const [index, name] of ['p100', 'p102'].entries())
      office.send(office.flows[index] as Flow, Buffer.from(registerOf(name)))
    await rig.clock.pass(ms(50))
    return office
  }

  send(flow: Flow, bytes: Uint8Array): void {
    this.pracks.noteSent(bytes)
    this.rig.network.send(flow, bytes)
  }

  #receive(flow: Flow, text: string): void {
    this.pracks.heard(flow, text)
    const callId = /^Call-ID: (.*?)\r?$/m.exec(text)?.[1] ?? ''
    const from = /^From: (.*?)\r?$/m.exec(text)?.[1] ?? ''
    const to = /^To: (.*?)\r?$/m.exec(text)?.[1] ?? ''
    const contact = /^Contact: <([^>]*)>/m.exec(text)?.[1] ?? `sip:${RIG_SERVER.address}`
    const cseq = /^CSeq: (.*?)\r?$/m.exec(text)?.[1] ?? ''
    const rseq = /^RSeq: (.*?)\r?$/m.exec(text)?.[1]
    const rack = rseq === undefined ? this.heard.get(callId)?.rack : `${rseq} ${cseq}`
    // What refuses belongs to no dialog.
    if (/^SIP\/2\.0 (1[^0]|2)/.test(text))
      this.heard.set(callId, { from, to, contact, seq: Number.parseInt(cseq, 10) || 1, rack })
    else if (!/^(SIP|ACK)/.test(text)) this.asked.push({ text, flow })
  }

  /** Ends what keeps calls alive, waits, and looks at what is left. */
  async rest(): Promise<void> {
    const { rig } = this
    for (const flow of this.flows) if (flow.transport !== 'udp') rig.network.cut(flow)
    // What is ringing may be answered yet.
    for (const wait of [RINGING_MS, RINGING_MS, QUIET_MS]) {
      for (const phone of rig.phones) for (const call of phone.calls) call.hangUp()
      await rig.clock.pass(ms(wait))
    }
    const { phones: _phones, refusedCommands: _refused, ...left } = rig.leftovers()
    const zero = Object.fromEntries(Object.keys(left).map((name) => [name, 0]))
    assert.deepEqual(left, zero, 'something is left after a quiet time')
    assert.equal(rig.userAgent.counts().failures, 0, rig.complaints.join('\n'))
    const calls = rig.store.cdrs.map(({ call }) => call)
    assert.equal(new Set(calls).size, calls.length, 'a call has two records')
    rig.userAgent.close()
  }
}

/** Another REGISTER of a browser: with Path, an instance and its flows, or to go. */
function registrationOf(name: string, random: SeededRandom): Buffer {
  const lines = registerOf(name).trimEnd().split('\r\n')
  const more = [
    `CSeq: ${random.between(2, 9)} REGISTER`,
    'Supported: path, outbound',
    ...(random.next() < 0.5 ? [`Path: <sip:10.7.0.${random.between(1, 2)};lr;ob>`] : []),
    ...extras(random, 0.3),
  ]
  const id = `;+sip.instance="<urn:uuid:${random.between(1, 2)}>";reg-id=${random.between(0, 3)}`
  const expires = pick(['', ';expires=0', ';expires=60'], random)
  const text = [...lines.filter((line) => !line.startsWith('CSeq')), ...more]
    .map((line) => (line.startsWith('Contact') ? `${line}${random.next() < 0.7 ? id : ''}${expires}` : line))
    .join('\r\n')
  return Buffer.from(`${text}\r\n\r\n`)
}

function registerOf(name: string): string {
  return [
    'REGISTER sip:10.0.0.1 SIP/2.0',
    'Via: SIP/2.0/WS browser.invalid;branch=z9hG4bKreg',
    `From: <sip:${name}@10.0.0.1>;tag=r`,
    `To: <sip:${name}@10.0.0.1>`,
    `Call-ID: reg-${name}`,
    'CSeq: 1 REGISTER',
    `Contact: <sip:${name}@browser.invalid;transport=ws>`,
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n')
}

/** A request that fits into what was said before, more or less. */
function requestFor(office: Office, flow: Flow, random: SeededRandom, bodies: readonly Uint8Array[]): Buffer {
  const isSecond = (flow === office.flows[1]) === random.next() < 0.9
  const name = isSecond ? 'p102' : 'p100'
  const kind = random.next()
  const method = kind < 0.4 ? 'INVITE' : kind < 0.6 ? pick(IN_CALLS, random) : pick(METHODS, random)
  const callId = `call-${random.between(1, 4)}`
  const known = random.next() < 0.7 ? office.heard.get(callId) : undefined
  const isFitting = known !== undefined && random.next() < 0.8
  const isOfInvite = method === 'ACK' || method === 'CANCEL'
  const seq = isFitting ? known.seq + (isOfInvite ? 0 : random.between(0, 2)) : random.between(1, 6)
  const target = pick(TARGETS, random)
  const mayOffer = method === 'INVITE' || method === 'UPDATE' || method === 'PRACK' || method === 'ACK'
  const hasBody = mayOffer && random.next() < (method === 'INVITE' ? 0.9 : 0.4)
  const body = hasBody ? pick(bodies, random) : Buffer.alloc(0)
  const lines = [
    `${method} ${known?.contact ?? `sip:${target}@10.0.0.1`} SIP/2.0`,
    `Via: SIP/2.0/WS browser.invalid;branch=z9hG4bK${random.between(1, 12)}`,
    `From: ${isFitting ? known.from : `<sip:${name}@10.0.0.1>;tag=t${random.between(1, 2)}`}`,
    `To: ${known?.to ?? `<sip:${target}@10.0.0.1>`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${seq} ${method}`,
    'Contact: <sip:p100@browser.invalid;transport=ws>',
    `Content-Length: ${body.length}`,
    ...(body.length > 0 ? ['Content-Type: application/sdp'] : []),
    ...(method === 'PRACK' && known?.rack !== undefined ? [`RAck: ${known.rack}`] : []),
    ...(method === 'INVITE' && random.next() < 0.4 ? [pick(RELIABLY, random)] : []),
    ...extras(random, 0.3),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}

/** Up to two lines of extensions. */
function extras(random: SeededRandom, share: number): string[] {
  const one = () => (random.next() < 0.5 ? pick(EXTRAS, random) : extensionLine(random))
  return Array.from({ length: random.next() < share ? random.between(1, 2) : 0 }, one)
}

const RELIABLY = ['Supported: 100rel, timer', 'Supported: 100rel', 'Require: 100rel'] as const
const IN_CALLS = ['PRACK', 'UPDATE', 'ACK', 'BYE', 'CANCEL'] as const

const EXTRAS = [
  'Supported: 100rel, timer, replaces, outbound, path',
  'Require: 100rel',
  'Session-Expires: 90;refresher=uac',
  'Min-SE: 90',
  'Session-Expires: 1800;refresher=uas',
  'Session-Expires: 10',
  'RAck: 1 1 INVITE',
  'Allow: INVITE, ACK, BYE',
  'Allow: INVITE, ACK, BYE, CANCEL, UPDATE, PRACK',
  'Replaces: call-1;to-tag=a;from-tag=t1',
  'Refer-To: <sip:101@10.0.0.1>',
  'Reason: Q.850;cause=16',
  'Max-Forwards: 0',
  'Expires: 0',
] as const

/** An answer to something that a browser was asked. */
function responseTo(text: string, random: SeededRandom, bodies: readonly Uint8Array[]): Buffer {
  const copied = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq|Record-Route):/.test(line))
  const tagged = copied.map((line) =>
    line.startsWith('To:') && !line.includes(';tag=') ? `${line};tag=b${random.between(1, 3)}` : line,
  )
  const body = random.next() < 0.6 ? pick(bodies, random) : Buffer.alloc(0)
  const status = pick(STATUSES, random)
  const isReliable = status < 200 && random.next() < 0.5
  const lines = [
    `SIP/2.0 ${status} x`,
    ...tagged,
    'Contact: <sip:p102@browser.invalid;transport=ws>',
    'WWW-Authenticate: Digest realm="x", nonce="y", algorithm=MD5, qop="auth"',
    ...(isReliable ? ['Require: 100rel', `RSeq: ${random.between(1, 4)}`] : []),
    ...(status === 422 ? [`Min-SE: ${pick([60, 1_801, 7_200, 86_401], random)}`] : []),
    ...extras(random, 0.3),
    `Content-Length: ${body.length}`,
    ...(body.length > 0 ? ['Content-Type: application/sdp'] : []),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}

/** Sometimes a few bytes, sometimes its structure. */
function damaged(message: Buffer, random: SeededRandom): Buffer {
  if (random.next() < 0.5) return mutate(message, random, { words: SIP_WORDS, corpus: [message] })
  const copy = Buffer.from(message)
  for (let count = random.between(1, 3); count > 0; count--)
    copy[random.between(0, copy.length - 1)] = random.between(0, 255)
  return copy
}

/** `meddle` makes a fault. */
export async function sipLayersTarget(meddle: Meddle = AS_IT_IS): Promise<Target> {
  const bodies = descriptions()
  let office: Office | undefined
  return {
    name: 'sip-layers',
    seeds: [...tortureMessages(), ...(await callMessages())],
    words: SIP_WORDS,
    bytesMax: 20_000,
    restEvery: BATCH,
    check: async (input, random) => {
      office ??= await Office.open(random.between(1, 1_000_000), meddle)
      // Mostly the browsers, whose flow says who they are.
      const flow = pick(random.next() < 0.7 ? office.flows.slice(0, 2) : office.flows, random)
      const prack = random.next() < 0.4 ? office.pracks.next(random, bodies) : undefined
      const asked = prack === undefined && random.next() < 0.7 ? office.asked.shift() : undefined
      const kind = random.next()
      const sent =
        prack?.bytes ??
        (asked !== undefined
          ? responseTo(asked.text, random, bodies)
          : kind < 0.7
            ? requestFor(office, flow, random, bodies)
            : kind < 0.75
              ? registrationOf(flow === office.flows[1] ? 'p102' : 'p100', random)
              : Buffer.from(input))
      office.send(prack?.flow ?? asked?.flow ?? flow, random.next() < 0.2 ? damaged(sent, random) : sent)
      if (random.next() < 0.05) office.desk.dial(pick(['102', '102', '100', '103'], random))
      await office.rig.clock.pass(ms(pick([0, 1, 5, 100, 2_000], random)))
      assert(office.rig.userAgent.sizes().transactions < 2_000)
      const { accepted } = office.pracks
      return `${sent.subarray(0, 11).toString('latin1')} ${office.rig.userAgent.sizes().legs} ${accepted > 0}`
    },
    rest: async () => {
      const last = office
      office = undefined
      await last?.rest()
    },
  }
}
