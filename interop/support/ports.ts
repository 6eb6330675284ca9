// Free ports on loopback below 32768: above are the ports that other processes get for their own connections.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

const FIRST = 20_000
const LAST = 32_000
const ADDRESS = '127.0.0.1'
/** Not given out twice by this process, even when nothing listens there yet. */
const given = new Set<number>()

/** A run of `count` ports, all free for UDP and TCP, the first one returned. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const first = FIRST + Math.floor((Math.random() * (LAST - FIRST - count)) / 10) * 10
    const ports = Array.from({ length: count }, (_, index) => first + index)
    if (ports.some((port) => given.has(port))) continue
    const free = await Promise.all([...new Set([first, first + count - 1])].map(isFree))
    if (!free.every(Boolean)) continue
    for (const port of ports) given.add(port)
    return first
  }
  throw new Error(`no ${count} free ports between ${FIRST} and ${LAST}`)
}

async function isFree(port: number): Promise<boolean> {
  const isUdpFree = await new Promise<boolean>((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => resolve(false))
    socket.bind(port, ADDRESS, () => socket.close(() => resolve(true)))
  })
  const isTcpFree = await new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, ADDRESS, () => server.close(() => resolve(true)))
  })
  return isUdpFree && isTcpFree
}
