// Which certificate the listeners show: PEM files, one of an ACME authority, or one of the local authority.
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fail, type Log, ok, type Result, type WallTime } from '@rufwerk/core'
import { CertificateStore, type Timers } from '@rufwerk/net'
import type { Flags } from './flags.ts'

interface CertificateParts {
  readonly flags: Flags
  /** The addresses at which devices reach us. */
  readonly addresses: readonly string[]
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly log: Log
}

/** A message names the flag that changes it. */
export async function openCertificates(parts: CertificateParts): Promise<Result<CertificateStore, string>> {
  const { flags, log, timers, wallTime } = parts
  const opened = CertificateStore.open({
    folder: join(flags.data, 'certificates'),
    timers,
    wallTime,
    log,
    random: Math.random,
    onAlarm: ({ message }) => log.warn('certificate alarm', { message }),
  })
  if (!opened.ok) return fail(`${opened.error.message} The folder is chosen with --data.`)
  const store = opened.value
  const { certificateFiles, hostNames } = flags
  if (certificateFiles !== undefined) {
    const used = await store.useFiles({ ...certificateFiles, names: hostNames })
    return used.ok ? ok(store) : fail(`${used.error.message} The files are chosen with --certificate.`)
  }
  const made = await useLocal(store, parts)
  return made.ok ? ok(store) : made
}

/**
 * Orders from the ACME authority, if one is chosen. Once the listeners are open, because it looks at them;
 * devices see the local certificate until it has signed.
 */
export async function orderCertificate(store: CertificateStore, flags: Flags, log: Log): Promise<void> {
  if (flags.acme === undefined) return
  const { directoryUrl, email, challenge } = flags.acme
  const ordered = await store.useAcme({
    ...{ directoryUrl, challenge, names: flags.hostNames, areTermsAgreed: true },
    ...(email === undefined ? {} : { email }),
  })
  if (!ordered.ok) log.error('certificate not ordered', { message: ordered.error.message })
}

/** The name of the machine is left out where the authority may not sign for it. */
async function useLocal(store: CertificateStore, parts: CertificateParts): Promise<Result<void, string>> {
  const { flags, addresses, log } = parts
  const needed = ['localhost', '127.0.0.1', '::1', ...addresses, ...flags.hostNames]
  const own = hostname().toLowerCase()
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(own)
  const all = [...new Set(isName ? [...needed, own] : needed)]
  const used = await store.useLocal(all)
  if (used.ok) return ok(undefined)
  const fewer = await store.useLocal([...new Set(needed)])
  if (!fewer.ok) return fail(`${fewer.error.message} Names are chosen with --host-name.`)
  log.warn('certificate without the name of this machine', { name: own, why: used.error.message })
  return ok(undefined)
}
