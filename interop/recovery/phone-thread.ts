// A thread with many phones of its own, so that a hundred calls with sound do not wait for what else the test
// does. Runs what the other side (phones.ts) asks for and tells it how its phones are.
import { parentPort } from 'node:worker_threads'
import type { PhoneAccount } from '../support/server.ts'
import { type LoopReport, LoopWatch } from './clock.ts'
import { type DeskWay, EnduringPhone, type PhoneState } from './enduring-phone.ts'

const phones: EnduringPhone[] = []
const loop = new LoopWatch()

/** What a thread does when it is asked for; phones by their index. */
const DOORS = {
  open: async (index: number, account: PhoneAccount, way: DeskWay): Promise<void> => {
    const tell = (state: PhoneState) => say({ phone: index, state })
    phones[index] = await EnduringPhone.open(account, way, tell)
  },
  /** The final status of the call. */
  call: (index: number, number: string): Promise<number> => phoneAt(index).tryCall(number),
  /** The direction that the answer gave. */
  change: (index: number, direction: 'sendonly' | 'sendrecv'): Promise<string> =>
    phoneAt(index).change(direction),
  hangUp: (index: number): Promise<number> => phoneAt(index).hangUp(),
  letRing: async (index: number, isRinging: boolean): Promise<void> => {
    phoneAt(index).isRinging = isRinging
  },
  /** When packets of sound came from then to then, for each phone. */
  arrivals: async (from: number, to: number): Promise<Float64Array[]> =>
    phones.map(({ voice: { arrivals } }) =>
      Float64Array.from(arrivals.slice(firstAfter(arrivals, from), firstAfter(arrivals, to))),
    ),
  /** When the first packet after this came, for each phone. */
  heardAfter: async (since: number): Promise<(number | undefined)[]> =>
    phones.map(({ voice: { arrivals } }) => arrivals[firstAfter(arrivals, since)]),
  loop: async (): Promise<LoopReport> => loop.report(),
  close: async (): Promise<void> => {
    for (const phone of phones) phone.close()
    loop.stop()
  },
} as const

export type Doors = typeof DOORS

export interface Asked {
  readonly id: number
  readonly what: keyof Doors
  readonly args: readonly unknown[]
}

export type Said =
  | { readonly phone: number; readonly state: PhoneState }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }

function say(said: Said): void {
  parentPort?.postMessage(said)
}

function phoneAt(index: number): EnduringPhone {
  const phone = phones[index]
  if (phone === undefined) throw new Error(`there is no phone ${index}`)
  return phone
}

/** The index of the first of these ascending times that is later. */
function firstAfter(times: readonly number[], since: number): number {
  let [from, to] = [0, times.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((times[middle] ?? 0) > since) to = middle
    else from = middle + 1
  }
  return from
}

parentPort?.on('message', async ({ id, what, args }: Asked) => {
  try {
    const run = DOORS[what] as (...given: readonly unknown[]) => Promise<unknown>
    say({ id, value: await run(...args) })
  } catch (error) {
    say({ id, error: String(error) })
  }
})
