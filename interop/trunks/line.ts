// A line of a company at a carrier of our own: the dial plan by HTTP, and the trunk `main`, which registers.
import { freePorts } from '../support/ports.ts'
import type { Server } from '../support/server.ts'
import { until } from '../support/wait.ts'
import { CarrierServer } from './carrier-server.ts'

const ACCOUNT = '4930555000'
export const CARRIER_PASSWORD = 'only-the-carrier-knows'
/** The company's numbers: three digits follow, those of an extension. */
export const NUMBER = '+493055500'
const REGISTER_MS_MAX = 20_000

/** As a dial plan has it. */
export const MAIN_TRUNK = {
  ...{ id: 'main', country: 'de', areaCode: '30', mainNumber: `${NUMBER}0`, format: 'plus' },
  ...{ showsFirstCaller: false, isForEmergency: false },
  numbers: [{ number: NUMBER, extensionDigits: 3 }],
}

export interface LineOptions {
  /** On loopback, for this carrier alone. */
  readonly address: string
  readonly toneHz: number
  /** What the dial plan has beside or instead of the trunk and the way out over it. */
  readonly plan?: Readonly<Record<string, unknown>>
  /** A trunk that stands before it, with a port at which nobody is. */
  readonly dead?: { readonly id: string; readonly name: string }
}

/** How the carrier is reached, as an admin enters it. */
export function entryOf(address: string, port: number) {
  const known = { domain: address, account: ACCOUNT, password: CARRIER_PASSWORD }
  return { ...known, id: 'main', name: 'Main', profile: 'generic', transport: 'udp', port } as const
}

/** Resolves when the trunk is registered. */
export async function openLine(server: Server, options: LineOptions): Promise<CarrierServer> {
  const { address, toneHz, plan = {}, dead } = options
  const port = await freePorts(1)
  const main = entryOf(address, port)
  const { domain, account, password, transport } = main
  const carrier = await CarrierServer.open({ domain, account, password, transport, address, port, toneHz })
  try {
    const outbound = [{ id: 'all', trunks: ['main'] }]
    await server.usePlan({ trunks: [MAIN_TRUNK], outbound, ...plan })
    const others = dead ? [{ ...main, ...dead, port: await freePorts(1), password: 'wrong' }] : []
    server.useTrunks([...others, main])
    await until('the registration', () => carrier.registered, REGISTER_MS_MAX)
    return carrier
  } catch (error) {
    await carrier.close()
    throw error
  }
}
