// An issuer of tokens on loopback, as Microsoft's is asked by client credentials or a refresh token.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TokenStub extends AsyncDisposable {
  readonly url: string
  /** The forms it was sent. */
  readonly asked: readonly URLSearchParams[]
  /** What it answers from now on. */
  answer: { readonly status: number; readonly body: string; readonly location?: string }
}

export async function openTokenStub(body: object): Promise<TokenStub> {
  const asked: URLSearchParams[] = []
  const stub = { answer: { status: 200, body: JSON.stringify(body) } as TokenStub['answer'] }
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => {
      text += piece
    })
    request.on('end', () => {
      asked.push(new URLSearchParams(text))
      const { status, body, location } = stub.answer
      response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) })
      response.end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(stub, {
    url: `http://127.0.0.1:${port}/token`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
