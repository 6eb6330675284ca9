// A program started for a test: keeps what it said, and ends it by its own process id.
import { type ChildProcess, spawn } from 'node:child_process'
import { until } from './wait.ts'

const OUTPUT_CHARS_MAX = 200_000
const END_MS_MAX = 7_000

export class Child {
  readonly #child: ChildProcess
  #output = ''
  #isOver = false

  constructor(
    program: string,
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ) {
    this.#child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const hear = (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString('utf8')).slice(-OUTPUT_CHARS_MAX)
    }
    this.#child.stdout?.on('data', hear)
    this.#child.stderr?.on('data', hear)
    this.#child.once('error', (error) => {
      this.#output += String(error)
      this.#isOver = true
    })
    this.#child.once('close', () => {
      this.#isOver = true
    })
  }

  /** Everything it said on both streams. */
  get output(): string {
    return this.#output
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Undefined while it runs, and when a signal ended it. */
  get exitCode(): number | undefined {
    return this.#child.exitCode ?? undefined
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Waits until it said something that matches; fails when it ends before. */
  async said(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return until(
      `${pattern} in what ${this.#child.spawnfile} says`,
      () => {
        const match = pattern.exec(this.#output)
        if (match) return match
        if (this.#isOver)
          throw new Error(`${this.#child.spawnfile} ended early:\n${this.#output.slice(-4000)}`)
        return undefined
      },
      timeoutMs,
    )
  }

  async ended(timeoutMs?: number): Promise<number | undefined> {
    await until(`the end of ${this.#child.spawnfile}`, () => this.#isOver, timeoutMs)
    return this.exitCode
  }

  async stop(): Promise<void> {
    if (this.#isOver) return
    this.#child.kill('SIGTERM')
    try {
      await this.ended(END_MS_MAX)
    } catch {
      this.#child.kill('SIGKILL')
      await this.ended()
    }
  }
}
