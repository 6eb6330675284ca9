// Asks the server over the socket in its data folder.
import { request } from 'node:http'
import { UPLOAD_TYPE } from './operations.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  /** Bytes go as they are, everything else as JSON. */
  readonly body?: unknown
  /** For a file: what comes is handed on as it comes. */
  readonly onPiece?: (piece: Uint8Array) => void | Promise<void>
}

export interface Answered {
  readonly status: number
  readonly type: string
  /** Empty for a file. */
  readonly text: string
  readonly fileName?: string
}

/** No answer of the interface is longer; files have no limit. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

/** Rejects with ENOENT or ECONNREFUSED when no server has this data folder. */
export function ask(socketPath: string, { method, path, body, onPiece }: Asked): Promise<Answered> {
  const isUpload = body instanceof Uint8Array
  const sending = isUpload || body === undefined ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const headers = {
      host: 'localhost',
      ...(sending !== undefined && {
        'content-type': isUpload ? UPLOAD_TYPE : 'application/json',
        'content-length': String(Buffer.byteLength(sending)),
      }),
    }
    const sent = request({ socketPath, method, path, headers }, async (answer) => {
      const status = answer.statusCode ?? 0
      const type = answer.headers['content-type'] ?? ''
      const disposition = answer.headers['content-disposition'] ?? ''
      const fileName = /filename="([\w.-]+)"/.exec(disposition)?.[1]
      const pieces: Uint8Array[] = []
      let length = 0
      try {
        for await (const piece of answer as AsyncIterable<Uint8Array>) {
          if (onPiece !== undefined && status < 300 && fileName !== undefined) await onPiece(piece)
          else pieces.push(piece)
          length += piece.length
          if (onPiece === undefined && length > ANSWER_BYTES_MAX) throw new RangeError('too long an answer')
        }
        const told = Buffer.concat(pieces).toString('utf8')
        resolve({ status, type, text: told, ...(fileName !== undefined && { fileName }) })
      } catch (error) {
        reject(error)
      }
    })
    sent.on('error', reject)
    sent.end(sending)
  })
}
