// Ends test files that do not end. The runner's own limit is one for tests: a file whose tests are over, and
// that still holds a socket open, would keep the whole run waiting.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const LOOK_MS = 5_000
/** Beyond the limit of its tests, for what a file does before and after them. */
const GRACE_MS = 30_000

/** Kills processes that this one started when they are older than `fileMsMax` and half a minute. */
export function endOverdue(fileMsMax: number, graceMs = GRACE_MS, lookMs = LOOK_MS): Disposable {
  const seen = new Map<number, number>()
  const look = (): void => {
    const now = performance.now()
    const children = childrenOf(process.pid)
    for (const pid of seen.keys()) if (!children.includes(pid)) seen.delete(pid)
    for (const pid of children) {
      const since = seen.get(pid) ?? now
      seen.set(pid, since)
      if (now - since <= fileMsMax + graceMs) continue
      console.log(`  ${commandOf(pid)} did not end within ${Math.round((now - since) / 1000)} s: killed`)
      end(pid)
    }
  }
  const timer = setInterval(look, lookMs)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** None where there is no /proc. */
function childrenOf(parent: number): number[] {
  if (!existsSync('/proc/self/stat')) return []
  const processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))
  return processes.map(Number).filter((pid) => parentOf(pid) === parent)
}

/** Undefined once the process is gone. The name in parentheses may hold anything. */
function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`)
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function commandOf(pid: number): string {
  return (read(`/proc/${pid}/cmdline`) ?? '').split('\0').filter(Boolean).at(-1) ?? String(pid)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
