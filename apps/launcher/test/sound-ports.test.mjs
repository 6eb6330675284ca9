import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { chooseSoundPorts } from '../sound-ports.mjs'

const ADDRESS = '127.0.0.1'
const flags = { sipHosts: [ADDRESS], sipPort: 5060, mediaPortFirst: 16_000, mediaPortLast: 17_999 }

/** Holds `count` UDP ports in a row, the first one even. */
async function take(count) {
  for (;;) {
    const first = 20_000 + 2 * Math.floor(Math.random() * 5_000)
    const sockets = []
    let isTaken = false
    for (let port = first; port < first + count && !isTaken; port++) {
      const socket = createSocket('udp4')
      isTaken = !(await new Promise((resolve) => {
        socket.once('error', () => resolve(false))
        socket.bind(port, ADDRESS, () => resolve(true))
      }))
      if (!isTaken) sockets.push(socket)
    }
    const close = () => {
      for (const socket of sockets) socket.close()
    }
    if (!isTaken) return { first, close }
    close()
  }
}

test('a WebRTC port that was asked for and is taken names its flag; free, it is used', async () => {
  const taken = await take(1)
  const refused = await chooseSoundPorts({ ...flags, webrtcPort: taken.first })
  assert.equal(refused.ok, false)
  assert.match(refused.message, new RegExp(`${taken.first} .*--webrtc-port`))
  taken.close()
  assert.deepEqual(await chooseSoundPorts({ ...flags, webrtcPort: taken.first }), {
    ok: true,
    webrtcPort: taken.first,
  })
})

test('without a WebRTC port the next free one is chosen', async () => {
  const chosen = await chooseSoundPorts({ ...flags, webrtcPort: undefined })
  assert.ok(chosen.ok && chosen.webrtcPort >= 18_000)
})

test('a media range without room for one call names its flag; with room for one it is used', async () => {
  const taken = await take(6)
  const range = { mediaPortFirst: taken.first, mediaPortLast: taken.first + 7, webrtcPort: undefined }
  const refused = await chooseSoundPorts({ ...flags, ...range })
  assert.equal(refused.ok, false)
  assert.match(refused.message, /--media-ports/)
  taken.close()
  assert.equal((await chooseSoundPorts({ ...flags, ...range })).ok, true)
})

test('an address that is not of this machine is left for the server to refuse', async () => {
  const chosen = await chooseSoundPorts({ ...flags, sipHosts: ['203.0.113.9'], webrtcPort: 21_000 })
  assert.equal(chosen.ok, true)
})
