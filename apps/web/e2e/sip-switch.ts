// A SIP server for tests: registers browsers, passes calls between them untouched, and answers some numbers
// by itself. It keeps no transactions: WebSockets lose nothing.
//   *43 answers with no sound · 104 rings for ever · 105 is busy · 199 is not registered · others are unknown
import type { TestSocket } from './websocket.ts'

export interface Line {
  readonly sipName: string
  readonly extension: string
  readonly name: string
}

interface Registered {
  readonly line: Line
  readonly socket: TestSocket
  contact: string
}

const LEARNED = /^Via:\s*SIP\/2\.0\/WSS? ([^;\s:]+)/im

export class SipSwitch {
  readonly #byExtension = new Map<string, Registered>()
  readonly #byVia = new Map<string, TestSocket>()
  readonly #invites = new Map<string, { text: string; socket: TestSocket }>()
  /** First lines of what browsers sent, for the tests to read. */
  readonly seen: string[] = []

  /** What REGISTER is answered with. */
  registerStatus = 200
  #rung = 0

  /** Calls somebody registered, and leaves it ringing. */
  ring(extension: string, from: Pick<Line, 'extension' | 'name'>): void {
    const target = this.#byExtension.get(extension)
    if (!target) throw new Error(`${extension} is not registered`)
    this.#rung += 1
    target.socket.send(
      [
        `INVITE ${target.contact} SIP/2.0`,
        `Via: SIP/2.0/WS switch.invalid;branch=z9hG4bKring${this.#rung}`,
        'Max-Forwards: 70',
        `From: "${from.name}" <sip:${from.extension}@localhost>;tag=ring${this.#rung}`,
        `To: <sip:${extension}@localhost>`,
        `Call-ID: ring${this.#rung}@switch.invalid`,
        'CSeq: 1 INVITE',
        'Contact: <sip:switch@switch.invalid;transport=ws>',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    )
  }

  connect(socket: TestSocket, line: Line): void {
    socket.onMessage = (text) => {
      if (text.trim() === '') return
      this.seen.push(text.split('\r\n', 1)[0] ?? '')
      if (text.startsWith('SIP/2.0')) this.#byVia.get(LEARNED.exec(text)?.[1] ?? '')?.send(text)
      else this.#onRequest(socket, line, text)
    }
    socket.onClose = () => {
      if (this.#byExtension.get(line.extension)?.socket === socket) this.#byExtension.delete(line.extension)
    }
  }

  #onRequest(socket: TestSocket, line: Line, text: string): void {
    const [method = '', uri = ''] = text.split(' ', 2)
    this.#byVia.set(LEARNED.exec(text)?.[1] ?? '', socket)
    if (method === 'REGISTER' && this.registerStatus !== 200) {
      socket.send(respond(text, this.registerStatus, 'Refused'))
      return
    }
    if (method === 'REGISTER') {
      const contact = /^Contact:\s*<([^>]+)>/im.exec(text)?.[1] ?? ''
      this.#byExtension.set(line.extension, { line, socket, contact })
      socket.send(respond(text, 200, 'OK', [`Contact: <${contact}>;expires=120`]))
      return
    }
    const user = decodeURIComponent(/^sips?:([^@]+)@/.exec(uri)?.[1] ?? '')
    const target = this.#target(user, line)
    if (target) {
      const forwarded = text
        .replace(uri, target.contact)
        .replace(/^(From:.*?sip:)[^@]+@/im, `$1${line.extension}@`)
      target.socket.send(forwarded)
      if (method === 'INVITE') socket.send(respond(text, 100, 'Trying'))
    } else this.#answer(socket, method, user, text)
  }

  /** A number of somebody registered, or the contact of a dialog. */
  #target(user: string, from: Line): Registered | undefined {
    const byNumber = this.#byExtension.get(user)
    if (byNumber) return byNumber.line === from ? undefined : byNumber
    return [...this.#byExtension.values()].find(({ line }) => line.sipName === user && line !== from)
  }

  #answer(socket: TestSocket, method: string, user: string, text: string): void {
    const callId = /^Call-ID:\s*(\S+)/im.exec(text)?.[1] ?? ''
    const contact = ['Contact: <sip:switch@switch.invalid;transport=ws>']
    if (method === 'ACK') return
    if (method === 'CANCEL') {
      const invite = this.#invites.get(callId)
      socket.send(respond(text, 200, 'OK'))
      if (invite) socket.send(respond(invite.text, 487, 'Request Terminated'))
      this.#invites.delete(callId)
    } else if (method !== 'INVITE') socket.send(respond(text, 200, 'OK'))
    else if (user === '*43' || user === 'switch')
      socket.send(respond(text, 200, 'OK', contact, answerTo(text)))
    else if (user === '104') {
      this.#invites.set(callId, { text, socket })
      socket.send(respond(text, 180, 'Ringing', contact))
    } else if (user === '105') socket.send(respond(text, 486, 'Busy Here'))
    else if (user === '199') {
      socket.send(respond(text, 480, 'Temporarily Unavailable', ['Reason: Q.850;cause=20']))
    } else socket.send(respond(text, 404, 'Not Found'))
  }
}

function respond(request: string, status: number, reason: string, extra: string[] = [], body = ''): string {
  const head = request.split('\r\n\r\n', 1)[0] ?? ''
  const copied = head
    .split('\r\n')
    .filter((line) => /^(Via|From|To|Call-ID|CSeq|Record-Route):/i.test(line))
    .map((line) => (/^To:/i.test(line) && !/;tag=/i.test(line) && status > 100 ? `${line};tag=switch` : line))
  return [
    `SIP/2.0 ${status} ${reason}`,
    ...copied,
    ...extra,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

/** An answer that a browser accepts and that leads nowhere: no packet is ever sent. */
function answerTo(request: string): string {
  const offer = request.split('\r\n\r\n').slice(1).join('\r\n\r\n')
  const find = (pattern: RegExp): string | undefined => pattern.exec(offer)?.[1]
  const opus = find(/^a=rtpmap:(\d+) opus\//m) ?? '111'
  const events = find(/^a=rtpmap:(\d+) telephone-event\/8000/m) ?? '126'
  const direction =
    { sendonly: 'recvonly', inactive: 'inactive' }[find(/^a=(sendonly|inactive)/m) ?? ''] ?? 'sendrecv'
  return [
    'v=0',
    `o=- 1 ${Date.now()} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    `m=audio 9 UDP/TLS/RTP/SAVPF ${opus} ${events}`,
    'c=IN IP4 127.0.0.1',
    `a=mid:${find(/^a=mid:(\S+)/m) ?? '0'}`,
    'a=rtcp-mux',
    'a=ice-ufrag:test',
    'a=ice-pwd:testtesttesttesttesttest',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
    'a=setup:passive',
    `a=rtpmap:${opus} opus/48000/2`,
    `a=rtpmap:${events} telephone-event/8000`,
    `a=${direction}`,
    'a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host',
    '',
  ].join('\r\n')
}
