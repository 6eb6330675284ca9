// provider-metadata.json of an issuer (CSAF 2.0 §7.1.7): who it is, and where it lists what it publishes.
import { fail, ok, type Result } from '@rufwerk/core'
import { DISTRIBUTIONS_MAX } from '../limits.ts'
import type { Finding } from '../read/finding.ts'
import { type Json, type JsonObject, parseJson } from '../read/json.ts'

export interface Provider {
  /** `publisher.namespace`. */
  readonly namespace: string
  /** Folders with a `changes.csv`, each with a slash at its end. */
  readonly directories: readonly string[]
  /** ROLIE feeds (RFC 8322) of documents that everybody may read (TLP:WHITE). */
  readonly feeds: readonly string[]
}

const WRONG = {
  de: 'Das ist keine Anbieterdatei nach CSAF 2.0 §7.1.7.',
  en: 'This is no provider-metadata.json as CSAF 2.0 §7.1.7 describes it.',
}

export const objectOf = (value: Json | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

/** The text when it is the address of a file or folder under https, as it will be asked for. */
export function httpsAddress(value: Json | undefined): string | undefined {
  if (typeof value !== 'string') return undefined
  const url = URL.parse(value)
  const isPlain = url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === ''
  return isPlain && url.search === '' ? url.href : undefined
}

/** Other distributions, such as feeds for few, are left out. */
export function readProvider(text: string): Result<Provider, Finding> {
  const read = parseJson(text)
  if (!read.ok) return read
  const wrong = (pointer: string): Result<never, Finding> => fail({ rule: 'schema', pointer, ...WRONG })
  const metadata = objectOf(read.value)
  if (metadata?.metadata_version !== '2.0') return wrong('/metadata_version')
  const namespace = objectOf(metadata.publisher)?.namespace
  if (typeof namespace !== 'string' || namespace === '') return wrong('/publisher/namespace')
  const distributions = listOf(metadata.distributions)
  if (distributions.length > DISTRIBUTIONS_MAX) return wrong('/distributions')
  const directories = distributions.flatMap((one) => httpsAddress(objectOf(one)?.directory_url) ?? [])
  const feeds = distributions
    .flatMap((one) => listOf(objectOf(objectOf(one)?.rolie)?.feeds))
    .filter((one) => objectOf(one)?.tlp_label === 'WHITE')
    .flatMap((one) => httpsAddress(objectOf(one)?.url) ?? [])
  if (feeds.length > DISTRIBUTIONS_MAX) return wrong('/distributions')
  if (directories.length + feeds.length === 0) return wrong('/distributions')
  return ok({ namespace, directories: directories.map(asFolder), feeds })
}

const asFolder = (address: string): string => (address.endsWith('/') ? address : `${address}/`)
