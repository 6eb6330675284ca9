// UDP ports that calls come from: SIP in the server, sound in the media process.

export interface OwnPorts {
  readonly isOwn: (port: number) => boolean
  /** Where browsers' sound arrives at our own addresses, also what comes out of the relay beside us. */
  readonly isInner: (port: number) => boolean
}

/** With several addresses each has a port of its own: the given one, then the next ones. */
const ADDRESSES_MAX = 64

interface Flags {
  readonly sipPort?: number
  readonly mediaPortFirst?: number
  readonly mediaPortLast?: number
  readonly webrtcPort?: number
  readonly isGuard?: boolean
  readonly nat?: { readonly turn?: { readonly relayFirst: number; readonly relayLast: number } }
}

/** `flags`: RUFWERK_FLAGS, the flags of the launcher as JSON. */
export function ownPortsOf(label: string, flags: string | undefined): OwnPorts {
  const { sipPort, mediaPortFirst, mediaPortLast, webrtcPort, isGuard, nat } = read(flags)
  const isWithin = (port: number, low: number | undefined, high: number | undefined): boolean =>
    low !== undefined && high !== undefined && port >= low && port <= high
  if (label === 'server' && isGuard !== true)
    return { isOwn: (port) => port === sipPort && port !== 0, isInner: () => false }
  if (label !== 'media') return { isOwn: () => false, isInner: () => false }
  const turn = nat?.turn
  return {
    isOwn: (port) =>
      port !== 0 &&
      (port === webrtcPort ||
        isWithin(port, mediaPortFirst, mediaPortLast) ||
        isWithin(port, turn?.relayFirst, turn?.relayLast)),
    isInner: (port) =>
      turn !== undefined &&
      webrtcPort !== undefined &&
      isWithin(port, webrtcPort, webrtcPort + ADDRESSES_MAX - 1),
  }
}

function read(flags: string | undefined): Flags {
  if (flags === undefined) return {}
  try {
    const read: unknown = JSON.parse(flags)
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    return {}
  }
}
