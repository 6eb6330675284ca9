// Who sends, and what that makes of hold (RFC 3264 §5.1, §6.1, §8.4).

/** Seen from the end that says it. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

export function isSending(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

export function isReceiving(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}

export function directionOf(sends: boolean, receives: boolean): Direction {
  if (sends) return receives ? 'sendrecv' : 'sendonly'
  return receives ? 'recvonly' : 'inactive'
}

/**
 * What we answer to an offered direction when we would like `wanted` (RFC 3264 §6.1): we send only what they
 * receive and receive only what they send. Both the argument and the result are seen from their own end.
 */
export function answerDirection(offered: Direction, wanted: Direction): Direction {
  const sends = isReceiving(offered) && isSending(wanted)
  const receives = isSending(offered) && isReceiving(wanted)
  return directionOf(sends, receives)
}

/** The peer has put us on hold: it does not want to hear us (RFC 3264 §8.4). */
export function isHold(theirs: Direction): boolean {
  return !isReceiving(theirs)
}
