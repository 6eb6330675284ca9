// A phone that watches: subscribes, refreshes, and keeps what it is told.
import assert from 'node:assert/strict'
import {
  type Dialog,
  dialogFromResponse,
  newRequest,
  nextRequest,
  type SipRequest,
  type SipResponse,
} from '@rufwerk/sip'
import { ExchangeRig, type RigOptions, type SimulatedPhone } from '@rufwerk/testing'

type HeaderLines = readonly (readonly [string, string])[]

interface Wish {
  readonly event?: string
  readonly expiresS?: number
  readonly headers?: HeaderLines
}

export class Watcher {
  readonly rig: ExchangeRig
  readonly phone: SimulatedPhone
  /** Every NOTIFY, repetitions left out. */
  readonly notifies: SipRequest[] = []
  /** How a NOTIFY is answered; with undefined not at all. */
  answer: SimulatedPhone['onNotify'] = () => ({ status: 200 })
  dialog: Dialog | undefined

  constructor(rig: ExchangeRig, phone: SimulatedPhone) {
    this.rig = rig
    this.phone = phone
    phone.onNotify = (request) => {
      this.notifies.push(request)
      return this.answer(request)
    }
  }

  /** Outside a dialog; the dialog is that of its 2xx. */
  async subscribe(target: string, wish: Wish = {}): Promise<SipResponse> {
    const { phone } = this
    const parts = phone.parts('SUBSCRIBE', target)
    const headers: HeaderLines = [['Contact', phone.contact], ...linesOf(wish)]
    const { response, sent } = await this.#ask(newRequest({ ...parts, headers }))
    if (response.status < 300) {
      const made = dialogFromResponse(sent, response)
      assert.ok(made.ok)
      this.dialog = { ...made.value, localSeq: sent.headers.cseq.seq }
    }
    return response
  }

  /** In the dialog of the last subscription. */
  async refresh(wish: Wish = {}, contact = this.phone.contact): Promise<SipResponse> {
    assert.ok(this.dialog)
    const headers: HeaderLines = [['Contact', contact], ...linesOf(wish)]
    const { request } = nextRequest(this.dialog, 'SUBSCRIBE', { headers })
    const { response, sent } = await this.#ask(request)
    this.dialog = { ...this.dialog, localSeq: sent.headers.cseq.seq }
    return response
  }

  /** The NOTIFYs since the last time, each as `version state lamp`. */
  told(): readonly string[] {
    return this.notifies.splice(0).map(lampOf)
  }

  async #ask(request: SipRequest): Promise<{ response: SipResponse; sent: SipRequest }> {
    const heard: { response: SipResponse; sent: SipRequest }[] = []
    this.phone.sendWithCredentials(request, (response, sent) => {
      if (response && response.status >= 200) heard.push({ response, sent })
    })
    await this.rig.clock.pass(50)
    const [final] = heard
    assert.ok(final, 'an answer to SUBSCRIBE')
    return final
  }
}

function linesOf({ event = 'dialog', expiresS = 600, headers = [] }: Wish): HeaderLines {
  return [['Event', event], ['Expires', String(expiresS)], ...headers]
}

export const textOf = (request: SipRequest | undefined): string => Buffer.from(request?.body ?? '').toString()

/** `0 active early recipient`, `3 terminated;reason=timeout none`. */
function lampOf(request: SipRequest): string {
  const state = (request.headers.get('subscription-state') ?? '').replace(/;expires=\d+/, '')
  const text = textOf(request)
  const version = /version="(\d+)"/.exec(text)?.[1] ?? '-'
  const dialogs = [...text.matchAll(/<dialog [^>]*?(?:direction="(\w+)")?>\s*<state>(\w+)/g)]
  const lamps = dialogs.map(([, direction, lamp]) => `${lamp} ${direction}`)
  return `${version} ${state} ${lamps.length > 0 ? lamps.join(', ') : 'none'}`
}

export interface Scene {
  readonly rig: ExchangeRig
  readonly watcher: Watcher
  /** 100, who calls. */
  readonly caller: SimulatedPhone
  /** 101, who is watched. */
  readonly callee: SimulatedPhone
}

/** 102 watches 101. */
export async function scene(
  options: RigOptions & { readonly transport?: 'udp' | 'tcp' } = {},
): Promise<Scene> {
  const { transport = 'udp', ...rest } = options
  const rig = new ExchangeRig(rest)
  const [caller, callee] = [await rig.registered('100'), await rig.registered('101')]
  callee.onCall = (call) => call.ring()
  const watcher = new Watcher(rig, await rig.registered('102', { transport }))
  return { rig, caller, callee, watcher }
}

/** The same, and the subscription stands. */
export async function watching(options: Parameters<typeof scene>[0] = {}): Promise<Scene> {
  const made = await scene(options)
  assert.equal((await made.watcher.subscribe('101')).status, 200)
  await made.rig.clock.pass(2_000)
  assert.deepEqual(made.watcher.told(), ['0 active none'])
  return made
}

/** Nothing is left of subscriptions, and no mistake of ours was met. */
export async function assertNobodyWatches({ rig }: Pick<Scene, 'rig'>, afterMs = 40_000): Promise<void> {
  await rig.clock.pass(afterMs)
  const { subscriptions, watching: left } = rig.userAgent.sizes()
  assert.deepEqual({ subscriptions, left }, { subscriptions: 0, left: 0 })
  assert.equal(rig.userAgent.counts().failures, 0)
}
