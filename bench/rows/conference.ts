// conference: CPU of the media process per member and 20 ms frame, with 100 callers in one room who all send
// G.711, against the product's own cost of passing a packet on, in the same run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuMs } from '../support/cpu.ts'
import { CORE_OF_LOAD, CORE_UNDER_TEST, pause, startProgram } from '../support/program.ts'
import { type Row, ratioRow } from '../support/row.ts'
import { measureRelayed } from './relay.ts'

const MEMBERS = 100
const SECONDS = 8
const FRAMES_PER_SECOND = 50
/** Below this share of packets a member has not kept up. */
const LEAST_SHARE = 0.97
const PROJECT = join(import.meta.dirname, '../..')

export async function conference(): Promise<Row[]> {
  const relayed = await measureRelayed()
  const folder = mkdtempSync(join(tmpdir(), 'bench-media-'))
  const path = join(folder, 'media.sock')
  const flags = { mediaPortFirst: 20_000, mediaPortLast: 23_999, webrtcPort: 19_000, logLevel: 'warn' }
  const env = { RUFWERK_MEDIA_SOCKET: path, RUFWERK_FLAGS: JSON.stringify(flags) }
  const media = join(PROJECT, 'apps/media/src/main.ts')
  await using program = startProgram(process.execPath, [media], { core: CORE_UNDER_TEST, env })
  await pause(1500)
  const load = join(PROJECT, 'bench/support/room-load.ts')
  const args = [load, path, String(MEMBERS), String(SECONDS)]
  await using phones = startProgram(process.execPath, args, { core: CORE_OF_LOAD })
  while (!phones.output().includes('steady')) {
    const ended = await Promise.race([phones.ended, pause(50)])
    if (typeof ended === 'number') throw new Error(phones.output() + program.output())
  }
  const before = cpuMs(program.pid)
  const startedAt = performance.now()
  await pause(SECONDS * 1000)
  const share = (cpuMs(program.pid) - before) / (performance.now() - startedAt)
  await phones.ended
  const { leastShare } = JSON.parse(/^\{.*\}$/m.exec(phones.output())?.[0] ?? '{"leastShare":0}')
  rmSync(folder, { recursive: true, force: true })
  const row = ratioRow({
    row: 'conference',
    value: (share * 1_000_000) / (MEMBERS * FRAMES_PER_SECOND),
    unit: 'µs CPU per member and frame',
    peer: { name: 'own relayed packet', value: relayed.us },
    ratioMax: 4,
    notes:
      `${MEMBERS} in a room, G.711, took ${(100 * share).toFixed(0)} % of a core; ` +
      `the worst got ${(100 * leastShare).toFixed(1)} % of its packets`,
  })
  return [{ ...row, ok: row.ok && leastShare >= LEAST_SHARE }]
}
