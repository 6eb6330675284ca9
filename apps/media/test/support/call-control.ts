// Call control as a process of its own, to be killed or stopped: `call-control.ts SOCKET GENERATION PORT
// PORT` bridges two phones and says the ports of their endpoints, then keeps the heartbeat.
import type { CallId, EndpointId, LegId, TenantId } from '@rufwerk/core'
import type { Codec } from '@rufwerk/media-control'
import { connectMediaSocket } from '@rufwerk/testing/media-socket'

const HOST = '127.0.0.1'
const PCMA: Codec = { name: 'PCMA', payloadType: 8, clockRate: 8_000, channels: 1, ptimeMs: 20 }
const [path = '', generation = '', ...phones] = process.argv.slice(2)

const client = connectMediaSocket(path, {
  onDead: (why) => {
    process.stdout.write(`lost: ${why}\n`)
    process.exit(0)
  },
})

await client.hello(Number(generation))
const ports: number[] = []
for (const [at, phone] of phones.entries()) {
  const ids = { tenant: 't' as TenantId, call: 'c' as CallId, leg: `l${at}` as LegId }
  const endpoint = `e${at}` as EndpointId
  const opened = await client.command({ type: 'openRtp', endpoint, ...ids, address: HOST })
  if (opened.type !== 'openedRtp') throw new Error(JSON.stringify(opened))
  ports.push(opened.rtp.port)
  const there = { address: HOST, port: Number(phone) }
  await client.command({
    type: 'configure',
    endpoint,
    remote: { rtp: there, rtcp: there },
    direction: 'sendrecv',
    send: PCMA,
    receive: [PCMA],
  })
}
for (const at of phones.keys()) {
  const endpoint = `e${(at + 1) % phones.length}` as EndpointId
  await client.command({
    type: 'setSource',
    endpoint: `e${at}` as EndpointId,
    source: { type: 'endpoint', endpoint },
  })
}
await client.claim([])
process.stdout.write(`ports ${ports.join(' ')}\n`)
