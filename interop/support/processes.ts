// The processes of a running Rufwerk, found by the data folder that is among their flags: to end one the hard
// way, to see that none is left, and to find the ports of the sound. Reads /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { until } from './wait.ts'

export type Part = 'launcher' | 'server' | 'media' | 'guard'

const SCRIPTS: Readonly<Record<Part, string>> = {
  launcher: 'apps/launcher/main.mjs',
  server: 'apps/server/src/main.ts',
  media: 'apps/media/src/main.ts',
  guard: 'apps/server/src/guard.ts',
}

export interface Running {
  readonly part: Part
  readonly pid: number
  readonly args: readonly string[]
}

/**
 * All processes of the Rufwerk whose flags have this text in them: a data folder, `"httpPort":8080`. The
 * oldest of a part comes first: a spare is younger than the process that it stands in for.
 */
export function runningWith(text: string): Running[] {
  const found: Running[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const args = readProc(name, 'cmdline').split('\0').filter(Boolean)
    const part = (Object.keys(SCRIPTS) as Part[]).find((candidate) =>
      args.some((argument) => argument.endsWith(SCRIPTS[candidate])),
    )
    if (part === undefined) continue
    const flags = part === 'launcher' ? args.join(' ') : readProc(name, 'environ')
    if (flags.includes(text)) found.push({ part, pid: Number(name), args })
  }
  return found
    .map((running) => ({ running, startedAt: startOf(running.pid) }))
    .sort((a, b) => a.startedAt - b.startedAt)
    .map(({ running }) => running)
}

/** In ticks since the machine started (proc(5), field 22 of stat). */
function startOf(pid: number): number {
  const stat = readProc(String(pid), 'stat')
  // The name in brackets may hold spaces; what follows it starts with the state (field 3).
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0)
}

export function pidOf(part: Part, text: string): number {
  const [process] = runningWith(text).filter((candidate) => candidate.part === part)
  if (!process) throw new Error(`no ${part} runs with ${text}`)
  return process.pid
}

/** Waits for another process of this part than the one before. */
export async function untilReplaced(
  part: Part,
  text: string,
  before: number,
  timeoutMs?: number,
): Promise<void> {
  const now = () => runningWith(text).find((running) => running.part === part)?.pid
  await until(`another ${part}`, () => (now() ?? before) !== before, timeoutMs)
}

/** The oldest process of this part that this launcher started; cheap enough to ask again and again. */
export function childOf(launcher: number, part: Part): number | undefined {
  const children = readProc(String(launcher), `task/${launcher}/children`).split(' ').filter(Boolean)
  const found = children.find((pid) => readProc(pid, 'cmdline').includes(SCRIPTS[part]))
  return found === undefined ? undefined : Number(found)
}

/** UDP ports that a process has open, ascending. */
export function udpPortsOf(pid: number): number[] {
  const inodes = new Set<string>()
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1]
    if (inode !== undefined) inodes.add(inode)
  }
  const ports: number[] = []
  for (const line of readFileSync('/proc/net/udp', 'utf8').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    if (inodes.has(fields[9] ?? '')) ports.push(Number.parseInt(fields[1]?.split(':')[1] ?? '0', 16))
  }
  return ports.sort((a, b) => a - b)
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // Closed in between.
  }
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // Ended in between.
  }
}
