// How long nothing was heard, at which phone, and how that is said.
import type { Ears, Phone, Way } from './phones.ts'

const WAYS: readonly Way[] = ['udp', 'tcp', 'tls', 'browser']

export interface Gap {
  readonly phone: Phone
  readonly ms: number
  /** From the beginning of the time looked at to that of the gap. */
  readonly afterMs: number
}

/** The longest silence between two packets at each phone in this time, whose ends count as packets. */
export async function gapsIn(ears: readonly Ears[], from: number, to: number): Promise<Gap[]> {
  const heard = await Promise.all(ears.map((each) => each.arrivals(from, to)))
  return ears.flatMap(({ phones }, index) =>
    phones.map((phone, at) => ({ phone, ...longest(heard[index]?.[at] ?? new Float64Array(), from, to) })),
  )
}

function longest(times: Float64Array, from: number, to: number): { ms: number; afterMs: number } {
  let [before, ms, afterMs] = [from, 0, 0]
  for (const at of [...times, to]) {
    if (at - before > ms) {
      ms = at - before
      afterMs = before - from
    }
    before = at
  }
  return { ms, afterMs }
}

/** Of the phones that hear each packet, and of the browsers, which measure less exactly. */
export function byMeasure(gaps: readonly Gap[]): { readonly packets: number; readonly counts: number } {
  const isBrowser = ({ phone }: Gap) => phone.way === 'browser'
  return {
    packets: worstOf(gaps.filter((gap) => !isBrowser(gap))),
    counts: worstOf(gaps.filter(isBrowser)),
  }
}

function worstOf(gaps: readonly Gap[]): number {
  return Math.max(0, ...gaps.map(({ ms }) => ms))
}

/** For each way of transport the longest and whose. */
export function sayGaps(gaps: readonly Gap[]): string {
  const said: string[] = []
  for (const way of WAYS) {
    const [worst] = gaps.filter(({ phone }) => phone.way === way).sort((a, b) => b.ms - a.ms)
    if (worst)
      said.push(`${way} ${Math.round(worst.ms)} ms (${worst.phone.name}, after ${say(worst.afterMs)})`)
  }
  return said.join(', ')
}

/** For each way of transport the first and the last of these times. */
export function sayTimes(times: readonly { readonly phone: Phone; readonly ms: number }[]): string {
  const said: string[] = []
  for (const way of WAYS) {
    const own = times.filter(({ phone }) => phone.way === way).sort((a, b) => a.ms - b.ms)
    const [first, last] = [own[0], own.at(-1)]
    if (first && last) said.push(`${way} ${say(first.ms)} to ${say(last.ms)} (${last.phone.name})`)
  }
  return said.join(', ')
}

export function say(ms: number): string {
  return `${Math.round(ms)} ms`
}
