// Free ports on loopback below 32768: above are the ports that other processes get for their own connections.
// What one process has been given no other test on this machine gets, even while nothing listens there yet.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

const FIRST = 20_000
const LAST = 32_000
const ADDRESS = '127.0.0.1'
/** Ports are given out in blocks, which begin at a multiple of this. */
const BLOCK = 10

/** A run of `count` ports, all free for UDP and TCP, the first one returned. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const first = FIRST + Math.floor((Math.random() * (LAST - FIRST - count)) / BLOCK) * BLOCK
    const free = await Promise.all([...new Set([first, first + count - 1])].map(isFree))
    if (free.every(Boolean) && (await reserve(first, count))) return first
  }
  throw new Error(`no ${count} free ports between ${FIRST} and ${LAST}`)
}

/** All blocks or none. A reservation is a socket name without a file, gone with this process. */
async function reserve(first: number, count: number): Promise<boolean> {
  const release: (() => void)[] = []
  for (let block = first; block < first + count; block += BLOCK) {
    const server = createServer()
    const isOurs = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(`\0rufwerk-test-ports-${block}`, () => resolve(true))
    })
    if (!isOurs) {
      for (const close of release) close()
      return false
    }
    server.unref()
    release.push(() => server.close())
  }
  return true
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
