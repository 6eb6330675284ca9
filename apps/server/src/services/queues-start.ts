// The queues of a tenant put together: the driver, the desk that people reach, and what is told to pages.
import type { Accounts } from '@rufwerk/accounts'
import type { LiveFact } from '@rufwerk/api'
import { type DeviceId, type Ms, type PersonId, seconds, type TenantId } from '@rufwerk/core'
import type { QueueId } from '@rufwerk/queues'
import type { Live } from '@rufwerk/routing'
import { openQueues, type Queues, type QueuesParts } from './queues.ts'
import { QueuesDesk } from './queues-desk.ts'
import { QueueNews } from './queues-news.ts'

/** After a restart: what phones that connect again need before they can ring. */
const BEGIN_AFTER: Ms = seconds(2)

export interface QueueServiceParts extends Omit<QueuesParts, 'onEvent'> {
  readonly accounts: Accounts
  readonly tell: (fact: LiveFact) => void
}

export class QueueService {
  readonly tenant: TenantId
  readonly port: Queues
  readonly desk: QueuesDesk
  readonly #parts: QueueServiceParts
  readonly #news: QueueNews

  constructor(port: Queues, desk: QueuesDesk, news: QueueNews, parts: QueueServiceParts) {
    this.tenant = parts.tenant
    this.port = port
    this.desk = desk
    this.#news = news
    this.#parts = parts
  }

  /** Sockets are open, and calls of the run before were taken up. */
  resume(): void {
    this.port.phonesAreBack()
    if (!this.port.hasBegun) this.#parts.clock.arm(BEGIN_AFTER, () => this.port.begin())
  }

  registrationsChanged(device: DeviceId): void {
    const person = this.#parts.accounts.directoryOfDevice(device)?.byDevice.get(device)?.person
    if (person !== undefined) this.port.reachabilityChanged(person)
  }

  size(): number {
    return this.port.size() + this.#news.size()
  }

  close(): Promise<void> {
    this.#news.close()
    return this.port.close()
  }
}

/** Whether a phone of this agent can ring, and may. */
export function canRing(live: Live | undefined, agent: PersonId): boolean {
  return live !== undefined && live.stateOf?.(agent) !== 'doNotDisturb' && live.contactsOf(agent).length > 0
}

export async function startQueues(parts: QueueServiceParts): Promise<QueueService> {
  const { accounts, tell, tenant, clock, ...others } = parts
  const queuesOf = (agent: PersonId): readonly QueueId[] => [
    ...(port.set.agents.get(agent)?.memberships.keys() ?? []),
  ]
  const news = new QueueNews({
    arm: (delay, callback) => clock.arm(delay, callback),
    queuesOf,
    tellQueue: (id) => {
      const queue = desk.live(id)
      const config = port.configs.get(id)
      if (queue === undefined || config === undefined) return
      const members = config.members.map(({ agent }) => agent)
      tell({ type: 'queue', tenant, queue, people: [...members, ...config.supervision.supervisors] })
    },
    tellAgent: (person) => {
      const agent = desk.agent(person)
      if (agent !== undefined) tell({ type: 'agent', tenant, agent })
    },
  })
  const port = await openQueues({ ...others, tenant, clock, onEvent: (event) => news.happened(event) })
  const desk = new QueuesDesk(port, { ...others, tenant, accounts })
  return new QueueService(port, desk, news, parts)
}
