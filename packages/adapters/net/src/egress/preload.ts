// Loaded with --import before anything else, in the server, in the media process and in each of their
// threads. Until the server says what its configuration needs, nothing is reached.
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { networkInterfaces } from 'node:os'
import { Refusals, type Refused, type Target } from '@rufwerk/egress'
import { bindings } from './bindings.ts'
import { leaveEgressControl } from './control.ts'
import { installGuard } from './guard.ts'
import { ownPortsOf } from './own-ports.ts'
import { mayStart } from './programs.ts'
import { SharedList } from './shared-list.ts'
import { labelOf, packageOf } from './who.ts'

/** In the data that a thread gets from who starts it. */
const LIST = 'rufwerk.egress.list'
/** From threads to the one that keeps the log. */
const NEWS = 'rufwerk.egress.news'

const threads = createRequire(import.meta.url)('node:worker_threads') as typeof import('node:worker_threads')
const isMain = threads.isMainThread
const memory = threads.getEnvironmentData(LIST)
threads.setEnvironmentData(LIST, undefined)
const list = new SharedList(memory instanceof SharedArrayBuffer ? memory : undefined)
const label = labelOf(process.argv[1] ?? '')
const ports = ownPortsOf(label, process.env.RUFWERK_FLAGS)
const refusals = new Refusals()
let targets: () => readonly Target[] = isMain ? () => [] : () => list.read()
let tell = (refused: Refused, times: number): void => {
  const { kind, to, port, by } = refused
  process.stderr.write(`rufwerk: egress refused ${JSON.stringify({ kind, to, port, by, times })}\n`)
}

function count(refused: Refused): void {
  const times = refusals.add(refused, Date.now())
  if (times !== undefined) tell(refused, times)
}

let news: BroadcastChannel | undefined
function report(refused: Refused): void {
  news ??= new threads.BroadcastChannel(NEWS) as unknown as BroadcastChannel
  news.postMessage(refused)
}

function refused(what: Omit<Refused, 'by'>): void {
  const by = packageOf()
  const told = { ...what, by: by === undefined ? label : `${label} (${by})` }
  if (isMain) count(told)
  else report(told)
}

const gate = installGuard(bindings(), {
  targets: () => targets(),
  isOwnUdpPort: ports.isOwn,
  isOwnUdpPeer: (address, port) => ports.isInner(port) && isOwnAddress(address),
  isOwnSocket: (path) => isMain && path === process.env.RUFWERK_MEDIA_SOCKET,
  mayStart: (program, args) => label !== 'media' && mayStart(program, args),
  onRefused: refused,
})

if (isMain) {
  const heard = new threads.BroadcastChannel(NEWS)
  heard.onmessage = ({ data }: { data: unknown }) => count(data as Refused)
  heard.unref()
  leaveEgressControl({
    ...{ gate, refusals },
    follow: (wanted) => {
      targets = wanted
    },
    allowThreads: (wanted) => list.write(wanted),
    onLine: (wanted) => {
      tell = wanted
    },
  })
}

// A thread that is started without our flags would be without a guard.
const { Worker } = threads
threads.Worker = new Proxy(Worker, {
  construct(target, [file, options]: ConstructorParameters<typeof Worker>, newTarget) {
    // Node evaluates a text before it has loaded the guard.
    if (options?.eval || String(file).startsWith('data:')) closed('new Worker of a text')
    const { execArgv: _, ...rest } = options ?? {}
    threads.setEnvironmentData(LIST, list.memory as never)
    try {
      return Reflect.construct(target, [file, rest], newTarget)
    } finally {
      threads.setEnvironmentData(LIST, undefined)
    }
  },
})
Object.defineProperty(Worker.prototype, 'constructor', { value: threads.Worker })
syncBuiltinESMExports()

// What leads past the functions that ask, and what our code has no use for.
for (const name of ['binding', '_linkedBinding', 'execve'])
  Object.defineProperty(process, name, { value: () => closed(`process.${name}`), writable: false })

function closed(what: string): never {
  refused({ kind: 'program', to: what })
  throw Object.assign(new Error(`${what} is not available here.`), { code: 'EACCES' })
}

function isOwnAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some((of) => of?.some((one) => one.address === address) === true)
}
