// What the tests of the INVITE usage share: inputs in short, words for what comes out, and a run over many
// inputs. For tests only.
import { type InviteUsage, newInviteUsage, newResponse, stepInvite } from '@rufwerk/sip'
import type { InviteInput, InviteOutput } from '../src/dialog/usage.ts'
import { requestWith } from './messages.ts'

const INVITE = requestWith('INVITE')

function word(output: InviteOutput): string {
  switch (output.type) {
    case 'arm':
      return `+${output.timer}:${output.after}`
    case 'disarm':
      return `-${output.timer}`
    case 'respond':
      return String(output.response.status)
    case 'reject':
      return ['reject', output.status, output.retryAfterS ?? ''].join(' ').trim()
    case 'bye':
      return `bye ${output.why}`
    case 'retry':
      return output.method === 'INVITE' ? 'retry' : `retry ${output.method}`
    default:
      return output.type
  }
}

export const respond = (status: number, hasSdp = false, isReliable = false): InviteInput => {
  return { type: 'respond', response: newResponse(INVITE, status, { toTag: 'b' }), hasSdp, isReliable }
}
export const received = (seq: number, hasOffer = true): InviteInput => {
  return { type: 'inviteReceived', seq, hasOffer }
}
export const sent = (seq: number, hasOffer = true): InviteInput => ({ type: 'inviteSent', seq, hasOffer })
export const got = (seq: number, status: number, hasSdp = false, isReliable = false): InviteInput => {
  return { type: 'responseReceived', seq, status, hasSdp, isReliable }
}
export const ack = (seq: number, hasSdp = false): InviteInput => ({ type: 'ackReceived', seq, hasSdp })
export const fired = (timer: '2xx' | 'ack' | 'glare'): InviteInput => ({ type: 'timer', timer })

/** Runs inputs and returns the words of the last step, and the usage. */
export function run(
  inputs: readonly InviteInput[],
  isOwner = true,
  random = 0,
): { readonly words: string; readonly usage: InviteUsage } {
  let usage = newInviteUsage(isOwner)
  let words = ''
  for (const input of inputs) {
    const step = stepInvite(usage, input, random)
    usage = step.usage
    words = step.out.map(word).join(', ')
  }
  return { words, usage }
}

export const ANSWERED: readonly InviteInput[] = [received(1), respond(200, true)]
export const TALKING_UAS: readonly InviteInput[] = [...ANSWERED, ack(1)]
export const TALKING_UAC: readonly InviteInput[] = [sent(1), got(1, 200, true), { type: 'ackSent', seq: 1 }]
