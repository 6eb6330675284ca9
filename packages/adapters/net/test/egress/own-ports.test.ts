// UDP from the ports of calls goes anywhere, from every other port it asks: each process has its own ports.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ownPortsOf } from '../../src/egress/own-ports.ts'
import { mayStart } from '../../src/egress/programs.ts'

const FLAGS = { sipPort: 5060, mediaPortFirst: 16_000, mediaPortLast: 17_999, webrtcPort: 18_000 }
const TURN = { ...FLAGS, nat: { turn: { relayFirst: 18_200, relayLast: 18_399 } } }

test('EGR-25: SIP in the server, sound in the media process, nothing in the defence alone', () => {
  const owned = (label: string, flags: object): number[] =>
    [0, 53, 5060, 5061, 16_000, 17_999, 18_000, 18_001, 18_300].filter((port) =>
      ownPortsOf(label, JSON.stringify(flags)).isOwn(port),
    )
  assert.deepEqual(owned('server', FLAGS), [5060])
  assert.deepEqual(owned('server', { ...FLAGS, isGuard: true }), [])
  assert.deepEqual(owned('media', FLAGS), [16_000, 17_999, 18_000])
  assert.deepEqual(owned('media', TURN), [16_000, 17_999, 18_000, 18_300])
  assert.deepEqual(owned('server', { sipPort: 0 }), [], 'any port is no port of ours')
  for (const flags of [undefined, '', 'null', '{', '[]'])
    assert.equal(ownPortsOf('server', flags).isOwn(5060), false)
  assert.ok(ownPortsOf('media', JSON.stringify(TURN)).isInner(18_000))
  assert.equal(ownPortsOf('media', JSON.stringify(FLAGS)).isInner(18_000), false, 'without a relay')
})

test('EGR-24: gpgv and coturn start, what setpriv is told must be coturn', () => {
  assert.ok(mayStart('gpgv', []))
  assert.ok(mayStart('/usr/bin/setpriv', ['--pdeathsig', 'TERM', '--', '/usr/bin/turnserver', '-c', 'x']))
  assert.equal(mayStart('/usr/bin/setpriv', ['--', '/bin/sh', '--', '/usr/bin/turnserver']), false)
  assert.equal(mayStart('/usr/bin/setpriv', ['/usr/bin/turnserver']), false)
  assert.equal(mayStart('/usr/bin/setpriv', ['/bin/sh', '--', '/usr/bin/turnserver']), false)
  for (const program of ['/bin/sh', 'sh', './gpgv', '/tmp/turnserver', 'node'])
    assert.equal(mayStart(program, []), false)
})
