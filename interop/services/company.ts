// A small company as customers meet it: a number at a carrier (Kamailio), office hours, a receptionist, a
// queue with one agent, and a colleague with voicemail. All phones are baresip, each with a tone of its own.
import { Baresip } from '../support/baresip.ts'
import { type Person, Server } from '../support/server.ts'
import { until } from '../support/wait.ts'
import { type KamailioCarrier, startKamailio } from '../trunks/kamailio.ts'

/** How the carrier names the company and its customer. */
const LINE = '4930555000'
const CUSTOMER = '493012345678'
export const CUSTOMER_HZ = 600
export const AGENT_HZ = 1000
export const COLLEAGUE_HZ = 1500
/** The colleague's, which nobody answers. */
const RING_SECONDS = 4
export const COLLEAGUE = '102'

interface Parts {
  readonly server: Server
  readonly carrier: KamailioCarrier
  readonly customer: Baresip
  readonly agent: Baresip
  readonly colleague: Baresip
}

export class Company implements AsyncDisposable {
  readonly server: Server
  readonly customer: Baresip
  readonly agent: Baresip
  readonly colleague: Baresip
  readonly #carrier: KamailioCarrier

  private constructor({ server, carrier, customer, agent, colleague }: Parts) {
    this.server = server
    this.#carrier = carrier
    this.customer = customer
    this.agent = agent
    this.colleague = colleague
  }

  static async open(hours: 'open' | 'closed'): Promise<Company> {
    const server = await Server.start(['--ring-seconds', String(RING_SECONDS)])
    const carrier = await startKamailio()
    const phones: Baresip[] = []
    try {
      await setUp(server, carrier, hours)
      const phone = async (account: Parameters<typeof Baresip.start>[0], toneHz: number) => {
        const started = await Baresip.start(account, { transport: 'udp', toneHz, answers: 'manual' })
        phones.push(started)
        return started
      }
      const { agent, colleague } = peopleOf(server)
      const parts = {
        customer: await phone(carrier.customer(CUSTOMER), CUSTOMER_HZ),
        agent: await phone(await agent.addPhone('Agent'), AGENT_HZ),
        colleague: await phone(await colleague.addPhone('Colleague'), COLLEAGUE_HZ),
      }
      await agent.ask('POST', '/queue-agents', { does: 'logIn' })
      return new Company({ server, carrier, ...parts })
    } catch (error) {
      await Promise.all(phones.map((phone) => phone.stop()))
      await Promise.all([server.stop(), carrier.stop()])
      throw error
    }
  }

  get people(): { readonly agent: Person; readonly colleague: Person } {
    return peopleOf(this.server)
  }

  /** As the carrier tells it, in E.164. */
  get customerNumber(): string {
    return `+${CUSTOMER}`
  }

  /** The customer calls the number of the company. */
  isCalled(): void {
    this.customer.dial(LINE)
  }

  /** Nobody is in a call any more, and the agent can be rung. */
  async isLeft(): Promise<void> {
    for (const phone of [this.customer, this.agent, this.colleague]) phone.hangUp()
    await until('an agent who is idle', async () => {
      const path = '/queue-agents'
      const { agents } = await this.people.agent.ask<{ agents: readonly { activity: string }[] }>('GET', path)
      return agents.some(({ activity }) => activity === 'idle')
    })
  }

  /** A number that reaches the customer, as it is dialled inside. */
  get dialsCustomer(): string {
    return `0${CUSTOMER.slice(2)}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.customer, this.agent, this.colleague].map((phone) => phone.stop()))
    await Promise.all([this.server.stop(), this.#carrier.stop()])
  }
}

function peopleOf({ admin, colleagues }: Server): { readonly agent: Person; readonly colleague: Person } {
  const [agent = admin, colleague = admin] = colleagues
  return { agent, colleague }
}

async function setUp(server: Server, carrier: KamailioCarrier, hours: 'open' | 'closed'): Promise<void> {
  const { admin } = server
  const { agent, colleague } = peopleOf(server)
  await server.usePlan(planOf(hours))
  await admin.ask('POST', '/queues', {
    ...{ queue: 'sales', name: 'Sales', members: [{ agent: await agent.id(), level: 0 }] },
    ...{ ringTime: 60_000, wrapUp: 1000 },
    announce: { first: 7000, interval: 12_000, position: true, wait: true },
  })
  const box = { name: 'Cleo', kind: 'personal', owners: [await colleague.id()], pin: '2580' }
  await admin.ask('POST', '/voicemail/boxes', box)
  const { password, server: domain, port } = carrier.customer(LINE)
  const reached = { profile: 'generic', domain, port, transport: 'udp', from: 'account' }
  server.useTrunks([{ id: 'main', name: 'Main', account: LINE, password, ...reached }])
  await until('the trunk', () => isUp(server), 20_000)
}

async function isUp({ origin }: Server): Promise<boolean> {
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  return /^rufwerk_trunks\{state="up"\} 1$/m.test(metrics)
}

function planOf(hours: 'open' | 'closed') {
  const number = `+${LINE}`
  const trunk = {
    ...{ id: 'main', country: 'de', areaCode: '30', mainNumber: number, format: 'digits' },
    numbers: [{ number, extensionDigits: 0 }],
    ...{ showsFirstCaller: false, isForEmergency: true },
  }
  const schedule = {
    ...{ timeZone: 'Europe/Berlin', opens: [], breaks: [], exceptions: [] },
    holidays: { parts: [], own: [] },
    override: { state: hours },
  }
  const office = {
    ...{ kind: 'hours', id: 'office', schedule: 'week' },
    open: { to: 'flow', flow: 'reception' },
    closed: { to: 'announcement', prompt: 'closed' },
  }
  const reception = {
    ...{ kind: 'receptionist', id: 'reception', prompt: 'welcome', dialsExtensions: false },
    ...{ keyTime: 4000, tries: 3, silence: { to: 'busy' }, wrongKey: { to: 'busy' } },
    keys: [{ key: '1', target: { to: 'queue', queue: 'sales' } }],
  }
  return {
    trunks: [trunk],
    outbound: [{ id: 'all', trunks: ['main'] }],
    inbound: [
      { id: 'main', called: [{ number, extensionDigits: 0 }], target: { to: 'flow', flow: 'office' } },
    ],
    schedules: [{ id: 'week', schedule }],
    flows: [office, reception],
    services: [{ kind: 'queue', id: 'sales', extension: '300' }],
  }
}
