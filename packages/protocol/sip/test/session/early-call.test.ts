// A call whose offer is answered by a reliable 183: all steps of both sides together, as README tells them,
// over transactions on a network that loses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ms } from '@rufwerk/core'
import {
  type Dialog,
  dialogFromRequest,
  dialogFromResponse,
  type InviteOutput,
  newInviteUsage,
  newResponse,
  nextRequest,
  type SipResponse,
  stepInvite,
  type TransactionId,
  TransactionLayer,
  type TransactionOutput,
} from '@rufwerk/sip'
import {
  newReliableSender,
  type ReliableInput,
  type ReliableOutput,
  receiveProvisional,
  reliability,
  stepReliable,
} from '@rufwerk/sip/session'
import fc from 'fast-check'
import type { InviteInput } from '../../src/dialog/usage.ts'
import { countingBytes, messageOf, TestDriver, testFlow } from '../../src/testing.ts'
import { requestWith } from '../messages.ts'

const FLOW = testFlow()
const SDP = { type: 'application/sdp', content: 'v=0' }

/** What both sides have: transactions, a usage, timers by name. */
class Side {
  readonly driver = new TestDriver(new TransactionLayer({ randomBytes: countingBytes() }))
  readonly due = new Map<string, number>()
  readonly log: string[] = []
  usage = newInviteUsage(true)
  dialog: Dialog | undefined

  step(input: InviteInput): readonly InviteOutput[] {
    const { usage, out } = stepInvite(this.usage, input, 0.5)
    this.usage = usage
    for (const output of out) this.noteTimer(output)
    return out
  }

  noteTimer(output: InviteOutput | ReliableOutput): void {
    if (output.type === 'arm') this.due.set(output.timer, this.driver.now + output.after)
    else if (output.type === 'disarm') this.due.delete(output.timer)
  }

  send(method: string, rack?: string): void {
    assert(this.dialog !== undefined)
    const headers = rack === undefined ? [] : [['RAck', rack] as const]
    const next = nextRequest(this.dialog, method, { headers })
    this.dialog = next.dialog
    this.driver.perform(this.driver.layer.request(next.request, FLOW).out)
  }
}

class Caller extends Side {
  readonly invite = requestWith('INVITE', 'Supported: 100rel', 'Contact: <sip:101@192.0.2.7>')
  #last: number | undefined

  start(): void {
    this.invite.headers.delete('Via')
    this.step({ type: 'inviteSent', seq: 1, hasOffer: true })
    this.driver.perform(this.driver.layer.request(this.invite, FLOW).out)
  }

  hear(output: TransactionOutput): void {
    if (output.type === 'failed') this.log.push(`failed ${output.why}`)
    if (output.type !== 'response') return
    const { response } = output
    if (response.headers.cseq.method === 'PRACK') this.step({ type: 'prackAnswered' })
    if (response.headers.cseq.method !== 'INVITE') return
    const { status, body } = response
    const receipt = receiveProvisional(response, this.#last)
    if (receipt.type === 'repeated' || receipt.type === 'early') return
    if (status > 100) this.log.push(String(status))
    const isReliable = receipt.type === 'acknowledge'
    const hasSdp = body.length > 0
    const out = this.step({ type: 'responseReceived', seq: 1, status, hasSdp, isReliable })
    const created = dialogFromResponse(this.invite, response)
    if (created.ok) this.dialog ??= created.value
    if (receipt.type === 'acknowledge') {
      this.#last = receipt.rseq
      this.send('PRACK', receipt.rack)
      this.step({ type: 'prackSent', hasSdp: false })
    }
    if (!out.some(({ type }) => type === 'acknowledge') || this.dialog === undefined) return
    const ack = nextRequest(this.dialog, 'ACK', { seq: 1 }).request
    this.driver.perform(this.driver.layer.sendAck(ack, FLOW))
  }
}

class Callee extends Side {
  #sender = newReliableSender(0.5)
  #invite: TransactionId | undefined

  hear(output: TransactionOutput): void {
    if (output.type === 'ack') this.step({ type: 'ackReceived', seq: 1, hasSdp: false })
    if (output.type !== 'request') return
    const { request, transaction } = output
    if (request.method === 'PRACK') {
      this.reliable({ type: 'prackReceived', prack: request }, (status) => {
        this.log.push(`PRACK ${status}`)
        if (status === 200) this.step({ type: 'prackReceived', hasSdp: false })
        this.respond(transaction, newResponse(request, status))
        if (status === 200) this.step({ type: 'prackAnswered' })
      })
      return
    }
    assert.equal(reliability(request), 'possible')
    this.#invite = transaction
    const created = dialogFromRequest(request, 'us', 'early')
    assert(created.ok)
    this.dialog = created.value
    this.step({ type: 'inviteReceived', seq: 1, hasOffer: true })
    const answer = (status: number, body?: typeof SDP): SipResponse =>
      newResponse(request, status, { toTag: 'us', headers: [['Contact', '<sip:us@192.0.2.1>']], body })
    this.reliable({ type: 'provisional', response: answer(183, SDP), hasSdp: true })
    // Answered at once: the 200 waits for the PRACK.
    this.reliable({ type: 'final', response: answer(200) })
  }

  reliable(input: ReliableInput, answerPrack: (status: number) => void = () => assert.fail()): void {
    const { sender, out } = stepReliable(this.#sender, input)
    this.#sender = sender
    for (const output of out) {
      this.noteTimer(output)
      if (output.type === 'answerPrack') answerPrack(output.status)
      else if (output.type === 'repeat') this.respond(this.#invite, output.response)
      else if (output.type === 'respond') this.give(output.response, output.hasSdp)
      else assert.notEqual(output.type, 'giveUp')
    }
  }

  give(response: SipResponse, hasSdp: boolean): void {
    this.log.push(String(response.status))
    const isReliable = response.status < 200
    const out = this.step({ type: 'respond', response, hasSdp, isReliable })
    for (const output of out) if (output.type === 'respond') this.respond(this.#invite, output.response)
  }

  respond(transaction: TransactionId | undefined, response: SipResponse): void {
    assert(transaction !== undefined)
    this.driver.perform(this.driver.layer.respond(transaction, response))
  }

  fire(timer: string): void {
    if (timer === '1xx' || timer === 'prack') this.reliable({ type: 'timer', timer })
    else
      for (const output of this.step({ type: 'timer', timer: timer as '2xx' | 'ack' }))
        if (output.type === 'respond') this.respond(this.#invite, output.response)
  }
}

/** Runs a call to where nothing moves any more; `losses` says of each message whether it is lost. */
function call(losses: readonly boolean[]): { caller: Caller; callee: Callee } {
  const [caller, callee] = [new Caller(), new Callee()]
  const loss = losses.values()
  const deliver = (from: Caller | Callee, to: Caller | Callee): boolean => {
    const outputs = from.driver.take()
    for (const output of outputs) {
      if (output.type !== 'send') from.hear(output)
      else if (loss.next().value !== true)
        to.driver.perform(to.driver.layer.receive(messageOf(output.bytes), FLOW))
    }
    return outputs.length > 0
  }
  caller.start()
  for (let at = 0; at < 80_000; at += 500) {
    while (deliver(caller, callee) || deliver(callee, caller));
    caller.driver.advance(ms(500))
    callee.driver.advance(ms(500))
    for (const [timer, when] of [...callee.due])
      if (when <= callee.driver.now && callee.due.delete(timer)) callee.fire(timer)
  }
  return { caller, callee }
}

function checkAnswered({ caller, callee }: ReturnType<typeof call>): void {
  assert.deepEqual(caller.log.slice(0, 2), ['183', '200'])
  assert.deepEqual(callee.log.slice(0, 3), ['183', 'PRACK 200', '200'])
  for (const { usage, driver, due } of [caller, callee]) {
    assert.deepEqual([usage.isEstablished, usage.offer, usage.unacknowledged], [true, 'stable', undefined])
    assert.deepEqual([driver.layer.size(), driver.timers().length, due.size], [0, 0, 0])
  }
}

test('REL-12 a call answered early: 183, PRACK, and only then the 200; nothing is left', () => {
  const answered = call([])
  checkAnswered(answered)
  assert.equal(answered.caller.log.length, 2)
})

test('REL-12 the same over a network that loses one message in three', () => {
  const lost = fc.array(
    fc.nat(2).map((at) => at === 0),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(lost, (losses) => checkAnswered(call(losses))),
    { numRuns: 30 },
  )
})
