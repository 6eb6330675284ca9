// An issuer of tokens on loopback, as Microsoft's is asked by client credentials or a refresh token.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Identity } from './smtp-stub.ts'

export interface TokenStub extends AsyncDisposable {
  readonly url: string
  /** The forms it was sent. */
  readonly asked: readonly URLSearchParams[]
  /** What it answers from now on. */
  answer: {
    readonly status: number
    readonly body: string
    readonly location?: string
    /** The body is begun and never ended. */
    readonly isStuck?: boolean
  }
}

/** Over TLS with a certificate, without it plainly. */
export async function openTokenStub(body: object, identity?: Identity): Promise<TokenStub> {
  const asked: URLSearchParams[] = []
  const stub = { answer: { status: 200, body: JSON.stringify(body) } as TokenStub['answer'] }
  const listener: RequestListener = (request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => {
      text += piece
    })
    request.on('end', () => {
      asked.push(new URLSearchParams(text))
      const { status, body, location, isStuck } = stub.answer
      response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) })
      if (isStuck) response.write(body)
      else response.end(body)
    })
  }
  const server = identity ? createTlsServer(identity, listener) : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(stub, {
    url: `${identity ? 'https' : 'http'}://127.0.0.1:${port}/token`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
