// What an office warns of: one warning, published by the machine itself.
import type { WarningsPort } from '@rufwerk/api/outside'
import { publish } from '@rufwerk/cases/warn'
import type { WarningDraft, WarningView } from '@rufwerk/contract/cases'
import { assert, fail, ok } from '@rufwerk/core'

const OTHER_TENANT = 'tenant-other'
const both = (de: string, en: string) => ({ de, en })
export const DRAFT = {
  ...{ level: 3, title: both('Fremder Code', 'Foreign code'), summary: both('Etwas <b>', 'Something <b>') },
  advice: [both('Entfernen.', 'Remove it.')],
  products: [{ vendor: 'V', product: 'Phone', version: '1.2', status: 'affected' }],
  checked: { at: 1, by: 'Anna', what: both('150 Geräte', '150 devices') },
  ...{ phase: 'incident-response', change: both('Erste Fassung', 'First revision'), seen: 0 },
} as const satisfies WarningDraft

export function warningsOf(known: string): WarningsPort {
  const named = { urn: 'urn:uuid:11111111-2222-4333-8444-555555555555', number: '2026-1' }
  const made = publish(undefined, { ...DRAFT, advice: [...DRAFT.advice] }, named, 2)
  assert(made.ok, 'the example is one')
  const { urn: _, ...view } = made.value
  const shown = view as unknown as WarningView
  return {
    publish: async ({ tenant }, id) =>
      tenant !== OTHER_TENANT && id === known ? ok(shown) : fail('unknown-case'),
    ofCase: async (tenant, id) => ok(tenant !== OTHER_TENANT && id === known ? shown : undefined),
    all: async () => ok([made.value]),
    feed: () => ({ urn: 'urn:uuid:11111111-2222-4333-8444-666666666666', since: 1 }),
    provider: async (origin) => ok(new Map([['index.txt', `${origin}\n`]])),
  }
}
