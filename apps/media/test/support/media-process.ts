// A real media process for tests, and clients of its control stream. What a test forgets ends with its file.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MediaClient, MediaEvent } from '@rufwerk/media-control'
import { connectMediaSocket } from '@rufwerk/testing/media-socket'

export const folder = mkdtempSync(join(tmpdir(), 'media-'))
const running = new Set<ChildProcess>()
after(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

export function startScript(
  script: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  third: 'ignore' | object = 'ignore',
): ChildProcess {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', third as 'ignore'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** `firstPort`: of 100 ports for RTP, then the one for WebRTC. */
export function startMedia(
  firstPort: number,
  environment: Record<string, string>,
  args: readonly string[] = [],
  third: 'ignore' | object = 'ignore',
): ChildProcess {
  const ports = ['--media-ports', `${firstPort}-${firstPort + 99}`, '--webrtc-port', String(firstPort + 100)]
  const main = join(import.meta.dirname, '../../src/main.ts')
  return startScript(main, [...ports, ...args], environment, third)
}

/** Resolves with what a process said until one line has `text` in it, or with all of it at its end. */
export function said(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const hear = (piece: Buffer) => {
      heard += piece.toString('utf8')
      if (heard.includes(text)) resolve(heard)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => resolve(heard))
  })
}

export interface Attachment {
  readonly client: MediaClient
  readonly events: MediaEvent[]
  readonly deaths: string[]
}

export function attach(path: string): Attachment {
  const events: MediaEvent[] = []
  const deaths: string[] = []
  const client = connectMediaSocket(path, {
    onEvent: (event) => events.push(event),
    onDead: (why) => deaths.push(why),
  })
  return { client, events, deaths }
}

/** Waits until it is so; fails after `ms`. */
export async function until(what: () => boolean, ms = 10_000): Promise<void> {
  for (let waited = 0; waited < ms; waited += 10) {
    if (what()) return
    await sleep(10)
  }
  assert.fail(`not within ${ms} ms: ${what}`)
}
