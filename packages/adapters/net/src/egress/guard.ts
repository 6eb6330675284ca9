// Every way out of the process asks here first. Installed once, before anything else is loaded.
import { type Answers, Gate, type Refused, type RefusedKind, type Target } from '@rufwerk/egress'
import { type Bindings, type Native, REFUSED, REFUSED_BY_DNS, replace } from './bindings.ts'

export interface GuardParts {
  /** As they are now; asked before each decision, so that a change of the configuration counts at once. */
  readonly targets: () => readonly Target[]
  /** UDP sockets at these ports of ours go anywhere: calls say where. */
  readonly isOwnUdpPort: (port: number) => boolean
  /** Sockets of our own machine that others of its may be sent to from any port. */
  readonly isOwnUdpPeer: (address: string, port: number) => boolean
  readonly isOwnSocket: (path: string) => boolean
  readonly mayStart: (program: string, args: readonly string[]) => boolean
  readonly onRefused: (refused: Omit<Refused, 'by'>) => void
}

/** Any port does to ask the system for the route to an address: nothing is sent there. RFC 863. */
const DISCARD = 9
const QUESTIONS = [
  'Any',
  'A',
  'Aaaa',
  'Caa',
  'Cname',
  'Mx',
  'Naptr',
  'Ns',
  'Ptr',
  'Srv',
  'Soa',
  'Tlsa',
  'Txt',
]
/** A folder. */
const NO_PROGRAM = '/'
/** What c-ares says when its servers cannot be set. */
const ARES_REFUSED = 6

export function installGuard(native: Bindings, parts: GuardParts): Gate {
  const gate = new Gate()
  const asked = (): Gate => {
    gate.set(parts.targets())
    return gate
  }
  const refuse = (kind: RefusedKind, to: string, port?: number): number => {
    parts.onRefused({ kind, to, ...(port !== undefined && { port }) })
    return REFUSED
  }
  guardTcp(native, { parts, asked, refuse })
  guardUdp(native, { parts, asked, refuse })
  guardDns(native, { parts, asked, refuse })
  guardPrograms(native, { parts, asked, refuse })
  return gate
}

interface Shared {
  readonly parts: GuardParts
  readonly asked: () => Gate
  readonly refuse: (kind: RefusedKind, to: string, port?: number) => number
}

function guardTcp({ tcp, pipe }: Bindings, { parts, asked, refuse }: Shared): void {
  for (const name of ['connect', 'connect6'])
    replace(
      tcp,
      name,
      (native): Native =>
        function (request, address: string, port: number) {
          if (!asked().mayReach('tcp', address, port)) return refuse('tcp', address, port)
          return native.call(this, request, address, port)
        },
    )
  replace(
    pipe,
    'connect',
    (native): Native =>
      function (request, path: string) {
        return parts.isOwnSocket(path) ? native.call(this, request, path) : refuse('unix', path)
      },
  )
}

function guardUdp({ udp }: Bindings, { parts, asked, refuse }: Shared): void {
  const sends = new Map(['send', 'send6', 'connect', 'connect6'].map((name) => [name, udp[name]]))
  for (const name of ['bind', 'bind6'])
    replace(
      udp,
      name,
      (native): Native =>
        function (address: string, port: number, flags: number) {
          const failed = native.call(this, address, port, flags)
          // The packets of calls do not pass here at all: their sockets have the native functions themselves.
          if (failed === 0 && parts.isOwnUdpPort(port))
            for (const [own, value] of sends) Object.defineProperty(this, own, { value })
          return failed
        },
    )
  const mayReach = (address: string, port: number): boolean =>
    parts.isOwnUdpPeer(address, port) || asked().mayReach('udp', address, port)
  for (const name of ['send', 'send6'])
    replace(
      udp,
      name,
      (native): Native =>
        function (request, list, count, port: unknown, address: string, hasCallback) {
          // A connected socket names nobody: its peer was looked at when it was connected.
          if (typeof port !== 'number') return native.call(this, request, list, count, port)
          if (!mayReach(address, port)) return refuse('udp', address, port)
          return native.call(this, request, list, count, port, address, hasCallback)
        },
    )
  for (const name of ['connect', 'connect6'])
    replace(
      udp,
      name,
      (native): Native =>
        function (address: string, port: number) {
          const isRoute = port === DISCARD && asked().isKnown(address)
          if (!isRoute && !mayReach(address, port)) return refuse('udp', address, port)
          return native.call(this, address, port)
        },
    )
}

function guardDns({ channel, lookups }: Bindings, { asked, refuse }: Shared): void {
  const learning = (
    request: { oncomplete?: Native },
    name: string,
    read: (answer: unknown) => Answers,
  ): void => {
    const { oncomplete } = request
    request.oncomplete = function (error: unknown, answer: unknown, ...more: unknown[]) {
      if (!error && Array.isArray(answer)) asked().learn(name, read(answer))
      return oncomplete?.call(this, error, answer, ...more)
    }
  }
  replace(
    lookups,
    'getaddrinfo',
    (native): Native =>
      function (request, name: string, ...rest) {
        if (!asked().mayAsk(name)) return refuse('dns', name)
        learning(request, name, (answer) => ({ addresses: answer as string[] }))
        return native.call(this, request, name, ...rest)
      },
  )
  replace(lookups, 'getnameinfo', (): Native => (_request, address: string) => refuse('dns', address))
  const refuseLater = (request: { oncomplete: Native }, name: string): number => {
    refuse('dns', name)
    process.nextTick(() => request.oncomplete(REFUSED_BY_DNS))
    return 0
  }
  for (const kind of QUESTIONS)
    replace(
      channel,
      `query${kind}`,
      (native): Native =>
        function (request, name: string, ...rest) {
          if (!asked().mayAsk(name)) return refuseLater(request, name)
          learning(request, name, (answer) => answersOf(kind, answer))
          return native.call(this, request, name, ...rest)
        },
    )
  replace(channel, 'getHostByAddr', (): Native => (request, address: string) => refuseLater(request, address))
  // Other servers than those of the system could say anything about the names of our configuration.
  replace(
    channel,
    'setServers',
    (): Native => () => {
      refuse('dns', 'other servers')
      return ARES_REFUSED
    },
  )
}

/** What Node makes of the answer to each kind of question. */
function answersOf(kind: string, answer: unknown): Answers {
  if (kind === 'A' || kind === 'Aaaa') return { addresses: answer as string[] }
  if (kind === 'Cname') return { names: answer as string[] }
  if (kind === 'Srv') return { services: answer as { name: string; port: number }[] }
  if (kind !== 'Naptr') return {}
  return { names: (answer as { replacement: string }[]).map(({ replacement }) => replacement) }
}

function guardPrograms({ program, programSync }: Bindings, { parts, refuse }: Shared): void {
  replace(
    program,
    'spawn',
    (native): Native =>
      function (file: string, args: readonly string[], ...rest) {
        if (parts.mayStart(file, args.slice(1))) return native.call(this, file, args, ...rest)
        refuse('program', file)
        // The system then refuses by itself, with everything in the state that Node expects after that.
        return native.call(this, NO_PROGRAM, args, ...rest)
      },
  )
  replace(
    programSync,
    'spawn',
    (): Native => (options: { file: string }) => ({
      error: refuse('program', options.file),
      status: null,
      signal: null,
      output: null,
      pid: 0,
    }),
  )
}
