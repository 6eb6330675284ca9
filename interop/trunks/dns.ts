// A DNS server with SRV and A records of a few names, and of no others (RFC 1035 §4, RFC 2782). It keeps what
// was asked.
import type { Socket } from 'node:dgram'
import { openUdp } from '../support/raw-sip.ts'

const A = 1
const SRV = 33
const TTL_S = 60
const NO_SUCH_NAME = 3

/** Where a service is: its name, and the one host that has an address. */
export interface Service {
  readonly name: string
  readonly host: string
  readonly address: string
  readonly port: number
}

export async function openDns(address: string, port: number, service: Service): Promise<Socket> {
  const socket = await openUdp(address, port)
  socket.on('message', (query, from) => {
    const { name, end } = readName(query)
    const type = query.readUInt16BE(end)
    const isKnown = name === service.name || name === service.host
    const body = recordOf(service, name, type)
    const head = Buffer.from(query.subarray(0, 12))
    head.writeUInt16BE(0x8180 | (isKnown ? 0 : NO_SUCH_NAME), 2)
    head.writeUInt16BE(body === undefined ? 0 : 1, 6)
    head.writeUInt32BE(0, 8)
    const question = query.subarray(12, end + 4)
    const answer = body === undefined ? [] : [Buffer.of(0xc0, 12), fixed(type, body.length), body]
    socket.send(Buffer.concat([head, question, ...answer]), from.port, from.address)
  })
  return socket
}

function recordOf(service: Service, name: string, type: number): Buffer | undefined {
  if (type === A && name === service.host) return Buffer.from(service.address.split('.').map(Number))
  if (type !== SRV || name !== service.name) return undefined
  const numbers = Buffer.alloc(6)
  numbers.writeUInt16BE(service.port, 4)
  return Buffer.concat([numbers, writeName(service.host)])
}

/** Type, class, time to live, length. */
function fixed(type: number, length: number): Buffer {
  const bytes = Buffer.alloc(10)
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt16BE(1, 2)
  bytes.writeUInt32BE(TTL_S, 4)
  bytes.writeUInt16BE(length, 8)
  return bytes
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase())
    at += 1 + length
  }
  return { name: labels.join('.'), end: at + 1 }
}

function writeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`))
  return Buffer.concat([...labels, Buffer.of(0)])
}
