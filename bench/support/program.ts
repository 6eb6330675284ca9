// Starts peers and tools pinned to a core, waits for them, and ends them by pid.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const PROJECT = join(import.meta.dirname, '../..')
/** The program under test has a core of its own, the load has the other. */
export const CORE_UNDER_TEST = '0'
export const CORE_OF_LOAD = '1'

/** Ended with us, also where somebody interrupts. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => process.exit(code))

export interface Program extends AsyncDisposable {
  readonly pid: number
  /** Everything it wrote so far. */
  readonly output: () => string
  readonly ended: Promise<number>
}

export function startProgram(
  command: string,
  args: readonly string[],
  options: { readonly core: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
): Program {
  const child: ChildProcess = spawn('taskset', ['-c', options.core, command, ...args], {
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  // Not `exit`: what it wrote last may still be on its way then.
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : 1))
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 6000)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Runs a program on the load's core to its end; rejects when it fails, with what it wrote. */
export async function runLoad(command: string, args: readonly string[], cwd: string): Promise<string> {
  const program = startProgram(command, args, { core: CORE_OF_LOAD, cwd })
  const code = await program.ended
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${program.output().slice(-2000)}`)
  return program.output()
}

/** Compiles one of bench/native with gcc, once per change. */
export async function compiled(name: string): Promise<string> {
  const source = join(PROJECT, 'bench/native', `${name}.c`)
  const folder = join(PROJECT, '.cache/bench')
  const binary = join(folder, name)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(binary) || statSync(binary).mtimeMs < statSync(source).mtimeMs) {
    await run('gcc', ['-O2', '-w', '-o', binary, source, '-lm'])
  }
  return binary
}

export async function isInstalled(command: string): Promise<boolean> {
  try {
    await run('which', [command])
    return true
  } catch {
    return false
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
