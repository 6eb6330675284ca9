// Which address of ours the system would send from, to reach another one: nothing is sent to find out.
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { isWildcard } from './address.ts'

/** Any port does: only the route is looked at. */
const SOME_PORT = 9

/** Undefined when there is no way to `remote`, an IP address. */
export function localAddressTo(remote: string): Promise<string | undefined> {
  const found = Promise.withResolvers<string | undefined>()
  const socket = createSocket(isIPv6(remote) ? 'udp6' : 'udp4')
  const end = (address: string | undefined): void => {
    socket.removeAllListeners()
    socket.on('error', () => undefined)
    socket.close()
    found.resolve(address)
  }
  socket.once('error', () => end(undefined))
  socket.connect(SOME_PORT, remote, () => {
    const { address } = socket.address()
    end(isWildcard(address) ? undefined : address)
  })
  return found.promise
}
