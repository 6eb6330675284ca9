// Assertions are for our own mistakes, never for what a peer sent.

/** Thrown when a statement that must hold in our own code does not. */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed'
}

export function assert(condition: unknown, statement: string): asserts condition {
  if (!condition) throw new AssertionFailed(statement)
}

/** The default arm of a complete switch: does not compile when a case is missing. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unreachable: ${JSON.stringify(value)}`)
}
