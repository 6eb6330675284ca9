// Which versions of others' clients a company allows, and who runs another one or one that nobody can read.
import { readClientText } from '@rufwerk/advisories'
import type { Found, Inventory } from '@rufwerk/fleet'
import {
  type AllowedVersions,
  type Client,
  isStopped,
  type Judgement,
  judge,
} from '@rufwerk/quarantine/policy'
import { PAGE_MAX } from '../limits.ts'
import type { Judged, VersionStops, VersionsPage } from '../messages.ts'
import type { CompanyStore } from './company-store.ts'

export class CompanyVersions {
  readonly #store: CompanyStore
  #rules: readonly AllowedVersions[]

  constructor(store: CompanyStore) {
    this.#store = store
    this.#rules = store.allowed()
  }

  set(rules: readonly AllowedVersions[]): void {
    this.#store.keepAllowed(rules)
    this.#rules = rules
  }

  page(inventory: Inventory): VersionsPage {
    const judged = this.#judged(inventory).filter(({ judgement }) => judgement !== 'allowed')
    const first = (wanted: Judgement): Judged[] => judged.filter(({ judgement }) => judgement === wanted)
    const [forbidden, unknown] = [first('forbidden'), first('unknown')]
    return {
      rules: this.#rules,
      judged: [...forbidden, ...unknown].slice(0, PAGE_MAX),
      ...{ forbidden: forbidden.length, unknown: unknown.length },
    }
  }

  /** Whom each rule that is enforced stops; none for rules that stop nobody. */
  stops(inventory: Inventory): readonly VersionStops[] {
    const judged = this.#judged(inventory)
    return this.#rules.flatMap((rule): VersionStops[] => {
      const found = judged.filter((one) => one.rule === rule.id && isStopped(rule, one.judgement))
      const accounts = new Set(found.flatMap(({ account }) => account ?? []))
      if (found.length === 0) return []
      return [{ rule: rule.id, product: rule.product, accounts: [...accounts] }]
    })
  }

  /** One line for each device and rule: the worst of what runs on it. */
  #judged({ devices }: Inventory): Judged[] {
    const judged: Judged[] = []
    for (const device of devices.values())
      for (const rule of this.#rules) {
        const all = [...device.installations.values()].map(({ found }) => ({
          found,
          judgement: judgementOf(rule, found, device.platform),
        }))
        const worst = WORST_FIRST.flatMap((one) => all.filter(({ judgement }) => judgement === one))[0]
        if (worst === undefined || worst.judgement === 'not-covered') continue
        const { version, userAgent } = worst.found
        const { account } = device.names
        judged.push({
          ...{ device: device.key, rule: rule.id, judgement: worst.judgement },
          ...(account !== undefined && { account }),
          ...(device.person !== undefined && { person: device.person }),
          ...(version !== undefined && { version }),
          ...(userAgent !== undefined && { userAgent }),
        })
      }
    return judged
  }
}

const WORST_FIRST = ['forbidden', 'unknown', 'allowed'] as const

/** What a client says of itself and what a list says: where they differ, nobody knows. */
function judgementOf(rule: AllowedVersions, found: Found, platform: Client['platform']): Judgement {
  const said = found.userAgent === undefined ? undefined : readClientText(found.userAgent)
  const clients: Client[] = []
  const shared = {
    ...(found.vendor !== undefined && { vendor: found.vendor }),
    ...((found.platform ?? platform) && { platform: found.platform ?? platform }),
  } as Pick<Client, 'vendor' | 'platform'>
  if (found.product !== undefined) {
    const version = found.version === undefined ? {} : { version: found.version }
    clients.push({ ...shared, product: found.product, ...version })
  }
  if (said === 'unreadable') return isNamedIn(rule, found.userAgent ?? '') ? 'unknown' : 'not-covered'
  if (said?.product !== undefined) {
    const where = said.platform ?? shared.platform
    const { text: version } = said.version
    clients.push({ ...shared, product: said.product, version, ...(where && { platform: where }) })
  }
  const judgements = new Set(clients.map((client) => judge(rule, client)))
  if (judgements.size > 1) judgements.delete('not-covered')
  const [only = 'not-covered'] = judgements
  return judgements.size > 1 ? 'unknown' : only
}

const lettersOf = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')

function isNamedIn({ product }: AllowedVersions, text: string): boolean {
  const name = lettersOf(product)
  return name !== '' && lettersOf(text).includes(name)
}
