// What an office keeps: records, backups and configuration that remember what was asked.
import type { ApiPorts, BackupsPort, ConfigurationPort, RecordsPort } from '@rufwerk/api'
import type { EgressPort } from '@rufwerk/api/egress'
import type { QuarantinePort } from '@rufwerk/api/quarantine'
import type { Cdr } from '@rufwerk/calls'
import type { Hold, RetentionRules } from '@rufwerk/calls/records'
import { wallTime } from '@rufwerk/core'

export function backupsOf(): BackupsPort {
  const settings = { isOn: true, hour: 3, newest: 7, weeks: 4 }
  const backup = { name: 'rufwerk-20261122T030000Z.backup', at: 1, bytes: 2 }
  return {
    state: async () => ({ ...settings, hasKey: true, isRunning: false, backups: [backup] }),
    change: async () => true,
    setKey: async () => true,
    run: async () => ({ ok: true, value: backup }),
  }
}

const OTHER_TENANT = 'tenant-other'

/** A carrier may be reached, and a package wanted something else. */
export function egressOf(): EgressPort {
  return {
    view: () => ({
      ...{ isGuarded: true, ownUdpPorts: ['5060'], refusedTotal: 1 },
      allowed: [
        {
          ...{ why: 'trunk', host: 'carrier.example', protocol: 'tcp', ports: [5061] },
          ...{ isFollowed: true, addresses: ['192.0.2.7'] },
        },
      ],
      refused: [{ kind: 'tcp', to: '192.0.2.66', port: 443, by: 'server (x)', count: 1, first: 5, last: 5 }],
    }),
  }
}

/** Anna has asked for a stop in the admin's company; devices of another one are nobody. */
export function quarantineOf(): QuarantinePort {
  const { by, at, why } = { by: 'Anna', at: 5, why: 'flagged' }
  return {
    view: () => ({
      ...{ stopped: 1, removalAsked: 0, closed: 0, fleet: 20, aloneMax: 2 },
      stops: [{ device: 'd1', name: 'Tisch', person: 'Mia', extension: '100', at, by, why: [why] }],
      requests: [{ id: 'r1', does: 'release', at, by, why, missing: 1, devices: [{ device: 'd1' }] }],
    }),
    act: async ({ tenant }, act) => {
      const isOwn = tenant !== OTHER_TENANT
      if ('request' in act)
        return isOwn && act.request === 'r1'
          ? { ok: true, value: { stopped: 0, released: 1 } }
          : { ok: false, error: 'unknown-request' }
      if (act.type === 'release')
        return { ok: true, value: { stopped: 0, released: 0, waits: { request: 'r2', missing: 1 } } }
      return isOwn
        ? { ok: true, value: { stopped: act.devices.length, released: 0 } }
        : { ok: false, error: 'unknown-device' }
    },
  }
}

export function auditOf(): NonNullable<ApiPorts['audit']> {
  const entry = { seq: 1, at: 5, act: 'set-up', actor: 'anna', subject: '', detail: { company: 'Muster' } }
  return {
    page: async (_tenant, { before = 2, limit }) => ({
      entries: before > 1 && limit > 0 ? [{ ...entry, isErased: false }] : [],
    }),
    head: async (tenant) => ({ tenant, seq: 1, hash: 'ab', at: 6, signature: 'c2ln', key: 'PEM' }),
    file: async (tenant) =>
      (async function* () {
        yield `{"tenant":"${tenant}"}\n`
      })(),
  }
}

export function configurationOf(): ConfigurationPort {
  const configuration = { format: 'rufwerk-configuration', version: 1, sections: {} } as const
  const checked = { version: 'v1', changes: [], problems: [] }
  return {
    export: async () => ({ version: 'v1', configuration }),
    check: async () => checked,
    import: async (_actor, _file, expected) =>
      expected === 'v1' ? { ok: true, value: checked } : { ok: false, error: 'conflict' },
  }
}

/** What was asked of the records, and in which order sources answer. */
export interface TestRecords extends RecordsPort {
  readonly filters: object[]
  readonly erased: string[]
  /** The next erasing fails. */
  isBroken: boolean
}

export function recordsOf(records: readonly { readonly cdr: Cdr }[]): TestRecords {
  const holds: Hold[] = []
  let rules: RetentionRules = { keepDays: 180 }
  const kept: TestRecords = {
    ...{ filters: [], erased: [], isBroken: false },
    page: async (tenant, filter, { cursor, limit }) => {
      if (cursor === 'not-ours') return undefined
      kept.filters.push(filter)
      const own = records.map(({ cdr }) => cdr).filter((cdr) => cdr.tenant === tenant)
      return { calls: own.slice(0, limit), ...(own.length > limit && { next: 'more' }) }
    },
    table: async function* (tenant, filter, separator) {
      kept.filters.push(filter)
      yield `call${separator}dialled\r\n`
      for (const { cdr } of records)
        if (cdr.tenant === tenant) yield `${cdr.call}${separator}${cdr.dialled}\r\n`
    },
    retention: async () => rules,
    setRetention: async (_tenant, next) => {
      rules = next
      return true
    },
    holds: {
      add: async (hold) => holds.push(hold) > 0,
      list: async (tenant) => holds.filter((hold) => hold.tenant === tenant),
      remove: async (tenant, id) => {
        const at = holds.findIndex((hold) => hold.tenant === tenant && hold.id === id)
        return at >= 0 && holds.splice(at, 1).length > 0 ? 'removed' : 'unknown'
      },
    },
    personal: [
      {
        name: 'calls',
        find: async () => ({ count: 2, held: 1, oldest: wallTime(1), newest: wallTime(2) }),
        export: async function* () {
          yield { path: 'calls.jsonl', content: encodedLines('{}') }
        },
        erase: async ({ number }) => {
          if (kept.isBroken) throw new Error('the disk is full')
          kept.erased.push(number.kind === 'e164' ? number.number : number.digits)
          return { erased: 1, held: 1, unfinished: 0 }
        },
      },
    ],
    wallTime: () => wallTime(1_790_000_000_000),
  }
  return kept
}

async function* encodedLines(...lines: string[]): AsyncIterable<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`)
}
