// The resolver against a DNS server of the test's own, and the way from a dead target to the next.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Ms, ms } from '@rufwerk/core'
import { SipResolver, type SipResolverOptions, TimerWheel, tryTargets } from '../src/index.ts'
import { openDns, type Zone } from './dns-server.ts'
import { HOST, openSockets, until } from './sockets.ts'

interface Opened {
  readonly resolver: SipResolver
  /** Puts the resolver's clock forward. */
  pass(time: Ms): void
}

function open(t: TestContext, port: number, options: Partial<SipResolverOptions> = {}): Opened {
  let ahead = 0
  const now = () => performance.now() + ahead
  const timers = new TimerWheel({ now, onError: (error) => assert.fail(String(error)) })
  const resolver = new SipResolver({
    timers,
    random: () => 0,
    transports: ['tls', 'tcp', 'udp'],
    families: [6, 4],
    servers: [`${HOST}:${port}`],
    ...options,
  })
  t.after(() => {
    resolver.close()
    timers.close()
  })
  return {
    resolver,
    pass: (time) => {
      ahead += time
    },
  }
}

const CARRIER: Zone = {
  'NAPTR carrier.example': [
    {
      order: 10,
      preference: 1,
      flags: 'S',
      service: 'SIP+D2T',
      regexp: '',
      replacement: '_sip._tcp.carrier.example',
    },
  ],
  'SRV _sip._tcp.carrier.example': [
    { priority: 20, weight: 0, port: 25_202, name: 'second.carrier.example' },
    { priority: 10, weight: 0, port: 25_201, name: 'first.carrier.example' },
  ],
  'A first.carrier.example': [HOST],
  'A second.carrier.example': [HOST],
}

test('NAPTR, SRV and addresses are followed, kept, and asked again when they are old', async (t) => {
  const dns = await openDns(t, 25_200, CARRIER)
  const { resolver, pass } = open(t, 25_200)
  const wanted = { host: 'Carrier.example.', isSecure: false }
  const expected = [
    { transport: 'tcp', address: HOST, port: 25_201 },
    { transport: 'tcp', address: HOST, port: 25_202 },
  ]
  const [one, two] = await Promise.all([resolver.resolve(wanted), resolver.resolve(wanted)])
  assert.deepEqual(one.ok && one.value, expected)
  assert.deepEqual(two, one)
  const questions = dns.asked.length
  assert.equal(questions, new Set(dns.asked).size) // Nothing was asked twice.
  assert.deepEqual(dns.asked.slice(0, 2), ['NAPTR carrier.example', 'SRV _sip._tcp.carrier.example'])
  await resolver.resolve(wanted)
  assert.equal(dns.asked.length, questions)
  pass(ms(61_000))
  await resolver.resolve(wanted)
  assert.equal(dns.asked.length, 2 * questions)
})

test('while the servers fail, an old answer serves; a name never heard of is an error', async (t) => {
  const dns = await openDns(t, 25_203, { 'A trunk.example': ['192.0.2.1'], 'AAAA trunk.example': [] })
  const { resolver, pass } = open(t, 25_203)
  const wanted = { host: 'trunk.example', port: 5060, isSecure: false }
  assert.ok((await resolver.resolve(wanted)).ok)
  dns.zone['A trunk.example'] = 'fails'
  pass(ms(3_600_000))
  const stale = await resolver.resolve(wanted)
  assert.deepEqual(stale.ok && stale.value, [{ transport: 'udp', address: '192.0.2.1', port: 5060 }])
  pass(ms(25 * 3_600_000))
  const failed = await resolver.resolve(wanted)
  assert.equal(failed.ok ? '' : failed.error.code, 'server-failed')
  const unknown = await resolver.resolve({ host: 'nowhere.example', isSecure: false })
  assert.equal(unknown.ok ? '' : unknown.error.code, 'no-such-name')
})

test('a silent server is given up in time', async (t) => {
  await openDns(t, 25_204, { 'NAPTR slow.example': 'silent' })
  const { resolver } = open(t, 25_204, { within: ms(150) })
  // A machine that stands still is late once, a resolver that waits too long is late each time.
  let tookMs = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 4 && tookMs >= 1_000; attempt += 1) {
    const before = performance.now()
    const late = await resolver.resolve({ host: 'slow.example', isSecure: false })
    assert.equal(late.ok ? '' : late.error.code, 'timeout')
    tookMs = performance.now() - before
  }
  assert.ok(tookMs < 1_000, `${tookMs} ms`)
})

test('addresses, localhost and rubbish ask nobody', async (t) => {
  const dns = await openDns(t, 25_205, {})
  const { resolver } = open(t, 25_205)
  const literal = await resolver.resolve({ host: '2001:db8::1', isSecure: true })
  assert.deepEqual(literal.ok && literal.value, [{ transport: 'tls', address: '2001:db8::1', port: 5061 }])
  const own = await resolver.resolve({ host: 'localhost', port: 5060, isSecure: false })
  assert.deepEqual(own.ok && own.value.map(({ address }) => address), ['::1', '127.0.0.1'])
  for (const host of [
    '',
    'a b',
    'a..b',
    '-a.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}aa`,
  ]) {
    const bad = await resolver.resolve({ host, isSecure: false })
    assert.equal(bad.ok ? '' : bad.error.code, 'bad-name', host)
  }
  assert.deepEqual(dns.asked, [])
})

test('when the first target is dead the second is used, and a refusal ends the search', async (t) => {
  await openDns(t, 25_206, CARRIER)
  const { resolver } = open(t, 25_206)
  const { sockets } = openSockets(t)
  const carrier = openSockets(t)
  assert.ok((await carrier.sockets.listenTcp({ address: HOST, port: 25_202 })).ok)
  const targets = await resolver.resolve({ host: 'carrier.example', isSecure: false })
  assert.ok(targets.ok)
  const attempt = (target: { address: string; port: number }) =>
    sockets.sendTo({ transport: 'tcp', remote: target, localAddress: HOST }, Buffer.from('INVITE\n'))
  const reached = await tryTargets(targets.value, attempt)
  assert.ok(reached.ok)
  assert.equal(reached.value.target.port, 25_202)
  assert.deepEqual(
    reached.value.failed.map(({ code }) => code),
    ['refused'],
  )
  await until(() => carrier.heard.messages.length === 1, 'the message')
  const stopped = await tryTargets(targets.value, attempt, () => false)
  assert.deepEqual(stopped.ok ? [] : stopped.error.map(({ code }) => code), ['refused'])
})
