// The state as text, for a store: stops outlive restarts. What is read back is checked, because a state that
// is believed wrongly lets everybody go, or nobody call.
import { fail, ok, type Result } from '@rufwerk/core'
import {
  CLIENTS_MAX,
  ID_CHARS_MAX,
  PEOPLE_FOR_MANY,
  REASONS_MAX,
  REQUESTS_MAX,
  STATE_CHARS_MAX,
  TEXT_CHARS_MAX,
} from './limits.ts'
import type { Actor, Alone, Quarantine, Reason, Request, Stop } from './state.ts'

const FORMAT = 1

export function writeState({ stops, requests, alone, spared }: Quarantine): string {
  return JSON.stringify({
    format: FORMAT,
    stops: [...stops.values()],
    requests: [...requests.values()],
    alone,
    spared: [...spared],
  })
}

/** Where it is malformed. */
export function readState(text: string): Result<Quarantine, string> {
  if (text.length > STATE_CHARS_MAX) return fail('')
  try {
    const whole = object(JSON.parse(text), '')
    if (whole.format !== FORMAT) return fail('format')
    const stops = list(whole.stops, 'stops', CLIENTS_MAX).map(readStop)
    const requests = list(whole.requests, 'requests', REQUESTS_MAX).map(readRequest)
    const alone = list(whole.alone, 'alone', CLIENTS_MAX).map(readAlone)
    const spared = list(whole.spared, 'spared', CLIENTS_MAX).map(readSpared)
    const state: Quarantine = {
      stops: new Map(stops.map((stop) => [stop.client, stop])),
      requests: new Map(requests.map((request) => [request.id, request])),
      alone,
      spared: new Map(spared),
    }
    const isOnce = state.stops.size === stops.length && state.requests.size === requests.length
    return isOnce && state.spared.size === spared.length ? ok(state) : fail('twice')
  } catch (error) {
    if (error instanceof Malformed) return fail(error.place)
    if (error instanceof SyntaxError) return fail('')
    throw error
  }
}

/** Thrown and caught in this file only. */
class Malformed extends Error {
  readonly place: string

  constructor(place: string) {
    super(place)
    this.place = place
  }
}

type Fields = Readonly<Record<string, unknown>>

function object(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed(place)
  return value as Fields
}

function list(value: unknown, place: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw new Malformed(place)
  return value
}

function text(value: unknown, place: string, most = ID_CHARS_MAX): string {
  if (typeof value !== 'string' || value.length > most || value === '') throw new Malformed(place)
  return value
}

function time(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Malformed(place)
  return value
}

function readActor(value: unknown, place: string): Actor {
  const { kind, id } = object(value, place)
  if (kind !== 'person' && kind !== 'policy') throw new Malformed(place)
  return { kind, id: text(id, place) }
}

function readReason(value: unknown, place: string): Reason {
  const fields = object(value, place)
  switch (fields.kind) {
    case 'advisory': {
      const [issuer, advisory] = [text(fields.issuer, place), text(fields.advisory, place)]
      const [revision, product] = [text(fields.revision, place), text(fields.product, place)]
      return { kind: 'advisory', issuer, advisory, revision, product }
    }
    case 'policy':
      return { kind: 'policy', policy: text(fields.policy, place) }
    case 'person':
      return { kind: 'person', why: text(fields.why, place, TEXT_CHARS_MAX) }
    default:
      throw new Malformed(place)
  }
}

function readStop(value: unknown, index: number): Stop {
  const place = `stops/${index}`
  const { client, at, by, confirmedBy, reasons, removalAskedAt, closedAt } = object(value, place)
  const read = list(reasons, place, REASONS_MAX).map((reason) => readReason(reason, place))
  if (read.length === 0) throw new Malformed(place)
  // Closed without having been asked for: nobody would have verified anything.
  if (closedAt !== undefined && removalAskedAt === undefined) throw new Malformed(place)
  return {
    ...{ client: text(client, place), at: time(at, place), by: readActor(by, place), reasons: read },
    ...(confirmedBy !== undefined && { confirmedBy: text(confirmedBy, place) }),
    ...(removalAskedAt !== undefined && { removalAskedAt: time(removalAskedAt, place) }),
    ...(closedAt !== undefined && { closedAt: time(closedAt, place) }),
  }
}

function readRequest(value: unknown, index: number): Request {
  const place = `requests/${index}`
  const { id, does, clients, reason, by, at, agreed } = object(value, place)
  if (does !== 'stop' && does !== 'release') throw new Malformed(place)
  const people = list(agreed, place, PEOPLE_FOR_MANY - 1).map((person) => text(person, place))
  return {
    ...{
      id: text(id, place),
      does,
      reason: readReason(reason, place),
      by: readActor(by, place),
      at: time(at, place),
    },
    clients: list(clients, place, CLIENTS_MAX).map((client) => text(client, place)),
    agreed: people,
  }
}

function readAlone(value: unknown, index: number): Alone {
  const place = `alone/${index}`
  const { by, at, clients } = object(value, place)
  return { by: readActor(by, place), at: time(at, place), clients: time(clients, place) }
}

function readSpared(value: unknown, index: number): readonly [string, readonly string[]] {
  const place = `spared/${index}`
  const [client, keys] = list(value, place, 2)
  return [
    text(client, place),
    list(keys, place, REASONS_MAX).map((key) => text(key, place, TEXT_CHARS_MAX + ID_CHARS_MAX * 4)),
  ]
}
