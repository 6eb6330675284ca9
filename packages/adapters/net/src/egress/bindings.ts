// The few places below all of Node's modules where something leaves the process. net, tls, http, https,
// http2, fetch and WebSocket end in TCP.connect; dgram in UDP.send; every way of asking the DNS in
// getaddrinfo or a channel of c-ares; every way of starting a program in Process.spawn or spawn_sync. There
// is no public door to them; a Node.js where one of them is missing is not started with.

/** libuv's EACCES: the caller sees an ordinary error of its connection. */
export const REFUSED = -13
/** What a DNS server that will not answer says (RFC 1035 §4.1.1). */
export const REFUSED_BY_DNS = 'EREFUSED'

// biome-ignore lint/suspicious/noExplicitAny: what Node hands to its own bindings has no types.
export type Native = (this: any, ...args: any[]) => any
export type Methods = Record<string, Native>

export interface Bindings {
  readonly tcp: Methods
  readonly udp: Methods
  readonly pipe: Methods
  readonly program: Methods
  readonly channel: Methods
  /** `getaddrinfo` and `getnameinfo`. */
  readonly lookups: Methods
  /** `spawn`. */
  readonly programSync: Methods
}

/** Throws where this Node.js is not built as we know it. */
export function bindings(): Bindings {
  const binding = Reflect.get(process, 'binding') as unknown as (name: string) => Record<string, unknown>
  const methodsOf = (name: string, type: string): Methods => {
    const found = binding.call(process, name)[type] as { prototype?: Methods } | undefined
    if (found?.prototype === undefined) throw new Error(`This Node.js has no ${name}.${type}.`)
    return found.prototype
  }
  return {
    tcp: methodsOf('tcp_wrap', 'TCP'),
    udp: methodsOf('udp_wrap', 'UDP'),
    pipe: methodsOf('pipe_wrap', 'Pipe'),
    program: methodsOf('process_wrap', 'Process'),
    channel: methodsOf('cares_wrap', 'ChannelWrap'),
    lookups: binding.call(process, 'cares_wrap') as Methods,
    programSync: binding.call(process, 'spawn_sync') as Methods,
  }
}

/** In the place of `name`; nobody who comes later can put the one before back. */
export function replace(methods: Methods, name: string, by: (native: Native) => Native): void {
  const native = methods[name]
  if (native === undefined) throw new Error(`This Node.js has no ${name}.`)
  Object.defineProperty(methods, name, { value: by(native), writable: false, configurable: false })
}
