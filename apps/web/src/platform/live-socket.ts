// The live channel: the server pushes, we only listen. Connects again by itself, with a growing pause.
import type { LiveMessage } from '@rufwerk/contract'

export interface LiveSocketListener {
  onConnected(): void
  onLost(): void
  onMessage(message: LiveMessage): void
  onSignedOut(): void
}

const PAUSE_MS_MIN = 500
const PAUSE_MS_MAX = 15_000
/** The session has ended; see CLOSE_CODES of the contract. */
const CLOSED_SIGNED_OUT = 4401

/** The pause before attempt number `attempt` (from 0): doubles, with a random part so that not all come at once. */
export function pauseMs(attempt: number, random: number): number {
  const longest = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(attempt, 10))
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
  let attempt = 0
  let isDisposed = false

  const connect = (): void => {
    clearTimeout(timer)
    socket = new WebSocket(url)
    socket.onopen = () => {
      attempt = 0
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
      timer = setTimeout(connect, pauseMs(attempt, Math.random()))
      attempt += 1
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
