// Who wanted to connect: the part of the product, and the package whose code it was if it was none of ours.

const FRAMES_MAX = 60

/** `server`, `media`, `defence`: from the file that a process or thread was started with. */
export function labelOf(path: string): string {
  return /\/(?:apps|adapters|domain)\/([a-z-]+)\/src\//.exec(path)?.[1] ?? path.split('/').at(-1) ?? ''
}

/** The package nearest to the call, of those that are installed; undefined: our own code, or nobody knows. */
export function packageOf(): string | undefined {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES_MAX
  const { stack = '' } = new Error()
  Error.stackTraceLimit = before
  return /\/node_modules\/((?:@[a-z0-9._-]+\/)?[a-z0-9._-]+)\//.exec(stack)?.[1]
}
