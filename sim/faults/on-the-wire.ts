// Faults that show in messages: some that should be sent are not, or an INVITE is not recognised.
import type { Flow } from '@rufwerk/core'
import { parseMessage } from '@rufwerk/sip'
import { DEVICES, TRUNKS } from '../company.ts'
import type { PlantedFault, Send } from './planted.ts'

/** In the CANCEL to a fork that lost to another (RFC 3326 §2). */
const ELSEWHERE = /^Reason: ?SIP;cause=200/m
const AGAIN = '-again'

/** Swallows requests of `methods` in dialogs whose INVITE was cancelled for that reason. */
function swallowAfterCancel(isElsewhere: boolean, methods: readonly string[]): PlantedFault {
  const cancelled = new Set<string>()
  const wrapSend = (send: Send): Send => {
    return (flow, bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      const [method = ''] = text.split(' ', 1)
      const callId = callIdOf(text)
      if (method === 'CANCEL' && ELSEWHERE.test(text) === isElsewhere) cancelled.add(callId)
      // The ACK to a 3xx–6xx has the To tag of the refusal, too; it belongs to the transaction and is sent.
      const isSwallowed = cancelled.has(callId) && methods.includes(method) && !refused.has(callId)
      return isSwallowed ? true : send(flow, bytes)
    }
  }
  const refused = new Set<string>()
  return {
    wrapSend,
    wrapReceive: (receive) => (flow, bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      if (/^SIP\/2\.0 [3-6].*\r\n/.test(text) && / INVITE\r\n/.test(text)) refused.add(callIdOf(text))
      receive(flow, bytes)
    },
  }
}

export const lateFork = (): PlantedFault => swallowAfterCancel(true, ['BYE'])
export const crossedCancel = (): PlantedFault => swallowAfterCancel(false, ['ACK', 'BYE'])

/** The end of a call is not said to carriers. */
export function forgottenCarrier(): PlantedFault {
  return {
    wrapSend: (send) => (flow, bytes) => {
      const isCarrier = TRUNKS.some(({ host }) => host === flow.remote.address)
      const isBye = Buffer.from(bytes).toString('latin1', 0, 4) === 'BYE '
      return isCarrier && isBye ? true : send(flow, bytes)
    },
  }
}

/** An INVITE that comes again reaches the user agent as one that it has never seen. */
export function secondCall(): PlantedFault {
  const seen = new Set<string>()
  const original = new Map<string, Flow>()
  return {
    wrapReceive: (receive) => (flow, bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      const parsed = parseMessage(bytes)
      const isInvite = parsed.ok && parsed.value.kind === 'request' && parsed.value.method === 'INVITE'
      const user = isInvite ? parsed.value.headers.from.uri.user : undefined
      const device = DEVICES.find(({ sipName }) => sipName === user)
      if (!isInvite || device === undefined || !/^Authorization:/m.test(text)) {
        receive(flow, bytes)
        return
      }
      const { via, callId } = parsed.value.headers
      if (!seen.has(via.branch)) {
        seen.add(via.branch)
        receive(flow, bytes)
        return
      }
      const renamed = text.replace(callId, `${callId}${AGAIN}`).replace(via.branch, `${via.branch}${AGAIN}`)
      const strange = { ...flow, id: `${flow.id}${AGAIN}`, device: device.device }
      original.set(strange.id, flow)
      receive(strange, Buffer.from(renamed, 'latin1'))
    },
    wrapSend: (send) => (flow, bytes) => {
      const own = original.get(flow.id)
      if (own === undefined) return send(flow, bytes)
      return send(own, Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(AGAIN, ''), 'latin1'))
    },
  }
}

function callIdOf(text: string): string {
  return /^(?:Call-ID|i): ?([^\r]*)/im.exec(text)?.[1] ?? ''
}

/** A lamp is not told that a call is over: it goes on shining. */
export function lampStays(): PlantedFault {
  const [over, stays] = ['<state>terminated</state>', '<state>confirmed</state>']
  return {
    wrapSend: (send) => (flow, bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      if (!text.startsWith('NOTIFY ') || !text.includes(over)) return send(flow, bytes)
      const body = text.slice(text.indexOf('\r\n\r\n') + 4).replaceAll(over, stays)
      const head = text.slice(0, text.indexOf('\r\n\r\n') + 4)
      const told = head.replace(/(Content-Length|^l): ?\d+/m, `$1: ${body.length}`) + body
      return send(flow, Buffer.from(told, 'latin1'))
    },
  }
}

/** A carrier that refuses to register us is believed to have done it. */
export const refusalTaken = (): PlantedFault => ({
  wrapReceive: (receive) => (flow, bytes) => {
    const text = Buffer.from(bytes).toString('latin1')
    const isRefusal = /^SIP\/2\.0 (?:403|50\d) /.test(text) && / REGISTER\r\n/.test(text)
    receive(flow, isRefusal ? Buffer.from(text.replace(/^[^\r]*/, 'SIP/2.0 200 OK'), 'latin1') : bytes)
  },
})
