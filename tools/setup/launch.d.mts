import type { SpawnOptions } from 'node:child_process'

interface Ended {
  readonly code: number
  readonly signal: NodeJS.Signals | undefined
}

/** Runs one program in the foreground: arguments, terminal, signals and exit code are passed on. */
export function runInForeground(
  program: string,
  args: readonly string[],
  options?: SpawnOptions,
): Promise<Ended>
/** Ends this process the way the child ended. */
export function endLike(result: Ended): never
