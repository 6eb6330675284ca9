// Does what a stolen dependency would do: tries every way out of the process that it is in, and says how each
// went. Loaded into processes by tests alone.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import dns from 'node:dns'
import { once } from 'node:events'
import http2 from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import { Worker, workerData } from 'node:worker_threads'

export interface Aim {
  /** On loopback, where the test listens over TCP and UDP. */
  readonly port: number
  readonly udpPort: number
  /** A Unix socket where the test listens. */
  readonly path: string
  /** A name that the test's own names stand for: nobody is to be asked about it. */
  readonly name: string
}

/** `done`, or the code of the error. */
export type Outcome = Record<string, string>

const HOST = '127.0.0.1'
const WAIT_MS = 3_000

/** Tries one way after the other. */
export async function tryToLeave(
  aim: Aim,
  ways: Record<string, (aim: Aim) => Promise<unknown>> = WAYS,
): Promise<Outcome> {
  const outcome: Outcome = {}
  for (const [name, way] of Object.entries(ways)) outcome[name] = await tried(() => way(aim))
  return outcome
}

async function tried(way: () => Promise<unknown>): Promise<string> {
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(() => late.resolve('late'), WAIT_MS)
  try {
    return await Promise.race([Promise.resolve(way()).then(() => 'done'), late.promise])
  } catch (error) {
    return codeOf(error)
  } finally {
    clearTimeout(timer)
  }
}

function codeOf(error: unknown): string {
  const { code, cause, message } = error as { code?: string; cause?: unknown; message?: string }
  return code ?? (cause ? codeOf(cause) : `${message}`)
}

export const WAYS: Record<string, (aim: Aim) => Promise<unknown>> = {
  net: async ({ port }) => {
    const socket = net.connect(port, HOST)
    await once(socket, 'connect')
    socket.destroy()
  },
  // Nobody speaks TLS there: refused by the peer is reached, too.
  tls: async ({ port }) => {
    const socket = tls.connect({ port, host: HOST, rejectUnauthorized: false })
    await once(socket, 'connect')
    socket.destroy()
  },
  fetch: async ({ port }) => await (await fetch(`http://${HOST}:${port}/stolen`)).text(),
  http2: async ({ port }) => {
    const session = http2.connect(`http://${HOST}:${port}`)
    await once(session, 'connect')
    session.destroy()
  },
  dgram: ({ udpPort }) => {
    const socket = createSocket('udp4')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.send('stolen', udpPort, HOST, (error) => (error ? reject(error) : resolve()))
    return promise.finally(() => socket.close())
  },
  'dgram connected': async ({ udpPort }) => {
    const socket = createSocket('udp4')
    socket.connect(udpPort, HOST)
    await once(socket, 'connect').finally(() => socket.close())
  },
  'dns lookup': ({ name }) => dns.promises.lookup(name),
  'dns question': ({ name }) => dns.promises.resolveTxt(`stolen-words.${name}`),
  'dns server': async ({ name, udpPort }) => {
    const resolver = new dns.promises.Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`${HOST}:${udpPort}`])
    return resolver.resolve4(name)
  },
  unix: async ({ path }) => {
    const socket = net.connect(path)
    await once(socket, 'connect')
    socket.destroy()
  },
  program: async ({ port }) => {
    const child: ChildProcess = spawn('/bin/bash', ['-c', `exec 3<>/dev/tcp/${HOST}/${port}`])
    const [code] = await Promise.race([
      once(child, 'exit'),
      once(child, 'error').then(([e]) => Promise.reject(e)),
    ])
    if (code !== 0) throw new Error(`exit ${code}`)
  },
  'program at once': async () => {
    const { error } = spawnSync('/bin/true')
    if (error) throw error
  },
  'in a thread': async ({ port }) => {
    const workerData = { egressProbe: port }
    const file = import.meta.filename
    const [code] = await once(new Worker(file, { workerData, execArgv: [], env: {} }), 'exit')
    if (code !== 0) throw Object.assign(new Error('refused'), { code: 'EACCES' })
  },
  'in a thread of a text': async ({ port }) => {
    const text = `require('node:net').connect(${port}, '${HOST}')
      .on('connect', () => process.exit(0)).on('error', () => process.exit(1))`
    const [code] = await once(new Worker(text, { eval: true, execArgv: [], env: {} }), 'exit')
    if (code !== 0) throw new Error('not reached')
  },
  // What Node's own modules stand on.
  binding: async ({ port }) => {
    const { TCP, TCPConnectWrap } = Reflect.get(process, 'binding').call(process, 'tcp_wrap')
    new TCP(0).connect(new TCPConnectWrap(), HOST, port)
  },
}

// In the thread that it starts itself.
const probed: unknown = workerData?.egressProbe
if (typeof probed === 'number')
  net
    .connect(probed, HOST)
    .on('connect', () => process.exit(0))
    .on('error', () => process.exit(1))
