// A web server of an issuer: pages over https on loopback, with a certificate made for it; what was asked.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '@rufwerk/core'

export interface Page {
  readonly status?: number
  readonly body: string
  /** Where a redirect leads. */
  readonly to?: string
}

export class HttpsPages {
  readonly pages = new Map<string, Page>()
  readonly asked: string[] = []
  /** Its certificate, to be trusted: PEM, and where it lies. */
  readonly certificate: string
  readonly certificateFile: string
  readonly #folder: string
  readonly #server: Server

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'rufwerk-pages-'))
    const key = join(this.#folder, 'key.pem')
    this.certificateFile = join(this.#folder, 'cert.pem')
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const made = spawnSync('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...[...subject, '-keyout', key, '-out', this.certificateFile],
    ])
    assert(made.status === 0, String(made.stderr))
    this.certificate = readFileSync(this.certificateFile, 'utf8')
    this.#server = createServer(
      { key: readFileSync(key), cert: this.certificate },
      ({ url = '' }, response) => {
        this.asked.push(url)
        const { status = 200, body, to } = this.pages.get(url) ?? { status: 404, body: '' }
        response.writeHead(status, to === undefined ? {} : { location: to }).end(body)
      },
    )
  }

  /** Its origin, without a slash at the end. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
