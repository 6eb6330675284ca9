// Time as types. `Instant` is monotonic and lives inside engines; `WallTime` is UTC and lives in the domain
// and in stored rows. Neither is a bare number, and they never mix.

/** Monotonic milliseconds since an arbitrary start; may have a fraction. */
export type Instant = number & { readonly unit: 'ms-monotonic' }
/** A length of time in milliseconds. */
export type Ms = number & { readonly unit: 'ms' }
/** UTC milliseconds since 1970-01-01. */
export type WallTime = number & { readonly unit: 'ms-utc' }

export function ms(value: number): Ms {
  return value as Ms
}

export function seconds(value: number): Ms {
  return (value * 1000) as Ms
}

export function minutes(value: number): Ms {
  return (value * 60_000) as Ms
}

export function instant(value: number): Instant {
  return value as Instant
}

export function wallTime(value: number): WallTime {
  return value as WallTime
}

/** The instant that lies `length` after `start`. */
export function after(start: Instant, length: Ms): Instant {
  return (start + length) as Instant
}

/** The time that passed from `start` to `end`; negative when `end` is earlier. */
export function between(start: Instant, end: Instant): Ms {
  return (end - start) as Ms
}

/** What a pure engine may know of the outside: the time of this input and a source of randomness. */
export interface Env {
  readonly now: Instant
  readonly randomBytes: (size: number) => Uint8Array
}
