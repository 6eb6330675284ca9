// SIPp as the load: registers users, answers and makes calls; always on the load's core.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CORE_OF_LOAD, type Program, runLoad, startProgram } from './program.ts'

export interface SipUser {
  readonly name: string
  readonly password: string
}

const SCENARIOS = join(import.meta.dirname, '../sipp')

/** A folder for SIPp's files, removed when disposed. */
export class SippLoad implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-sipp-'))
  readonly #port: number

  /** `port`: of the program under test, on 127.0.0.1. */
  constructor(port: number) {
    this.#port = port
  }

  /** Registers `count` times, going round the users; `localPort` becomes their contact. */
  async register(users: readonly SipUser[], localPort: number, count: number, rate: number): Promise<void> {
    const lines = users.map((user) => `${user.name};${credentials(user)}`)
    this.#write('users.csv', lines)
    await this.#sipp('register.xml', 'users.csv', localPort, count, rate, [])
  }

  /** Answers every call until disposed. */
  answer(localPort: number): Program {
    const args = [
      '-sf',
      join(SCENARIOS, 'answer.xml'),
      '-i',
      '127.0.0.1',
      '-p',
      String(localPort),
      '-t',
      'u1',
    ]
    return startProgram('sipp', [...args, '-nd', '-nostdin'], { core: CORE_OF_LOAD, cwd: this.folder })
  }

  /** `count` calls, users calling each other's extension. Rejects unless every call succeeded. */
  async call(calls: {
    readonly callers: readonly SipUser[]
    readonly callees: readonly SipUser[]
    readonly localPort: number
    readonly count: number
    readonly rate: number
  }): Promise<void> {
    this.#write('calls.csv', callLines(calls.callers, calls.callees, calls.callers.length))
    await this.#sipp('call.xml', 'calls.csv', calls.localPort, calls.count, calls.rate, ['-d', '0'])
  }

  /**
   * Calls with sound from `mediaBase` on, two ports a call, held for `holdMs`; the streams are in `mapFile`.
   */
  holdCalls(calls: {
    readonly callers: readonly SipUser[]
    readonly callees: readonly SipUser[]
    readonly localPort: number
    readonly count: number
    readonly rate: number
    readonly mediaBase: number
    readonly holdMs: number
  }): { readonly program: Program; readonly mapFile: string } {
    const lines = callLines(calls.callers, calls.callees, calls.count)
    this.#write(
      'media.csv',
      lines.map((line, at) => `${line};${calls.mediaBase + 2 * at}`),
    )
    const mapFile = join(this.folder, 'map.log')
    const more = ['-d', String(calls.holdMs), '-trace_logs', '-log_file', mapFile]
    const args = this.#args(
      'call-with-media.xml',
      'media.csv',
      calls.localPort,
      calls.count,
      calls.rate,
      more,
    )
    return { program: startProgram('sipp', args, { core: CORE_OF_LOAD, cwd: this.folder }), mapFile }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #write(name: string, lines: readonly string[]): void {
    writeFileSync(join(this.folder, name), `SEQUENTIAL\n${lines.join('\n')}\n`)
  }

  async #sipp(
    scenario: string,
    users: string,
    localPort: number,
    count: number,
    rate: number,
    more: readonly string[],
  ): Promise<void> {
    // A call that was refused would be waited for without end.
    const limit = ['-timeout', `${Math.ceil(count / rate) + 20}s`, '-timeout_error']
    try {
      await runLoad(
        'sipp',
        this.#args(scenario, users, localPort, count, rate, [...more, ...limit]),
        this.folder,
      )
    } catch (error) {
      const errors = join(this.folder, 'errors.log')
      throw new Error(`${scenario}: ${String(error)}\n${readTail(errors)}`)
    }
  }

  #args(
    scenario: string,
    users: string,
    localPort: number,
    count: number,
    rate: number,
    more: readonly string[],
  ): string[] {
    const where = ['-i', '127.0.0.1', '-p', String(localPort), '-t', 'u1', '-nd', '-nostdin']
    const amount = ['-m', String(count), '-r', String(rate), '-l', String(Math.max(count, 2 * rate))]
    const files = ['-sf', join(SCENARIOS, scenario), '-inf', join(this.folder, users)]
    const errors = ['-trace_err', '-error_file', join(this.folder, 'errors.log')]
    return [`127.0.0.1:${this.#port}`, ...files, ...where, ...amount, ...errors, ...more]
  }
}

function credentials(user: SipUser): string {
  return `[authentication username=${user.name} password=${user.password}]`
}

function callLines(callers: readonly SipUser[], callees: readonly SipUser[], count: number): string[] {
  const lines: string[] = []
  for (let at = 0; at < count; at += 1) {
    const caller = callers[at % callers.length] as SipUser
    const callee = callees[at % callees.length] as SipUser
    lines.push(`${caller.name};${credentials(caller)};${callee.name}`)
  }
  return lines
}

function readTail(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, 1500)
  } catch {
    return ''
  }
}
