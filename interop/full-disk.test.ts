// The disk of the data folder becomes full while people speak: who speaks goes on, what is new is refused
// honestly, and when there is room again everything is as before. A small disk of its own is mounted for it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { Baresip } from './support/baresip.ts'
import { header, RawPhone } from './support/raw-sip.ts'
import { Server } from './support/server.ts'
import { assertAllHear, SETTLE_MS } from './support/sound.ts'
import { SoundPhone } from './support/sound-phone.ts'
import { sleep, until } from './support/wait.ts'

const CALLER_HZ = 600
const CALLEE_HZ = 1000
const LISTEN_MS = 1600
/** At least what the start asks for, and little more. */
const DISK = 'size=40m'

const disk = mkdtempSync(join(tmpdir(), 'rufwerk-disk-'))
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', DISK, 'tmpfs', disk]).status === 0
test.after(() => {
  if (isMounted) spawnSync('umount', [disk])
  rmSync(disk, { recursive: true, force: true })
})

/** Writes until nothing fits any more. */
function fill(): void {
  const file = openSync(join(disk, 'filler'), 'w')
  try {
    for (const size of [1_048_576, 4_096, 1]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size))
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
      }
    }
  } finally {
    closeSync(file)
  }
}

test('a full disk: calls go on, new ones and registrations get 503, and then all is well', async (t) => {
  if (!isMounted) {
    t.diagnostic('mounting is not allowed here; the packages test full disks with stand-ins of their own')
    return
  }
  const server = await Server.start([], disk)
  const ends: (() => void | Promise<void>)[] = [() => server.stop()]
  t.after(async () => {
    for (const end of ends.reverse()) await end()
  })
  const [ben = server.admin, cleo = server.admin] = server.colleagues
  const tone = { transport: 'udp', toneHz: CALLEE_HZ, answers: 'auto' } as const
  const desk = await Baresip.start(await ben.addPhone('Desk of Ben'), tone)
  ends.push(() => desk.stop())
  const other = await Baresip.start(await cleo.addPhone('Desk of Cleo'), tone)
  ends.push(() => other.stop())
  const standing = await SoundPhone.open(await server.admin.addPhone('Ada speaks'), CALLER_HZ)
  ends.push(() => standing.close())
  const late = await SoundPhone.open(await server.admin.addPhone('Ada calls'), CALLER_HZ)
  ends.push(() => late.close())
  const newcomer = await RawPhone.open(await server.admin.addPhone('Ada comes'))
  ends.push(() => newcomer.close())
  const health = async () => {
    const answer = await fetch(`${server.origin}/api/v1/health`)
    return ((await answer.json()) as { status: string }).status
  }
  const assertStands = async (when: string) => {
    await sleep(SETTLE_MS)
    const ear = { who: `caller ${when}`, phone: standing, right: CALLEE_HZ, wrong: CALLER_HZ }
    await assertAllHear([ear], LISTEN_MS)
  }
  await standing.call('101')
  await assertStands('before')

  fill()
  // The first call finds out: its callee has answered already, and is let go.
  await assert.rejects(late.call('102'), /503[\s\S]*Retry-After: 5/)
  await other.waitFor('CALL_CLOSED')
  // From then on it is known: nobody is called.
  const rung = other.count('CALL_INCOMING')
  await assert.rejects(late.call('102'), /503[\s\S]*Retry-After: 5/)
  assert.equal(other.count('CALL_INCOMING'), rung)
  const refused = await newcomer.register()
  assert.deepEqual([refused.status, header(refused.text, 'Retry-After')], [503, '30'])
  assert.equal(await health(), 'overloaded')
  assert.equal(await standing.hold('sendonly'), 'recvonly')
  assert.equal(await standing.resume(), 'sendrecv')
  await assertStands('with the disk full')

  rmSync(join(disk, 'filler'))
  await until('room again', async () => (await health()) === 'ok')
  assert.equal((await newcomer.register()).status, 200)
  await late.call('102')
  await late.hangUp()
  await standing.hangUp()
  const calls = await until('the records', async () => {
    const all = await server.admin.calls()
    return all.length >= 3 && all
  })
  const told = calls.map(({ dialled, endedBy, cause }) => `${dialled} ${endedBy} ${cause}`)
  assert.deepEqual(told.sort(), ['101 caller 16', '102 caller 16', '102 system 41'])
})
