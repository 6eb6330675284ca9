// Runs inside the page: notes from the statistics of the newest connection when packets of sound came in. The
// browser counts anew every 50 ms and says when the last packet came: a silence looks never shorter than it
// was, and longer by the time between two counts at most. Where the page itself was late, the packets of that
// time are taken to have come evenly. Travels as text: no word from outside the function.

export interface PageArrivals {
  /** Milliseconds since 1970 by the clock of the page. */
  now(): number
  /** When packets came, later than `since`, ascending, by the same clock. */
  take(since: number): number[]
  /** The longest time between two counts since this was asked before, in ms. */
  slowest(): number
}

interface Count {
  readonly type: string
  readonly timestamp: number
  readonly packetsReceived: number
  readonly lastPacketReceivedTimestamp?: number
}

/** The little of a browser that is used here; the types of Node do not have it. */
interface PageWorld {
  arrivals: PageArrivals
  /** Of all calls so far; ears.ts keeps them. */
  readonly connections: { getStats(): Promise<Map<string, Count>> }[]
}

export function noteArrivals(): void {
  const page = globalThis as unknown as PageWorld
  /** More often than the browser counts. */
  const LOOK_MS = 20
  const PACKET_MS = 20
  /** A page that counts no more often than this was late. */
  const LATE_MS = 100
  const times: number[] = []
  let before = { at: 0, packets: 0 }
  let slowest = 0
  let isAsking = false
  const note = ({ timestamp, packetsReceived, lastPacketReceivedTimestamp: last = 0 }: Count) => {
    const betweenMs = timestamp - before.at
    if (betweenMs <= 0) return
    const packets = packetsReceived - (packetsReceived < before.packets ? 0 : before.packets)
    if (before.at > 0) slowest = Math.max(slowest, betweenMs)
    if (before.at > 0 && betweenMs > LATE_MS)
      for (let left = packets - 1; left > 0; left--) {
        const at = last - left * PACKET_MS
        if (at > before.at) times.push(at)
      }
    if (packets > 0 && last > (times.at(-1) ?? 0)) times.push(last)
    before = { at: timestamp, packets: packetsReceived }
  }
  const look = async () => {
    const counts = await page.connections.at(-1)?.getStats()
    for (const count of counts?.values() ?? []) if (count.type === 'inbound-rtp') note(count)
  }
  setInterval(() => {
    if (isAsking) return
    isAsking = true
    look().finally(() => {
      isAsking = false
    })
  }, LOOK_MS)
  page.arrivals = {
    now: () => performance.timeOrigin + performance.now(),
    take: (since) => times.filter((time) => time > since),
    slowest() {
      const worst = slowest
      slowest = 0
      return worst
    },
  }
}
