// The smallest exchange, extensions 100 and 101, and how it looks when everything is over.
import assert from 'node:assert/strict'
import { dialogFromResponse, nextRequest } from '@rufwerk/sip'
import { ExchangeRig, type RigOptions, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'

/** Both are registered. */
export async function twoPhones(
  options: RigOptions = {},
): Promise<[ExchangeRig, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig(options)
  return [rig, await rig.registered('100'), await rig.registered('101')]
}

/**
 * All calls are over, all transactions have timed out: nothing may be left, and nobody heard another call.
 */
export async function assertNothingLeft(rig: ExchangeRig): Promise<void> {
  await rig.clock.pass(100_000)
  const left = Object.entries(rig.leftovers()).filter(([, count]) => count !== 0)
  assert.deepEqual(left, [])
  assert.deepEqual(rig.complaints, [])
  assert.deepEqual(rig.media.strays, [])
  assert.equal(rig.userAgent.counts().failures, 0)
}

/** The same, and there is one CDR per call. */
export async function assertAtRest(rig: ExchangeRig, cdrs: number): Promise<void> {
  await assertNothingLeft(rig)
  assert.equal(rig.store.cdrs.length, cdrs)
}

/** The one call of a phone. */
export function only(phone: SimulatedPhone): SimulatedCall {
  assert.equal(phone.calls.length, 1)
  return phone.calls[0] as SimulatedCall
}

/** The caller's PRACK to the last 1xx, in the dialog that it made; `text` is what its response describes. */
export function prack(call: SimulatedCall, content?: string): { readonly text: string } {
  const { lastResponse, lastInvite } = call
  assert.ok(lastResponse && lastInvite)
  const { seq } = lastResponse.headers.cseq
  if (call.dialog === undefined) {
    const dialog = dialogFromResponse(lastInvite, lastResponse)
    assert.ok(dialog.ok)
    call.dialog = { ...dialog.value, localSeq: seq }
  }
  const headers = [['RAck', `${lastResponse.headers.get('rseq')} ${seq} INVITE`] as const]
  const body = content === undefined ? {} : { body: { type: 'application/sdp', content } }
  const { dialog, request } = nextRequest(call.dialog, 'PRACK', { headers, ...body })
  call.dialog = dialog
  const described = { text: '' }
  call.phone.send(request, (response) => {
    call.answers.push(response?.status ?? -1)
    described.text = Buffer.from(response?.body ?? '').toString()
  })
  return described
}
