// The live channel: the server pushes, we only listen. Connects again by itself: after a loss as often as the
// phone does, later with a growing pause.
import type { LiveMessage } from '@rufwerk/contract'
import { againMs } from './ticket-socket.ts'

export interface LiveSocketListener {
  onConnected(): void
  onLost(): void
  onMessage(message: LiveMessage): void
  onSignedOut(): void
}

/** A server that crashed is there again within that time. */
const AWAY_MS_MAX = 4_000
const PAUSE_MS_MIN = 1_000
const PAUSE_MS_MAX = 15_000
/** The session has ended; see CLOSE_CODES of the contract. */
const CLOSED_SIGNED_OUT = 4401

/**
 * The pause before the next attempt, `lostMs` after the loss and after `late` attempts that came later than
 * that: 200 to 600 ms at first, then it doubles, with a random part so that not all pages come at once.
 */
export function pauseMs(lostMs: number, late: number, random: number): number {
  if (lostMs < AWAY_MS_MAX) return Math.round(againMs(random))
  const longest = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(late, 10))
  return Math.round(longest * (0.5 + random / 2))
}

/** Reads one message. What is not a message of the contract is undefined. */
export function readLiveMessage(text: unknown): LiveMessage | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || !('type' in message)) return undefined
    return message as LiveMessage
  } catch {
    return undefined
  }
}

/** Stays connected until disposed. */
export function openLiveSocket(origin: string, listener: LiveSocketListener): Disposable {
  const url = new URL('/api/v1/live', origin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let lostAt: number | undefined
  let late = 0
  let isDisposed = false

  const connect = (): void => {
    clearTimeout(timer)
    socket = new WebSocket(url)
    socket.onopen = () => {
      lostAt = undefined
      late = 0
      listener.onConnected()
    }
    socket.onmessage = ({ data }) => {
      const message = readLiveMessage(data)
      if (message) listener.onMessage(message)
    }
    socket.onclose = ({ code }) => {
      if (isDisposed) return
      if (code === CLOSED_SIGNED_OUT) return listener.onSignedOut()
      listener.onLost()
      lostAt ??= Date.now()
      const lostMs = Date.now() - lostAt
      timer = setTimeout(connect, pauseMs(lostMs, late, Math.random()))
      if (lostMs >= AWAY_MS_MAX) late += 1
    }
  }
  /** The network is back: do not wait for the pause to end. */
  const onOnline = (): void => {
    if (socket?.readyState === WebSocket.CLOSED) connect()
  }
  addEventListener('online', onOnline)
  connect()
  return {
    [Symbol.dispose]: () => {
      isDisposed = true
      clearTimeout(timer)
      removeEventListener('online', onOnline)
      socket?.close(1000)
    },
  }
}
