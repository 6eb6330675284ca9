// An attack on a whole server from an address at which a phone works: SIPVicious, and a scanner of our own
// that counts what is answered to it. Bounded in count and time, on loopback, which is spared unless told
// otherwise.
import { Baresip } from '../support/baresip.ts'
import { openUdp } from '../support/raw-sip.ts'
import { type PhoneAccount, Server } from '../support/server.ts'
import { sipVicious } from '../support/sipp.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'

/** Where the phones are, and where nobody is. */
export const OFFICE = '127.0.0.1'
export const ELSEWHERE = '127.0.0.66'
/** Names that our own scanner asks for, within so long. */
export const NAMES = 300
const EVERY_MS = 10
/** Until the last answer is there. */
const LATE_MS = 500
const AHEAD_MS = 500
const CRACK_MS_MAX = 8_000
/** Names asked for between two looks whether the call is over. */
const ROUND = 50
/** Fewer than block an office. */
const SEEN_MIN = 40
const LISTEN_MS = 2_000
const [BEN_HZ, CLEO_HZ] = [500, 700]
const STRANGERS = Array.from({ length: 100 }, (_, index) => String(700 + index))
const WORDS = Array.from({ length: 60 }, (_, index) => `word${index}`)

export interface Attacks {
  readonly blocks: readonly {
    readonly id: string
    readonly source: string
    readonly scope: string
    readonly isKnown: boolean
    readonly dropped: number
    readonly counts: Readonly<Record<string, number>>
  }[]
  readonly counts: Readonly<Record<string, number>>
  readonly events: readonly { readonly what: string; readonly who?: string; readonly name?: string }[]
  readonly canaryCalls: number
}

export const SETTINGS = { isOn: true, canaries: ['666'], spared: [] as readonly string[] }

/** REGISTER for one name after another; how many were answered, by status. */
export async function scan(
  server: Server,
  from: string,
  names: readonly string[],
): Promise<ReadonlyMap<number, number>> {
  const socket = await openUdp(from)
  const answers = new Map<number, number>()
  socket.on('message', (bytes) => {
    const status = Number(bytes.toString('latin1').slice(8, 11))
    answers.set(status, (answers.get(status) ?? 0) + 1)
  })
  const { port } = socket.address()
  for (const [count, name] of names.entries()) {
    const own = `<sip:${name}@${OFFICE}>`
    const lines = [
      `REGISTER sip:${OFFICE}:${server.sipPort} SIP/2.0`,
      `Via: SIP/2.0/UDP ${from}:${port};branch=z9hG4bKscan${count}x${port};rport`,
      'Max-Forwards: 70',
      `From: ${own};tag=scan${count}`,
      `To: ${own}`,
      `Call-ID: scan-${port}-${count}`,
      'CSeq: 1 REGISTER',
      `Contact: <sip:${name}@${from}:${port}>`,
      'User-Agent: Desk phone of the house',
      'Content-Length: 0',
    ]
    socket.send(`${lines.join('\r\n')}\r\n\r\n`, server.sipPort, OFFICE)
    await sleep(EVERY_MS)
  }
  await sleep(LATE_MS)
  socket.close()
  return answers
}

export const answered = (answers: ReadonlyMap<number, number>): number =>
  [...answers.values()].reduce((sum, count) => sum + count, 0)

export const someNames = (prefix: string): string[] =>
  Array.from({ length: NAMES }, (_, index) => `${prefix}${index}`)

/** What SIPVicious says it found: names that exist, and passwords. */
async function vicious({ sipPort }: Server, { sipName }: PhoneAccount): Promise<number> {
  const isFound = (said: string): boolean => new RegExp(`\\| *${sipName} *\\|`).test(said)
  const names = `${[...STRANGERS, sipName].join('\n')}\n`
  const bounded = ['--maximumtime=2']
  const words = `${WORDS.join('\n')}\n`
  // Once it is blocked it waits for ever for a challenge.
  const args = ['-u', sipName, '-d', '-', ...bounded]
  const cracked = sipVicious('svcrack', sipPort, args, words, CRACK_MS_MAX)
  // It is blocked by what it does itself, before the others begin.
  await sleep(AHEAD_MS)
  const said = await Promise.all([
    cracked,
    sipVicious('svmap', sipPort, []),
    ...['REGISTER', 'INVITE'].map((method) =>
      sipVicious('svwar', sipPort, ['-m', method, '-d', '-', '--force', ...bounded], names),
    ),
  ])
  return said.filter(isFound).length
}

export const BOTH_HEAR = 'both hear each other'

export interface Siege {
  /** Names and passwords that SIPVicious found. */
  readonly found: number
  /** Of NAMES requests each, asked during the attack. */
  readonly answeredHere: number
  readonly answeredElsewhere: number
  /** Of a call that a phone at the address of the attack placed during it: BOTH_HEAR, or what was missing. */
  readonly sound: string
  readonly attacks: Attacks
}

export interface House {
  readonly server: Server
  readonly account: PhoneAccount
  readonly ben: Baresip
  readonly cleo: Baresip
  stop(): Promise<void>
}

/** Two phones at OFFICE. */
export async function openHouse(settings: object): Promise<House> {
  const server = await Server.start()
  const phones: Baresip[] = []
  const stop = async (): Promise<void> => {
    for (const phone of phones) await phone.stop()
    await server.stop()
  }
  try {
    const [first, second] = server.colleagues
    if (first === undefined || second === undefined) throw new Error('nobody works here')
    await server.admin.ask('PUT', '/attacks/settings', settings)
    const account = await first.addPhone('Ben')
    const ben = await Baresip.start(account, { transport: 'udp', toneHz: BEN_HZ, answers: 'auto' })
    phones.push(ben)
    const other = await second.addPhone('Cleo')
    const cleo = await Baresip.start(other, { transport: 'udp', toneHz: CLEO_HZ, answers: 'auto' })
    phones.push(cleo)
    return { server, account, ben, cleo, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** SIPVicious goes on while phones talk and our own scanner asks from their address and from another one. */
export async function besiege({ server, account, ben, cleo }: House): Promise<Siege> {
  const attack = vicious(server, account)
  await sleep(AHEAD_MS)
  const here = scan(server, OFFICE, someNames('here'))
  const elsewhere = scan(server, ELSEWHERE, someNames('there'))
  await until('the attack is seen', async () => {
    const { counts } = await server.admin.ask<Attacks>('GET', '/attacks')
    return Object.values(counts).reduce((sum, count) => sum + count, 0) >= SEEN_MIN
  })
  ben.dial('102')
  await Promise.all([ben.waitFor('CALL_ESTABLISHED'), cleo.waitFor('CALL_ESTABLISHED')])
  await sleep(SETTLE_MS)
  const talkers = [
    { who: 'Ben', phone: ben, hertz: BEN_HZ },
    { who: 'Cleo', phone: cleo, hertz: CLEO_HZ },
  ] as const
  let isOver = false
  const going = (async () => {
    while (!isOver) await scan(server, OFFICE, someNames('more').slice(0, ROUND))
  })()
  const sound = await assertBothHear(talkers[0], talkers[1], LISTEN_MS, 'during the attack').then(
    () => BOTH_HEAR,
    (error: unknown) => String(error),
  )
  isOver = true
  await going
  ben.hangUp()
  await cleo.waitFor('CALL_CLOSED')
  const [found, answeredHere, answeredElsewhere] = [await attack, await here, await elsewhere]
  return {
    ...{ found, sound },
    answeredHere: answered(answeredHere),
    answeredElsewhere: answered(answeredElsewhere),
    attacks: await server.admin.ask<Attacks>('GET', '/attacks'),
  }
}
