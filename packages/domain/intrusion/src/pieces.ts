// A map that is never changed but copied, in pieces: a change costs one piece, so that a flood of
// observations does not copy everything each time.

const PIECES = 1024

export interface Pieces<Value> {
  readonly size: number
  readonly pieces: readonly (ReadonlyMap<string, Value> | undefined)[]
}

export const NO_PIECES: Pieces<never> = { size: 0, pieces: Array.from({ length: PIECES }, () => undefined) }

export function get<Value>({ size, pieces }: Pieces<Value>, key: string): Value | undefined {
  return size === 0 ? undefined : pieces[pieceOf(key)]?.get(key)
}

export function withValue<Value>(map: Pieces<Value>, key: string, value: Value): Pieces<Value> {
  const at = pieceOf(key)
  const piece = new Map(map.pieces[at])
  const isNew = !piece.has(key)
  piece.set(key, value)
  return { size: map.size + (isNew ? 1 : 0), pieces: map.pieces.with(at, piece) }
}

export function without<Value>(map: Pieces<Value>, key: string): Pieces<Value> {
  const at = pieceOf(key)
  if (map.pieces[at]?.has(key) !== true) return map
  const piece = new Map(map.pieces[at])
  piece.delete(key)
  return { size: map.size - 1, pieces: map.pieces.with(at, piece.size === 0 ? undefined : piece) }
}

export function* entries<Value>({ pieces }: Pieces<Value>): Generator<readonly [string, Value]> {
  for (const piece of pieces) if (piece !== undefined) yield* piece
}

/** Those that stay. The same object when all do. */
export function kept<Value>(map: Pieces<Value>, stays: (value: Value) => boolean): Pieces<Value> {
  let next = map
  for (const [key, value] of entries(map)) if (!stays(value)) next = without(next, key)
  return next
}

/** FNV-1a. */
function pieceOf(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 16)) & (PIECES - 1)
}
