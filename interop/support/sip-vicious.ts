// SIPVicious (Debian: sipvicious), as people use it who do not ask.
import { spawn } from 'node:child_process'

const ADDRESS = '127.0.0.1'
const MS_MAX = 40_000

/** Runs one of its programs against a port of this machine. Resolves with what it says. */
export function sipVicious(
  name: 'svmap' | 'svwar' | 'svcrack',
  port: number,
  args: readonly string[],
  input = '',
): Promise<string> {
  const child = spawn(`/usr/bin/${name}`, [...args, '-p', String(port), ADDRESS], { timeout: MS_MAX })
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
