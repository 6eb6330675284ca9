// Where the interface is reached: HTTP, HTTPS where a port was given, and the socket of the command line.
import { join } from 'node:path'
import { type Api, type HttpServer, serve, serveLocal } from '@rufwerk/api'
import { fail, type Log, ok, type Result } from '@rufwerk/core'
import type { CertificateStore } from '@rufwerk/net'
import type { Flags } from '../flags.ts'
import { proxiesOf } from './proxies.ts'

/** In the data folder: where `npm run rufwerk` asks. */
const COMMAND_SOCKET = 'rufwerk.sock'

/** The built pages. */
export const WEB_APP = join(import.meta.dirname, '../../../web/dist')

interface DoorParts {
  readonly flags: Flags
  readonly certificates: CertificateStore
  readonly log: Log
}

export interface Doors {
  /** Connections that are open. */
  size(): number
  close(): Promise<void>
}

/** A message names the flag that changes it. */
export async function openDoors(
  api: Api,
  { flags, certificates, log }: DoorParts,
): Promise<Result<Doors, string>> {
  const { httpHost: host, httpPort, httpsPort } = flags
  const sides: HttpServer[] = []
  const proxies = proxiesOf(flags, log)
  if (!proxies.ok) return proxies
  const http = await serve(api, { host, port: httpPort, proxies: proxies.value })
  if (!http.ok) return fail(http.error.message)
  sides.push(http.value)
  if (httpsPort !== undefined) {
    const identity = certificates
    const https = await serve(api, { host, port: httpsPort, identity, proxies: proxies.value })
    if (!https.ok) return fail(https.error.message)
    sides.push(https.value)
  }
  const commandLine = await serveLocal(api, join(flags.data, COMMAND_SOCKET))
  if (!commandLine.ok) log.warn('no command line', { why: commandLine.error })
  return ok({
    size: () => sides.reduce((sum, side) => sum + side.size(), 0),
    close: async () => {
      for (const side of sides) await side.close()
      if (commandLine.ok) await commandLine.value.close()
    },
  })
}
