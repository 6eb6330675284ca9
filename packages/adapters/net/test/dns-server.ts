// A DNS server for tests: one question per datagram, answers from a table, no compression (RFC 1035 §4).
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { ipBytes } from '@rufwerk/core/ip-address'
import type { NaptrRecord, SrvRecord } from '../src/dns/select.ts'

const TYPES = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35 } as const
const NO_SUCH_NAME = 3
const SERVER_FAILED = 2

/** Records by `TYPE name`; 'fails' and 'silent' are what broken servers do. */
export type Zone = Record<string, readonly (string | SrvRecord | NaptrRecord)[] | 'fails' | 'silent'>

export interface DnsServer {
  readonly zone: Zone
  /** Questions in the order they came: `A host`. */
  readonly asked: string[]
}

export async function openDns(t: TestContext, port: number, zone: Zone, ttl = 60): Promise<DnsServer> {
  const socket: Socket = createSocket('udp4')
  t.after(() => socket.close())
  const asked: string[] = []
  socket.on('message', (query, from) => {
    const { name, end } = readName(query, 12)
    const code = query.readUInt16BE(end)
    const type = Object.entries(TYPES).find(([, number]) => number === code)?.[0] ?? String(code)
    asked.push(`${type} ${name}`)
    const found = zone[`${type} ${name}`]
    if (found === 'silent') return
    const records = found === 'fails' ? [] : (found ?? [])
    const head = Buffer.from(query.subarray(0, 12))
    const isKnown = Object.keys(zone).some((key) => key.endsWith(` ${name}`))
    head.writeUInt16BE(0x8180 | (found === 'fails' ? SERVER_FAILED : isKnown ? 0 : NO_SUCH_NAME), 2)
    head.writeUInt16BE(records.length, 6)
    head.writeUInt32BE(0, 8)
    const answers = records.map((record) => {
      const body = encode(record)
      const fixed = Buffer.alloc(10)
      fixed.writeUInt16BE(code, 0)
      fixed.writeUInt16BE(1, 2)
      fixed.writeUInt32BE(ttl, 4)
      fixed.writeUInt16BE(body.length, 8)
      return Buffer.concat([writeName(name), fixed, body])
    })
    const answer = Buffer.concat([head, query.subarray(12, end + 4), ...answers])
    socket.send(answer, from.port, from.address)
  })
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return { zone, asked }
}

function readName(bytes: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = []
  let at = start
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length).toLowerCase())
    at += 1 + length
  }
  return { name: labels.join('.'), end: at + 1 }
}

function writeName(name: string): Buffer {
  const labels = name === '' || name === '.' ? [] : name.split('.')
  return Buffer.concat([...labels.map((label) => text(label)), Buffer.of(0)])
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.of(value.length), Buffer.from(value, 'latin1')])
}

function encode(record: string | SrvRecord | NaptrRecord): Buffer {
  if (typeof record === 'string') return Buffer.from(ipBytes(record) ?? [])
  const [first, second, ...rest] =
    'weight' in record ? [record.priority, record.weight, record.port] : [record.order, record.preference]
  const numbers = Buffer.from([first, second, ...rest].flatMap((value = 0) => [value >> 8, value & 0xff]))
  if ('weight' in record) return Buffer.concat([numbers, writeName(record.name)])
  const texts = [record.flags, record.service, record.regexp].map(text)
  return Buffer.concat([numbers, ...texts, writeName(record.replacement)])
}
