// What shows promises 2 and 3a: real calls with sound measured at both ends, and a twin of each in which one
// side is silent, so that the measure is seen to say no.
import type { Shown } from '../tools/promises/rows.ts'
import { Baresip } from './support/baresip.ts'
import { BrowserPhone } from './support/chromium.ts'
import { Server } from './support/server.ts'
import { isHeard, RIGHT_SHARE_MIN, SETTLE_MS, WRONG_SHARE_MAX } from './support/sound.ts'
import { heard, loudest, type Window } from './support/tone.ts'
import { sleep } from './support/wait.ts'

const CALLER_HZ = 600
const CALLEE_HZ = 1000
const LISTEN_MS = 4000

/** What one call sounded like at both ends. */
interface Heard {
  readonly atCaller: readonly Window[]
  readonly atCallee: readonly Window[]
}

const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`

function describe({ atCaller, atCallee }: Heard): string {
  const side = (name: string, windows: readonly Window[], right: number, wrong: number) =>
    `${name} hears ${right} Hz ${percent(heard(windows, right).share)} of the time, ` +
    `${wrong} Hz at most ${percent(loudest(windows, wrong))} of the power`
  const caller = side('the caller', atCaller, CALLEE_HZ, CALLER_HZ)
  return `${caller}; ${side('the callee', atCallee, CALLER_HZ, CALLEE_HZ)}`
}

function hears(windows: readonly Window[], right: number, wrong: number): boolean {
  return isHeard(heard(windows, right)) && loudest(windows, wrong) <= WRONG_SHARE_MAX
}

const bothHear = ({ atCaller, atCallee }: Heard) =>
  hears(atCaller, CALLEE_HZ, CALLER_HZ) && hears(atCallee, CALLER_HZ, CALLEE_HZ)

/** Only the callee can be heard: the caller was silent. */
const onlyCalleeIsHeard = ({ atCaller, atCallee }: Heard) =>
  hears(atCaller, CALLEE_HZ, CALLER_HZ) && heard(atCallee, CALLER_HZ).share === 0

const EXPECTED =
  `each end hears the other's tone at least ${percent(RIGHT_SHARE_MIN)} of the time, ` +
  `and its own at most ${percent(WRONG_SHARE_MAX)} of the power`

function shown(real: Heard, twin: Heard, changed: string): Shown {
  return {
    expected: EXPECTED,
    observed: describe(real),
    ok: bothHear(real),
    twin: { changed, observed: describe(twin), ok: !bothHear(twin) && onlyCalleeIsHeard(twin) },
  }
}

/** A browser calls a SIP phone. */
async function callDeskPhone(server: Server, browserHz: number): Promise<Heard> {
  const account = await (server.colleagues[0] ?? server.admin).addPhone('Desk phone')
  const desk = await Baresip.start(account, { transport: 'udp', toneHz: CALLEE_HZ, answers: 'auto' })
  const browser = await BrowserPhone.start(server, server.admin, browserHz)
  try {
    await browser.dial('101')
    await Promise.all([browser.waitUntilTalking(), desk.waitFor('CALL_ESTABLISHED')])
    await sleep(SETTLE_MS)
    const [atCaller, atCallee] = await Promise.all([browser.listen(LISTEN_MS), desk.listen(LISTEN_MS)])
    await browser.hangUp()
    return { atCaller, atCallee }
  } finally {
    await Promise.all([browser.stop(), desk.stop()])
  }
}

/** A browser calls a browser. */
async function callBrowser(server: Server, isMuted: boolean): Promise<Heard> {
  const caller = await BrowserPhone.start(server, server.admin, CALLER_HZ)
  const callee = await BrowserPhone.start(server, server.colleagues[1] ?? server.admin, CALLEE_HZ)
  try {
    await caller.dial('102')
    await callee.answer()
    await Promise.all([caller.waitUntilTalking(), callee.waitUntilTalking()])
    if (isMuted) await caller.mute()
    await sleep(SETTLE_MS)
    const [atCaller, atCallee] = await Promise.all([caller.listen(LISTEN_MS), callee.listen(LISTEN_MS)])
    await caller.hangUp()
    return { atCaller, atCallee }
  } finally {
    await Promise.all([caller.stop(), callee.stop()])
  }
}

async function withServer(run: (server: Server) => Promise<Shown>): Promise<Shown> {
  const server = await Server.start()
  try {
    return await run(server)
  } finally {
    await server.stop()
  }
}

/** Any SIP phone and the browser talk to each other. */
export function row2(): Promise<Shown> {
  return withServer(async (server) => {
    const real = await callDeskPhone(server, CALLER_HZ)
    const twin = await callDeskPhone(server, 0)
    return shown(real, twin, "the browser's microphone is silent")
  })
}

/** The web app is the phone. */
export function row3a(): Promise<Shown> {
  return withServer(async (server) => {
    const real = await callBrowser(server, false)
    const twin = await callBrowser(server, true)
    return shown(real, twin, 'the caller pressed mute')
  })
}
