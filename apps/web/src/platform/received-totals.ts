// Reads what a peer connection received (W3C webrtc-stats) into the few numbers that quality is made of.
import type { ReceivedTotals } from '../state/quality.ts'

interface StatsEntry {
  readonly id: string
  readonly type: string
  readonly kind?: string
  readonly packetsReceived?: number
  readonly packetsLost?: number
  /** Seconds. */
  readonly jitter?: number
  readonly codecId?: string
  readonly mimeType?: string
  /** Seconds. */
  readonly roundTripTime?: number
  readonly currentRoundTripTime?: number
  readonly nominated?: boolean
}

export function readTotals(entries: Iterable<StatsEntry>): ReceivedTotals | undefined {
  const all = [...entries]
  const inbound = all.find((entry) => entry.type === 'inbound-rtp' && entry.kind === 'audio')
  if (!inbound) return undefined
  const codec = all.find((entry) => entry.id === inbound.codecId)?.mimeType?.replace(/^audio\//, '')
  // The peer's RTCP knows the round trip of sound; the ICE pair only that of its checks.
  const seconds =
    all.find((entry) => entry.type === 'remote-inbound-rtp')?.roundTripTime ??
    all.find((entry) => entry.type === 'candidate-pair' && entry.nominated)?.currentRoundTripTime
  return {
    packets: inbound.packetsReceived ?? 0,
    lost: Math.max(0, inbound.packetsLost ?? 0),
    jitterMs: (inbound.jitter ?? 0) * 1000,
    ...(seconds === undefined ? {} : { roundTripMs: seconds * 1000 }),
    ...(codec === undefined ? {} : { codec }),
  }
}

export async function readConnection(connection: RTCPeerConnection): Promise<ReceivedTotals | undefined> {
  const report = await connection.getStats()
  const entries: StatsEntry[] = []
  report.forEach((entry: StatsEntry) => {
    entries.push(entry)
  })
  return readTotals(entries)
}
