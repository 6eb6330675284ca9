// What shows promise 21a: two desk phones with SRTP over TLS talk while somebody captures the network and
// plays every stream. The twin is the same call in plain RTP, with SIP over UDP, in which the listener hears
// the tone. And a phone that must encrypt gets no call without keys.
import type { Shown } from '../tools/promises/rows.ts'
import { Baresip, type PhoneOptions } from './support/baresip.ts'
import { Capture } from './support/capture.ts'
import { freePorts } from './support/ports.ts'
import { Server } from './support/server.ts'
import { isHeard } from './support/sound.ts'
import { type Heard, heard, windowsOf } from './support/tone.ts'
import { sleep } from './support/wait.ts'

/** That nobody else on this machine plays. */
const CALLER_HZ = 1750
const CALLEE_HZ = 1000
const TALK_MS = 4000
const SKIP_MS = 800
const DROP_MS = 300

interface Spied {
  /** Streams in the capture, and those of them in which the caller's tone is heard. */
  readonly streams: number
  readonly heardIn: number
  /** How the people heard each other. */
  readonly atCaller: Heard
  readonly atCallee: Heard
  /** What the record says of each leg. */
  readonly locks: readonly boolean[]
}

type Way = Omit<PhoneOptions, 'toneHz'>
const SECURED: Way = { transport: 'tls', encryption: 'srtp-mand' }
const PLAIN: Way = { transport: 'udp' }

async function spyOn(server: Server, mode: 'off' | 'required', port: number): Promise<Spied> {
  const [ben = server.admin, cleo = server.admin] = server.colleagues
  const way = mode === 'off' ? PLAIN : SECURED
  const before = await ben.calls()
  const account = async (who: typeof ben) => ({ ...(await who.addPhone(`Phone ${mode}`, mode)), port })
  await using stack = new AsyncDisposableStack()
  const caller = await Baresip.start(await account(ben), { ...way, toneHz: CALLER_HZ })
  stack.defer(() => caller.stop())
  const callee = await Baresip.start(await account(cleo), { ...way, toneHz: CALLEE_HZ, answers: 'auto' })
  stack.defer(() => callee.stop())
  const capture = await Capture.start()
  caller.dial('102')
  await Promise.all([caller.waitFor('CALL_ESTABLISHED'), callee.waitFor('CALL_ESTABLISHED')])
  await sleep(TALK_MS)
  caller.hangUp()
  await callee.waitFor('CALL_CLOSED')
  const { heardIn, streams } = await capture.stop(CALLER_HZ)
  const at = (phone: Baresip, hertz: number) => heard(windowsOf(phone.heard(), SKIP_MS, DROP_MS), hertz)
  const legs = await ben.legsOfNewCall(before)
  return {
    streams,
    heardIn,
    atCaller: at(caller, CALLEE_HZ),
    atCallee: at(callee, CALLER_HZ),
    locks: legs.map(({ quality }) => quality.isEncrypted ?? false),
  }
}

/** What becomes of a call of a phone that must encrypt and offers no keys. */
async function withoutKeys(server: Server, port: number): Promise<string> {
  const account = { ...(await server.admin.addPhone('Forgetful', 'required')), port }
  const phone = await Baresip.start(account, { transport: 'tls', toneHz: CALLER_HZ })
  try {
    phone.dial('*43')
    const { param = '' } = await phone.waitFor('CALL_CLOSED')
    return /\b[3-6]\d\d\b/.exec(`${param} ${phone.output}`)?.[0] ?? param
  } finally {
    await phone.stop()
  }
}

const percent = ({ share }: Heard) => `${Math.round(share * 100)} %`

const describe = ({ streams, heardIn, atCaller, atCallee, locks }: Spied): string =>
  `the listener hears the tone in ${heardIn} of ${streams} streams, the callee ${percent(atCallee)} of the ` +
  `time, the caller the other one ${percent(atCaller)}; ${locks.filter(Boolean).length} of ${locks.length} ` +
  'legs have the lock'

const isGoodCall = ({ atCaller, atCallee, streams, locks }: Spied) =>
  isHeard(atCaller) && isHeard(atCallee) && streams >= 4 && locks.length === 2

/** Each call has a server of its own, so that no phone of the other rings. */
async function withServer<Seen>(run: (server: Server, tlsPort: number) => Promise<Seen>): Promise<Seen> {
  const tlsPort = await freePorts(1)
  const server = await Server.start(['--sip-tls-port', String(tlsPort)])
  try {
    return await run(server, tlsPort)
  } finally {
    await server.stop()
  }
}

/** Calls cannot be overheard. */
export async function row21a(): Promise<Shown> {
  const { real, refused } = await withServer(async (server, tlsPort) => ({
    real: await spyOn(server, 'required', tlsPort),
    refused: await withoutKeys(server, tlsPort),
  }))
  const twin = await withServer((server) => spyOn(server, 'off', server.sipPort))
  const isSecret = real.heardIn === 0 && real.locks.every(Boolean) && refused === '488'
  return {
    expected:
      'both hear each other, the listener hears the tone in no stream, both legs have the lock, and ' +
      'without keys a phone that must encrypt gets 488',
    observed: `${describe(real)}; without keys ${refused}`,
    ok: isGoodCall(real) && isSecret,
    twin: {
      changed: 'plain RTP, and SIP over UDP',
      observed: describe(twin),
      ok: isGoodCall(twin) && twin.heardIn > 0 && !twin.locks.some(Boolean),
    },
  }
}
