// What an advisory says of itself, to save typing. Only a suggestion: the server reads the document anew.

/** As the interface takes addresses of files: https, without a query. */
export function isWebAddress(text: string): boolean {
  return /^https:\/\/[^\s?#]+[^\s?#/]$/.test(text)
}

export function isWebFolder(text: string): boolean {
  return /^https:\/\/[^\s?#]+\/$/.test(text)
}

export interface IssuerOfFile {
  readonly namespace?: string
  /** Where it says that it is published (CSAF 2.0 §3.2.1.10, `self`). */
  readonly address?: string
}

/** Nothing where it is no document of this kind. */
export function readIssuer(text: string): IssuerOfFile {
  let document: unknown
  try {
    document = member(JSON.parse(text), 'document')
  } catch {
    // No JSON: the server says so.
    return {}
  }
  const namespace = member(member(document, 'publisher'), 'namespace')
  const references = member(document, 'references')
  const own = (Array.isArray(references) ? references : [])
    .filter((one) => member(one, 'category') === 'self')
    .map((one) => member(one, 'url'))
    .find((url) => typeof url === 'string' && isWebAddress(url))
  return {
    ...(typeof namespace === 'string' && namespace !== '' && { namespace }),
    ...(typeof own === 'string' && { address: own }),
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
