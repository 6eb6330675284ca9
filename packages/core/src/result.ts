// Outcomes as values: a peer's bad input, or an expected "no", is returned and never thrown.

export type Ok<T> = { readonly ok: true; readonly value: T }
export type Failed<E> = { readonly ok: false; readonly error: E }
export type Result<T, E> = Ok<T> | Failed<E>

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

export function fail<E>(error: E): Failed<E> {
  return { ok: false, error }
}
