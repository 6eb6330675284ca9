// Which sound belongs to what is going on, and how it sounds: frequencies and cadence by country.
import type { Call } from './call.ts'

export type Sound = 'none' | 'ring' | 'ringback' | 'call-waiting' | 'busy'

export type ToneCountry = 'de' | 'us'

/** One sound: these frequencies together, on and off in turns, then from the start. */
export interface Cadence {
  readonly frequenciesHz: readonly number[]
  /** On, off, on, off …; seconds. */
  readonly secondsOnOff: readonly number[]
  /** 0–1. */
  readonly volume: number
  /** The ear of the person (headset), or the room (ring device). */
  readonly where: 'ear' | 'room'
}

/** Germany: 1 TR 110; United States: Precise Tone Plan. The ring itself is ours, in the country's rhythm. */
const CADENCES: Readonly<Record<ToneCountry, Readonly<Record<Exclude<Sound, 'none'>, Cadence>>>> = {
  de: {
    ring: { frequenciesHz: [587.33, 739.99], secondsOnOff: [1, 4], volume: 0.28, where: 'room' },
    ringback: { frequenciesHz: [425], secondsOnOff: [1, 4], volume: 0.1, where: 'ear' },
    'call-waiting': { frequenciesHz: [425], secondsOnOff: [0.2, 0.2, 0.2, 5], volume: 0.06, where: 'ear' },
    busy: { frequenciesHz: [425], secondsOnOff: [0.48, 0.48], volume: 0.08, where: 'ear' },
  },
  us: {
    ring: { frequenciesHz: [523.25, 659.25], secondsOnOff: [2, 4], volume: 0.28, where: 'room' },
    ringback: { frequenciesHz: [440, 480], secondsOnOff: [2, 4], volume: 0.1, where: 'ear' },
    'call-waiting': { frequenciesHz: [440], secondsOnOff: [0.3, 9.7], volume: 0.06, where: 'ear' },
    busy: { frequenciesHz: [480, 620], secondsOnOff: [0.5, 0.5], volume: 0.08, where: 'ear' },
  },
}

export function cadenceOf(sound: Exclude<Sound, 'none'>, country: ToneCountry): Cadence {
  return CADENCES[country][sound]
}

export function soundFor(calls: readonly Call[]): Sound {
  const isBusyWithSomeone = calls.some(
    (call) => call.state === 'talking' || call.state === 'answering' || call.state === 'calling',
  )
  const incoming = calls.some((call) => call.direction === 'incoming' && call.state === 'ringing')
  if (incoming) return isBusyWithSomeone ? 'call-waiting' : 'ring'
  const outgoing = calls.find((call) => call.direction === 'outgoing' && call.state === 'ringing')
  if (outgoing?.state === 'ringing' && !outgoing.isAudible) return 'ringback'
  const last = calls.at(-1)
  if (last?.state === 'ended' && last.end.reason === 'busy' && last.end.by === 'peer') return 'busy'
  return 'none'
}

/** The two tones of a key (ITU-T Q.23), in Hz. */
export function dtmfFrequencies(digit: string): readonly [number, number] | undefined {
  const rows = ['123A', '456B', '789C', '*0#D']
  const row = rows.findIndex((keys) => keys.includes(digit))
  const column = rows[row]?.indexOf(digit) ?? -1
  const low = [697, 770, 852, 941][row]
  const high = [1209, 1336, 1477, 1633][column]
  return low === undefined || high === undefined ? undefined : [low, high]
}
