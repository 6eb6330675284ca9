// node-calls.mjs CALLS SECONDS BASE PORT: what c-calls.c does, in the fewest lines of Node. How much of the
// product's cost is Node's, on the machine of today.
import { createSocket } from 'node:dgram'

const [calls, seconds, base, port] = process.argv.slice(2).map(Number)
const ADDRESS = '127.0.0.1'
/** An address needs no look-up. */
const lookup = (address, _options, done) => done(null, address, 4)
const open = (at) => {
  const socket = createSocket({ type: 'udp4', lookup })
  socket.bind(base + at, ADDRESS)
  return socket
}
for (let call = 0; call < calls; call += 1) {
  const caller = open(2 * call)
  const callee = open(2 * call + 1)
  let callerPort = port
  caller.on('message', (packet, from) => {
    callerPort = from.port
    callee.send(packet, 0, packet.length, port, ADDRESS)
  })
  callee.on('message', (packet) => caller.send(packet, 0, packet.length, callerPort, ADDRESS))
}
setTimeout(() => process.exit(0), seconds * 1000)
