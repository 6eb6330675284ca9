// A company whose phones are all in calls with each other while processes end under them: pairs of phones
// over UDP, TCP and TLS, browsers with a phone each, and how long nothing was heard at any of them.
import type { TestContext } from 'node:test'
import { childOf, type Part, pidOf, runningWith } from '../support/processes.ts'
import { type CallSummary, type Person, type PhoneAccount, Server, untilHealthy } from '../support/server.ts'
import { sleep, until } from '../support/wait.ts'
import { BrowserEnd } from './browser-end.ts'
import { clock, LoopWatch } from './clock.ts'
import type { DeskWay } from './enduring-phone.ts'
import { type Gap, gapsIn, say } from './gaps.ts'
import { DeskPhone, type Ears, type Phone, PhoneThread, type Way } from './phones.ts'

const FIRST_EXTENSION = 200
const BACK_MS_MAX = 15_000
/** Somewhat more than what is allowed anywhere, to say how long it took. */
const HEARD_MS_MAX = 30_000
/** Ports of an endpoint, and room for those that replace it. */
const PORTS_PER_CALL = 8
/** Callers live in one, callees in the other. */
const THREADS = 2
/** What is asked for by a hundred at once gets no faster. */
const AT_ONCE = 4
const LOOK_MS = 10
/** Between two questions when each phone heard something: the phones note when it was. */
const ASK_MS = 250
/** The launcher pauses longer from crash to crash unless 10 s are between them. */
const STEADY_MS = 10_500

export interface Pair {
  readonly caller: Phone
  readonly callee: Phone
  readonly way: Way
  readonly extension: string
  /** Who calls. */
  readonly person: Person
  /** The person of the extension. */
  readonly calleeName: string
}

/** A call that was answered, as its phones know it; times in ms since 1970. */
export interface Talk {
  readonly pair: Pair
  readonly answeredAt: number
  endedAt?: number
  endedBy?: 'caller' | 'callee'
}

/** What became of a process after a signal, in ms after it. */
export interface Comeback {
  readonly part: Part
  readonly goneMs: number
  readonly startedMs: number
  readonly answersMs: number
}

export class Crowd {
  readonly server: Server
  readonly pairs: readonly Pair[]
  readonly talks: Talk[] = []
  readonly #mark: string
  readonly #launcher: number
  readonly #threads: readonly PhoneThread[]
  readonly #browsers: readonly BrowserEnd[]
  readonly #ears: readonly Ears[]
  readonly #loop = new LoopWatch()
  #signalledAt = 0

  private constructor(
    server: Server,
    pairs: readonly Pair[],
    threads: readonly PhoneThread[],
    browsers: readonly BrowserEnd[],
  ) {
    this.server = server
    this.pairs = pairs
    this.#threads = threads
    this.#browsers = browsers
    this.#ears = [...threads, ...browsers]
    const { port } = new URL(server.origin)
    this.#mark = `"httpPort":${port},`
    const launcher = runningWith(`--http-port ${port} `).find(({ part }) => part === 'launcher')
    if (launcher === undefined) throw new Error('no launcher runs')
    this.#launcher = launcher.pid
  }

  /** One pair of registered phones per entry; a browser and a phone over UDP take turns in calling. */
  static async open(t: TestContext, ways: readonly Way[]): Promise<Crowd> {
    const server = await Server.start([], undefined, undefined, Math.max(200, ways.length * PORTS_PER_CALL))
    const threads = Array.from({ length: THREADS }, () => new PhoneThread())
    const browsers: BrowserEnd[] = []
    t.after(async () => {
      for (const browser of browsers.toReversed()) await browser.close()
      for (const thread of threads) await thread.close()
      await server.stop()
    })
    const openPhone = async (person: Person, way: Way, name: string, side: number): Promise<Phone> => {
      if (way === 'browser') {
        const browser = await BrowserEnd.open(server, person, name, browsers[0])
        browsers.push(browser)
        return browser
      }
      const account = accountFor(await person.addPhone('Desk'), way)
      const thread = threads[side]
      if (thread === undefined) throw new Error(`there is no thread ${side}`)
      return thread.open(account, way, name)
    }
    const pairs: Pair[] = []
    for (const [index, way] of ways.entries()) {
      const [first = '', extension = ''] = [2 * index, 2 * index + 1].map((at) =>
        String(FIRST_EXTENSION + at),
      )
      const [person, called] = [
        await server.admin.addPerson(`Person ${first}`, first),
        await server.admin.addPerson(`Person ${extension}`, extension),
      ]
      const isCalled = way === 'browser' && browsers.length % 2 === 1
      const [callerWay, calleeWay]: Way[] =
        way !== 'browser' ? [way, way] : isCalled ? ['udp', way] : [way, 'udp']
      const caller = await openPhone(person, callerWay ?? way, `${first} ${callerWay}`, 0)
      const callee = await openPhone(called, calleeWay ?? way, `${extension} ${calleeWay}`, 1)
      pairs.push({ caller, callee, way, extension, person, calleeName: `Person ${extension}` })
    }
    return new Crowd(server, pairs, threads, browsers)
  }

  get phones(): Phone[] {
    return this.pairs.flatMap(({ caller, callee }) => [caller, callee])
  }

  /** Pairs of phones of our own over UDP, which can be made to ring. */
  get deskPairs(): { readonly pair: Pair; readonly caller: DeskPhone; readonly callee: DeskPhone }[] {
    return this.pairs.flatMap((pair) => {
      const { way, caller, callee } = pair
      const isDesk = way === 'udp' && caller instanceof DeskPhone && callee instanceof DeskPhone
      return isDesk ? [{ pair, caller, callee }] : []
    })
  }

  /** One calls the other, who answers. */
  async call(pair: Pair): Promise<Talk> {
    await Promise.all([pair.caller.call(pair.extension), pair.callee.answer()])
    const talk: Talk = { pair, answeredAt: Date.now() }
    this.talks.push(talk)
    return talk
  }

  async hangUp(talk: Talk, by: 'caller' | 'callee'): Promise<void> {
    talk.endedAt = Date.now()
    talk.endedBy = by
    const { caller, callee } = talk.pair
    const [first, other] = by === 'caller' ? [caller, callee] : [callee, caller]
    await first.hangUp()
    await until(`the end of the call at ${other.name}`, async () => !(await other.isInCall()))
  }

  /** Every caller calls, and everybody hears something. */
  async callAll(): Promise<void> {
    const since = clock()
    for (const pair of this.pairs) await this.call(pair)
    await this.heardAgain(since)
    // Everybody hears all the time before anything is measured.
    await sleep(1000)
  }

  /** For each of these, a few at once. */
  async forAll<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
    const left = [...items]
    const work = async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }

  /** The longest silence between two packets at each phone in this time. */
  gaps(from: number, to: number): Promise<Gap[]> {
    return gapsIn(this.#ears, from, to)
  }

  /** Waits until each phone hears again; when each did, in ms after `since`. */
  async heardAgain(since: number): Promise<{ readonly phone: Phone; readonly ms: number }[]> {
    let deaf: readonly Phone[] = []
    const look = async () => {
      const heard = await Promise.all(this.#ears.map((ears) => ears.heardAfter(since)))
      const times = this.#ears.flatMap(({ phones }, index) =>
        phones.map((phone, at) => ({ phone, at: heard[index]?.[at] })),
      )
      deaf = times.filter(({ at }) => at === undefined).map(({ phone }) => phone)
      if (deaf.length > 0) await sleep(ASK_MS)
      return deaf.length === 0 && times.map(({ phone, at }) => ({ phone, ms: (at ?? 0) - since }))
    }
    return until('sound at every phone', look, HEARD_MS_MAX).catch((error) => {
      throw new Error(`${error}; nothing is heard by ${deaf.map(({ name }) => name).join(', ')}`)
    })
  }

  /** Waits until what happens next is an outage by itself, not one of a row. */
  async settled(): Promise<void> {
    await sleep(Math.max(0, this.#signalledAt + STEADY_MS - clock()))
  }

  /** Takes some ms to find out. */
  pidOf(part: Part): number {
    return pidOf(part, this.#mark)
  }

  signal(part: Part, signal: 'SIGKILL' | 'SIGSTOP', pid = this.pidOf(part)): number {
    this.#signalledAt = clock()
    process.kill(pid, signal)
    return pid
  }

  /** Another process than this one has come up and the system answers; times after `since`. */
  async backFrom(part: Part, pid: number, since: number): Promise<Comeback> {
    while (isAlive(pid)) {
      if (clock() - since > BACK_MS_MAX) throw new Error(`${part} ${pid} did not end`)
      await sleep(LOOK_MS)
    }
    const goneMs = clock() - since
    await until(`another ${part}`, () => (childOf(this.#launcher, part) ?? pid) !== pid, BACK_MS_MAX)
    const startedMs = clock() - since
    await untilHealthy(this.server.origin, BACK_MS_MAX)
    return { part, goneMs, startedMs, answersMs: clock() - since }
  }

  /** Phones behind connections have registered again; when each did, in ms after `since`. */
  async reconnected(since: number): Promise<{ readonly phone: Phone; readonly ms: number }[]> {
    const connected = this.phones.filter(({ way }) => way !== 'udp')
    const isBack = ({ state }: Phone) => state.isRegistered && state.registeredAt > since
    await until('registered again', () => connected.every(isBack), BACK_MS_MAX)
    return connected.map((phone) => ({ phone, ms: phone.state.registeredAt - since }))
  }

  /** The records of the calls of each pair so far, oldest first. */
  async records(): Promise<Map<Pair, readonly CallSummary[]>> {
    const records = new Map<Pair, readonly CallSummary[]>()
    await this.forAll(this.pairs, async (pair) => {
      records.set(pair, (await pair.person.calls()).toReversed())
    })
    return records
  }

  /** How busy the loops of the test were since this was asked before. */
  async loops(): Promise<string> {
    const threads = await Promise.all(this.#threads.map((thread) => thread.loop()))
    const loops = [this.#loop.report(), ...threads].map(({ worstMs, p99Ms, busy }, index) => {
      const name = index === 0 ? 'test' : `phones ${index}`
      return `${name} ${say(worstMs)}, ${say(p99Ms)}, ${Math.round(busy * 100)} %`
    })
    const counts = await Promise.all(this.#browsers.map((browser) => browser.slowest()))
    const pages = counts.length === 0 ? '' : `; pages count every ${say(Math.max(...counts))} at worst`
    return `own loops late at worst, for 99 %, busy: ${loops.join('; ')}${pages}`
  }
}

function accountFor(account: PhoneAccount, way: DeskWay): PhoneAccount {
  return { ...account, port: way === 'tls' ? account.port + 1 : account.port }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
