// Carriers, two that know us by our address and one at which we register: phones that are called over trunks,
// and call people.
import { type Flow, ms, type SocketAddress } from '@rufwerk/core'
import { CARRIER_PROFILES, type TrunkPorts, type TrunkSettings } from '@rufwerk/legs/trunks'
import { readFromCarrier } from '@rufwerk/routing/numbers'
import { type PhoneOptions, SimulatedPhone } from '@rufwerk/testing'
import { TENANT, TRUNKS } from './company.ts'
import { ACCOUNT, EXPIRES_S, Registrar } from './registrar.ts'

const WATCH = { intervalS: 20, doubtS: 5, downAfter: 2, upAfter: 1 } as const
const PORT = 5060

export class Carriers {
  readonly phones: readonly SimulatedPhone[]
  readonly registrar: Registrar
  readonly #server: SocketAddress
  readonly #network: PhoneOptions['network']
  #settings: readonly TrunkSettings[] = TRUNKS.map(settingsOf)
  #onChanged: () => void = () => undefined

  constructor(options: Pick<PhoneOptions, 'clock' | 'network' | 'random' | 'server'>) {
    this.#server = options.server
    this.#network = options.network
    this.phones = TRUNKS.map(({ host: address, caller: user }) => {
      return new SimulatedPhone({ ...options, at: { address, port: PORT }, user, password: 'none' })
    })
    const customer = this.phones[TRUNKS.findIndex(({ registers }) => registers)]
    if (customer === undefined) throw new Error('nobody is registered at')
    this.registrar = new Registrar(customer, options.clock)
  }

  /** For the next run of call control. */
  get ports(): TrunkPorts {
    return {
      book: {
        trunks: () => this.#settings,
        onChanged: (listener) => {
          this.#onChanged = listener
        },
        toE164: (id, number) => {
          const trunk = TRUNKS.find((one) => one.id === id)
          const read = trunk && readFromCarrier(number, trunk.format, trunk)
          return read?.ok && read.value.kind === 'e164' ? read.value.number : undefined
        },
      },
      network: {
        resolve: async ({ host: address }) => [{ address, port: PORT, transport: 'udp' }],
        open: async ({ address, port }): Promise<Flow> => this.#network.flow(this.#server, { address, port }),
        keepAlive: () => undefined,
      },
    }
  }

  /** There are no trunks any more; calls over them go on. */
  remove(): void {
    this.#settings = []
    this.#onChanged()
  }

  /** Nothing gets to a carrier or from it, or again. */
  cutOff({ options: { at, clock, network } }: SimulatedPhone, forMs: number): void {
    network.partition(at.address, true)
    clock.arm(ms(forMs), () => network.partition(at.address, false))
  }
}

function settingsOf({ id, host: domain, registers }: (typeof TRUNKS)[number]): TrunkSettings {
  const profile = registers ? 'generic' : 'address'
  const known = CARRIER_PROFILES.find((one) => one.id === profile)
  if (known === undefined) throw new Error(`there is no profile ${profile}`)
  const own = registers
    ? { account: ACCOUNT.name, password: () => ACCOUNT.password, expiresS: EXPIRES_S }
    : { account: id, watch: WATCH }
  return {
    ...known.manner,
    ...{ id, domain, port: PORT, tenant: TENANT, name: id, country: 'de', transport: 'udp', sources: [] },
    ...own,
  }
}
