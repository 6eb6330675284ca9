// The files of a CSAF provider beside its documents (CSAF 2.0 §7.1): names, lists, checksums, metadata.
import { writeSorted } from '../read/json.ts'
import type { Publisher } from './case-record.ts'

/** Digests of a text in UTF-8, as lower-case hexadecimal digits. */
export interface Digests {
  readonly sha256: (text: string) => string
  readonly sha512: (text: string) => string
}

export interface Published {
  /** `document.tracking.id`. */
  readonly id: string
  readonly initialReleaseDate: string
  readonly currentReleaseDate: string
  readonly text: string
}

/** CSAF 2.0 §5.1. */
export function fileNameOf(id: string): string {
  return `${id.toLowerCase().replace(/[^+\-a-z0-9]+/g, '_')}.json`
}

function pathOf({ id, initialReleaseDate }: Published): string {
  return `${initialReleaseDate.slice(0, 4)}/${fileNameOf(id)}`
}

/** Path → text of everything in the folder of the documents; undefined when two documents have one name. */
export function folderOf(documents: readonly Published[], digests: Digests): Map<string, string> | undefined {
  const files = new Map<string, string>()
  for (const document of documents) {
    const path = pathOf(document)
    if (files.has(path)) return undefined
    const name = fileNameOf(document.id)
    files.set(path, document.text)
    files.set(`${path}.sha256`, `${digests.sha256(document.text)}  ${name}\n`)
    files.set(`${path}.sha512`, `${digests.sha512(document.text)}  ${name}\n`)
  }
  const newestFirst = [...documents].sort(
    (a, b) => Date.parse(b.currentReleaseDate) - Date.parse(a.currentReleaseDate),
  )
  const lines = newestFirst.map((document) => `"${pathOf(document)}","${document.currentReleaseDate}"\n`)
  files.set('index.txt', documents.map((document) => `${pathOf(document)}\n`).join(''))
  files.set('changes.csv', lines.join(''))
  return files
}

/** CSAF 2.0 §7.1.7. `folder` is the address of the folder of the documents, with a slash at its end. */
export function providerMetadata(publisher: Publisher, folder: string, lastUpdated: string): string {
  return `${writeSorted(
    {
      canonical_url: new URL('/.well-known/csaf/provider-metadata.json', folder).href,
      distributions: [{ directory_url: folder }],
      last_updated: lastUpdated,
      list_on_CSAF_aggregators: false,
      metadata_version: '2.0',
      mirror_on_CSAF_aggregators: false,
      public_openpgp_keys: [],
      publisher: { ...publisher },
      role: 'csaf_publisher',
    },
    2,
  )}\n`
}
