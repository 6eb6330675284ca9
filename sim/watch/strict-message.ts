// Reads what the server sends as a strict peer would, and says what is wrong with it. Stricter than the
// server's own parser, which forgives what phones get wrong (RFC 3261 §7, §8.1.1, §20; RFC 8866 §5).
import { parseSdp } from '@rufwerk/sdp'
import { parseMessage, type SipMessage } from '@rufwerk/sip'

const START_LINE = /^(?:[A-Z]+ sips?:[^\s]+ SIP\/2\.0|SIP\/2\.0 [1-6][0-9]{2} [^\r\n]*)$/
const HEADER_LINE = /^[A-Za-z][A-Za-z0-9.!%*_+`'~-]*: ?[\t\x20-\x7e\u0080-\uffff]*$/
const SDP_LINE = /^[a-z]=[^\r\n]+$/
/** Compact names (RFC 3261 §7.3.3), which are used where a response has to be short. */
const COMPACT = /^([a-z]):/
const LONG: Readonly<Record<string, string>> = {
  f: 'From',
  t: 'To',
  i: 'Call-ID',
  v: 'Via',
  m: 'Contact',
  l: 'Content-Length',
  c: 'Content-Type',
  k: 'Supported',
}
/** RFC 5626 §3.5.1. */
const KEEP_ALIVE = '\r\n\r\n'
/** Exactly one of each in every message. */
const SINGLE = ['From', 'To', 'Call-ID', 'CSeq', 'Content-Length'] as const

/** Undefined when the message is well-formed. */
export function complaintAbout(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('utf8')
  if (text === KEEP_ALIVE) return undefined
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return 'no empty line after the headers'
  const [startLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headerLines = lines.map((line) => line.replace(COMPACT, (_all, name) => `${LONG[name] ?? name}:`))
  if (!START_LINE.test(startLine)) return `start line: ${startLine}`
  for (const line of headerLines) if (!HEADER_LINE.test(line)) return `header line: ${line}`
  for (const name of SINGLE) {
    const count = headerLines.filter((line) => line.startsWith(`${name}:`)).length
    if (count !== 1 && !(name === 'Content-Length' && count === 0)) return `${count} ${name} headers`
  }
  const bodyLength = Buffer.byteLength(text.slice(end + 4))
  const stated = headerLines.find((line) => line.startsWith('Content-Length:'))
  if (Number(stated?.slice(15) ?? 0) !== bodyLength) return `${stated}, but ${bodyLength} bytes follow`
  const parsed = parseMessage(bytes)
  if (!parsed.ok) return `does not parse: ${parsed.error.code}`
  return complaintAboutParts(parsed.value)
}

function complaintAboutParts(message: SipMessage): string | undefined {
  const { headers, body } = message
  if (headers.vias.length !== 1) return `${headers.vias.length} Via headers`
  if (!headers.via.branch.startsWith('z9hG4bK')) return 'a branch without magic cookie'
  if (headers.fromTag === undefined) return 'no From tag'
  if (message.kind === 'request') {
    if (headers.maxForwards === undefined) return 'no Max-Forwards'
    if (headers.cseq.method !== message.method) return 'CSeq names another method'
    if (message.method === 'INVITE' && headers.contacts.length !== 1) return 'INVITE without Contact'
  } else {
    const { status } = message
    if (status > 100 && headers.toTag === undefined) return `${status} without To tag`
    const makesDialog = headers.cseq.method === 'INVITE' && status >= 200 && status < 300
    if (makesDialog && headers.contacts.length !== 1) return '2xx to INVITE without Contact'
    if (status === 401 && headers.get('www-authenticate') === undefined) return '401 without challenge'
  }
  return body.length === 0 ? undefined : complaintAboutBody(message)
}

function complaintAboutBody({ headers, body }: SipMessage): string | undefined {
  if (headers.contentType === 'application/dtmf-relay') return complaintAboutDigit(body)
  if (headers.contentType === 'message/sipfrag') return complaintAboutFragment(body)
  if (headers.contentType === 'application/simple-message-summary') return complaintAboutSummary(body)
  if (headers.contentType === 'application/dialog-info+xml') return complaintAboutDialogs(body)
  if (headers.contentType !== 'application/sdp') return `a body of type ${headers.contentType}`
  const text = Buffer.from(body).toString('utf8')
  if (!text.endsWith('\r\n')) return 'SDP without CRLF at its end'
  const lines = text.slice(0, -2).split('\r\n')
  const wrong = lines.find((line) => !SDP_LINE.test(line))
  if (wrong !== undefined) return `SDP line: ${wrong}`
  const order = lines.map((line) => line[0]).join('')
  if (!/^vos.*t/.test(order)) return `SDP lines in the order ${order}`
  const parsed = parseSdp(text)
  return parsed.ok ? undefined : `SDP: ${parsed.error.code}`
}

/** RFC 3420, and no more of it than a status line. */
function complaintAboutFragment(body: Uint8Array): string | undefined {
  const text = Buffer.from(body).toString('latin1')
  return /^SIP\/2\.0 [1-6]\d\d [^\r\n]+\r\n$/.test(text) ? undefined : `a fragment as ${text}`
}

function complaintAboutDigit(body: Uint8Array): string | undefined {
  const text = Buffer.from(body).toString('latin1')
  return /^Signal=[0-9*#A-D]\r\nDuration=\d+\r\n$/.test(text) ? undefined : `a digit as ${text}`
}

/** RFC 3842 §5.2. */
function complaintAboutSummary(body: Uint8Array): string | undefined {
  const text = Buffer.from(body).toString('latin1')
  const isOne =
    /^Messages-Waiting: (yes|no)\r\n(Message-Account: sips?:\S+\r\n)?Voice-Message: (\d+)\/\d+\r\n$/
  const [, waiting, , unheard] = isOne.exec(text) ?? []
  if (waiting === undefined) return `a summary as ${text}`
  return (waiting === 'yes') === Number(unheard) > 0 ? undefined : `${waiting}, and ${unheard} are new`
}

/** RFC 4235 §4: elements that close in order, states that there are, no id twice. */
function complaintAboutDialogs(body: Uint8Array): string | undefined {
  const text = Buffer.from(body).toString('utf8')
  const root =
    /^<\?xml [^>]+\?>\s*<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="\d+" state="full" entity="sips?:[^"]+">/
  if (!root.test(text)) return `a report of dialogs as ${text}`
  const open: string[] = []
  for (const [, isEnd, name = '', isEmpty] of text.matchAll(/<(\/)?([a-z-]+)[^<>]*?(\/)?>/g)) {
    if (isEmpty) continue
    if (!isEnd) open.push(name)
    else if (open.pop() !== name) return `</${name}> closes nothing in ${text}`
  }
  if (open.length > 0) return `<${open[0]}> is not closed in ${text}`
  const states = [...text.matchAll(/<state>([^<]*)/g)].map(([, state]) => state)
  const strange = states.find((state) => !/^(?:early|confirmed|terminated)$/.test(state ?? ''))
  if (strange !== undefined) return `a dialog that is ${strange}`
  const ids = [...text.matchAll(/<dialog id="([^"]+)"/g)].map(([, id]) => id)
  return new Set(ids).size === states.length ? undefined : `dialogs without ids of their own: ${text}`
}
