// Runs one program in the foreground: arguments, terminal, signals and exit code are passed on.
import { spawn } from 'node:child_process'

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{code: number, signal: NodeJS.Signals | undefined}>}
 */
export function runInForeground(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'inherit', ...options })
  const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
  for (const signal of SIGNALS) process.on(signal, pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      for (const name of SIGNALS) process.off(name, pass)
      resolve({ code: code ?? 1, signal: signal ?? undefined })
    })
  })
}

/**
 * Ends this process the way the child ended.
 * @param {{code: number, signal: NodeJS.Signals | undefined}} result
 */
export function endLike({ code, signal }) {
  if (signal === undefined) process.exit(code)
  process.kill(process.pid, signal)
}
