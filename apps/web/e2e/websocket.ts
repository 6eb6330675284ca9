// A WebSocket server small enough for these tests (RFC 6455): text frames up to 64 kB, no fragments.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export interface TestSocket {
  onMessage: (text: string) => void
  onClose: () => void
  send(text: string): void
  close(code: number): void
}

export function acceptWebSocket(request: IncomingMessage, stream: Duplex, subprotocol?: string): TestSocket {
  const key = String(request.headers['sec-websocket-key'])
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64')
  stream.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      ...(subprotocol ? [`Sec-WebSocket-Protocol: ${subprotocol}`] : []),
      '\r\n',
    ].join('\r\n'),
  )
  const socket: TestSocket = {
    onMessage: () => {},
    onClose: () => {},
    send: (text) => {
      if (stream.writable) stream.write(frame(0x81, Buffer.from(text, 'utf8')))
    },
    close: (code) => {
      const payload = Buffer.alloc(2)
      payload.writeUInt16BE(code)
      if (stream.writable) stream.end(frame(0x88, payload))
    },
  }
  let rest = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (let read = readFrame(rest); read; read = readFrame(rest)) {
      rest = rest.subarray(read.end)
      if (read.opcode === 1) socket.onMessage(read.payload.toString('utf8'))
      if (read.opcode === 8) stream.end()
    }
  })
  stream.on('close', () => socket.onClose())
  stream.on('error', () => stream.destroy())
  return socket
}

function frame(head: number, payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.concat([Buffer.from([head, payload.length]), payload])
  const extended = Buffer.alloc(4)
  extended[0] = head
  extended[1] = 126
  extended.writeUInt16BE(payload.length, 2)
  return Buffer.concat([extended, payload])
}

function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < 6) return undefined
  const opcode = (bytes[0] ?? 0) & 15
  const short = (bytes[1] ?? 0) & 127
  const head = short === 126 ? 4 : 2
  if (bytes.length < head + 4) return undefined
  const length = short === 126 ? bytes.readUInt16BE(2) : short
  const end = head + 4 + length
  if (bytes.length < end) return undefined
  const mask = bytes.subarray(head, head + 4)
  const payload = Buffer.from(bytes.subarray(head + 4, end))
  for (let at = 0; at < payload.length; at += 1) payload[at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0)
  return { opcode, payload, end }
}
