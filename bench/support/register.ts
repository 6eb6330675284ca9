// A bare REGISTER client over UDP, independent of the product's own SIP code: it asks until it is accepted.
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { SipUser } from './sipp.ts'

/** Longest wait for one answer before the next try, in ms. */
const TRY_MS = 20

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

/** Registers one user; resolves at the first 200, rejects after `timeoutMs`. */
export async function registerUntilAccepted(port: number, user: SipUser, timeoutMs: number): Promise<void> {
  const socket = createSocket('udp4')
  const uri = 'sip:127.0.0.1'
  let sequence = 0
  let authorization = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const send = (): void => {
    sequence += 1
    const { address, port: own } = socket.address()
    const lines = [
      `REGISTER ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${own};branch=z9hG4bKcold${sequence};rport`,
      'Max-Forwards: 70',
      `From: <sip:${user.name}@127.0.0.1>;tag=cold`,
      `To: <sip:${user.name}@127.0.0.1>`,
      `Call-ID: cold-${own}`,
      `CSeq: ${sequence} REGISTER`,
      `Contact: <sip:${user.name}@${address}:${own}>`,
      'Expires: 60',
      ...(authorization ? [`Authorization: ${authorization}`] : []),
      'Content-Length: 0',
    ]
    socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, '127.0.0.1')
  }
  socket.on('message', (bytes) => {
    const text = bytes.toString()
    if (text.startsWith('SIP/2.0 200')) resolve()
    if (!text.startsWith('SIP/2.0 401')) return
    const realm = /realm="([^"]*)"/.exec(text)?.[1] ?? ''
    const nonce = /nonce="([^"]*)"/.exec(text)?.[1] ?? ''
    const ha1 = md5(`${user.name}:${realm}:${user.password}`)
    const response = md5(`${ha1}:${nonce}:00000001:c:auth:${md5(`REGISTER:${uri}`)}`)
    const known = `username="${user.name}", realm="${realm}", nonce="${nonce}", uri="${uri}"`
    authorization = `Digest ${known}, response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"`
    send()
  })
  // Nobody listens yet: the kernel reports it on the socket, and the next try follows.
  socket.on('error', () => {})
  socket.bind(0, '127.0.0.1', send)
  const again = setInterval(() => !authorization && send(), TRY_MS)
  const limit = setTimeout(() => reject(new Error(`not accepted within ${timeoutMs} ms`)), timeoutMs)
  try {
    await promise
  } finally {
    clearInterval(again)
    clearTimeout(limit)
    socket.close()
  }
}
