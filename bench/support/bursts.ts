// Short tones in silence: what they look like as packets, and how long they take through the product.
import { G711Decoder } from '@rufwerk/rtp'
import { createDecoder } from 'libopus-wasm'
import type { Datagram } from './capture.ts'

export const FRAME_MS = 20
export const PCMA_PAYLOAD_TYPE = 8
export const OPUS_PAYLOAD_TYPE = 111
/** A tone every half a second … */
export const ROUND_FRAMES = 25
/** … that fills the first frames of the round. */
const LOUD_FRAMES = 2
const RTP_HEAD_BYTES = 12
/** A quarter of the tone's amplitude. */
const LOUD_SAMPLE = 3000
/** A tone that was not seen to come out within this is none of this round. */
const DELAY_MS_MAX = 400

export function isLoudFrame(frame: number): boolean {
  return frame % ROUND_FRAMES < LOUD_FRAMES
}

/** For one call, in ms: from the arrival of each tone's packet to its first sample on the way out. */
export async function burstDelays(
  datagrams: readonly Datagram[],
  [phone, other]: readonly [phone: number, other: number],
): Promise<number[]> {
  const onsets = async (pick: (datagram: Datagram) => boolean): Promise<number[]> =>
    onsetsOf(datagrams.filter(pick), await newDecoder())
  const through = async (inPort: number, outPort: number): Promise<number[]> => {
    const arrivals = await onsets(({ to }) => to === inPort)
    const departures = await onsets(({ from }) => from === outPort)
    return arrivals.flatMap((arrival) => {
      const departure = departures.find((at) => at > arrival)
      const delay = departure === undefined ? Number.POSITIVE_INFINITY : (departure - arrival) / 1000
      return delay < DELAY_MS_MAX ? [delay] : []
    })
  }
  return [...(await through(phone, other)), ...(await through(other, phone))]
}

type Decoder = (payloadType: number, payload: Buffer) => Int16Array

async function newDecoder(): Promise<Decoder> {
  const g711 = new G711Decoder('PCMA')
  const opus = await createDecoder({ sampleRate: 48_000, channels: 1 })
  return (payloadType, payload) => {
    if (payloadType === PCMA_PAYLOAD_TYPE) return g711.decode(payload)
    return payloadType === OPUS_PAYLOAD_TYPE ? opus.decode(payload) : new Int16Array(0)
  }
}

/** When tones begin, in µs: the time of the packet and the place of the first loud sample in it. */
function onsetsOf(datagrams: readonly Datagram[], decode: Decoder): number[] {
  const onsets: number[] = []
  let wasLoud = true
  for (const { at, payload } of datagrams) {
    const samples = decode((payload[1] ?? 0) & 0x7f, payload.subarray(RTP_HEAD_BYTES))
    if (samples.length === 0) continue
    const first = samples.findIndex((sample) => Math.abs(sample) >= LOUD_SAMPLE)
    if (first >= 0 && !wasLoud) onsets.push(at + (first / samples.length) * FRAME_MS * 1000)
    wasLoud = first >= 0
  }
  return onsets
}
