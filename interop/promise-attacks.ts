// What shows promise 24a: SIPVicious scans for names and guesses passwords, and so does a phone of our own.
// Nothing is found, guessing ends for that address, and the log tells of both. The twin knows the password.
import type { Shown } from '../tools/promises/rows.ts'
import { plainSdp, RawPhone } from './support/raw-sip.ts'
import { type PhoneAccount, Server } from './support/server.ts'
import { sipVicious } from './support/sipp.ts'
import { sleep } from './support/wait.ts'

const METHODS = ['REGISTER', 'INVITE', 'OPTIONS'] as const
const STRANGERS = Array.from({ length: 20 }, (_, index) => String(700 + index))
const WORDS = Array.from({ length: 40 }, (_, index) => `word${index}`)
const OWN_GUESSES = 8
const ECHO = '*43'
const MEDIA_PORT = 21_994
const LOG_MS = 300

interface Attack {
  /** What svmap says of the software behind the port. */
  readonly agent: string
  /** Names and passwords that were found. */
  readonly names: number
  readonly passwords: number
  /** The status of a phone at the attacker's address that then registers with the right password. */
  readonly register: number
  readonly call: number
  readonly told: readonly string[]
}

/** Headers that repeat what was asked; with compact names where the answer must be short. */
const OF_THE_REQUEST = /^(Via|v|From|f|To|t|Call-ID|i|CSeq):.*$/gim

const found = (said: string, name: string): number => (new RegExp(`\\| *${name} *\\|`).test(said) ? 1 : 0)

/** One attack on one phone; `isKnown`: its password is among the words. */
async function attack(isKnown: boolean): Promise<Attack> {
  const server = await Server.start()
  try {
    const account = await server.admin.addPhone('Victim')
    const { sipName, password } = account
    const port = server.sipPort
    const [, agent = 'nothing'] =
      /127\.0\.0\.1:\d+ *\| *(.*?) *\|/.exec(await sipVicious('svmap', port, [])) ?? []
    let names = 0
    for (const method of METHODS) {
      const tried = `${[...STRANGERS, sipName].join('\n')}\n`
      names += found(await sipVicious('svwar', port, ['-m', method, '-d', '-', '--force'], tried), sipName)
    }
    names += (await standOut(account, [...STRANGERS, sipName])) - 1
    const words = `${[...(isKnown ? [password] : []), ...WORDS].join('\n')}\n`
    const cracked = await sipVicious('svcrack', port, ['-u', sipName, '-d', '-'], words)
    if (!isKnown) await guess(account)
    const phone = await RawPhone.open(account)
    const { status: register } = await phone.register()
    const call = await phone.ask({ method: 'INVITE', dials: ECHO, body: plainSdp(MEDIA_PORT) })
    if (call.status === 200) await phone.hangUp(call)
    phone.close()
    await sleep(LOG_MS)
    const told = ['names are tried', 'passwords are guessed'].filter((line) =>
      new RegExp(`warn ${line} source=127\\.0\\.0\\.1`).test(server.log),
    )
    return { agent, names, passwords: found(cracked, sipName), register, call: call.status, told }
  } finally {
    await server.stop()
  }
}

/**
 * Another scanner than svwar, which gives up when all names get the same answer: asks for each name, and
 * returns how many kinds of answers there are but for names and nonces.
 */
async function standOut(account: PhoneAccount, names: readonly string[]): Promise<number> {
  const kinds = new Set<string>()
  for (const sipName of names) {
    const scanner = await RawPhone.open({ ...account, sipName })
    const { text } = await scanner.ask({ method: 'REGISTER', isAuthenticated: false })
    scanner.close()
    kinds.add(text.replace(/nonce="[^"]*"/, 'nonce').replace(OF_THE_REQUEST, '$1'))
  }
  return kinds.size
}

/** Another tool than SIPVicious: a phone that was given wrong passwords. */
async function guess(account: PhoneAccount): Promise<void> {
  const guesser = await RawPhone.open({ ...account, password: 'guess' })
  for (let count = 0; count < OWN_GUESSES; count += 1) await guesser.register()
  guesser.close()
}

const describe = ({ agent, names, passwords, register, call, told }: Attack): string =>
  `svmap names the software ${agent}; svwar and our own scanner found ${names} names, svcrack ${passwords} ` +
  `passwords; the right password from that address then gets ${register}, a call ${call}; the log says ` +
  (told.length === 0 ? 'nothing' : told.map((line) => `“${line}”`).join(' and '))

/** Attacks on SIP are seen and stopped. */
export async function row24a(): Promise<Shown> {
  const real = await attack(false)
  const twin = await attack(true)
  const isStopped = real.names === 0 && real.passwords === 0 && real.register === 403 && real.call === 403
  return {
    expected:
      'no software, name or password is found; after wrong guesses nothing more is checked from that ' +
      'address (403); the log tells of names and of passwords that are tried',
    observed: describe(real),
    ok: isStopped && real.agent === 'unknown' && real.told.length === 2,
    twin: {
      changed: 'the right password is the first word, and is used from that address',
      observed: describe(twin),
      ok: twin.passwords === 1 && twin.register === 200 && twin.call === 200,
    },
  }
}
