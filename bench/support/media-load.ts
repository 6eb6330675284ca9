// What a media process spends on calls that a program of ours puts on it: started for this alone, on a core
// of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuMs } from './cpu.ts'
import { CORE_OF_LOAD, CORE_UNDER_TEST, pause, startProgram } from './program.ts'

const PROJECT = join(import.meta.dirname, '../..')

export interface MediaLoad {
  /** Of a core. */
  readonly share: number
  /** Of its packets, that the worst call got; 0 to 1. */
  readonly leastShare: number
}

/** `program`: in bench/support; it says `steady`, and the figures of `seconds` as JSON at its end. */
export async function measureMedia(
  program: 'opus-load.ts' | 'room-load.ts',
  { calls, seconds }: { readonly calls: number; readonly seconds: number },
): Promise<MediaLoad> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-media-'))
  try {
    const path = join(folder, 'media.sock')
    const flags = { mediaPortFirst: 20_000, mediaPortLast: 23_999, webrtcPort: 19_000, logLevel: 'warn' }
    const env = { RUFWERK_MEDIA_SOCKET: path, RUFWERK_FLAGS: JSON.stringify(flags) }
    const main = join(PROJECT, 'apps/media/src/main.ts')
    await using media = startProgram(process.execPath, [main], { core: CORE_UNDER_TEST, env })
    await pause(1500)
    const args = [join(PROJECT, 'bench/support', program), path, String(calls), String(seconds)]
    await using load = startProgram(process.execPath, args, { core: CORE_OF_LOAD })
    while (!load.output().includes('steady')) {
      const ended = await Promise.race([load.ended, pause(50)])
      if (typeof ended === 'number') throw new Error(load.output() + media.output())
    }
    const before = cpuMs(media.pid)
    const startedAt = performance.now()
    await pause(seconds * 1000)
    const share = (cpuMs(media.pid) - before) / (performance.now() - startedAt)
    await load.ended
    const { leastShare } = JSON.parse(/^\{.*\}$/m.exec(load.output())?.[0] ?? '{"leastShare":0}')
    return { share, leastShare }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
