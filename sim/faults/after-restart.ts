// Faults of a recovery: what the run before left is taken for something else, or done once more.
import type { CallId, TenantId } from '@rufwerk/core'
import type { PlantedFault } from './planted.ts'

/** As if endpoints were numbered from 1 in every run: a source means whatever has that number. */
export function strangeBridge(): PlantedFault {
  return {
    wrapMedia: (media, world) => ({
      onEvent: (listener) => media.onEvent(listener),
      command: (command) => {
        if (world.run < 2 || command.type !== 'setSource' || command.source.type !== 'endpoint')
          return media.command(command)
        const meant = world.media.endpoints.get(command.source.endpoint)?.call
        const other = [...world.media.endpoints].find(([, { call }]) => call !== meant)
        if (other === undefined) return media.command(command)
        return media.command({ ...command, source: { type: 'endpoint', endpoint: other[0] } })
      },
    }),
  }
}

/** The journal is replayed further back than it was done; no index stops the second record. */
export function cdrTwice(): PlantedFault {
  return {
    beforeStart: (world) => world.disk.change('DROP INDEX IF EXISTS cdrs_call'),
    wrapStore: (store, world) => ({
      ...store,
      unfinishedCalls: async () => {
        const ended = world.disk.rows('SELECT tenant, call FROM cdrs ORDER BY number DESC LIMIT 3')
        const again = ended.map(async (row) => {
          const [tenant, call] = [row.tenant as TenantId, row.call as CallId]
          return { tenant, call, events: (await store.history.call(tenant, call))?.events ?? [] }
        })
        return [...(await store.unfinishedCalls()), ...(await Promise.all(again))]
      },
    }),
  }
}
