// Kamailio as a relay between a phone and Rufwerk: it records a route and passes all on (RFC 3261 §16).
import { KAMAILIO, prepareKamailio, relayTo } from '@rufwerk/testing/kamailio'
import { Child } from '../support/child.ts'
import { freePorts } from '../support/ports.ts'
import { openUdp, readMessage } from '../support/raw-sip.ts'
import { until } from '../support/wait.ts'

export interface Relay {
  readonly port: number
  stop(): Promise<void>
}

/** Passes on what comes without a route of its own to `serverPort` of this machine. */
export async function startRelay(serverPort: number): Promise<Relay> {
  const port = await freePorts(1)
  const prepared = prepareKamailio(port, 1, relayTo(serverPort))
  const child = new Child(KAMAILIO, prepared.args)
  const stop = async (): Promise<void> => {
    await child.stop()
    prepared.remove()
  }
  try {
    await passesOn(port)
  } catch (error) {
    await stop()
    throw new Error(`${error}\n${child.output.slice(-2000)}`)
  }
  return { port, stop }
}

/** Until a request comes back with the answer of the server behind it. */
async function passesOn(port: number): Promise<void> {
  const socket = await openUdp('127.0.0.1')
  let isAnswered = false
  socket.on('message', (bytes) => {
    isAnswered ||= readMessage(bytes).status === 200
  })
  let count = 0
  try {
    await until('an answer through Kamailio', () => {
      count += 1
      const own = `127.0.0.1:${socket.address().port}`
      const lines = ['OPTIONS sip:127.0.0.1 SIP/2.0', `Via: SIP/2.0/UDP ${own};branch=z9hG4bKr${count};rport`]
      lines.push('Max-Forwards: 70', 'From: <sip:r@127.0.0.1>;tag=r', 'To: <sip:127.0.0.1>')
      lines.push(`Call-ID: relay${count}`, 'CSeq: 1 OPTIONS', 'Content-Length: 0')
      socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, '127.0.0.1')
      return isAnswered
    })
  } finally {
    socket.close()
  }
}
