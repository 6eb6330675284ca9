// transcoded-call: CPU of the media process per call between a browser (Opus over WebRTC) and a phone
// (G.711), at 60 calls on one core. Asterisk is the peer of later rows; here the calls per core count.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuMs } from '../support/cpu.ts'
import { CORE_OF_LOAD, CORE_UNDER_TEST, pause, startProgram } from '../support/program.ts'
import type { Row } from '../support/row.ts'

const CALLS = 60
const SECONDS = 8
/** Below this share of packets a call has not kept up. */
const LEAST_SHARE = 0.97
const PROJECT = join(import.meta.dirname, '../..')

export async function transcode(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-media-'))
  const path = join(folder, 'media.sock')
  const flags = { mediaPortFirst: 20_000, mediaPortLast: 23_999, webrtcPort: 19_000, logLevel: 'warn' }
  const env = { RUFWERK_MEDIA_SOCKET: path, RUFWERK_FLAGS: JSON.stringify(flags) }
  const media = join(PROJECT, 'apps/media/src/main.ts')
  await using program = startProgram(process.execPath, [media], { core: CORE_UNDER_TEST, env })
  await pause(1500)
  const load = join(PROJECT, 'bench/support/opus-load.ts')
  const args = [load, path, String(CALLS), String(SECONDS)]
  await using speakers = startProgram(process.execPath, args, { core: CORE_OF_LOAD })
  while (!speakers.output().includes('steady')) {
    const ended = await Promise.race([speakers.ended, pause(50)])
    if (typeof ended === 'number') throw new Error(speakers.output() + program.output())
  }
  const before = cpuMs(program.pid)
  const startedAt = performance.now()
  await pause(SECONDS * 1000)
  const share = (cpuMs(program.pid) - before) / (performance.now() - startedAt)
  await speakers.ended
  const report = JSON.parse(/^\{.*\}$/m.exec(speakers.output())?.[0] ?? '{}')
  rmSync(folder, { recursive: true, force: true })
  const perCall = (share * 1000) / CALLS
  const ok = report.leastShare >= LEAST_SHARE && share < 1
  const perCore = Math.floor(1000 / perCall)
  const kept = `the worst call got ${(100 * report.leastShare).toFixed(1)} % of its packets`
  return [
    {
      row: 'transcoded-call',
      value: perCall,
      unit: 'ms CPU per call and s',
      peer: null,
      ratio: null,
      target: `≥ ${CALLS} calls on a core`,
      ok,
      notes: `${CALLS} calls took ${(100 * share).toFixed(0)} % of a core (${perCore} would fill it); ${kept}`,
    },
  ]
}
