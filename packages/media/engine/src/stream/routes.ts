// What a sink does with a packet of its source, decided per payload type when something is negotiated and not
// per packet. RFC 3264 lets a peer change between the formats it may send at any time.
import type { Codec, Direction, DtmfFormat } from '@rufwerk/media-control'

/** 0–127: relay under this payload type. */
export type Route = number
export const DROP: Route = -1
export const TRANSCODE: Route = 200
/** A DTMF event whose clock differs: rewritten packet by packet. */
export const CONVERT_EVENT: Route = 201

/** One per payload type. Shared, so only read. */
export interface Routes {
  readonly [payloadType: number]: Route
  every(isSo: (route: Route) => boolean): boolean
}

/** The negotiated side of an endpoint that matters for bridging. */
export interface Negotiated {
  readonly direction: Direction
  readonly send: Codec
  readonly receive: readonly Codec[]
  /** What digits are sent in. */
  readonly dtmf?: DtmfFormat | undefined
  /** What digits may come in. */
  readonly receiveDtmf: readonly DtmfFormat[]
}

/** True when we may send (our direction is sendrecv or sendonly). */
export function isSending(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

/** True when we expect sound (our direction is sendrecv or recvonly). */
export function isReceiving(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}

export function isSameFormat(left: Codec, right: Codec): boolean {
  return left.name === right.name && left.clockRate === right.clockRate
}

/** For all who hear nobody, as both ends of each call do while it is set up and when it ends. */
const NO_ROUTES: Routes = new Int16Array(128).fill(DROP)

/** One route per payload type of the source, for packets that go on to `sink`. */
export function routesBetween(source: Negotiated | undefined, sink: Negotiated | undefined): Routes {
  if (!source || !sink || !isReceiving(source.direction) || !isSending(sink.direction)) return NO_ROUTES
  const routes = new Int16Array(128).fill(DROP)
  for (const codec of source.receive)
    routes[codec.payloadType] = isSameFormat(codec, sink.send) ? sink.send.payloadType : TRANSCODE
  // As long as the sound is relayed its events must be, too: they share one numbering and one time. While
  // sound is decoded, the sink carries the event over instead.
  const isRelayable = source.receive.some((codec) => isSameFormat(codec, sink.send))
  for (const { payloadType, clockRate } of source.receiveDtmf) {
    const isSameClock = clockRate === sink.dtmf?.clockRate && clockRate === sink.send.clockRate
    if (!sink.dtmf) routes[payloadType] = DROP
    else routes[payloadType] = isSameClock && isRelayable ? sink.dtmf.payloadType : CONVERT_EVENT
  }
  return routes
}

/** The event format that a peer's packets of this payload type have; undefined: they are no events. */
export function eventFormat(source: Negotiated | undefined, payloadType: number): DtmfFormat | undefined {
  return source?.receiveDtmf.find((format) => format.payloadType === payloadType)
}
