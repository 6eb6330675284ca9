// The relay for browsers without UDP: coturn as we start it, asked over TCP by a client of our own. Whom it
// serves, whom it never reaches, and how little it says (security cases D1 to D5).
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { METHODS, peer, TurnClient, transport } from '../support/nat/turn-client.ts'
import { freePorts } from '../support/ports.ts'
import { Server } from '../support/server.ts'
import { until } from '../support/wait.ts'

/** Media and relay are both on this one. */
const ADDRESS = '127.0.0.1'
const RELAYS_PER_USER_MAX = 4
const root = mkdtempSync(join(tmpdir(), 'rufwerk-turn-'))
const port = await freePorts(1)
const relayFirst = await freePorts(40)
const turnPorts = ['--turn-ports', `${relayFirst}-${relayFirst + 39}`]
const server = await Server.start(['--turn', String(port), ...turnPorts], root)
test.after(async () => {
  await server.stop()
  rmSync(root, { recursive: true, force: true })
})
const folder = join(root, readdirSync(root)[0] ?? '', 'data', 'turn')
const config = readFileSync(join(folder, 'turnserver.conf'), 'utf8')
const [, secret = ''] = /^static-auth-secret=(.*)$/m.exec(config) ?? []

interface Credentials {
  readonly username: string
  readonly credential: string
}

const sign = (username: string): Credentials => ({
  username,
  credential: createHmac('sha1', secret).update(username).digest('base64'),
})
/** As the server makes them, for a person of our choice. */
const credentialsOf = (person: string): Credentials => sign(`${Math.floor(Date.now() / 1000) + 60}:${person}`)

const client = async (): Promise<TurnClient> =>
  until('the relay', () => TurnClient.open(port, ADDRESS).catch(() => undefined))

/** A client with a relay. */
async function allocated(who = credentialsOf('ada')): Promise<TurnClient> {
  const turn = await client()
  assert.equal((await turn.askAs(who, METHODS.allocate, [transport(17)])).error, undefined)
  return turn
}

const bytesOf = (address: string): number[] => {
  if (!isIPv6(address)) return address.split('.').map(Number)
  const [left = '', right = ''] = address.split('::')
  const groups = (text: string): number[] =>
    text === ''
      ? []
      : text
          .split(':')
          .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
  const [head, tail] = [groups(left), groups(right)]
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail]
}

test('D1 the relay hears TCP only, and its secret is in a private file', async () => {
  await (await client()).close()
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(port, ADDRESS, resolve)) // Nobody has it.
  socket.close()
  assert.equal(statSync(join(folder, 'turnserver.conf')).mode & 0o777, 0o600)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.match(config, /^no-udp$/m)
})

const DENIED = [
  ...['127.0.0.2', '127.8.9.10', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255'],
  ...['192.168.1.1', '100.64.0.1', '169.254.169.254', '224.0.0.1', '239.255.255.250', '255.255.255.255'],
  ...['203.0.113.1', '8.8.8.8', '::1', '::', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'ff02::1'],
  ...['::ffff:7f00:1', '::ffff:a9fe:a9fe', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1'],
]

for (const method of ['permit', 'bindChannel'] as const)
  test(`D2 ${method}: our media address is reached, and nothing else`, async () => {
    const who = credentialsOf(`d2-${method}`)
    const turn = await allocated(who)
    const channel = { type: 0x000c, value: Buffer.from([0x40, 0, 0, 0]) }
    const extra = method === 'bindChannel' ? [channel] : []
    for (const address of DENIED) {
      const to = peer(bytesOf(address), turn.transactionId)
      const { error } = await turn.askAs(who, METHODS[method], [...extra, to])
      // 443: the other IP version than the relay has, which is IPv4 only.
      assert.equal(error, address.includes(':') ? 443 : 403, address)
    }
    const to = peer(bytesOf(ADDRESS), turn.transactionId)
    assert.equal((await turn.askAs(who, METHODS[method], [...extra, to])).error, undefined)
    turn.close()
  })

test('D3 credentials: of ten minutes and of one person; nothing else opens a relay', async () => {
  const good = await server.admin.ask<Credentials & { expiresInSeconds: number; port: number }>(
    'POST',
    '/phone/relay',
  )
  assert.equal(good.port, port)
  assert.ok(good.expiresInSeconds <= 600)
  const [until = '', person = ''] = good.username.split(':')
  assert.ok(Math.abs(Number(until) - Date.now() / 1000 - good.expiresInSeconds) < 30)
  assert.ok(person !== '')
  ;(await allocated(good)).close()
  const bad = {
    'another person with this password': { ...good, username: `${until}:somebody` },
    'a later end with this password': { ...good, username: `${Number(until) + 600}:${person}` },
    'a wrong password': { ...good, credential: 'AAAA' },
    'well signed and over': sign(`${Math.floor(Date.now() / 1000) - 1}:${person}`),
  }
  for (const [name, who] of Object.entries(bad)) {
    const turn = await client()
    assert.equal((await turn.askAs(who, METHODS.allocate, [transport(17)])).error, 401, name)
    turn.close()
  }
})

test('D4 a person has so many relays and no more; relays over TCP do not exist', async () => {
  const who = credentialsOf('cleo')
  const open: TurnClient[] = []
  for (let count = 0; count < RELAYS_PER_USER_MAX; count++) open.push(await allocated(who))
  const one = await client()
  assert.equal((await one.askAs(who, METHODS.allocate, [transport(17)])).error, 486)
  // The quota is of this person: another one still gets a relay.
  ;(await allocated(credentialsOf('dora'))).close()
  const tcp = await client()
  const { error } = await tcp.askAs(credentialsOf('emil'), METHODS.allocate, [transport(6)])
  assert.ok(error === 442 || error === 403, `a relay over TCP: ${error}`)
  for (const turn of [...open, one, tcp]) turn.close()
})

test('D5 who shows no credentials gets a small 401 without a version', async () => {
  const turn = await client()
  const { error, bytes, attributes } = await turn.ask(METHODS.allocate, [transport(17)])
  assert.equal(error, 401)
  assert.ok(bytes <= 120, `${bytes} bytes`)
  assert.equal(attributes.has(0x8022), false, 'SOFTWARE')
  const binding = await turn.ask(METHODS.binding, [])
  assert.equal(binding.error, 401)
  turn.close()
})
