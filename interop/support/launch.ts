// The launcher as somebody types it, with standard output and standard error apart, to see how a start goes
// that should not succeed, or to start twice on one data folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePorts } from './ports.ts'
import { sleep, until } from './wait.ts'

const LAUNCHER = join(import.meta.dirname, '..', '..', 'apps', 'launcher', 'main.mjs')
const START_MS_MAX = 60_000
const END_MS_MAX = 10_000
const MEDIA_PORTS = 100

export interface Ports {
  readonly http: number
  readonly sip: number
  readonly webrtc: number
  /** First of MEDIA_PORTS. */
  readonly media: number
}

export async function choosePorts(): Promise<Ports> {
  return {
    http: await freePorts(1),
    sip: await freePorts(1),
    webrtc: await freePorts(1),
    media: await freePorts(MEDIA_PORTS),
  }
}

export function flagsFor(data: string, ports: Ports): string[] {
  return [
    ...['--data', data, '--http-port', String(ports.http)],
    ...['--sip-host', '127.0.0.1', '--sip-port', String(ports.sip), '--webrtc-port', String(ports.webrtc)],
    ...['--media-ports', `${ports.media}-${ports.media + MEDIA_PORTS - 1}`],
  ]
}

export class Launch {
  stdout = ''
  stderr = ''
  readonly #child: ChildProcess
  #isOver = false

  constructor(flags: readonly string[]) {
    this.#child = spawn(process.execPath, [LAUNCHER, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk
    })
    this.#child.once('close', () => {
      this.#isOver = true
    })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** What it said to a person: its own lines, without the log. */
  get complaints(): string[] {
    return this.stderr.split('\n').filter((line) => line.startsWith('rufwerk'))
  }

  /** Waits for its exit code. */
  async ended(timeoutMs = START_MS_MAX): Promise<number | null> {
    await until('the end of the launcher', () => this.#isOver, timeoutMs).catch((error) => {
      throw new Error(`${error}\n${this.stdout}\n${this.stderr}`)
    })
    return this.#child.exitCode
  }

  /** Waits for the links, which are the last lines. */
  async links(): Promise<string[]> {
    await until('the link', () => /^http:\/\/\S+\n$/m.test(this.stdout) || this.#isOver, START_MS_MAX)
    await sleep(100)
    const links = this.stdout.match(/^http:\/\/\S+$/gm)
    if (!links) throw new Error(`no link:\n${this.stdout}\n${this.stderr}`)
    return links
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async stop(): Promise<void> {
    if (this.#isOver) return
    this.signal('SIGTERM')
    await this.ended(END_MS_MAX).catch(() => {
      this.signal('SIGKILL')
    })
  }
}
