// The settings of queues in a configuration file. Music and announcements are named, people by their ids.
import { QueuesSection } from '@rufwerk/contract/configuration'
import { fail, ok, type PersonId, type TenantId } from '@rufwerk/core'
import { QUEUES_MAX, type QueueConfig, type QueueId } from '@rufwerk/queues'
import type { QueuesDesk } from '../services/queues-desk.ts'
import { byId, type Entry, prepareAll, readSection } from './entries.ts'
import type { ConfigSection, ImportDraft } from './section.ts'

type Desk = Pick<QueuesDesk, 'settings' | 'check' | 'put' | 'remove'>

export function queuesSection(deskOf: (tenant: TenantId) => Desk | undefined): ConfigSection {
  return {
    name: 'queues',
    async export(tenant) {
      const queues = deskOf(tenant)?.settings() ?? []
      return queues.length === 0 ? undefined : byId(queues, idOf).map(viewOf)
    },
    async prepare(draft, value) {
      const desk = deskOf(draft.actor.tenant)
      if (desk === undefined) return fail([{ path: '', sentence: 'There are no queues here yet.' }])
      const read = readSection(QueuesSection.safeParse(value))
      if (!read.ok) return read
      const known = new Map(desk.settings().map((queue) => [queue.queue, queue]))
      const all = new Set<string>([...known.keys(), ...read.value.map(idOf)])
      const about = { idOf, known: [...known.keys()], max: QUEUES_MAX }
      return prepareAll(read.value, about, (given) => {
        const checked = desk.check(given, houseOf(draft, all))
        if (checked.ok) return ok(entryOf(desk, known.get(checked.value.queue), checked.value))
        return fail({ path: checked.error.place, sentence: checked.error.sentence })
      })
    },
  }
}

/** People, the boxes that the dial plan gives them, and queues as they would be. */
function houseOf({ directory, dialPlan }: ImportDraft, queues: ReadonlySet<string>) {
  return {
    hasPerson: (person: PersonId) => directory.byPerson.has(person),
    hasQueue: (queue: QueueId) => queues.has(queue),
    ...(dialPlan && {
      hasBox: (person: PersonId) =>
        dialPlan.people.some((rules) => rules.person === person && rules.voicemail !== undefined),
    }),
  }
}

function entryOf(desk: Desk, before: QueueConfig | undefined, after: QueueConfig): Entry {
  return {
    id: after.queue,
    before: before && viewOf(before),
    after: viewOf(after),
    put: () => desk.put(after),
    takeBack: async () => (before === undefined ? (await desk.remove(after.queue)).ok : desk.put(before)),
  }
}

/** null says that nothing is announced: what is absent has its default. */
function viewOf({ announce, ...queue }: QueueConfig): object {
  return { ...queue, announce: announce ?? null }
}

function idOf({ queue }: { readonly queue: string }): string {
  return queue
}
