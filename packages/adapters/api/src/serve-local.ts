// The same interface over a Unix socket in the data folder, for the command line: who may open the socket is
// an admin. Its mode says who may, so that no password stands in a command line or a file.
import { chmod, rm } from 'node:fs/promises'
import { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { fail, ok, type Result } from '@rufwerk/core'
import type { Api } from './api.ts'
import { LIMITS } from './limits.ts'
import { LOCAL_PEER } from './peer.ts'

export interface LocalServer {
  close(): Promise<void>
}

/** What the kernel keeps of the path of a socket (unix(7)), without its last zero. */
const PATH_BYTES_MAX = 107
/** Of a socket that is there, even for a moment, everybody but its owner is kept out. */
const UMASK = 0o177

/** Or why not, in a sentence. A socket that was left behind is replaced: the data folder is locked by us. */
export async function serveLocal(api: Api, path: string): Promise<Result<LocalServer, string>> {
  if (Buffer.byteLength(path) > PATH_BYTES_MAX)
    return fail(`the path ${path} is too long for a socket (${PATH_BYTES_MAX} bytes)`)
  const server = createAdaptorServer({
    fetch: (request) => api.fetch(request, LOCAL_PEER),
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: LIMITS.requestHeaderBytesMax,
      headersTimeout: LIMITS.headersTimeoutMs,
      requestTimeout: LIMITS.requestTimeoutMs,
    },
  })
  if (!(server instanceof Server)) return fail('the HTTP server is of another kind')
  server.maxConnections = LIMITS.localConnectionsMax
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (_request, socket) => socket.destroy())
  try {
    await rm(path, { force: true })
    await listen(server, path)
    await chmod(path, 0o600)
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  return ok({
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  })
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // The socket is made before `listen` returns.
    const before = process.umask(UMASK)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
    process.umask(before)
  })
}
