// SIP over WebSocket as a browser's phone opens it: with the session's cookie and a ticket for one use.
import type { Person } from './server.ts'

/** `onMessage` gets each frame. The sender may send anything. */
export async function openSipWebSocket(
  origin: string,
  person: Person,
  onMessage: (bytes: Uint8Array) => void,
): Promise<WebSocket> {
  const { ticket } = await person.ask<{ ticket: string }>('POST', '/phone/ticket')
  const { name, value } = person.cookie
  const options = {
    protocols: ['sip', `ticket.${ticket}`],
    // Node's own addition to the constructor; its type knows the one of browsers only.
    headers: { cookie: `${name}=${value}`, origin },
  }
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/sip`, options as unknown as string[])
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('message', ({ data }) =>
    onMessage(typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data as ArrayBuffer)),
  )
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error('the WebSocket did not open')), { once: true })
  })
  return socket
}
