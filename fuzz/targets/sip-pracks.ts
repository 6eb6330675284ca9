// The caller's part of reliable provisional responses (RFC 3262), kept well enough that a PRACK is accepted:
// tags, flow, RSeq and numbers of the dialog. And what must be true of the 1xx and 2xx that come.
import assert from 'node:assert/strict'
import type { Flow } from '@rufwerk/core'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'

const SEEN_TWICE = 0.15
const WITH_SDP = 0.2
/** Beyond what other requests of the dialog are numbered with. */
const SEQ_AHEAD = 10

/** A reliable 1xx that was heard. */
interface Provisional {
  readonly flow: Flow
  readonly dialog: string
  readonly lines: readonly string[]
  readonly contact: string
  readonly inviteSeq: number
  readonly rseq: number
  readonly hasSdp: boolean
  /** Something with its RSeq was sent. */
  isNamed: boolean
  isAccepted: boolean
  /** An INVITE came later, which may be the same one again and is answered with the last 1xx. */
  isAskedAgain: boolean
}

export class Pracks {
  /** PRACKs that were answered with 200. */
  accepted = 0
  readonly #owed: Provisional[] = []
  /** The last one of each early dialog. */
  readonly #last = new Map<string, Provisional>()
  /** What a PRACK of ours was for, by branch. */
  readonly #sent = new Map<string, Provisional>()

  /** A message that a browser got. */
  heard(flow: Flow, text: string): void {
    const [, code = ''] = /^SIP\/2\.0 (\d{3})/.exec(text) ?? []
    const [, seq = '', method = ''] = /^CSeq: (\d+) (\w+)\r?$/m.exec(text) ?? []
    const status = Number(code)
    const line = (name: string) => new RegExp(`^${name}: .*$`, 'm').exec(text)?.[0].trimEnd() ?? ''
    const lines = [line('From'), line('To'), line('Call-ID')]
    const dialog = lines.join('\n')
    if (method === 'INVITE' && status > 100 && status < 200) {
      const rseq = Number(/^RSeq: (\d+)\r?$/m.exec(text)?.[1])
      const contact = /^Contact: <([^>]*)>/m.exec(text)?.[1]
      if (rseq > 0 && contact !== undefined) {
        const hasSdp = !/^Content-Length: 0\r?$/m.test(text)
        const fresh = {
          isNamed: false,
          isAccepted: false,
          isAskedAgain: false,
          inviteSeq: Number(seq),
          rseq,
          hasSdp,
        }
        this.#provisional({ flow, dialog, lines, contact, ...fresh })
      }
    } else if (method === 'INVITE' && status >= 200 && status < 300) {
      const last = this.#last.get(dialog)
      assert(!last?.hasSdp || last.isNamed, 'a 2xx comes before the PRACK of a 1xx with a description (§3)')
    } else if (method === 'PRACK' && status === 200) {
      const acknowledged = this.#sent.get(/;branch=(\w+)/.exec(line('Via'))?.[1] ?? '')
      if (acknowledged === undefined) return
      assert(!acknowledged.isAccepted, 'a 1xx is acknowledged twice')
      acknowledged.isAccepted = true
      this.accepted += 1
    }
  }

  /** Whatever is sent, with whatever damage: a 1xx whose number it names may be acknowledged by it. */
  noteSent(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('latin1')
    const isInvite = text.includes('INVITE') && !text.startsWith('PRACK ')
    for (const last of this.#last.values()) {
      last.isNamed ||= text.includes(String(last.rseq))
      last.isAskedAgain ||= isInvite
    }
  }

  /** The PRACK of one that waits, on the flow that it belongs to. */
  next(random: SeededRandom, bodies: readonly Uint8Array[]): { flow: Flow; bytes: Buffer } | undefined {
    const at = random.between(0, this.#owed.length - 1)
    const owed = this.#owed[at]
    if (owed === undefined) return undefined
    if (random.next() > SEEN_TWICE) this.#owed.splice(at, 1)
    const { flow, lines, contact, inviteSeq, rseq } = owed
    const branch = `z9hG4bKprack${this.#sent.size}`
    this.#sent.set(branch, owed)
    const body = random.next() < WITH_SDP ? pick(bodies, random) : Buffer.alloc(0)
    const head = [
      `PRACK ${contact} SIP/2.0`,
      `Via: SIP/2.0/WS browser.invalid;branch=${branch}`,
      'Max-Forwards: 70',
      ...lines,
      `CSeq: ${inviteSeq + SEQ_AHEAD + this.#sent.size} PRACK`,
      `RAck: ${rseq} ${inviteSeq} INVITE`,
      ...(body.length > 0 ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${body.length}`,
    ]
    return { flow, bytes: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]) }
  }

  #provisional(heard: Provisional): void {
    const last = this.#last.get(heard.dialog)
    if (last?.rseq === heard.rseq) {
      assert(!last.isAccepted || last.isAskedAgain, 'a 1xx is repeated after its PRACK was accepted')
      return
    }
    if (last !== undefined) {
      assert.equal(heard.rseq, last.rseq + 1, 'numbers of reliable 1xx grow by one')
      assert(last.isNamed, 'a reliable 1xx comes before the PRACK of the last one')
    }
    this.#last.set(heard.dialog, heard)
    this.#owed.push(heard)
  }
}
