// The company of the replay: each of its clients is a device with a SIP phone, and all of them register,
// place and receive calls through the real user agent and exchange; a carrier is the emergency centre.
import type { SocketAddress } from '@rufwerk/core'
import type { StoryClient } from '@rufwerk/fleet/testing'
import { CARRIER_PROFILES, type TrunkId, type TrunkPorts, type TrunkSettings } from '@rufwerk/legs/trunks'
import { EMPTY_DIAL_PLAN, type Trunk } from '@rufwerk/routing'
import { ExchangeRig, RIG_SERVER, RIG_TENANT, type SimulatedCall, SimulatedPhone } from '@rufwerk/testing'

const CENTRE: SocketAddress = { address: '10.9.0.1', port: 5060 }
const TRUNK: Trunk = {
  ...{ id: 'centre' as TrunkId, country: 'de', areaCode: '30', mainNumber: '+493023120' },
  ...{ numbers: [{ number: '+49302312', extensionDigits: 3 }], format: 'plus' },
  ...{ showsFirstCaller: false, isForEmergency: true },
}
/** Calls that are up at the same time, in all and of one device. */
const BATCH = 100
const BATCH_OF_ONE = 20
const REGISTERED_S = 7_200
const FIRST_EXTENSION = 20_000
/** Until a call that will be answered is, and until it is over; on the clock of the simulation. */
const ANSWERED_MS = 1_500
const OVER_MS = 33_000

/** What happened when a client tried, and when it was called. */
export interface Attempts {
  /** By number of the client: its call was answered. */
  readonly placed: readonly boolean[]
  /** A call came to it. */
  readonly received: readonly boolean[]
}

interface Board {
  readonly extension: string
  readonly phone: SimulatedPhone
}

export class Company {
  readonly clients: readonly StoryClient[]
  readonly #rig: ExchangeRig
  readonly #phones: SimulatedPhone[] = []
  #switchboards = 0
  #centre: SimulatedPhone | undefined

  private constructor(clients: readonly StoryClient[]) {
    this.clients = clients
    this.#rig = new ExchangeRig({
      seed: 2023,
      dialPlan: { ...EMPTY_DIAL_PLAN, trunks: [TRUNK], outbound: [{ id: 'all', trunks: [TRUNK.id] }] },
      trunks: (rig) => {
        const { clock, network, random } = rig
        const user = '112'
        const options = { clock, network, random, at: CENTRE, server: RIG_SERVER, user, password: 'none' }
        this.#centre = new SimulatedPhone(options)
        return trunkPorts(network)
      },
    })
  }

  /** All clients are registered. */
  static async open(clients: readonly StoryClient[]): Promise<Company> {
    const company = new Company(clients)
    const rig = company.#rig
    for (let from = 0; from < clients.length; from += BATCH) {
      for (let at = from; at < Math.min(from + BATCH, clients.length); at += 1) {
        rig.addDevice(extensionOf(at), { sipName: sipNameOf(at) })
        company.#phones.push(rig.addPhone(sipNameOf(at)))
        company.#register(at)
      }
      await rig.clock.pass(200)
    }
    const unregistered = company.#phones.filter(({ registered }) => registered !== 200).length
    if (unregistered > 0) throw new Error(`${unregistered} clients did not register`)
    return company
  }

  stop(client: number): void {
    this.#rig.stopDevice(sipNameOf(client), 'emergency')
  }

  close(client: number): void {
    this.#rig.stopDevice(sipNameOf(client), 'nothing')
  }

  release(client: number): void {
    this.#rig.releaseDevice(sipNameOf(client))
  }

  /** It tries to register once more, as it does again and again. */
  async register(client: number): Promise<void> {
    this.#register(client)
    await this.#rig.clock.pass(200)
  }

  /** Each of these places a call to a switchboard, and is called by one. */
  async attempts(numbers: readonly number[]): Promise<Attempts> {
    const placed: boolean[] = []
    const received: boolean[] = []
    for (let from = 0; from < numbers.length; from += BATCH) {
      const batch = numbers.slice(from, from + BATCH)
      const boards: Board[] = []
      for (let at = 0; at < batch.length; at += BATCH_OF_ONE) boards.push(await this.#openSwitchboard())
      const boardFor = (at: number): Board => boards[Math.floor(at / BATCH_OF_ONE)] as Board
      const phones = batch.map((number) => this.#phoneOf(number))
      // As phones do before their registration ends: the attempts of ten thousand take hours on this clock.
      for (const number of batch) this.#register(number)
      await this.#rig.clock.pass(200)
      const calls = phones.map((phone, at) => phone.dial(boardFor(at).extension))
      placed.push(...(await this.#answered(calls)))
      const before = phones.map(({ calls }) => calls.length)
      await this.#answered(batch.map((number, at) => boardFor(at).phone.dial(extensionOf(number))))
      received.push(...phones.map(({ calls }, at) => calls.length > (before[at] ?? 0)))
      this.#forget()
    }
    return { placed, received }
  }

  /** How many of these reach the emergency centre with 112. */
  async helped(numbers: readonly number[]): Promise<number> {
    let reached = 0
    for (let from = 0; from < numbers.length; from += BATCH) {
      const batch = numbers.slice(from, from + BATCH)
      await this.#answered(batch.map((number) => this.#phoneOf(number).dial('112')))
      reached += this.#centre?.calls.length ?? 0
      this.#forget()
    }
    return reached
  }

  /** Which of these calls were answered; afterwards all are over. */
  async #answered(calls: readonly SimulatedCall[]): Promise<boolean[]> {
    await this.#rig.clock.pass(ANSWERED_MS)
    const states = calls.map(({ state }) => state === 'talking')
    for (const call of calls) if (call.state === 'talking') call.hangUp()
    await this.#rig.clock.pass(OVER_MS)
    return states
  }

  /** What is written down of calls that are over: there are tens of thousands. */
  #forget(): void {
    const { store, views, media, phones } = this.#rig
    for (const list of [store.events, store.cdrs, store.ended, views, media.commands]) list.length = 0
    for (const { calls } of [...phones, ...(this.#centre ? [this.#centre] : [])]) calls.length = 0
  }

  /** One for some calls only: each call of a phone has a port of its own. */
  async #openSwitchboard(): Promise<Board> {
    const extension = `9${String(this.#switchboards).padStart(5, '0')}`
    this.#switchboards += 1
    return { extension, phone: await this.#rig.registered(extension) }
  }

  #register(number: number): void {
    const [found] = this.clients[number]?.report.installations ?? []
    const headers = found?.userAgent === undefined ? [] : ([['User-Agent', found.userAgent]] as const)
    this.#phoneOf(number).register(REGISTERED_S, headers)
  }

  #phoneOf(number: number): SimulatedPhone {
    const phone = this.#phones[number]
    if (phone === undefined) throw new Error(`no client ${number}`)
    return phone
  }
}

const sipNameOf = (number: number): string => `c${number}`
const extensionOf = (number: number): string => String(FIRST_EXTENSION + number)

function trunkPorts(network: ExchangeRig['network']): TrunkPorts {
  const known = CARRIER_PROFILES.find(({ id }) => id === 'address')
  if (known === undefined) throw new Error('there is no profile for known addresses')
  const settings: TrunkSettings = {
    ...known.manner,
    ...{ id: TRUNK.id, domain: CENTRE.address, port: CENTRE.port, tenant: RIG_TENANT, name: 'Centre' },
    ...{ country: 'de', transport: 'udp', sources: [], account: 'centre' },
    watch: { intervalS: 3_600, doubtS: 60, downAfter: 2, upAfter: 1 },
  }
  return {
    book: { trunks: () => [settings], onChanged: () => undefined, toE164: () => undefined },
    network: {
      resolve: async ({ host: address }) => [{ address, port: CENTRE.port, transport: 'udp' }],
      open: async ({ address, port }) => network.flow(RIG_SERVER, { address, port }),
      keepAlive: () => undefined,
    },
  }
}
