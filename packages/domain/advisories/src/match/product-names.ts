// Names under which the same product stands in advisories, inventories and User-Agents. A table to be read
// and extended by people; a name that does not stand here is compared as it is, and nothing is guessed.

interface KnownProduct {
  readonly key: string
  /** In lower case, with the vendor's name where the product's own is no name by itself. */
  readonly names: readonly string[]
}

const KNOWN: readonly KnownProduct[] = [
  {
    key: '3cx desktop app',
    names: [
      ...['3cx desktop app', '3cx desktopapp', '3cxdesktopapp', '3cx electron desktop app'],
      ...[
        '3cx desktopapp (electron)',
        '3cx desktopapp (electron, windows)',
        '3cx desktopapp (electron, macos)',
      ],
      ...['3cx desktopapp for windows', '3cx desktopapp for macos', '3cx desktop app for windows'],
      ...['3cx desktop app for macos', '3cx electron windows app', '3cx electron mac app'],
    ],
  },
  {
    key: '3cx web client',
    names: [
      '3cx web client',
      '3cx web client (pwa)',
      '3cx webclient',
      '3cxwebclient',
      '3cx pwa',
      '3cx pwa app',
    ],
  },
]

const KEYS = new Map(KNOWN.flatMap(({ key, names }) => names.map((name) => [name, key] as const)))

const plain = (name: string) => name.trim().toLowerCase().replace(/\s+/g, ' ')

/** What a product is compared by: equal for the same product. */
export function productKey(vendor: string | undefined, product: string): string {
  const name = plain(product)
  const full = vendor === undefined ? name : `${plain(vendor)} ${name}`
  return KEYS.get(name) ?? KEYS.get(full) ?? name
}

/** Whether the table knows it: then the vendor is no question any more. */
export function isKnownKey(key: string): boolean {
  return KNOWN.some((product) => product.key === key)
}

/** Vendors are the same, or one of both does not say. */
export function mayBeVendor(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || plain(a) === plain(b)
}
