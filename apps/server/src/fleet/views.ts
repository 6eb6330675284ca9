// What the thread of the defence knows, in the words of the interface.
import type {
  FleetExposure,
  FleetHistory,
  FleetImported,
  FleetPolled,
  FleetReceived,
} from '@rufwerk/contract/fleet'
import type { ExposurePage, Feed, Imported, NotFetched, Received, RunPage } from '@rufwerk/defence'
import { PROBLEMS } from '@rufwerk/fleet/imports'

const FINDINGS_MAX = 100
const CHANGED_MAX = 500

type Found = RunPage['runs'][number]['found']

/** `idOf`: the device of this system that uses an account. */
export function exposureView(
  { devices, bySite, byPlatform, ...others }: ExposurePage,
  idOf: (account: string) => string | undefined,
): FleetExposure {
  return {
    ...others,
    bySite: bySite.map(([name, counts]) => ({ name, counts })),
    byPlatform: byPlatform.map(([name, counts]) => ({ name, counts })),
    devices: devices.map(({ names, addresses, reasons, unknown, ...device }) => ({
      ...device,
      ...idOfDevice(names.account === undefined ? undefined : idOf(names.account)),
      names: Object.fromEntries(Object.entries(names)),
      addresses: [...addresses],
      unknown: [...unknown],
      reasons: reasons.map(({ found, because, source, since, lastSeen, isContradicted }) => ({
        ...foundView(found),
        ...{ source, since, lastSeen, isContradicted },
        because: because.map(({ issuer, advisory, revision, productName: product, by, doubt }) => ({
          ...{ issuer, advisory, revision, product, by },
          ...(doubt !== undefined && { doubt }),
        })),
      })),
    })),
  }
}

function idOfDevice(id: string | undefined): { id?: string } {
  return id === undefined ? {} : { id }
}

export function runView({
  device,
  found,
  from,
  until,
}: RunPage['runs'][number]): FleetHistory['runs'][number] {
  return { device, ...foundView(found), from, until }
}

function foundView({ vendor, product, version, userAgent, path }: Found) {
  return {
    ...(vendor !== undefined && { vendor }),
    ...(product !== undefined && { product }),
    ...(version !== undefined && { version }),
    ...(userAgent !== undefined && { userAgent }),
    ...(path !== undefined && { path }),
  }
}

export function feedView({ missed, ...figures }: Feed): FleetPolled['feeds'][number]['feed'] {
  return { ...figures, missed: [...missed] }
}

export function importedView({ remarks, ...figures }: Imported): FleetImported {
  return {
    ...figures,
    remarks: remarks.map((remark) => {
      if ('de' in remark) return remark
      const { line, problem, what } = remark
      return {
        where: line === 0 ? '' : String(line),
        ...(what !== undefined && { what }),
        ...PROBLEMS[problem],
      }
    }),
  }
}

/** `acted`: what the policy of the company did about it. */
export function receivedView(
  received: Received | NotFetched,
  acted: FleetReceived['acted'] | undefined,
): FleetReceived {
  const nothing = { products: [], changed: [], changedTotal: 0, findings: [] }
  switch (received.type) {
    case 'counts': {
      const { document, changed } = received
      const { changes = [], ...named } = document ?? {}
      return {
        ...nothing,
        outcome: 'counts',
        ...(document && { document: named as Omit<typeof document, 'changes'> }),
        products: changes.map(({ productName: product, before, after }) => ({
          product,
          ...(before !== undefined && { before }),
          ...(after !== undefined && { after }),
        })),
        changed: changed.slice(0, CHANGED_MAX),
        changedTotal: changed.length,
        ...(acted && { acted }),
      }
    }
    case 'malformed':
      return { ...nothing, outcome: 'malformed', findings: received.findings.slice(0, FINDINGS_MAX) }
    case 'refused': {
      const { why, signature } = received
      return { ...nothing, outcome: 'refused', why, ...(signature && { signature }) }
    }
    case 'not-fetched':
      return { ...nothing, outcome: 'not-fetched', why: received.why }
    case 'conflict': {
      const { namespace: issuer, id, version: revision } = received.conflict
      return { ...nothing, outcome: 'conflict', document: { issuer, id, revision, title: '' } }
    }
    case 'known':
      return { ...nothing, outcome: 'known' }
  }
}
