// CPU time and memory of a process and all its descendants, from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks per second of /proc/PID/stat; 100 on every Linux that Node supports. */
const TICKS_PER_SECOND = 100

/** The process and everything it started that still runs. */
export function processTree(root: number): number[] {
  const childrenOf = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue
    const parent = readStat(Number(name))?.parent
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(name)])
  }
  const tree: number[] = []
  const waiting = [root]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    tree.push(pid)
    waiting.push(...(childrenOf.get(pid) ?? []))
  }
  return tree
}

/** User and system time of all threads of the tree so far, in ms. */
export function cpuMs(root: number): number {
  let ticks = 0
  for (const pid of processTree(root)) ticks += readStat(pid)?.ticks ?? 0
  return (ticks * 1000) / TICKS_PER_SECOND
}

/** Proportional set size of the tree in MB: shared pages count once. */
export function memoryMb(root: number): number {
  let kilobytes = 0
  for (const pid of processTree(root)) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    kilobytes += Number(/^Pss:\s+([0-9]+) kB/m.exec(rollup)?.[1] ?? 0)
  }
  return kilobytes / 1024
}

function readStat(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces; what follows it starts with the state (field 3).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
  } catch {
    return undefined
  }
}
