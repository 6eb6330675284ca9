// The relay's files and signals, with a shell script in place of coturn.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SILENT_LOG, wallTime } from '@rufwerk/core'
import { TimerWheel } from '@rufwerk/net'
import { Relay, type RelayParts } from '../src/turn/relay.ts'

type Follower = Parameters<RelayParts['certificates']['follow']>[0]

interface Scene {
  readonly folder: string
  readonly followers: Set<Follower>
  readonly opened: ReturnType<typeof Relay.open>
  readonly pem: string
  /** Lines that the program has written. */
  said(): string[]
  untilSaid(lines: number): Promise<string[]>
}

const PROGRAM = `#!/bin/sh
trap 'echo "told $(head -1 certificate.pem)" >> said' USR2
echo started >> said
while :; do sleep 0.05; done
`

/** `certificate`: the one in use at the start. */
function scene(t: TestContext, tlsPort: number | undefined, certificate?: string): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  const program = join(folder, 'program')
  writeFileSync(program, PROGRAM)
  chmodSync(program, 0o755)
  const timers = new TimerWheel({ onError: (error) => assert.fail(String(error)) })
  const followers = new Set<Follower>()
  const opened = Relay.open({
    settings: {
      addresses: ['127.0.0.1'],
      relayFirst: 31_000,
      relayLast: 31_010,
      ...(tlsPort === undefined ? { port: 31_011 } : { tlsPort }),
    },
    certificates: {
      follow: (follower) => {
        followers.add(follower)
        if (certificate !== undefined) follower({ chain: certificate, key: 'key' })
        return { [Symbol.dispose]: () => followers.delete(follower) }
      },
    },
    secret: new Uint8Array(16),
    folder,
    timers,
    wallTime: () => wallTime(0),
    log: SILENT_LOG,
    program,
  })
  t.after(() => {
    if (opened.ok) opened.value.close()
    timers.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const said = (): string[] => {
    const path = join(folder, 'said')
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  }
  const untilSaid = async (lines: number): Promise<string[]> => {
    for (let waited = 0; waited < 5_000 && said().length < lines; waited += 20) await sleep(20)
    return said()
  }
  return { folder, followers, opened, pem: join(folder, 'certificate.pem'), said, untilSaid }
}

test('a new certificate is written to a private file and told; the same one is not', async (t) => {
  const { folder, followers, opened, pem, untilSaid } = scene(t, 31_012, 'one')
  assert.ok(opened.ok)
  assert.deepEqual(await untilSaid(1), ['started'])
  assert.equal(readFileSync(pem, 'utf8'), 'one\nkey')
  assert.equal(statSync(pem).mode & 0o777, 0o600)
  const config = readFileSync(join(folder, 'turnserver.conf'), 'utf8')
  assert.ok(config.includes(`cert=${pem}\npkey=${pem}\n`))
  const [follower] = followers
  follower?.({ chain: 'one', key: 'key' })
  follower?.({ chain: 'two', key: 'other' })
  assert.deepEqual(await untilSaid(2), ['started', 'told two'])
  assert.equal(statSync(pem).mode & 0o777, 0o600)
  opened.value.close()
  assert.deepEqual([existsSync(pem), followers.size], [false, 0])
})

test('while the program is down a new certificate waits in its file for the next start', async (t) => {
  const { followers, opened, untilSaid, pem } = scene(t, 31_012, 'one')
  assert.ok(opened.ok)
  await untilSaid(1)
  process.kill(opened.value.pid ?? 0, 'SIGKILL')
  while (opened.value.pid !== undefined) await sleep(10)
  for (const follower of followers) follower({ chain: 'two', key: 'key' })
  assert.deepEqual(await untilSaid(2), ['started', 'started'])
  assert.equal(readFileSync(pem, 'utf8'), 'two\nkey')
})

test('TLS without a certificate is refused with a sentence; without TLS no key is copied', async (t) => {
  const without = scene(t, 31_012)
  assert.ok(!without.opened.ok)
  assert.match(without.opened.error, /^--turn-tls needs a certificate/)
  assert.equal(without.followers.size, 0)
  const plain = scene(t, undefined, 'one')
  assert.ok(plain.opened.ok)
  assert.deepEqual([existsSync(plain.pem), plain.followers.size], [false, 0])
  await plain.untilSaid(1)
})
