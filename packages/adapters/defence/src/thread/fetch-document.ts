// An advisory from where its issuer publishes it: https, no redirects (CSAF 2.0 §7.1.6), limited in size and
// time.
import { get } from 'node:https'
import { fail, ok, type Result } from '@rufwerk/core'
import { DOCUMENT_BYTES_MAX, FETCH_MS_MAX } from '../limits.ts'
import type { NotFetched } from '../messages.ts'

const STATUS_OK = 200

export interface FetchOptions {
  /** Certificates that are trusted besides those of the system, PEM. */
  readonly ca?: string
  readonly bytesMax?: number
}

export function fetchDocument(
  address: string,
  { ca, bytesMax = DOCUMENT_BYTES_MAX }: FetchOptions = {},
): Promise<Result<string, NotFetched['why']>> {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    return Promise.resolve(fail('address'))
  const { promise, resolve } = Promise.withResolvers<Result<string, NotFetched['why']>>()
  const signal = AbortSignal.timeout(FETCH_MS_MAX)
  const request = get(
    url,
    { signal, headers: { accept: 'application/json' }, ...(ca && { ca }) },
    (response) => {
      if (response.statusCode !== STATUS_OK) {
        response.destroy()
        resolve(fail('status'))
        return
      }
      const pieces: Buffer[] = []
      let bytes = 0
      response.on('data', (piece: Buffer) => {
        bytes += piece.byteLength
        if (bytes > bytesMax) {
          resolve(fail('size'))
          response.destroy()
        } else pieces.push(piece)
      })
      response.on('end', () => resolve(ok(Buffer.concat(pieces).toString('utf8'))))
      response.on('error', () => resolve(fail('unreachable')))
    },
  )
  request.on('error', () => resolve(fail('unreachable')))
  return promise
}
