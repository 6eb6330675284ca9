// SIPp with a scenario file of interop/sipp: the file's name says what it expects, its exit code whether that
// came. And SIPVicious (Debian: sipvicious), as people use it who do not ask.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from './child.ts'
import type { PhoneAccount } from './server.ts'

/** SIPVicious is ended after this. */
const ATTACK_MS_MAX = 40_000
const SCENARIOS = join(import.meta.dirname, '..', 'sipp')

export interface SippOptions {
  /** Name of the file without its ending. */
  readonly scenario: string
  readonly account: PhoneAccount
  readonly transport: 'udp' | 'tcp'
  /** Its own port. */
  readonly port: number
  /** Whom it calls, for callers. */
  readonly dials?: string
  /** Another call of theirs, as the header of a URI names it; no `;` is in it. */
  readonly replaces?: string
  readonly password?: string
}

export interface SippRun {
  readonly child: Child
  /** What the scenario logs, so far. */
  told(): string
  /** Resolves when the scenario is over; throws with what SIPp said when it did not go as expected. */
  succeeded(timeoutMs?: number): Promise<void>
  stop(): Promise<void>
}

/** Starts one run of a scenario: one call, or one registration. */
export function startSipp(options: SippOptions): SippRun {
  const { account, transport, port, dials = '', replaces = '', password = account.password } = options
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-sipp-'))
  const authentication = `[authentication username=${account.sipName} password=${password}]`
  writeFileSync(
    join(folder, 'users.csv'),
    `SEQUENTIAL\n${account.sipName};${authentication};${dials};${replaces}\n`,
  )
  const log = join(folder, 'scenario.log')
  const child = new Child(
    '/usr/bin/sipp',
    [
      `${account.server}:${account.port}`,
      ...['-sf', join(SCENARIOS, `${options.scenario}.xml`)],
      ...['-inf', join(folder, 'users.csv')],
      ...['-i', '127.0.0.1', '-p', String(port)],
      ...['-t', transport === 'udp' ? 'u1' : 't1'],
      ...['-m', '1', '-r', '1', '-l', '1', '-default_behaviors', 'all,-bye', '-nostdin'],
      ...['-timeout', '40s', '-timeout_error', '-trace_err', '-error_file', join(folder, 'errors.log')],
      ...['-trace_logs', '-log_file', log],
    ],
    { cwd: folder },
  )
  const clean = () => rmSync(folder, { recursive: true, force: true })
  return {
    child,
    told: () => (existsSync(log) ? readFileSync(log, 'utf8').trim() : ''),
    async succeeded(timeoutMs = 60_000) {
      const code = await child.ended(timeoutMs)
      clean()
      if (code !== 0)
        throw new Error(
          `${options.scenario} over ${transport} went wrong (${code}):\n${child.output.slice(0, 9000)}`,
        )
    },
    async stop() {
      await child.stop()
      clean()
    },
  }
}

/** Runs one of SIPVicious's programs against a port of this machine, so long at most; gives what it says. */
export function sipVicious(
  name: 'svmap' | 'svwar' | 'svcrack',
  port: number,
  args: readonly string[],
  input = '',
  timeoutMs = ATTACK_MS_MAX,
): Promise<string> {
  const child = spawn(`/usr/bin/${name}`, [...args, '-p', String(port), '127.0.0.1'], {
    timeout: timeoutMs,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(said))
  })
}
