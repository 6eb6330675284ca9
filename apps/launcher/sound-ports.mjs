// Looks before the start whether the UDP ports for sound can be had, so that a taken one is said at once and
// not when the first call has no sound. Plain JavaScript for Node 20.
import { createSocket } from 'node:dgram'
import { createServer, isIPv6 } from 'node:net'
import { WEBRTC_PORT_DEFAULT } from './flags.mjs'

/** How many ports are tried from WEBRTC_PORT_DEFAULT on. */
const WEBRTC_PORTS_TRIED = 100
/** One call has two legs, each with a port for RTP and the next one for RTCP. */
const PAIRS_MIN = 2

/**
 * The port for sound of browsers, and a look at the range for phones. Only these flags are read.
 * @param {Pick<import('./flags.mjs').Flags, 'sipHosts' | 'sipPort' | 'mediaPortFirst' | 'mediaPortLast' |
 * 'webrtcPort'>} flags
 * @returns {Promise<{ok: true, webrtcPort: number} | {ok: false, message: string}>} `message`: one line.
 */
export async function chooseSoundPorts(flags) {
  const { mediaPortFirst, mediaPortLast, webrtcPort } = flags
  if (!(await hasFreePairs(flags)))
    return {
      ok: false,
      message:
        `the UDP ports ${mediaPortFirst}-${mediaPortLast} are taken by other programs; ` +
        'choose another range with --media-ports',
    }
  if (webrtcPort === undefined) {
    const free = await nextFreePort(flags)
    if (free !== undefined) return { ok: true, webrtcPort: free }
    return { ok: false, message: 'no free UDP port for browsers; choose one with --webrtc-port' }
  }
  if (await isFreeOnAll(flags.sipHosts, webrtcPort)) return { ok: true, webrtcPort }
  const message = `UDP port ${webrtcPort} is taken by another program; choose another one with --webrtc-port`
  return { ok: false, message }
}

/** @param {Parameters<typeof chooseSoundPorts>[0]} flags */
async function nextFreePort(flags) {
  for (let port = WEBRTC_PORT_DEFAULT; port < WEBRTC_PORT_DEFAULT + WEBRTC_PORTS_TRIED; port++) {
    if (port === flags.sipPort || (port >= flags.mediaPortFirst && port <= flags.mediaPortLast)) continue
    if ((await isFreeOnAll([], port)) && (await reserve(port))) return port
  }
  return undefined
}

/**
 * Keeps other Rufwerks of this machine from choosing the same port: media binds it with its first browser
 * call only. The reservation is a socket name without a file, gone with this process; true where there are
 * none.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function reserve(port) {
  if (process.platform !== 'linux') return Promise.resolve(true)
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(`\0rufwerk-webrtc-${port}`, () => resolve(true))
    server.unref()
  })
}

/** @param {Parameters<typeof chooseSoundPorts>[0]} flags */
async function hasFreePairs({ sipHosts, mediaPortFirst, mediaPortLast }) {
  let pairs = 0
  // RFC 3550 §11: RTP at an even port, RTCP at the next one.
  for (let port = (mediaPortFirst + 1) & ~1; port < mediaPortLast; port += 2) {
    if (!(await isFreeOnAll(sipHosts, port)) || !(await isFreeOnAll(sipHosts, port + 1))) continue
    if (++pairs >= PAIRS_MIN) return true
  }
  return false
}

/** @param {readonly string[]} hosts Empty: every address. @param {number} port */
async function isFreeOnAll(hosts, port) {
  for (const host of hosts.length > 0 ? hosts : ['0.0.0.0']) if (!(await isFree(host, port))) return false
  return true
}

/** @param {string} host @param {number} port @returns {Promise<boolean>} */
function isFree(host, port) {
  return new Promise((resolve) => {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' })
    // An address that this machine does not have is told by the server, with its own flag.
    socket.once('error', (error) => resolve('code' in error && error.code === 'EADDRNOTAVAIL'))
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}
