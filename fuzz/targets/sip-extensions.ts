// What extensions read out of a message that was parsed: session timers, reliable 1xx, Reason, Require, hops,
// Path and outbound. Whatever they say, their answers can be written and read again.
import assert from 'node:assert/strict'
import { instant } from '@rufwerk/core'
import {
  newResponse,
  parseMessage,
  Registrar,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  writeMessage,
} from '@rufwerk/sip'
import {
  answerSession,
  bestResponse,
  contactTarget,
  flowsByInstance,
  forwardingOf,
  raiseSession,
  readReasons,
  receiveProvisional,
  refuseExtensions,
  reliability,
  SESSION_MIN_S,
  sessionAgreed,
  sessionOffer,
  writeReason,
} from '@rufwerk/sip/session'
import { testFlow } from '@rufwerk/sip/testing'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import { assertSame } from '../report.ts'

const WISH = { intervalS: 1_800, minS: SESSION_MIN_S } as const
/** A dead call must not stay for longer. */
const SESSION_S_MAX = 86_400
const START = instant(1_000)

type Lines = readonly (readonly [name: string, value: string])[]

/** Our response with these lines reaches the other side as it was made. */
function assertSent(request: SipRequest, status: number, headers: Lines): void {
  const bytes = writeMessage(newResponse(request, status, { toTag: 'ours', headers }))
  const read = parseMessage(bytes)
  assert(read.ok, `${status} of ours is not read: ${read.ok ? '' : read.error.code}`)
  for (const [name, value] of headers)
    assert(read.value.headers.list(name).join(', ') !== '' || value === '', `${name} is lost`)
}

function assertInterval(intervalS: number | undefined): void {
  if (intervalS === undefined) return
  assert(intervalS >= SESSION_MIN_S && intervalS <= SESSION_S_MAX, `a session of ${intervalS} s`)
}

function assertRequest(request: SipRequest, random: SeededRandom): string {
  const refusal = refuseExtensions(request)
  if (refusal !== undefined) assertSent(request, refusal.status, refusal.headers)
  const session = answerSession(request, WISH)
  if (session.ok) {
    assertInterval(session.value.agreement.intervalS)
    assertSent(request, 200, session.value.headers)
  } else assertSent(request, session.error.status, session.error.headers)
  const branches = random.between(1, 20)
  const onward = forwardingOf(request, branches)
  if (onward.ok) {
    assert(onward.value.maxForwards >= 0 && onward.value.maxForwards < 70)
    assert(onward.value.breadths.length === branches && onward.value.breadths.every((one) => one > 0))
  }
  const registered = request.method === 'REGISTER' ? assertRegistrar(request) : ''
  return `${refusal?.status ?? ''} ${session.ok} ${reliability(request)} ${onward.ok} ${registered}`
}

/** What is bound can be called, listed and removed, and nothing is left of it. */
function assertRegistrar(request: SipRequest): string {
  const registrar = new Registrar({ flowTimerS: 120 })
  const flow = testFlow()
  const { response, out } = registrar.register(request, '101', flow, START, 'ours')
  const read = parseMessage(writeMessage(response))
  assert(read.ok, `the answer to a REGISTER is not read: ${read.ok ? '' : read.error.code}`)
  const bindings = registrar.bindings('101')
  assert.equal(bindings.length, registrar.size())
  assert(response.status === 200 || out.length === 0, 'refused, and something was changed')
  if (response.status === 200) assert.equal(read.value.headers.contacts.length, bindings.length)
  for (const binding of bindings) {
    const { requestUri, routes } = contactTarget(binding)
    assert(requestUri.scheme.startsWith('sip') && routes.length <= 11)
    const again = new Registrar()
    again.restore(JSON.parse(JSON.stringify(binding)), START)
    assert.equal(again.size(), 1, 'what is stored can be restored')
  }
  assert.equal(flowsByInstance(bindings).flat().length, bindings.length)
  const armed = out.filter(({ type }) => type === 'arm').map(({ key }) => key)
  assert.equal(new Set(armed).size, bindings.length, 'every binding has a timer')
  for (const key of armed) registrar.timer(key)
  assert.equal(registrar.size(), 0, 'every binding ends')
  const [first] = bindings
  return `${response.status} ${bindings.length} ${first?.regId !== undefined} ${first?.path?.length}`
}

function assertResponse(response: SipResponse): string {
  const agreed = sessionAgreed(response)
  assertInterval(agreed?.intervalS)
  const raised = raiseSession(WISH, response)
  assertInterval(raised?.intervalS)
  if (raised !== undefined) assert.match(sessionOffer(raised)[0]?.[1] ?? '', /^[0-9]+$/)
  const receipt = receiveProvisional(response, undefined)
  if (receipt.type === 'acknowledge') {
    assert.match(receipt.rack, /^[0-9]{1,10} [0-9]{1,10} \S+$/)
    assert.equal(receiveProvisional(response, receipt.rseq).type, 'repeated')
  }
  assert.equal(bestResponse([response])?.response, response)
  return `${agreed?.refresher} ${raised !== undefined} ${receipt.type}`
}

function assertReasons({ headers }: SipMessage, carrier: SipRequest): void {
  const reasons = readReasons(headers)
  if (reasons.length === 0) return
  const lines = reasons.map(writeReason)
  const read = parseMessage(writeMessage(newResponse(carrier, 200, { toTag: 'ours', headers: lines })))
  assert(read.ok, 'a Reason of ours is not read')
  const known = (one: SipMessage['headers']) =>
    readReasons(one).map(({ protocol, cause }) => [protocol, cause])
  assertSame(known(read.value.headers), known(headers), 'reasons')
}

/** Throws what does not hold; says in a few words what the extensions made of it. */
export function assertExtensions(message: SipMessage, carrier: SipRequest, random: SeededRandom): string {
  assertReasons(message, carrier)
  return message.kind === 'request' ? assertRequest(message, random) : assertResponse(message)
}

const TAGS = ['100rel', 'timer', 'path', 'outbound', 'replaces', '100REL', '', '"x"', '__proto__'] as const
const TAG_HEADERS = ['Require', 'Supported', 'Proxy-Require', 'k'] as const
const NUMBERS = [
  '0',
  '1',
  '89',
  '90',
  '1800',
  '86400',
  '86401',
  '4294967295',
  '4294967296',
  '-1',
  'x',
  '',
] as const
const ROLES = ['', ';refresher=uac', ';refresher=uas', ';refresher=UAC ;x', ';refresher="uas"'] as const
const QS = ['', ';q=0', ';q=1', ';q=0.5', ';q=2'] as const
const PROTOCOLS = ['Q.850', 'SIP', 'q.850', 'X'] as const
const TEXTS = ['', ';text=""', ';text="a\\"b"', ';text="ü"', ';text=x'] as const

/** Lines of extensions for messages that the grammar makes. */
export function extensionLine(random: SeededRandom): string {
  const one = (list: readonly string[]) => pick(list, random)
  const number = () => one(NUMBERS)
  switch (random.between(0, 10)) {
    case 0:
      return `Session-Expires: ${number()}${one(ROLES)}`
    case 1:
      return `x: ${number()}${one(ROLES)}`
    case 2:
      return `Min-SE: ${number()}`
    case 3:
      return `RSeq: ${number()}`
    case 4:
      return `RAck: ${number()} ${number()} INVITE`
    case 5:
      return `${one(TAG_HEADERS)}: ${one(TAGS)}, ${one(TAGS)}`
    case 6:
      return `Path: <sip:edge${number()};lr${one(['', ';ob'])}>`
    case 7: {
      const instance = `+sip.instance="<urn:uuid:${number()}>";reg-id=${number()}`
      const where = `<sip:p101@192.0.2.7:${random.between(0, 65_535)}>`
      return `Contact: ${where};${instance};expires=${number()}${one(QS)}`
    }
    case 8:
      return `Reason: ${one(PROTOCOLS)};cause=${number()}${one(TEXTS)}`
    case 9:
      return `Max-Breadth: ${number()}`
    default:
      return `Expires: ${number()}`
  }
}
