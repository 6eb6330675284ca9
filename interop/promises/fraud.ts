// What shows promise 24b: somebody has got hold of the secret of a phone and calls where calls cost money,
// through a carrier of our own that counts what reaches it. The twin is the same attack on a company that
// allows those countries and sets no limit.
import type { Shown } from '../../tools/promises/rows.ts'
import { plainSdp, RawPhone } from '../support/raw-sip.ts'
import { Server } from '../support/server.ts'
import { until } from '../support/wait.ts'
import type { CarrierServer } from '../trunks/carrier-server.ts'
import { MAIN_TRUNK, openLine } from '../trunks/line.ts'

const CARRIER_HZ = 1000
const MEDIA_PORT = 21_890
/** Austria, Jamaica, a satellite, premium numbers: what such calls go to. */
const COSTLY = ['004315123456', '0018765550123', '00881612345678', '09001234567', '01371234567', '11833']
/** The same again: nobody mistypes so often. */
const ROUNDS = 2
const ORDINARY = '03012345678'
const CALLS_A_DAY = 2
const TRIED = CALLS_A_DAY + 1
/** An announcement or a tone is heard before a refusal. */
const REFUSAL_MS_MAX = 45_000

interface Attack {
  /** Statuses of the calls to costly numbers, and of those to an ordinary one, one after the other. */
  readonly costly: readonly number[]
  readonly ordinary: readonly number[]
  /** Calls that reached the carrier. */
  readonly costlyOut: number
  readonly ordinaryOut: number
  readonly alarms: readonly string[]
  /** The log names somebody who was called. */
  readonly tellsNumbers: boolean
}

function planOf(isOpen: boolean) {
  const premium = ['+49900', '+49137', '+881', '11833']
  return {
    allowed: isOpen ? { countries: ['AT', 'JM'], premium } : { countries: [], premium: [] },
    limits: isOpen ? { calls: 1_000, callsAtOnce: 1_000 } : { calls: CALLS_A_DAY },
    trunks: [{ ...MAIN_TRUNK, isForEmergency: true }],
  }
}

async function attack(isOpen: boolean): Promise<Attack> {
  const server = await Server.start()
  const line = { address: '127.0.0.78', toneHz: CARRIER_HZ, plan: planOf(isOpen) }
  const carrier = await openLine(server, line)
  try {
    const stolen = await RawPhone.open(await (server.colleagues[0] ?? server.admin).addPhone('Stolen'))
    stolen.answersRequests = true
    const call = async (dials: string): Promise<number> => {
      const body = plainSdp(MEDIA_PORT)
      const answer = await stolen.ask({ method: 'INVITE', dials, body, timeoutMs: REFUSAL_MS_MAX })
      if (answer.status === 200) await stolen.hangUp(answer)
      return answer.status
    }
    const costly = await Promise.all(
      Array.from({ length: ROUNDS }, () => COSTLY)
        .flat()
        .map(call),
    )
    const costlyOut = callsAt(carrier)
    const ordinary: number[] = []
    while (ordinary.length < TRIED) ordinary.push(await call(ORDINARY))
    const ordinaryOut = callsAt(carrier) - costlyOut
    stolen.close()
    const alarms = isOpen ? await standing(server) : await untilBoth(server)
    const digits = [...COSTLY, ORDINARY].map((number) => number.replace(/^0+/, ''))
    const tellsNumbers = digits.some((number) => server.log.includes(number))
    return { costly, ordinary, costlyOut, ordinaryOut, alarms, tellsNumbers }
  } finally {
    carrier.close()
    await server.stop()
  }
}

/** Each with its own Call-ID; the second INVITE of a call shows credentials. */
function callsAt(carrier: CarrierServer): number {
  const ids = carrier.of('INVITE').map((text) => /^Call-ID:(.*)$/im.exec(text)?.[1]?.trim())
  return new Set(ids).size
}

async function standing({ admin }: Server): Promise<readonly string[]> {
  const { alarms } = await admin.ask<{ alarms: readonly { kind: string }[] }>('GET', '/alarms')
  return alarms.map(({ kind }) => kind).filter((kind) => kind === 'toll-limit' || kind === 'unusual-traffic')
}

/** The alarms are looked at every five seconds. */
function untilBoth(server: Server): Promise<readonly string[]> {
  return until('both alarms', async () => {
    const alarms = await standing(server)
    return alarms.length === 2 && alarms
  })
}

const countOf = (statuses: readonly number[], status: number) =>
  statuses.filter((one) => one === status).length

function describe({ costly, ordinary, costlyOut, ordinaryOut, alarms, tellsNumbers }: Attack): string {
  const told = alarms.length === 0 ? 'no alarm' : `the alarms ${alarms.join(' and ')}`
  const answered = countOf(ordinary, 200)
  return (
    `${countOf(costly, 403)} of ${costly.length} calls to costly numbers refused, ${costlyOut} at the ` +
    `carrier; ${answered} of ${ordinary.length} ordinary ones answered, ${ordinaryOut} at the carrier; ` +
    `${told}; the log names ${tellsNumbers ? 'numbers' : 'no number'}`
  )
}

/** Toll fraud is seen and stopped. */
export async function row24b(): Promise<Shown> {
  const real = await attack(false)
  const twin = await attack(true)
  const { costly, ordinary } = real
  return {
    expected:
      'none of the calls to other countries, satellites and premium numbers reaches the carrier; of the ' +
      `ordinary ones ${CALLS_A_DAY}, as the limit of the day says; an alarm for each; no number in the log`,
    observed: describe(real),
    ok:
      countOf(costly, 403) === costly.length &&
      real.costlyOut === 0 &&
      countOf(ordinary, 200) === CALLS_A_DAY &&
      real.ordinaryOut === CALLS_A_DAY &&
      !real.tellsNumbers,
    twin: {
      changed: 'the company allows these countries and numbers, and a thousand calls a day',
      observed: describe(twin),
      ok:
        twin.costlyOut === costly.length && twin.ordinaryOut === TRIED && !twin.alarms.includes('toll-limit'),
    },
  }
}
