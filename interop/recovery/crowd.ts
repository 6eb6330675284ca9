// A company whose phones are all in calls with each other while processes end under them: pairs of phones
// over UDP, TCP and TLS, and how long nothing was heard at any of them.
import type { TestContext } from 'node:test'
import { type Part, pidOf, runningWith } from '../support/processes.ts'
import { type CallSummary, type Person, type PhoneAccount, Server } from '../support/server.ts'
import { until } from '../support/wait.ts'
import { EnduringPhone, type Way } from './enduring-phone.ts'

const FIRST_EXTENSION = 200
const BACK_MS_MAX = 15_000
/** Ports of an endpoint, and room for those that replace it. */
const PORTS_PER_CALL = 8

export interface Pair {
  readonly caller: EnduringPhone
  readonly callee: EnduringPhone
  readonly extension: string
  /** Who calls. */
  readonly person: Person
}

export class Crowd {
  readonly server: Server
  readonly pairs: readonly Pair[]
  readonly #mark: string

  private constructor(server: Server, pairs: readonly Pair[]) {
    this.server = server
    this.pairs = pairs
    this.#mark = `"httpPort":${new URL(server.origin).port},`
  }

  /** One pair of registered phones per entry. */
  static async open(t: TestContext, ways: readonly Way[]): Promise<Crowd> {
    const server = await Server.start([], undefined, undefined, Math.max(200, ways.length * PORTS_PER_CALL))
    const phones: EnduringPhone[] = []
    t.after(async () => {
      for (const phone of phones) phone.close()
      await server.stop()
    })
    const open = async (account: PhoneAccount, way: Way): Promise<EnduringPhone> => {
      const port = way === 'tls' ? account.port + 1 : account.port
      const phone = await EnduringPhone.open({ ...account, port }, way)
      phones.push(phone)
      return phone
    }
    const pairs: Pair[] = []
    for (const [index, way] of ways.entries()) {
      const [first, extension] = [2 * index, 2 * index + 1].map((at) => String(FIRST_EXTENSION + at))
      const add = (number = '') => server.admin.addPerson(`Person ${number}`, number)
      const person = await add(first)
      const caller = await open(await person.addPhone('Desk'), way)
      const callee = await open(await (await add(extension)).addPhone('Desk'), way)
      if (extension === undefined) continue
      pairs.push({ caller, callee, extension, person })
    }
    return new Crowd(server, pairs)
  }

  get phones(): EnduringPhone[] {
    return this.pairs.flatMap(({ caller, callee }) => [caller, callee])
  }

  /** Every caller calls, and everybody hears something. */
  async callAll(): Promise<void> {
    for (const { caller, extension } of this.pairs) await caller.call(extension)
    await until(
      'sound at every phone',
      () => this.phones.every(({ arrivals }) => arrivals.length > 20),
      20_000,
    )
  }

  /** The longest silence between two packets at each phone in this time, in ms. */
  gaps(from: number, to: number): number[] {
    return this.phones.map(({ arrivals }) => {
      const times = [from, ...arrivals.filter((at) => at >= from && at <= to), to]
      return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)))
    })
  }

  /** From now until each phone hears again, in ms, after `since`. */
  async heardAgain(since: number): Promise<number> {
    const after = (phone: EnduringPhone) => phone.arrivals.findLast((at) => at > since)
    await until('sound at every phone', () => this.phones.every(after), BACK_MS_MAX)
    return Math.max(...this.phones.map((phone) => (phone.arrivals.find((at) => at > since) ?? 0) - since))
  }

  signal(part: Part, signal: 'SIGKILL' | 'SIGSTOP'): number {
    const pid = pidOf(part, this.#mark)
    process.kill(pid, signal)
    return pid
  }

  /** Another process than this one has come up. */
  async backFrom(part: Part, pid: number): Promise<void> {
    const now = () => runningWith(this.#mark).find((running) => running.part === part)?.pid
    await until(`another ${part}`, () => (now() ?? pid) !== pid, BACK_MS_MAX)
    await until('an answer over HTTP', () => this.#isUp(), BACK_MS_MAX)
  }

  /** Phones behind connections have registered again. */
  async reconnected(): Promise<void> {
    await until('registered again', () => this.phones.every(({ isRegistered }) => isRegistered), BACK_MS_MAX)
  }

  /** The records of all calls so far. */
  async records(): Promise<readonly CallSummary[]> {
    const calls: CallSummary[] = []
    for (const { person } of this.pairs) calls.push(...(await person.calls()))
    return calls
  }

  #isUp(): Promise<boolean> {
    return fetch(`${this.server.origin}/api/v1/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}
