// Call control's end of the stream to a real media process: for tests and measurements that ask it.
import { connect } from 'node:net'
import { MediaClient, type MediaEvent } from '@rufwerk/media-control'

export interface MediaSocketListener {
  onEvent?(event: MediaEvent): void
  /** The stream is over; nothing will be answered any more. */
  onDead(why: string): void
}

/** What is asked before it is connected waits. Greeting it is the caller's: each has its own generation. */
export function connectMediaSocket(path: string, listener: MediaSocketListener): MediaClient {
  const socket = connect(path)
  socket.on('error', () => {}) // Followed by close.
  return new MediaClient({
    port: {
      write: (bytes) => void socket.write(bytes),
      onBytes: (hear) => void socket.on('data', hear),
      onClosed: (hear) => void socket.once('close', hear),
      close: () => void socket.destroy(),
    },
    every: (interval, callback) => {
      const timer = setInterval(callback, interval)
      return { [Symbol.dispose]: () => clearInterval(timer) }
    },
    onEvent: (event) => listener.onEvent?.(event),
    onDead: (why) => listener.onDead(why),
  })
}
