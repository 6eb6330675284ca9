// node-relay.mjs PAIRS SECONDS: what c-relay.c does, in the fewest lines of Node; prints CPU per packet. How
// much of the product's cost is Node's, on the machine of today.
import { createSocket } from 'node:dgram'

const [pairs, seconds] = process.argv.slice(2).map(Number)
/** An address needs no look-up. */
const lookup = (address, _options, done) => done(null, address, 4)
let packets = 0
for (let pair = 0; pair < pairs; pair += 1) {
  const socket = createSocket({ type: 'udp4', lookup })
  const to = 40_000 + (pair % 4)
  socket.on('message', (packet) => {
    packets += 1
    socket.send(packet, 0, packet.length, to, '127.0.0.1')
  })
  socket.bind(20_000 + pair, '127.0.0.1')
}
setTimeout(() => {
  const { user, system } = process.cpuUsage()
  process.stdout.write(`node relay ${packets} pkts ${((user + system) / packets).toFixed(2)} us/pkt\n`)
  process.exit(0)
}, seconds * 1000)
